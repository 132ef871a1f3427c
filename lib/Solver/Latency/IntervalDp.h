//===- IntervalDp.h - The cheapest way along a chain ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_INTERVALDP_H
#define PLACEMENT_LIB_SOLVER_LATENCY_INTERVALDP_H

#include "Solver/Latency/IntervalTable.h"

namespace placement::solver::latency {

/// The shortest path over (position on the chain, pieces used by kind): a step
/// is a node on the cheapest host kind, or an interval as one piece. With more
/// kinds than states can be kept for, only the pieces of all kinds together are
/// counted, as many as all devices can run, which is a relaxation.
/// O(states * intervals) for everything; a new run starts where loads changed.
class IntervalDp {
public:
  IntervalDp(const LatencyProblem &problem, const PathChain &chain,
             const IntervalTable &table);

  /// The length of the shortest path; kInfiniteTime where there is none.
  /// Nothing about intervals that end before `changed` is new.
  Time run(const IntervalTable &table, uint32_t changed);
  /// The intervals of the last run's path, in order.
  std::vector<Interval> path(const IntervalTable &table) const;

  /// Distances to the end, after which `around` may be called.
  void runBackward(const IntervalTable &table);
  /// The shortest path through an interval, without the interval itself.
  Time around(const Interval &interval) const;

  uint32_t numStates() const { return states; }
  /// Whether pieces are counted by kind.
  bool countsByKind() const { return byKind; }
  uint64_t stepsUsed() const { return used; }

private:
  std::vector<Time> host;
  /// Of each layer: the states from which its pieces may be used, and how far
  /// the state moves.
  std::vector<std::vector<uint32_t>> from;
  std::vector<uint32_t> stride;
  std::vector<Time> ahead, back;
  uint32_t states = 1, length = 0;
  bool byKind = true;
  uint64_t used = 0;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_INTERVALDP_H
