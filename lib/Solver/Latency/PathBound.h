//===- PathBound.h - A bound on latency along one chain ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_PATHBOUND_H
#define PLACEMENT_LIB_SOLVER_LATENCY_PATHBOUND_H

#include "Solver/Latency/IntervalCut.h"
#include "Solver/Latency/IntervalDp.h"
#include "Solver/Latency/LatencyBounds.h"

#include <map>

namespace placement::solver::latency {

/// The least time that any placement needs along one chain of nodes
/// (docs/Solvers.md, "Latency: path bound"): a shortest path on which a piece
/// about an interval costs the least load that such a piece can have. Intervals
/// are priced when the shortest path uses them: first by what they hold for
/// certain, then by a minimum cut, by the best multiplier for memory, and by
/// branching.
class PathBound {
public:
  /// Bounds above `limit` are of no use.
  PathBound(const LatencyProblem &problem, const PathAtoms &atoms,
            std::vector<uint32_t> chain, Time limit, size_t mostEntries,
            const Budget &budget);

  /// False when the chain has too many intervals, or a limit was met.
  bool isUsable() const { return table.isComplete(); }
  /// Then: how long a chain of this problem may be.
  uint32_t shorterLength() const { return table.shorterLength(); }
  /// Refines until the bound reaches `upper` or no step is left, or nothing
  /// more can be gained (None).
  Verdict run(uint64_t steps, const Budget &budget, Time upper);
  /// No allowed placement is faster; kInfiniteTime if none is allowed.
  Time bound() const { return value; }
  const PathChain &nodes() const { return chain; }
  uint64_t stepsUsed() const {
    return table.stepsUsed() + dp.stepsUsed() + cuts.stepsUsed();
  }
  uint32_t numCuts() const { return static_cast<uint32_t>(priced.size()); }

  /// What proves the bound.
  PathCertificate certificate() const;
  /// A placement made of the pieces on the shortest path, all other nodes on
  /// the hosts; none where that fails at once. It may break rules.
  std::optional<Placement> placement() const;

private:
  /// How far an interval has been priced.
  struct Price {
    Interval interval;
    IntervalCut::Effort effort = IntervalCut::Effort::Cut;
    uint32_t mostNodes = 0;
    /// For one effort at most, whatever slice of steps it falls in.
    uint64_t steps = 1 << 20;
    /// Nothing is gained by more effort.
    bool exact = false;
    /// The steps ran out.
    bool stopped = false;
    std::vector<PathCutStep> proof;
    /// The set with the least load that was seen.
    std::vector<uint32_t> piece;
    Time pieceLoad = kInfiniteTime;
  };
  void refine(const Interval &interval, Time target);
  uint32_t effortOf(const Interval &interval) const;
  uint64_t keyOf(const Interval &interval) const {
    return uint64_t(interval.layer) * table.numEntries() +
           table.entry(interval.first, interval.last);
  }

  const LatencyProblem &problem;
  const PathAtoms &atoms;
  PathChain chain;
  IntervalTable table;
  IntervalDp dp;
  IntervalCut cuts;
  Time limit, value = 0;
  uint32_t changed = 0;
  std::map<uint64_t, Price> priced;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_PATHBOUND_H
