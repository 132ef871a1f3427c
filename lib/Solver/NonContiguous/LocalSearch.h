//===- LocalSearch.h - Multilevel annealing of placements -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_LOCALSEARCH_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_LOCALSEARCH_H

#include "Solver/NonContiguous/Annealer.h"
#include "Solver/NonContiguous/Coarsening.h"

namespace placement::solver::noncontiguous {

/// Values for plans that need not be contiguous (docs/Solvers.md, "Local
/// search"): a small population of placements, each made by annealing on graphs
/// merged from coarse to fine, improved in the same way, and combined in pairs.
/// It proves nothing. Products and square roots are all that it computes
/// besides integers, which are alike on every machine, so a seed gives the same
/// plan everywhere.
class LocalSearch {
public:
  /// At most `mostDevices` are used. Keeps references.
  LocalSearch(const ClassGraph &graph, const DeviceTable &devices,
              size_t mostDevices, const Budget &budget, uint64_t seed);

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
  /// A placement, its value, and its objective, which tells placements over
  /// their memory apart.
  struct Member {
    DeviceMap placement;
    Time value = kInfiniteTime;
    double cost = 0;
    bool betterThan(const Member &other) const {
      return value != other.value ? value < other.value
                                  : value == kInfiniteTime && cost < other.cost;
    }
  };

  template <typename State>
  void annealLevel(const ClassGraph &level, double hottest, uint64_t end,
                   Member &member);
  bool descend(Member &member, const DeviceMap *other, bool fresh,
               uint64_t end);
  std::optional<DeviceMap> randomPlacement(const ClassGraph &level);
  void note(const Member &member);
  void keep(Member member);

  const ClassGraph &graph;
  const DeviceTable &devices;
  size_t mostDevices;
  const Budget &budget;
  Random random;
  Coarsener coarsener;
  std::vector<Member> population;
  Time best = kInfiniteTime;
  DeviceMap bestPlacement;
  uint64_t moveCount = 0;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_LOCALSEARCH_H
