//===- SearchAlternatives.cpp - The best chains besides the best ----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/ContiguousSearch.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace placement::solver::contiguous {

namespace {

/// Transitions for ranking all chains, and for ranking the intervals of each
/// linear order.
constexpr uint64_t kRankingQuota = 200'000'000;
constexpr uint64_t kOrderQuota = 20'000'000;
/// The first step of the limit above the best value, as a share of it.
constexpr Time kFirstStep = 2048;

/// Why a ranking was given up, and what would help.
std::string_view reasonOf(Verdict verdict) {
  switch (verdict) {
  case Verdict::OutOfTime:
    return "the time limit ended the search for others";
  case Verdict::OutOfMemory:
    return "listing all would take more than the memory limit";
  case Verdict::Cancelled:
    return "the search was interrupted";
  default:
    return "listing all would take too many steps";
  }
}

} // namespace

/// The best chains within a limit; else a limit of the search has ended it.
Verdict ContiguousSearch::rankWithin(const ClassGraph &on, Time limit,
                                     uint32_t count, uint64_t quota,
                                     std::vector<RankedChain> &chains) {
  SweepGraph tightened(mergeUnderLimit(on, limit));
  StageGraph stages(tightened.cover.numChains());
  Verdict verdict =
      listStages(tightened.graph, tightened.capacity, tightened.cover, limit,
                 quota, budget, figures, stages);
  if (verdict == Verdict::Found)
    verdict = rankChains(tightened.graph, tightened.cover, stages, count, quota,
                         budget, figures, chains);
  for (RankedChain &ranked : chains)
    ranked.chain = onOwnGraph(ranked.chain, tightened.graph);
  return verdict;
}

/// Raises the limit from the best value until enough chains are within it; at
/// the ceiling there are no more. Where a limit of the search ends it, those of
/// the last round that was complete are handed back. Small steps first, since
/// the work grows fast with the slack; doubling steps cost at most a few times
/// the last.
Verdict ContiguousSearch::climb(const ClassGraph &on, Time ceiling,
                                uint32_t count, uint64_t quota,
                                std::vector<RankedChain> &chains) {
  Time slack = 0;
  for (;;) {
    Time limit = std::min(ceiling, best.value + slack);
    std::vector<RankedChain> within;
    Verdict verdict = rankWithin(on, limit, count, quota, within);
    if (verdict != Verdict::Found && verdict != Verdict::None)
      return verdict;
    chains = std::move(within);
    if (chains.size() >= count || limit == ceiling)
      return Verdict::Found;
    Time step = std::max({Time(1), best.value / kFirstStep, ceiling >> 20});
    slack = slack ? std::min(2 * slack, ceiling) : step;
  }
}

/// Ranks the chains whose stages are intervals of linear orders around the best
/// chain.
void ContiguousSearch::rankLinearOrders(uint32_t count) {
  Time most = mostLoad();
  for (OrderRule rule : {OrderRule::SmallestCut, OrderRule::DepthFirst,
                         OrderRule::BreadthFirst}) {
    ClassGraph line =
        orderClasses(graph, linearise(graph, rule, random, &best.stageOf));
    uint64_t spare = std::max(
        options.workLimit - std::min(options.workLimit, figures.transitions),
        options.workLimit / 8);
    uint64_t quota = figures.transitions + std::min(kOrderQuota, spare);
    std::vector<RankedChain> chains;
    climb(line, most, count, quota, chains);
    // Where the search has not ended, an interval more may be better.
    if (!chains.empty())
      accept(chains.front().chain, "alternatives");
    takeAlternatives(std::move(chains), count);
    if (alternatives.size() >= count)
      most = alternatives[count - 1].chain.value;
  }
}

/// Joins chains to the list: the search's own first, the others by their loads,
/// no two with the same cuts.
void ContiguousSearch::takeAlternatives(std::vector<RankedChain> chains,
                                        uint32_t count) {
  std::vector<uint8_t> withTime = classesWithTime(graph);
  for (RankedChain &chain : chains)
    alternatives.push_back(std::move(chain));
  // Equal loads stay in the order in which they were found.
  std::vector<size_t> order(alternatives.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t x, size_t y) {
    const auto &a = alternatives[x].loads, &b = alternatives[y].loads;
    return a != b ? a < b : x < y;
  });
  RankedChain own{best, {}};
  evaluate(graph, best, &own.loads);
  std::sort(own.loads.begin(), own.loads.end(), std::greater<>());
  std::vector<RankedChain> kept;
  kept.push_back(std::move(own));
  for (size_t i : order) {
    if (kept.size() == count)
      break;
    RankedChain &chain = alternatives[i];
    bool known = std::any_of(kept.begin(), kept.end(), [&](const auto &other) {
      return cutAlike(withTime, other.chain, chain.chain);
    });
    if (!known)
      kept.push_back(std::move(chain));
  }
  alternatives = std::move(kept);
}

void ContiguousSearch::rankAlternatives(uint32_t count) {
  if (count < 2 || !best.valid())
    return;
  observer.onPhase("alternatives");
  // What the plan took to find stays apart from what the others took.
  SweepFigures search = figures;
  rankBoth(count);
  observer.onFigure("ranking steps", figures.transitions - search.transitions);
  figures = search;
}

void ContiguousSearch::rankBoth(uint32_t count) {
  alternatives.clear();
  takeAlternatives({}, count);
  if (!CountPacking(graph.kinds).fits()) {
    alternativesNote = "There are too many kinds of devices for a search for "
                       "alternatives.";
    return;
  }
  rankLinearOrders(count);
  std::string_view reason = "the plan itself is not proven to be the best";
  if (closed()) {
    Time ceiling = alternatives.size() >= count
                       ? alternatives[count - 1].chain.value
                       : mostLoad();
    std::vector<RankedChain> chains;
    Verdict verdict =
        climb(graph, ceiling, count, quotaEnd(kRankingQuota), chains);
    if (verdict == Verdict::Found)
      alternatives.clear();
    takeAlternatives(std::move(chains), count);
    if (verdict == Verdict::Found) {
      alternativesExact = true;
      alternativesNote = "The " + std::to_string(alternatives.size()) +
                         " best plans with different cuts are proven to be "
                         "the best.";
      return;
    }
    reason = reasonOf(verdict);
  }
  alternativesNote = "Alternatives come from linear orders, so better ones may "
                     "be missing: " +
                     std::string(reason) + ".";
}

} // namespace placement::solver::contiguous
