//===- ColumnBound.cpp - Bounds by column generation ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/ColumnBound.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace placement::solver::noncontiguous {

namespace {

/// Sets of earlier limits that a new one begins with.
constexpr size_t kMostFromPool = 400;
/// After a proof that needed too many labels, the next one waits for
/// multipliers that look better by this factor.
constexpr double kClearer = 1.5;

} // namespace

ColumnBound::ColumnBound(const ClassGraph &graph,
                         const std::vector<FrontierStates> &states,
                         const std::vector<uint32_t> &counts,
                         const Budget &budget)
    : graph(graph), states(states), counts(counts), budget(budget),
      pool(graph, states) {
  // The kind with the most work to give.
  double most = -1;
  for (size_t k = 0; k < states.size(); ++k) {
    double rate = 0;
    for (ClassId c = 0; c < graph.numClasses; ++c)
      if (Time t = graph.timeOf(c, states[k].kind); t != kUnsupported)
        rate += 1 / (1 + static_cast<double>(t));
    rate *= counts[k];
    if (rate > most) {
      most = rate;
      reference = k;
    }
  }
}

/// Integers in proportion to `from`, as fine as the pricing takes them.
bool ColumnBound::scale(const std::vector<double> &from,
                        Multipliers &to) const {
  double sum = 0;
  for (double value : from)
    sum += std::fabs(value);
  if (!(sum > 0) || !std::isfinite(sum))
    return false;
  double factor = static_cast<double>(kMostMultipliers) * 0.999 / sum;
  to.resize(from.size());
  for (size_t c = 0; c < from.size(); ++c)
    to[c] = static_cast<int32_t>(from[c] * factor);
  return true;
}

/// The sets within the limit that are worth most at the centre.
void ColumnBound::addFromPool(Time limit, BundleMaster &master) const {
  std::vector<std::pair<double, uint32_t>> order;
  for (uint32_t n = 0; n < pool.sets().size(); ++n) {
    if (pool.sets()[n].load > limit)
      continue;
    double sum = 0;
    for (ClassId c : pool.sets()[n].classes)
      sum += centre[c];
    order.push_back({-sum, n});
  }
  std::sort(order.begin(), order.end());
  if (order.size() > kMostFromPool)
    order.resize(kMostFromPool);
  for (auto [sum, n] : order)
    master.add(pool.sets()[n].kind, pool.sets()[n].classes);
}

/// At first what a class computes is what it is worth.
void ColumnBound::startCentre() {
  centre.assign(graph.numClasses, 0);
  KindId kind = states[reference].kind;
  for (ClassId c = 0; c < graph.numClasses; ++c)
    if (Time t = graph.timeOf(c, kind); t != kUnsupported)
      centre[c] = static_cast<double>(t);
}

ColumnBound::Verdict ColumnBound::refute(Time limit, unsigned mostRounds,
                                         uint64_t mostWork,
                                         Refutation &refutation) {
  pool.addWindows(limit);
  if (centre.size() != graph.numClasses)
    startCentre();
  BundleMaster master(graph.numClasses, counts, centre, step);
  addFromPool(limit, master);
  LimitPricing pricing(pool, states, counts, reference, limit, budget, grids);
  uint64_t workBefore = workCount;
  auto end = [&](Verdict verdict) {
    // What was learnt is kept.
    centre = master.centre();
    step = master.stepLength();
    return verdict;
  };
  auto offer = [&](size_t k) {
    pool.add(k, pricing.set(k));
    return !pricing.set(k).empty() && master.add(k, pricing.set(k));
  };
  Multipliers multipliers;
  double leastMargin = 0;
  // What the centre is worth at this limit, by these grids, is not known.
  bool atCentre = true;
  for (unsigned round = 0; round < mostRounds; ++round) {
    workCount = workBefore + pricing.work();
    if (budget.cancelled() || budget.timeOut() || workCount >= mostWork)
      return end(Verdict::Stopped);
    ++roundCount;
    const std::vector<double> &proposal =
        atCentre ? master.centre() : master.propose();
    if (!atCentre && master.coversAll())
      return end(Verdict::Open);
    if (!scale(proposal, multipliers) ||
        std::accumulate(multipliers.begin(), multipliers.end(), int64_t(0)) <=
            0)
      return end(Verdict::Open);
    pricing.search(multipliers);
    bool added = false, unclear = false;
    for (size_t k = 0; k < states.size(); ++k)
      added |= offer(k);
    double value = pricing.value();
    if (!atCentre)
      value = std::max(value, master.modelValue());
    if (value < 1 && pricing.guess() >= 1 && pricing.refine()) {
      // The sets found say less than the grid does.
      atCentre = true;
      continue;
    }
    if (value < 1 - leastMargin) {
      switch (pricing.prove(multipliers)) {
      case LimitPricing::Proof::Below:
        refutation = {limit, pricing.labelCells(), multipliers};
        workCount = workBefore + pricing.work();
        centre.assign(multipliers.begin(), multipliers.end());
        step = master.stepLength();
        return Verdict::Refuted;
      case LimitPricing::Proof::Above:
        value = pricing.value();
        break;
      case LimitPricing::Proof::Unknown:
        unclear = true;
        leastMargin = kClearer * (1 - value);
        break;
      }
      for (size_t k = 0; k < states.size(); ++k)
        added |= offer(k);
    }
    if (atCentre)
      master.setCentreValue(value);
    else
      master.answer(value);
    // Nothing new, although the value is not good enough: look more closely.
    atCentre = (unclear || (!added && !atCentre)) && pricing.refine();
  }
  workCount = workBefore + pricing.work();
  return end(Verdict::Open);
}

} // namespace placement::solver::noncontiguous
