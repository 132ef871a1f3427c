//===- LocalSearch.h - Multilevel annealing of placements -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_LOCALSEARCH_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_LOCALSEARCH_H

#include "Solver/Contiguous/LabelSweep.h"
#include "Solver/Contiguous/LinearOrder.h"
#include "Solver/NonContiguous/LoadState.h"

namespace placement::solver::noncontiguous {

using contiguous::Budget;

/// Values for plans that need not be contiguous (docs/Solvers.md, "Local
/// search"). A round merges classes along expensive items, anneals the small
/// problem, and goes on with finer and finer merges down to the classes
/// themselves. Loads are exact integers throughout; the objective that guides
/// the search is smoothed by square roots and products alone, which round
/// alike on every machine, so a seed gives the same plan everywhere.
class LocalSearch {
public:
  LocalSearch(const ClassGraph &graph, const DeviceTable &devices,
              const Budget &budget, uint64_t seed);

  /// Bytes that the search needs for its tables.
  static uint64_t tableBytes(const ClassGraph &graph,
                             const DeviceTable &devices) {
    return 2 * sizeof(uint32_t) * graph.numItems() * devices.size();
  }

  /// Takes a placement as the best one if it is better than what is known.
  bool start(const DeviceMap &placement);
  /// One round, of at most `quota` moves. Returns whether it found a better
  /// placement. Ends early when the budget does.
  bool improve(uint64_t quota);

  /// kInfiniteTime while no placement keeps all rules.
  Time value() const { return best; }
  const DeviceMap &placement() const { return bestPlacement; }
  /// Moves tried so far.
  uint64_t moves() const { return moveCount; }

private:
  struct Level;

  double unit();
  std::vector<uint32_t> mergeAlongItems(Time threshold, bool keepDevices,
                                        const DeviceMap &current);
  bool randomPlacement(Level &level);
  void anneal(Level &level, double hottest, uint64_t quota);

  const ClassGraph &graph;
  const DeviceTable &devices;
  const Budget &budget;
  contiguous::Random random;
  /// A node of each class, to find the class in merged graphs.
  std::vector<NodeId> nodeOf;
  /// Costs of items on the kind that pays most, ascending.
  std::vector<Time> itemCosts;
  /// The scale of loads: the simple lower bound.
  double scale = 1;
  /// The start of rounds: the best placement, or the least wrong one while
  /// none keeps all rules.
  DeviceMap current;
  double currentCost = 0;
  Time best = kInfiniteTime;
  DeviceMap bestPlacement;
  uint64_t moveCount = 0;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_LOCALSEARCH_H
