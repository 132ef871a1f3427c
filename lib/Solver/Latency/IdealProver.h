//===- IdealProver.h - Bounds and optima by chains of ideals ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_IDEALPROVER_H
#define PLACEMENT_LIB_SOLVER_LATENCY_IDEALPROVER_H

#include "Solver/Latency/LabelSearch.h"
#include "Solver/Latency/LatencyBounds.h"
#include "Solver/Latency/PieceFilter.h"

#include <memory>

namespace placement::solver::latency {

/// Runs path mixtures (family "mixture") and the label search (family
/// "labels") in turn, first on the relaxed graph where that is simpler, then,
/// unless that settles it, on the exact one. Finds the optimum itself where the
/// item graph leaves nothing out (see ItemGraph); elsewhere its plans are
/// proposals and its bounds hold.
class IdealProver final : public LatencyProver {
public:
  explicit IdealProver(const LatencyProblem &problem);

  std::string_view family() const override { return "labels"; }
  Verdict run(uint64_t steps, const Budget &budget,
              LatencyBoard &board) override;
  uint64_t stepsUsed() const override;
  void describe(Outcome &outcome) const override;

private:
  enum class Phase { Build, Solve, Filter, SolveBest, Search, Done };
  /// All that belongs to one item graph.
  struct Tables {
    Tables(const LatencyProblem &problem, Detail detail)
        : detail(detail), graph(problem, detail), lattice(graph, detail),
          counts(graph), flow(graph) {}

    Detail detail;
    ItemGraph graph;
    IdealLattice lattice;
    PieceCounts counts;
    PathFlow flow;
    std::optional<PathFlow> bestFlow;
    std::unique_ptr<PieceTable> table;
    std::unique_ptr<MixtureBound> bound;
    /// The table lacks pieces of plans that take so long or longer.
    Time filtered = MixtureBound::kFar;
  };

  Verdict build(const Budget &budget, LatencyBoard &board);
  void solved(const Budget &budget, LatencyBoard &board);
  void answered();
  void beginSolve(const PathFlow &flow, Phase next);
  void next();
  void beginSearch(LatencyBoard &board);
  Verdict step(uint64_t steps, const Budget &budget, LatencyBoard &board);
  Verdict search(uint64_t steps, const Budget &budget, LatencyBoard &board);
  void raise(Time bound, std::string_view family, LatencyBoard &board);

  const LatencyProblem &problem;
  Phase phase = Phase::Build;
  std::unique_ptr<Tables> tables;
  std::unique_ptr<PieceFilter> filter;
  std::unique_ptr<LabelSearch> labels;
  bool tooLarge = false;
  /// Rounds of mixing to go before the next search, and steps for that search.
  uint32_t roundsLeft = 0, failures = 0;
  uint64_t quota = 0, doneSteps = 0;
  /// Of the flow in the tables, of the best flow.
  Time mixed = 0, bestMixed = -1;
  Time target = 0;
  Time mixtureBound = 0, labelBound = 0;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_IDEALPROVER_H
