//===- SearchValues.cpp - The search for good chains ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/ContiguousSearch.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::contiguous {

namespace {

/// Moves of the windowed program that one order may cost.
constexpr uint64_t kStepBudget = 400'000'000;
/// Classes that stay single in a search around the cuts.
constexpr size_t kLocalClasses = 1000;

} // namespace

/// No chain is worth more than this.
Time ContiguousSearch::mostLoad() const {
  Time most = lower;
  for (KindId k = 0; k < graph.numKinds(); ++k) {
    Time all = 0;
    for (ClassId c = 0; c < graph.numClasses; ++c)
      if (graph.timeOf(c, k) != kUnsupported)
        all = std::accumulate(graph.partsOf(c, k),
                              graph.partsOf(c, k) + graph.parts.count(), all);
    for (Time t : graph.cost[k])
      all += t;
    most = std::max(most, all);
  }
  return most;
}

void ContiguousSearch::tryOrder(const std::vector<ClassId> &order) {
  StageChain chain;
  if (best.valid()) {
    if (prefix->improve(order, best.value - 1, chain, kStepBudget))
      accept(std::move(chain), "prefix-dp");
    return;
  }
  // Narrow windows first: most instances have a chain near the bound, and the
  // cost grows with the square of the slack.
  Time everything = mostLoad();
  Time slack = lower / 200 + 1;
  for (;;) {
    Time limit = lower > everything - slack ? everything : lower + slack;
    if (prefix->improve(order, limit, chain, kStepBudget)) {
      accept(std::move(chain), "prefix-dp");
      return;
    }
    if (limit == everything || enough())
      return;
    slack = std::min(slack * 2, everything);
  }
}

void ContiguousSearch::firstChains() {
  observer.onPhase("linear orders");
  constexpr OrderRule rules[] = {OrderRule::SmallestCut, OrderRule::DepthFirst,
                                 OrderRule::BreadthFirst};
  for (OrderRule rule : rules) {
    if (enough())
      return;
    tryOrder(linearise(graph, rule, random));
  }
  if (enough())
    return;
  ClassGraph back = graph.reversed();
  for (OrderRule rule : {OrderRule::DepthFirst, OrderRule::SmallestCut}) {
    if (enough())
      return;
    std::vector<ClassId> order = linearise(back, rule, random);
    std::reverse(order.begin(), order.end());
    for (ClassId &c : order)
      c = static_cast<ClassId>(graph.numClasses - 1 - c);
    tryOrder(order);
  }
}

/// Linearises again so that the current stages, or pairs of neighbours, stay
/// together, with another order inside: never worse, often better.
void ContiguousSearch::refineOrders(unsigned rounds) {
  constexpr OrderRule rules[] = {OrderRule::BreadthFirst, OrderRule::Random,
                                 OrderRule::SmallestCut, OrderRule::DepthFirst};
  unsigned stale = 0;
  for (unsigned round = 0; round < rounds && stale < rounds / 2 + 4; ++round) {
    if (enough() || !best.valid())
      return;
    std::vector<uint32_t> segment = best.stageOf;
    if (round % 3)
      for (uint32_t &s : segment)
        s = (s + round % 2) / 2;
    Time before = best.value;
    tryOrder(linearise(graph, rules[round % 4], random, &segment));
    stale = best.value < before ? 0 : stale + 1;
  }
}

/// A restricted sweep halfway to the bound, again while it helps.
bool ContiguousSearch::searchBeam(uint32_t ideals, uint32_t labels,
                                  uint64_t quota) {
  if (!best.valid())
    return false;
  observer.onPhase("beam");
  bool improved = false;
  Time low = lower;
  uint64_t until = quotaEnd(quota);
  for (int fails = 0; fails < 5 && !enough();) {
    Time limit = best.value - 1 - (best.value - 1 - low) / 2;
    SweepOptions sweepOptions;
    sweepOptions.limit = limit;
    sweepOptions.beamIdeals = ideals;
    sweepOptions.beamLabels = labels;
    sweepOptions.workQuota = until;
    StageChain chain;
    Verdict verdict = decide(tightGraph(/*turn=*/false), sweepOptions, chain);
    if (verdict == Verdict::Found && accept(std::move(chain), "beam")) {
      improved = true;
      fails = 0;
      continue;
    }
    noteStop(verdict);
    if (verdict != Verdict::None || limit >= best.value - 1)
      break;
    low = limit;
    ++fails;
  }
  return improved;
}

/// Stages mostly differ near their cuts: everything further away than a window
/// of classes becomes one class with its stage, and the exact sweep looks for
/// the best chain of what is left.
void ContiguousSearch::refineAroundCuts(uint64_t quota) {
  if (!best.valid() || best.kinds.size() < 2)
    return;
  observer.onPhase("around the cuts");
  uint64_t until = quotaEnd(quota);
  for (bool first = true; !enough(); first = false) {
    // Class numbers are topological, so the order of classes within a stage
    // tells how far each is from the stage's two cuts.
    size_t stages = best.kinds.size();
    size_t window = std::min(kLocalClasses, graph.numClasses / 3);
    window = std::max<size_t>(12, window / (2 * stages));
    std::vector<std::vector<ClassId>> members(stages);
    for (ClassId c = 0; c < graph.numClasses; ++c)
      members[best.stageOf[c]].push_back(c);
    std::vector<uint32_t> mergeInto(graph.numClasses);
    for (const auto &stage : members)
      for (size_t i = 0; i < stage.size(); ++i) {
        bool inner = i >= window && i + window < stage.size();
        mergeInto[stage[i]] = inner ? stage[window] : stage[i];
      }
    SweepGraph local(mergeClasses(graph, mergeInto));
    Time before = best.value, low = lower;
    // In later rounds the cuts have hardly moved: ask first whether anything
    // is left to gain.
    bool askTop = !first;
    while (!enough() && best.value - low > best.value / 2'000'000) {
      SweepOptions sweepOptions;
      sweepOptions.limit = best.value - 1;
      if (!askTop)
        sweepOptions.limit -= (best.value - 1 - low) / 2;
      askTop = false;
      sweepOptions.workQuota = until;
      StageChain chain;
      Verdict verdict = decide(local, sweepOptions, chain);
      if (verdict == Verdict::None) {
        low = sweepOptions.limit + 1;
        continue;
      }
      if (verdict != Verdict::Found) {
        noteStop(verdict);
        return;
      }
      if (!accept(std::move(chain), "around the cuts"))
        return;
    }
    // The cuts have moved: look around their new places, while that helps.
    if (best.value == before)
      return;
  }
}

} // namespace placement::solver::contiguous
