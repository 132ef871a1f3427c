//===- LabelSweep.cpp - Is there a chain within a limit? ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/LabelSweep.h"

#include "Solver/Contiguous/SweepShape.h"

namespace placement::solver::contiguous {

CountPacking::CountPacking(std::span<const EngineKind> kinds) {
  for (const EngineKind &kind : kinds) {
    uint32_t bits = static_cast<uint32_t>(std::bit_width(kind.count));
    // Past the end nothing is ever read: `fits` says so.
    shift.push_back(std::min(usedBits, 63u));
    mask.push_back((uint64_t(1) << bits) - 1);
    if (usedBits + bits < 64)
      guard |= uint64_t(1) << (usedBits + bits);
    usedBits += bits + 1;
  }
}

namespace {

/// The default model: memory is tracked only where it binds.
template <unsigned Words>
bool attempt(const SweepTask &task, Verdict &verdict) {
  return task.graph.memoryBinds
             ? sweepWith<Words, true, SequentialShape>(task, verdict)
             : sweepWith<Words, false, SequentialShape>(task, verdict);
}

} // namespace

std::string sweepUnsupportedReason(const Instance &instance,
                                   uint32_t maxStages) {
  if (!CountPacking(engineKinds(instance, maxStages)).fits())
    return "the label sweep packs the numbers of used devices of all kinds "
           "into 64 bits, and this machine has too many kinds and devices";
  return {};
}

Verdict sweep(const ClassGraph &graph, const Capacity &capacity,
              const ChainCover &cover, const SweepOptions &options,
              const Budget &budget, StageChain &chain, SweepFigures &figures) {
  if (options.limit < 0)
    return Verdict::None;
  SweepTask task{graph, capacity, cover, options, budget, chain, figures};
  if (graph.parts.byPass)
    return sweepGPipe(task);
  if (graph.parts.communication == Communication::HalfDuplex)
    return sweepHalfDuplex(task);
  if (graph.parts.communication == Communication::FullDuplex)
    return sweepFullDuplex(task);
  // Most graphs have few crossing items; widen only where one does not.
  Verdict verdict = Verdict::OutOfMemory;
  (void)(attempt<1>(task, verdict) || attempt<2>(task, verdict) ||
         attempt<4>(task, verdict) || attempt<8>(task, verdict) ||
         attempt<32>(task, verdict));
  return verdict;
}

} // namespace placement::solver::contiguous
