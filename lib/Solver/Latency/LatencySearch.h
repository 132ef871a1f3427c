//===- LatencySearch.h - Good plans of small latency ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_LATENCYSEARCH_H
#define PLACEMENT_LIB_SOLVER_LATENCY_LATENCYSEARCH_H

#include "Solver/Contiguous/Budget.h"
#include "Solver/Latency/CoreImprover.h"
#include "Solver/Latency/MoveMaker.h"
#include "Solver/Latency/Segmentation.h"

#include <memory>

namespace placement::solver::latency {

/// Searches for plans: dynamic programs cut orders of blocks into calls and
/// host runs, annealing improves what they give, and new orders come from the
/// plans that were found (docs/Solvers.md, "Latency: search").
class LatencySearch {
public:
  LatencySearch(const LatencyProblem &problem, uint64_t seed);

  /// About what the tables take, at most.
  static uint64_t tableBytes(const LatencyProblem &problem);

  /// Takes an allowed placement as one that was found.
  void start(const Placement &placement);
  /// One round: a start and its improvement. True where it gave a new best
  /// value. Ends early when the budget does.
  bool round(const Budget &budget);

  /// Gives up pieces of the best plan that are of no use: where their nodes can
  /// join another piece or a pool, and the plan takes no longer.
  void dropPieces();

  /// Value of the best plan, kInfiniteTime without one.
  Time value() const { return bestValue; }
  const Placement &placement() const { return best; }
  uint64_t steps() const;
  uint64_t rounds() const { return numRounds; }

private:
  struct Known {
    Energy energy;
    std::vector<uint32_t> slots;
  };

  /// Orders of one kind, flat or folded, and how to cut them.
  struct Sheet {
    Sheet(const LatencyProblem &problem, bool folded);
    BlockOrder blocks;
    Segmentation cutter;
    uint32_t stride;
  };

  uint64_t stepsOfState() const {
    return 1 + (problem.numNodes() + state.numSlots()) / 8;
  }
  void endEpoch();
  void chooseRanks();
  double chooseHeat();
  bool canDrop(uint32_t slot);
  void cutRandomOrder(const Budget &budget);
  void cutOrderOf(const Known &known, double noise, const Budget &budget);
  void cutSeveral(const Known *known, uint64_t quota, const Budget &budget);
  Time cut(const Budget &budget, std::vector<uint32_t> &slotOf);
  void anneal(double hottest, double coldest, uint64_t moves,
              const Budget &budget);
  void note(const Energy &energy);
  void improveCores(const Energy &energy);
  void remember(const Energy &energy, std::span<const uint32_t> slotOf);

  const LatencyProblem &problem;
  SplitMix random;
  SearchState state;
  MoveMaker moves;
  std::vector<std::unique_ptr<Sheet>> sheets;
  /// Of this round.
  Sheet *sheet = nullptr;
  CoreImprover improver;
  /// Of broken limits; rises while states break them.
  double price = 1;

  Time bestValue = kInfiniteTime;
  Placement best;
  /// Good states of this epoch, and the best of those before.
  std::vector<Known> elite, hall;
  uint64_t epochRounds = 0, staleRounds = 0, epochs = 0;
  uint64_t annealed = 0, numRounds = 0;
  std::vector<uint32_t> order, slots, low, nodes;
  std::vector<DeviceTurn> turns;
  std::vector<double> keys, weights;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_LATENCYSEARCH_H
