//===- CoreImprover.cpp - Better orders on bounded cores ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/CoreImprover.h"

#include <algorithm>
#include <utility>

namespace placement::solver::latency {

/// Host nodes on cores along the critical path of the last evaluation; all of
/// them where it has none.
void CoreImprover::findCritical() {
  critical.clear();
  for (uint32_t x = makespan.last(); x != kNone; x = makespan.waitsFor(x))
    if (x < problem.numNodes())
      critical.push_back(x);
  std::erase_if(critical, [&](uint32_t v) {
    return !std::binary_search(onCores.begin(), onCores.end(), v);
  });
  if (critical.empty())
    critical = onCores;
}

Time CoreImprover::improve(Placement &placement, uint32_t tries,
                           SplitMix &random) {
  onCores.clear();
  for (uint32_t v = 0; v < problem.numNodes(); ++v)
    if (placement.place[v] < problem.numPools() &&
        problem.pools()[placement.place[v]].cores != kNone)
      onCores.push_back(v);
  Time value = makespan.evaluate(placement);
  if (onCores.empty() || value == kInfiniteTime)
    return value;
  findCritical();
  for (uint32_t i = 0; i < tries; ++i) {
    uint32_t v = critical[random.below(critical.size())];
    uint32_t w = onCores[random.below(onCores.size())];
    if (v == w || placement.place[v] != placement.place[w])
      continue;
    auto pinned = [&](uint32_t u) { return problem.pinnedCore(u) != kNone; };
    uint32_t core = placement.core[v];
    // Change places with another node, or only cores.
    bool cores = !pinned(v) && random.chance(0.5);
    bool ranks = !cores || random.chance(0.5);
    bool both = cores && ranks && !pinned(w);
    if (cores)
      placement.core[v] = placement.core[w];
    uint32_t coreOfOther = placement.core[w];
    if (both)
      placement.core[w] = core;
    if (ranks)
      std::swap(placement.rank[v], placement.rank[w]);
    Time changed = makespan.evaluate(placement);
    if (changed <= value) {
      value = changed;
      findCritical();
      continue;
    }
    placement.core[v] = core;
    placement.core[w] = coreOfOther;
    if (ranks)
      std::swap(placement.rank[v], placement.rank[w]);
  }
  return value;
}

} // namespace placement::solver::latency
