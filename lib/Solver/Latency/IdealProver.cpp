//===- IdealProver.cpp - Bounds and optima by chains of ideals ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/IdealProver.h"

#include "Solver/Latency/ItemPlacement.h"

namespace placement::solver::latency {

namespace {

/// Rounds of mixing before the first search, and after each that gave up.
constexpr uint32_t kFirstRounds = 3, kMoreRounds = 6;
/// Steps of the first search, besides as many as mixing took.
constexpr uint64_t kFirstQuota = 2000000;
/// A search that gave up this often in a row, at smaller and smaller limits,
/// will not get anywhere.
constexpr uint32_t kMostFailures = 6;

} // namespace

IdealProver::IdealProver(const LatencyProblem &problem) : problem(problem) {}

uint64_t IdealProver::stepsUsed() const {
  uint64_t now = doneSteps;
  if (tables && tables->table)
    now += tables->table->work();
  if (tables && tables->bound)
    now += tables->bound->work();
  if (filter)
    now += filter->work();
  return labels ? now + labels->work() : now;
}

void IdealProver::raise(Time bound, std::string_view by, LatencyBoard &board) {
  Time &known = by == "labels" ? labelBound : mixtureBound;
  if (bound <= known)
    return;
  known = bound;
  board.onBound(bound, by);
}

/// A graph that leaves something out is tried first where its lattice is
/// smaller; mostly its best plan keeps all rules.
Verdict IdealProver::build(const Budget &budget, LatencyBoard &board) {
  if (!tables) {
    tables = std::make_unique<Tables>(problem, Detail::Relaxed);
    auto exact = std::make_unique<Tables>(problem, Detail::Exact);
    if (exact->graph.size() == tables->graph.size() &&
        exact->lattice.modules().size() == tables->lattice.modules().size())
      tables = std::move(exact);
  } else {
    doneSteps = stepsUsed();
    tables = std::make_unique<Tables>(problem, Detail::Exact);
  }
  // Tables of mixtures and labels are many times as large as the lattice.
  Verdict v = tables->lattice.build(budget, budget.memory / 32);
  doneSteps += tables->lattice.numIdeals();
  if (v != Verdict::None)
    return v;
  if (tables->graph.size() == 0) {
    board.onIncumbent(toPlacement(tables->graph, {}), "labels");
    next();
    return Verdict::None;
  }
  uint64_t rows = tables->lattice.numIdeals() * tables->counts.numStates();
  if (rows * sizeof(Time) > budget.memory / 4)
    return Verdict::OutOfMemory;
  tables->table = std::make_unique<PieceTable>(tables->lattice);
  v = tables->table->listParts(budget);
  if (v != Verdict::None)
    return v;
  tables->bound = std::make_unique<MixtureBound>(
      tables->lattice, *tables->table, tables->counts);
  tables->flow.startOnLongPaths();
  roundsLeft = kFirstRounds;
  failures = 0;
  quota = 0;
  bestMixed = -1;
  beginSolve(tables->flow, Phase::Solve);
  return Verdict::None;
}

/// From the relaxed graph to the exact one, or to the end.
void IdealProver::next() {
  phase = tables->detail == Detail::Relaxed ? Phase::Build : Phase::Done;
}

void IdealProver::beginSolve(const PathFlow &flow, Phase next) {
  tables->bound->begin(flow);
  phase = next;
}

/// What the bound of one flow says.
void IdealProver::solved(const Budget &budget, LatencyBoard &board) {
  MixtureBound &bound = *tables->bound;
  // Plans at or above the limit of the filter are not seen any more.
  mixed = std::min(bound.value(), tables->filtered);
  if (mixed >= MixtureBound::kFar) {
    board.onInfeasible("mixture");
    phase = Phase::Done;
    return;
  }
  raise(mixed, "mixture", board);
  if (mixed > bestMixed) {
    bestMixed = mixed;
    tables->bestFlow.emplace(tables->flow);
  }
  if (bound.value() < MixtureBound::kFar) {
    PlanView plan = bound.plan();
    board.onIncumbent(toPlacement(tables->graph, plan), "mixture");
    tables->flow.learn(plan);
  }
  if (board.value() == kInfiniteTime) {
    tables->table->keepWithin(budget.memory / 4);
    tables->flow.answer(static_cast<double>(mixed));
    answered();
    return;
  }
  tables->flow.answer(static_cast<double>(board.value()));
  tables->filtered = std::min(tables->filtered, board.value());
  filter = std::make_unique<PieceFilter>(
      tables->lattice, *tables->table, tables->counts, bound, tables->filtered);
  phase = Phase::Filter;
}

/// Another flow, or the search; that leans on the best flow, whose tables may
/// be gone.
void IdealProver::answered() {
  if (--roundsLeft > 0)
    beginSolve(tables->flow, Phase::Solve);
  else if (mixed < bestMixed)
    beginSolve(*tables->bestFlow, Phase::SolveBest);
  else
    phase = Phase::Search;
}

void IdealProver::beginSearch(LatencyBoard &board) {
  target = board.value() == kInfiniteTime ? MixtureBound::kFar : board.value();
  Time low = std::max(board.bound(), bestMixed);
  if (failures > 0 && target > low)
    target = low + std::max<Time>((target - low) >> failures, 1);
  target = std::min(target, tables->filtered);
  if (quota == 0)
    quota = kFirstQuota + tables->bound->work();
  labels = std::make_unique<LabelSearch>(
      tables->lattice, *tables->table, tables->counts, *tables->bound, target);
}

Verdict IdealProver::search(uint64_t steps, const Budget &budget,
                            LatencyBoard &board) {
  if (!labels)
    beginSearch(board);
  uint64_t until = labels->work() + std::min(steps, quota);
  Verdict v = labels->run(std::min(until, quota), budget);
  if (v == Verdict::OutOfQuota && labels->work() < quota)
    return Verdict::None;
  auto finish = [&] {
    doneSteps += labels->work();
    labels.reset();
  };
  if (v == Verdict::OutOfQuota) {
    finish();
    quota *= 2;
    roundsLeft = kMoreRounds;
    if (++failures > kMostFailures)
      phase = Phase::Done;
    else
      beginSolve(tables->flow, Phase::Solve);
    return Verdict::None;
  }
  if (v != Verdict::None) {
    if (v == Verdict::OutOfMemory)
      finish();
    return v;
  }
  failures = failures > 0 ? failures - 1 : 0;
  Time value = labels->value();
  bool found = labels->hasPlan();
  if (value < MixtureBound::kFar) {
    if (found)
      board.onIncumbent(toPlacement(tables->graph, labels->plan()), "labels");
    raise(value, "labels", board);
  } else {
    board.onInfeasible("labels");
  }
  // With a plan, this is what the relaxation is worth; else go on above.
  finish();
  if (value >= MixtureBound::kFar)
    phase = Phase::Done;
  else if (found)
    next();
  return Verdict::None;
}

Verdict IdealProver::step(uint64_t steps, const Budget &budget,
                          LatencyBoard &board) {
  switch (phase) {
  case Phase::Build:
    return build(budget, board);
  case Phase::Solve:
  case Phase::SolveBest: {
    Verdict v = tables->bound->run(steps, budget);
    if (v != Verdict::None)
      return v;
    if (phase == Phase::Solve)
      solved(budget, board);
    else
      phase = Phase::Search;
    return v;
  }
  case Phase::Filter: {
    Verdict v = filter->run(steps, budget);
    if (v != Verdict::None)
      return v;
    doneSteps += filter->work();
    filter.reset();
    answered();
    return v;
  }
  case Phase::Search:
    return search(steps, budget, board);
  case Phase::Done:
    break;
  }
  return Verdict::None;
}

Verdict IdealProver::run(uint64_t steps, const Budget &budget,
                         LatencyBoard &board) {
  uint64_t until = stepsUsed() + steps;
  while (phase != Phase::Done && board.bound() < board.value()) {
    uint64_t now = stepsUsed();
    if (now >= until)
      return Verdict::OutOfQuota;
    Verdict v = step(until - now, budget, board);
    if (v == Verdict::OutOfMemory) {
      tooLarge = true;
      phase = Phase::Done;
    }
    if (v != Verdict::None)
      return v;
  }
  return Verdict::None;
}

void IdealProver::describe(Outcome &outcome) const {
  if (!tables)
    return;
  if (tooLarge)
    outcome.explanation.push_back(
        "The graph has too many ideals, or too many ways to be done with one, "
        "for path mixtures and the label search within the memory limit.");
  if (tables->detail == Detail::Relaxed)
    outcome.explanation.push_back(
        "Path mixtures and the label search leave out the memory of sinks that "
        "take no time, and pins and shared memory across waists of the graph.");
}

} // namespace placement::solver::latency
