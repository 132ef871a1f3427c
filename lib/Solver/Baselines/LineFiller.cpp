//===- LineFiller.cpp - Stages filled along a line ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/LineFiller.h"

#include <algorithm>

namespace placement::solver::baselines {

LineFiller::LineFiller(const ClassGraph &line)
    : line(line), capacity(line), cover(contiguous::coverByChains(line)),
      walk(line, capacity, cover), counts(cover.numChains(), 0) {}

void LineFiller::restart() {
  std::fill(counts.begin(), counts.end(), 0);
  begin = 0;
  ends.clear();
  kinds.clear();
}

void LineFiller::take(size_t end, KindId k) {
  for (; begin < end; ++begin)
    ++counts[cover.chainOf[begin]];
  ends.push_back(end);
  kinds.push_back(k);
}

contiguous::StageChain LineFiller::chain() const {
  contiguous::StageChain chain;
  chain.kinds = kinds;
  chain.stageOf.reserve(line.numClasses);
  for (uint32_t stage = 0; stage < ends.size(); ++stage)
    chain.stageOf.resize(ends[stage], stage);
  chain.value = evaluate(line, chain);
  return chain;
}

} // namespace placement::solver::baselines
