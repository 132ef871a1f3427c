//===- IntervalCut.h - The least load of a piece about an interval --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_INTERVALCUT_H
#define PLACEMENT_LIB_SOLVER_LATENCY_INTERVALCUT_H

#include "Solver/Latency/CutNetwork.h"

namespace placement::solver::latency {

/// A lower bound on the load of a piece about an interval, or on the common
/// load of several, and what proves it.
struct IntervalBound {
  /// kInfiniteTime where no piece can be there.
  Time load = 0;
  /// The proof: a tree in preorder. A step with a node says that the subtree
  /// of pieces with it follows, and then that of pieces without it; a step
  /// without one is a leaf, a cut with that multiplier.
  std::vector<PathCutStep> tree;
  /// A set that fits into memory and has the least load of those seen; empty
  /// where none was seen.
  std::vector<uint32_t> piece;
  Time pieceLoad = kInfiniteTime;
};

/// Bounds on the least load of a piece about an interval of a chain by minimum
/// cuts: at first without memory, then with memory as a price, then by
/// branching on nodes that may join.
class IntervalCut {
public:
  IntervalCut(const LatencyProblem &problem, const PathAtoms &atoms,
              const PathChain &chain)
      : network(problem, atoms, chain) {}

  enum class Effort {
    /// One cut, no memory beyond that of the hull.
    Cut,
    /// The best multiplier.
    Multiplier,
    /// Up to `mostNodes` subsets of pieces.
    Branching
  };
  /// Stops as soon as the bound is `target`, more is of no use.
  IntervalBound bound(const Interval &interval, const IntervalLayer &layer,
                      Effort effort, Time target, uint32_t mostNodes,
                      uint64_t steps);
  uint64_t stepsUsed() const { return network.stepsUsed(); }

private:
  struct Node;
  void price(Node &node, Effort effort, Time target, uint64_t end);
  void emit(const std::vector<Node> &nodes, uint32_t at,
            std::vector<PathCutStep> &tree) const;

  CutNetwork network;
  IntervalBound best;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_INTERVALCUT_H
