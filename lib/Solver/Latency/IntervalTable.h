//===- IntervalTable.h - Least loads about intervals of a chain -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_INTERVALTABLE_H
#define PLACEMENT_LIB_SOLVER_LATENCY_INTERVALTABLE_H

#include "Solver/Latency/PathHull.h"
#include "Solver/Latency/SetBytes.h"

namespace placement::solver::latency {

/// An interval of a chain, both ends included, and the kind that runs a piece
/// about it.
struct Interval {
  uint32_t first = 0, last = 0;
  KindId kind = 0;
};

/// For each interval of a chain and each call kind a lower bound on the load of
/// a piece that meets the chain there; kInfiniteTime where there is none. At
/// first the *plain* bound: what its hull computes, and the nets between the
/// hull and nodes that cannot join it.
class IntervalTable {
public:
  /// Only intervals whose plain bound is below `limit` have to be right; others
  /// count as impossible. O(chain * (nodes + edges)), near the chain only.
  /// `isComplete()` is false where more than `mostEntries` would be needed.
  IntervalTable(const LatencyProblem &problem, const PathAtoms &atoms,
                const PathChain &chain, Time limit, size_t mostEntries);

  bool isComplete() const { return complete; }
  /// Some interval was left out for its bound alone.
  bool isLimited() const { return limited; }
  std::span<const KindId> kinds() const { return callKinds; }
  uint32_t numKinds() const { return static_cast<uint32_t>(callKinds.size()); }
  uint32_t length() const { return static_cast<uint32_t>(start.size()); }
  /// Entries of intervals that end at `last` begin with the interval that
  /// starts at `firstStart(last)`, and go on to the one of that node alone.
  uint32_t firstStart(uint32_t last) const { return start[last]; }
  size_t entry(uint32_t first, uint32_t last) const {
    return begin[last] + (first - start[last]);
  }
  size_t numEntries() const { return numIntervals; }
  /// By entry, of the kind with number `k` in kinds().
  Time load(uint32_t k, size_t entry) const { return loads[k][entry]; }
  const Time *loadsAt(uint32_t k, size_t entry) const {
    return loads[k].data() + entry;
  }
  void raise(uint32_t k, size_t entry, Time load) {
    loads[k][entry] = std::max(loads[k][entry], load);
  }
  uint64_t stepsUsed() const { return used; }

private:
  struct Row;
  std::vector<KindId> callKinds;
  std::vector<uint32_t> start;
  std::vector<size_t> begin;
  std::vector<std::vector<Time>> loads;
  size_t numIntervals = 0;
  uint64_t used = 0;
  bool complete = true, limited = false;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_INTERVALTABLE_H
