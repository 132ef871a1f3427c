//===- LabelSweep.cpp - Is there a chain within a limit? ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/LabelSweep.h"

#include "Solver/Contiguous/Sweeper.h"

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

template <unsigned Words>
Verdict run(const ClassGraph &graph, const Capacity &capacity,
            const ChainCover &cover, const SweepOptions &options,
            const Budget &budget, StageChain &chain, SweepFigures &figures,
            bool &wide) {
  auto with = [&](auto &&sweeper) {
    Verdict verdict = sweeper.run(chain);
    wide = sweeper.tooWide();
    if (options.boundaries)
      sweeper.listBoundaries(*options.boundaries);
    return verdict;
  };
  if (graph.memoryBinds)
    return with(
        Sweeper<Words, true>(graph, capacity, cover, options, budget, figures));
  return with(
      Sweeper<Words, false>(graph, capacity, cover, options, budget, figures));
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
  bool wide = false;
  Verdict verdict = Verdict::OutOfMemory;
  auto attempt = [&]<unsigned Words>() {
    if (Words < options.maskWords)
      return false;
    wide = false;
    verdict = run<Words>(graph, capacity, cover, options, budget, chain,
                         figures, wide);
    return !wide;
  };
  // Most graphs have few crossing items; widen only where one does not.
  attempt.template operator()<1>() || attempt.template operator()<2>() ||
      attempt.template operator()<4>() || attempt.template operator()<8>() ||
      attempt.template operator()<32>();
  return verdict;
}

} // namespace placement::solver::contiguous
