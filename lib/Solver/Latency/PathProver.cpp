//===- PathProver.cpp - Bounds on latency along many chains ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/PathProver.h"

namespace placement::solver::latency {
namespace {

/// Tables of intervals beyond this are too slow, and too large.
constexpr size_t kMostEntries = size_t(1) << 20;
constexpr uint32_t kLongestChain = 4096, kMostDetours = 256;

} // namespace

PathProver::PathProver(const LatencyProblem &problem)
    : problem(problem), atoms(problem), choice(problem) {
  for (std::vector<uint32_t> &path : choice.firstPaths())
    waiting.push_back(std::move(path));
}

/// Opens the next chain to be looked at; false when there is none.
bool PathProver::nextChain(const Budget &budget, LatencyBoard &board) {
  while (true) {
    // Detours come last, and only a better path brings new ones.
    if (waiting.empty() && !detoured && !bestPath.empty()) {
      detoured = true;
      detours.clear();
      for (std::vector<uint32_t> &path : choice.detours(bestPath, kMostDetours))
        detours.push_back(std::move(path));
    }
    std::deque<std::vector<uint32_t>> &list =
        waiting.empty() ? detours : waiting;
    if (list.empty())
      return false;
    if (seen.contains(list.front())) {
      list.pop_front();
      continue;
    }
    currentPath = list.front();
    for (uint32_t most = kLongestChain; !current;) {
      current = std::make_unique<PathBound>(
          problem, atoms, choice.thinned(currentPath, most), board.value(),
          kMostEntries, budget);
      if (current->isUsable())
        break;
      used += current->stepsUsed();
      most = current->shorterLength();
      current.reset();
      if (most == 0) // A limit of the budget.
        return false;
    }
    list.pop_front();
    seen.insert(currentPath);
    ++numChains;
    return true;
  }
}

/// Reports what the current chain has proved.
void PathProver::take(LatencyBoard &board) {
  Time bound = current->bound();
  if (best && bound <= best->bound)
    return;
  best = current->certificate();
  if (bestPath != currentPath) {
    bestPath = currentPath;
    detoured = false;
  }
  // Without a limit the bound is that of all placements.
  if (bound == kInfiniteTime) {
    infeasible = true;
    board.onInfeasible(family());
    return;
  }
  if (bound > board.bound())
    board.onBound(bound, family());
}

/// The pieces of a finished chain as a plan, and the path that it suggests.
void PathProver::finishChain(LatencyBoard &board) {
  auto suggest = [&](const Placement &plan) {
    std::vector<uint32_t> path = choice.slowestPath(plan);
    waiting.push_back(std::move(path));
  };
  if (std::optional<Placement> plan = current->placement()) {
    board.onIncumbent(*plan, family());
    suggest(*plan);
  }
  if (const Placement *known = board.best())
    suggest(*known);
  current.reset();
}

Verdict PathProver::run(uint64_t steps, const Budget &budget,
                        LatencyBoard &board) {
  uint64_t end =
      steps > ~used / kSmallSteps ? ~uint64_t(0) : used + steps * kSmallSteps;
  while (!infeasible && board.bound() < board.value()) {
    Verdict met = budget.limit(0);
    if (met != Verdict::Found)
      return met;
    if (used >= end)
      return Verdict::OutOfQuota;
    uint64_t before = current ? current->stepsUsed() : 0;
    if (!current && !nextChain(budget, board)) {
      met = budget.limit(0);
      return met == Verdict::Found ? Verdict::None : met;
    }
    met = current->run(end - used, budget, board.value());
    used += current->stepsUsed() - before;
    take(board);
    if (met != Verdict::None)
      return met;
    finishChain(board);
  }
  return Verdict::None;
}

void PathProver::describe(Outcome &outcome) const {
  if (!best)
    return;
  outcome.pathCertificate = best;
  outcome.explanation.push_back("path bound: " + std::to_string(numChains) +
                                " paths looked at, the best with " +
                                std::to_string(best->cuts.size()) +
                                " intervals priced by cuts");
}

} // namespace placement::solver::latency
