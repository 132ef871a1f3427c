//===- ContiguousSearch.h - Values and bounds until they meet ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_CONTIGUOUSSEARCH_H
#define PLACEMENT_SOLVER_CONTIGUOUS_CONTIGUOUSSEARCH_H

#include "Solver/Contiguous/ChainRanking.h"
#include "Solver/Contiguous/LabelSweep.h"
#include "Solver/Contiguous/LinearOrder.h"
#include "Solver/Contiguous/PrefixDp.h"
#include "placement/Solver/Search/Algorithm.h"

#include <memory>
#include <optional>

namespace placement::solver::contiguous {

/// One solve of contiguous throughput on a class graph: dynamic programs along
/// linear orders give a value, sweeps below it prove it or find a better one.
class ContiguousSearch {
public:
  ContiguousSearch(const Instance &instance, const SolveOptions &options,
                   Observer &observer);

  /// Takes a known solution as the first value, when it is one.
  void start(const Assignment &assignment);

  /// Dynamic programs only: a value and the simple bound.
  void runLinearised();
  /// Until value and bound meet, or a limit.
  void runExact();

  /// The `count` best chains, the best one of the search first. Exactly, where
  /// that one is proven and all chains within the value of the last can be
  /// listed; else the best among the intervals of some linear orders.
  void rankAlternatives(uint32_t count);

  /// Best chain in the instance's terms, and what is proven.
  Outcome outcome() const;

private:
  enum class Progress { Closed, Open, Stopped };
  /// Transitions for one search around the cuts.
  static constexpr uint64_t kLocalQuota = 20'000'000;

  // ---- values ----
  void firstChains();
  void refineOrders(unsigned rounds);
  void tryOrder(const std::vector<ClassId> &order);
  bool accept(StageChain chain, std::string_view source);
  void refineAroundCuts(uint64_t quota);
  bool searchBeam(uint32_t ideals, uint32_t labels, uint64_t quota);

  // ---- bounds ----
  Progress closeBySweeps(uint64_t quota, bool turn);
  Progress closeInTurns(uint64_t quota, bool bothWays);
  Progress closeBySymmetry(uint64_t quota);
  void raiseByRelaxation(bool onlyWithBranches);
  void raiseBound(Time bound, std::string_view source);

  /// A graph with what sweeps over it need.
  struct SweepGraph {
    explicit SweepGraph(ClassGraph g)
        : graph(std::move(g)), capacity(graph), cover(coverByChains(graph)) {}
    ClassGraph graph;
    Capacity capacity;
    ChainCover cover;
  };
  StageChain onOwnGraph(const StageChain &found, const ClassGraph &on) const;
  Verdict decide(const SweepGraph &on, const SweepOptions &sweepOptions,
                 StageChain &chain);
  void tightenGraph();
  const SweepGraph &tightGraph(bool turn);

  // ---- alternatives ----
  Verdict rankWithin(const ClassGraph &on, Time limit, uint32_t count,
                     uint64_t quota, std::vector<RankedChain> &chains);
  Verdict climb(const ClassGraph &on, Time ceiling, uint32_t count,
                uint64_t quota, std::vector<RankedChain> &chains);
  void rankBoth(uint32_t count);
  void rankLinearOrders(uint32_t count);
  void takeAlternatives(std::vector<RankedChain> chains, uint32_t count);

  bool closed() const { return best.valid() && lower >= best.value; }
  std::string describeWork() const;
  Time mostLoad() const;
  bool enough();
  uint64_t quotaEnd(uint64_t quota) const;
  void noteStop(Verdict verdict);

  const Instance &instance;
  const SolveOptions &options;
  Observer &observer;
  Budget budget;
  Random random;

  /// The graph of the search; turned where stashes count later stages.
  ClassGraph graph;
  std::optional<Capacity> capacity;
  std::optional<PrefixDp> prefix;

  /// The same graph with what no chain within `tightLimit` can separate merged,
  /// for sweeps in the graph's own direction and in the other one.
  std::unique_ptr<SweepGraph> tight, tightTurned;
  Time tightLimit = kInfiniteTime;

  StageChain best;
  Time lower = 0;
  bool infeasible = false;
  std::optional<Stop> stop;
  SweepFigures figures;

  /// Best first; the first is `best`.
  std::vector<RankedChain> alternatives;
  bool alternativesExact = false;
  std::string alternativesNote;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_CONTIGUOUSSEARCH_H
