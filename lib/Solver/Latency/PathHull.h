//===- PathHull.h - What a piece about an interval must hold ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_PATHHULL_H
#define PLACEMENT_LIB_SOLVER_LATENCY_PATHHULL_H

#include "Solver/Latency/PathChain.h"

namespace placement::solver::latency {

/// The least set that a piece holds which meets a chain in nodes first..last:
/// closed under nodes between two members and under atoms. Grows with `last`
/// and with further members; all of it for one `first` costs O(nodes + edges),
/// and touches only what is near the interval. Several pieces together need not
/// hold what lies between them: their hull is not `convex`.
class PathHull {
public:
  PathHull(const LatencyProblem &problem, const PathAtoms &atoms,
           const PathChain &chain, bool convex);

  /// The empty set of an interval that starts at `first`.
  void start(uint32_t first);
  /// The interval first..last; `last` is one more than before, or anything at
  /// or above `first` after start.
  void extendTo(uint32_t last);
  void include(uint32_t v);
  /// Of a hull that is not convex, when it will not grow any more: finds what
  /// leads into the first node of the interval and what comes out of the last
  /// one. Each of several pieces holds what lies between such a node of its own
  /// and that end.
  void lookAround();

  /// A member comes before the interval: no extension mends that.
  bool isBroken() const { return broken; }
  /// The chain node that the interval has to reach for its members' sake.
  uint32_t neededLast() const { return needed; }
  /// No piece that meets the chain in first..last can hold the members.
  bool isImpossible() const { return broken || needed > last; }

  /// In the order in which they joined.
  std::span<const uint32_t> members() const { return inside; }
  bool isMember(uint32_t v) const { return (mark[v] & kMember) != 0; }
  /// A member comes after v (not convex: the first node of the interval). Known
  /// of nodes that are not before the interval.
  bool leadsIn(uint32_t v) const { return (mark[v] & kLeadsIn) != 0; }
  /// A member comes before v (not convex: the last node of the interval). Known
  /// of nodes that are not after the interval.
  bool comesOut(uint32_t v) const { return (mark[v] & kComesOut) != 0; }
  /// Nodes and edges looked at since the object was made.
  uint64_t stepsUsed() const { return used; }

private:
  enum : uint8_t { kMember = 1, kLeadsIn = 2, kComesOut = 4 };
  void join(uint32_t v);
  void close();
  void note(uint32_t v, uint8_t bit);

  const LatencyProblem &problem;
  const PathAtoms &atoms;
  const PathChain &chain;
  bool convex;
  uint32_t first = 0, last = 0, needed = 0;
  bool broken = false;
  std::vector<uint8_t> mark;
  std::vector<uint32_t> inside, touched, up, down;
  /// Nodes after a member whose successors wait for a longer interval: the
  /// list of those with so many chain nodes behind them, linked.
  std::vector<uint32_t> waiting, nextWaiting;
  size_t closed = 0;
  uint64_t used = 0;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_PATHHULL_H
