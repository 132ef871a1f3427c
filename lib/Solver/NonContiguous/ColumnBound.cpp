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

namespace placement::solver::noncontiguous {

namespace {

/// Weight of the best multipliers so far in those that are priced next
/// (P. Wentges, "Weighted Dantzig-Wolfe decomposition", ITOR 4, 1997).
constexpr double kSmoothing = 0.8;
/// What a class without a set costs the master problem, in counts of devices.
constexpr double kUncovered = 2;
constexpr size_t kPivotsPerRound = 5'000;
constexpr double kTolerance = 1e-7;
/// Cells of the grid that looks for sets, at first and at most.
constexpr uint32_t kFewestCells = 1'024;
constexpr uint32_t kMostCells = 16'384;
/// Cells of the grid that bounds labels, at first and at most.
constexpr uint32_t kFewestLabelCells = 1'024;
constexpr uint32_t kMostLabelCells = 32'768;
constexpr size_t kMostLabels = 500'000;

} // namespace

ColumnBound::ColumnBound(const ClassGraph &graph,
                         const std::vector<FrontierStates> &states,
                         const std::vector<uint32_t> &counts,
                         const Budget &budget)
    : graph(graph), states(states), counts(counts), budget(budget) {
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

Time ColumnBound::loadOf(KindId k, const std::vector<ClassId> &classes) const {
  Time load = 0;
  std::vector<ItemId> touched;
  for (ClassId c : classes) {
    if (graph.timeOf(c, k) == kUnsupported)
      return kInfiniteTime;
    load += graph.timeOf(c, k);
    for (ItemId i : graph.itemsOf[c])
      touched.push_back(i);
  }
  std::sort(touched.begin(), touched.end());
  for (size_t a = 0; a < touched.size();) {
    size_t b = a;
    while (b < touched.size() && touched[b] == touched[a])
      ++b;
    ItemId i = touched[a];
    if (graph.sticky[i] || b - a < graph.items[i].size())
      load += graph.cost[k][i];
    a = b;
  }
  return load;
}

void ColumnBound::addSet(size_t kind, std::vector<ClassId> classes) {
  if (classes.empty())
    return;
  std::sort(classes.begin(), classes.end());
  Time load = loadOf(states[kind].kind, classes);
  if (load == kInfiniteTime || !known.insert({kind, classes}).second)
    return;
  pool.push_back({kind, std::move(classes), load});
}

void ColumnBound::addSets(const DeviceTable &devices,
                          const DeviceMap &placement) {
  std::vector<std::vector<ClassId>> held(devices.size());
  for (ClassId c = 0; c < graph.numClasses; ++c)
    held[placement[c]].push_back(c);
  for (DeviceId d = 0; d < devices.size(); ++d)
    for (size_t k = 0; k < states.size(); ++k)
      if (states[k].kind == devices.kind(d))
        addSet(k, std::move(held[d]));
}

/// From each class on the longest interval of the order within the limit, and
/// single classes.
void ColumnBound::addWindows(Time limit) {
  std::vector<uint32_t> members(graph.numItems(), 0);
  for (size_t k = 0; k < states.size(); ++k) {
    KindId kind = states[k].kind;
    size_t n = states[k].steps.size();
    for (size_t a = 0; a < n; ++a) {
      Time load = 0, times = 0;
      size_t end = a;
      std::fill(members.begin(), members.end(), 0);
      for (size_t b = a; b < n; ++b) {
        ClassId c = states[k].steps[b].member;
        Time t = graph.timeOf(c, kind);
        if (t == kUnsupported || times + t > limit)
          break;
        times += t;
        load += t;
        for (ItemId i : graph.itemsOf[c]) {
          if (++members[i] == 1)
            load += graph.cost[kind][i];
          if (members[i] == graph.items[i].size() && !graph.sticky[i])
            load -= graph.cost[kind][i];
        }
        if (load <= limit)
          end = b + 1;
      }
      std::vector<ClassId> window;
      for (size_t b = a; b < end; ++b)
        window.push_back(states[k].steps[b].member);
      addSet(k, std::move(window));
      addSet(k, {states[k].steps[a].member});
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

/// Takes classes out of a set until its load is at most `limit`: the one that
/// costs least of the sum for what it saves, again and again.
void ColumnBound::shrink(size_t kind, Time limit,
                         const Multipliers &multipliers,
                         std::vector<ClassId> &set) {
  KindId k = states[kind].kind;
  Time load = loadOf(k, set);
  if (load <= limit)
    return;
  memberCount.assign(graph.numItems(), 0);
  for (ClassId c : set)
    for (ItemId i : graph.itemsOf[c])
      ++memberCount[i];
  while (load > limit && !set.empty()) {
    size_t chosen = set.size();
    double least = INFINITY;
    Time saved = 0;
    for (size_t n = 0; n < set.size(); ++n) {
      Time saving = graph.timeOf(set[n], k);
      for (ItemId i : graph.itemsOf[set[n]]) {
        if (memberCount[i] == 1)
          saving += graph.cost[k][i];
        if (memberCount[i] == graph.items[i].size() && !graph.sticky[i])
          saving -= graph.cost[k][i];
      }
      if (saving <= 0)
        continue;
      double enough = std::min<double>(static_cast<double>(saving),
                                       static_cast<double>(load - limit));
      double price = multipliers[set[n]] / enough;
      if (price < least) {
        least = price;
        chosen = n;
        saved = saving;
      }
    }
    if (chosen == set.size()) {
      set.clear();
      return;
    }
    for (ItemId i : graph.itemsOf[set[chosen]])
      --memberCount[i];
    set.erase(set.begin() + static_cast<ptrdiff_t>(chosen));
    load -= saved;
  }
}

ColumnBound::Verdict ColumnBound::refute(Time limit, unsigned mostRounds,
                                         uint64_t mostWork,
                                         Refutation &refutation) {
  size_t classes = graph.numClasses, kinds = states.size();
  std::vector<GridPricing> pricing;
  std::vector<LabelPricing> exact;
  uint32_t cells = kFewestCells;
  uint64_t workOfRound = 1;
  auto makeGrids = [&] {
    pricing.clear();
    workOfRound = 1;
    for (const FrontierStates &s : states) {
      pricing.emplace_back(s, limit, cells, GridPricing::Rounding::Nearest);
      workOfRound += s.numArcs() * cells / 16;
    }
  };
  makeGrids();
  labelCells.resize(kinds, kFewestLabelCells);
  for (size_t k = 0; k < kinds; ++k)
    exact.emplace_back(states[k], limit, labelCells[k], budget.memory / 4);
  // A finer grid leaves fewer labels.
  auto searchExactly = [&](size_t k, const Multipliers &multipliers,
                           int64_t threshold, std::vector<ClassId> &set) {
    for (;;) {
      auto answer =
          exact[k].search(multipliers, threshold, kMostLabels, budget, set);
      workCount += exact[k].work();
      if (answer != LabelPricing::Answer::TooMany || budget.cancelled() ||
          budget.timeOut() || !exact[k].refine(kMostLabelCells))
        return answer;
      labelCells[k] = exact[k].cells();
    }
  };
  // Rows: a class each, then the devices of every kind but the reference.
  std::vector<double> rhs(classes, 1),
      artificial(classes, kUncovered * (counts[reference] + 1.0));
  std::vector<uint32_t> rowOfKind(kinds, 0);
  for (size_t k = 0; k < kinds; ++k)
    if (k != reference) {
      rowOfKind[k] = static_cast<uint32_t>(rhs.size());
      rhs.push_back(counts[k]);
      artificial.push_back(0);
    }
  ColumnLp lp(rhs, artificial);
  auto addColumn = [&](const Set &set) {
    std::vector<uint32_t> rows(set.classes.begin(), set.classes.end());
    if (set.kind != reference)
      rows.push_back(rowOfKind[set.kind]);
    lp.addColumn(std::move(rows), set.kind == reference ? 1 : 0);
  };
  addWindows(limit);
  for (const Set &set : pool)
    if (set.load <= limit)
      addColumn(set);

  double bestBound = -INFINITY;
  // At first what a class computes is what it is worth.
  if (best.size() != classes) {
    best.assign(classes, 0);
    KindId kind = states[reference].kind;
    for (ClassId c = 0; c < classes; ++c)
      if (Time t = graph.timeOf(c, kind); t != kUnsupported)
        best[c] = static_cast<double>(t) / static_cast<double>(limit);
  }
  // Adds a set that the master does not know and would take.
  auto offer = [&](size_t k, std::vector<ClassId> set) {
    if (set.empty())
      return false;
    double reduced = k == reference ? 1 : -lp.duals()[rowOfKind[k]];
    for (ClassId c : set)
      reduced -= lp.duals()[c];
    if (reduced >= -kTolerance)
      return false;
    size_t before = pool.size();
    addSet(k, std::move(set));
    if (pool.size() == before)
      return false;
    addColumn(pool.back());
    return true;
  };
  auto sumOf = [](const Multipliers &multipliers,
                  const std::vector<ClassId> &set) {
    int64_t sum = 0;
    for (ClassId c : set)
      sum += multipliers[c];
    return sum;
  };
  unsigned missed = 0;
  Multipliers multipliers;
  std::vector<double> priced(classes);
  std::vector<std::vector<ClassId>> sets(kinds);
  std::vector<int64_t> largest(kinds);
  for (unsigned round = 0; round < mostRounds; ++round) {
    if (budget.cancelled() || budget.timeOut() || workCount >= mostWork)
      return Verdict::Stopped;
    workCount += workOfRound;
    ++roundCount;
    lp.solve(kPivotsPerRound);
    // The relaxation has an answer within the limit: nothing to refute.
    if (lp.value() <= counts[reference])
      return Verdict::Open;
    double keep =
        round == 0 ? 1 : std::max(0.0, 1 - (missed + 1) * (1 - kSmoothing));
    for (size_t c = 0; c < classes; ++c)
      priced[c] = keep > 0 ? keep * best[c] + (1 - keep) * lp.duals()[c]
                           : lp.duals()[c];
    if (!scale(priced, multipliers))
      return Verdict::Open;
    int64_t sum = 0, others = 0;
    for (int32_t m : multipliers)
      sum += m;
    bool added = false;
    double most = 0;
    for (size_t k = 0; k < kinds; ++k) {
      int64_t guess = pricing[k].best(multipliers, &sets[k]);
      shrink(k, limit, multipliers, sets[k]);
      largest[k] = sumOf(multipliers, sets[k]);
      if (k == reference)
        most = static_cast<double>(std::max(guess, largest[k]));
      else
        others += std::max(guess, largest[k]) * counts[k];
      added |= offer(k, sets[k]);
    }
    // Proof in integers where it may succeed: no set of the reference kind may
    // be above what is left for each of its devices.
    bool last = !added && keep == 0;
    if (last && cells < kMostCells) {
      cells *= 4;
      makeGrids();
      continue;
    }
    if (last ||
        sum > others + largest[reference] * int64_t(counts[reference])) {
      int64_t left = sum - 1;
      for (size_t k = 0; k < kinds; ++k) {
        if (k == reference)
          continue;
        auto answer = searchExactly(k, multipliers, largest[k], sets[k]);
        if (answer == LabelPricing::Answer::Found) {
          largest[k] = sumOf(multipliers, sets[k]);
          added |= offer(k, sets[k]);
        } else if (answer == LabelPricing::Answer::TooMany) {
          largest[k] = std::max(largest[k], exact[k].bound());
        }
        left -= largest[k] * int64_t(counts[k]);
      }
      int64_t threshold = left >= 0 ? left / int64_t(counts[reference]) : -1;
      auto answer = threshold < 0 ? LabelPricing::Answer::TooMany
                                  : searchExactly(reference, multipliers,
                                                  threshold, sets[reference]);
      if (answer == LabelPricing::Answer::None) {
        refutation = {limit, exact[reference].cells(), multipliers};
        best = priced;
        return Verdict::Refuted;
      }
      if (answer == LabelPricing::Answer::Found) {
        most = std::max(
            most, static_cast<double>(sumOf(multipliers, sets[reference])));
        added |= offer(reference, sets[reference]);
      }
    }
    double bound = most > 0 ? static_cast<double>(sum - others) / most : 0;
    if (bound > bestBound && most > 0) {
      bestBound = bound;
      double factor = static_cast<double>(kMostMultipliers) * 0.999;
      double total = 0;
      for (double value : priced)
        total += std::fabs(value);
      // The largest sum on a reference device becomes one.
      double norm = factor / total / most;
      best = priced;
      for (double &value : best)
        value *= norm;
    }
    if (added) {
      missed = 0;
    } else {
      // At the master's own multipliers nothing is left to add.
      if (keep == 0)
        return Verdict::Open;
      ++missed;
    }
  }
  return Verdict::Open;
}

} // namespace placement::solver::noncontiguous
