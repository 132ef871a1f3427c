//===- PathFlow.h - Paths from sources to sinks, with weights ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_PATHFLOW_H
#define PLACEMENT_LIB_SOLVER_LATENCY_PATHFLOW_H

#include "Solver/Latency/ItemGraph.h"

namespace placement::solver::latency {

/// A decision about all items of a graph, as far as paths see it.
struct PlanView {
  /// The piece of each item, kNone on the host; call kind and load of each
  /// piece.
  std::vector<uint32_t> pieceOf, callOf;
  std::vector<Time> loads;
};

/// Weights of paths from sources to sinks that add up to one: a flow in whole
/// numbers, kOne in all, so that what is computed with it needs no argument
/// about rounding.
///
/// Which flow makes a good bound is a game: the flow wants plans to be long,
/// plans want to be short. The flow plays multiplicative weights: a path's
/// weight is exp(rate * its length, summed over the plans so far) (Freund and
/// Schapire's Hedge, with the sum over all paths taken edge by edge).
class PathFlow {
public:
  static constexpr uint32_t kBits = 30;
  static constexpr uint64_t kOne = uint64_t(1) << kBits;

  explicit PathFlow(const ItemGraph &graph);

  /// Most weight on paths that are long if all that can be is on the host.
  void startOnLongPaths();
  /// Remembers a plan's lengths.
  void learn(const PlanView &plan);
  /// Answers all plans learned so far; `value` is about as long as they are.
  void answer(double value);

  uint64_t throughItem(uint32_t item) const { return itemFlow[item]; }
  /// From an item's k-th predecessor to it.
  uint64_t into(uint32_t item, uint32_t k) const {
    return edgeFlow[edgeBegin[item] + k];
  }

private:
  void spread(double rate);

  const ItemGraph &graph;
  std::vector<size_t> edgeBegin;
  /// Out-edges of each item as numbers of in-edges.
  std::vector<std::vector<size_t>> outEdges;
  std::vector<uint64_t> itemFlow, edgeFlow;
  /// Summed over plans, in time.
  std::vector<double> itemLength, edgeLength;
  uint32_t plans = 0;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_PATHFLOW_H
