//===- CoreImprover.h - Better orders on bounded cores ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_COREIMPROVER_H
#define PLACEMENT_LIB_SOLVER_LATENCY_COREIMPROVER_H

#include "Solver/Latency/Makespan.h"
#include "Solver/Latency/SplitMix.h"

namespace placement::solver::latency {

/// Moves host nodes of a plan to other cores and places in their order. List
/// scheduling never lets a core wait for a node that matters more; plans that
/// do are found here.
class CoreImprover {
public:
  explicit CoreImprover(const LatencyProblem &problem)
      : problem(problem), makespan(problem) {}

  /// Tries so many changes of cores and ranks, keeps those that make the plan
  /// no longer, and gives its makespan; kInfiniteTime, with nothing changed,
  /// where it is none. Nodes keep their pools and pieces. O(tries (nodes log
  /// nodes + pins)).
  Time improve(Placement &placement, uint32_t tries, SplitMix &random);

private:
  void findCritical();

  const LatencyProblem &problem;
  Makespan makespan;
  std::vector<uint32_t> critical, onCores;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_COREIMPROVER_H
