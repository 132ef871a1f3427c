//===- FrontierOrder.cpp - Linear orders with a small frontier ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/FrontierOrder.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::noncontiguous {

namespace {

/// Blocks that one move takes along, and how far.
constexpr uint32_t kLongestBlock = 12;
constexpr uint32_t kFarthest = 40;
/// Open groups beyond which the estimate stops growing.
constexpr unsigned kMostGroups = 40;

class OrderAnnealer {
public:
  OrderAnnealer(const ClassGraph &graph, KindId kind, uint64_t seed)
      : graph(graph), random(seed), position(graph.numClasses, 0) {
    for (ItemId i = 0; i < graph.numItems(); ++i)
      counts.push_back(graph.cost[kind][i] > 0);
    for (ClassId c = 0; c < graph.numClasses; ++c)
      token.push_back(random.next() | 1);
  }

  /// Takes an order and returns its cost.
  double take(std::vector<ClassId> newOrder) {
    order = std::move(newOrder);
    place(0, size());
    openAt.assign(size(), {});
    costAt.assign(size(), 0);
    double cost = walk(0, size());
    openAt.swap(newOpen);
    costAt.swap(newCost);
    return total = cost;
  }

  /// Appends the class that leaves the fewest items open, again and again.
  std::vector<ClassId> greedy() const {
    std::vector<ClassId> result;
    std::vector<uint32_t> left(graph.numItems());
    for (ItemId i = 0; i < graph.numItems(); ++i)
      left[i] = static_cast<uint32_t>(graph.items[i].size());
    std::vector<uint8_t> placed(size(), 0);
    // Only neighbours of what is placed are looked at, and one class where
    // there is none.
    std::vector<ClassId> candidates;
    std::vector<uint8_t> isCandidate(size(), 0);
    ClassId next = 0;
    while (result.size() < size()) {
      if (candidates.empty()) {
        while (placed[next])
          ++next;
        candidates.push_back(next);
        isCandidate[next] = 1;
      }
      size_t chosen = 0;
      int least = INT32_MAX;
      for (size_t n = 0; n < candidates.size(); ++n) {
        int change = 0;
        for (ItemId i : graph.itemsOf[candidates[n]]) {
          if (!counts[i])
            continue;
          bool opens = left[i] == graph.items[i].size();
          change += opens - (left[i] == 1);
        }
        if (change < least ||
            (change == least && candidates[n] < candidates[chosen])) {
          least = change;
          chosen = n;
        }
      }
      ClassId c = candidates[chosen];
      candidates[chosen] = candidates.back();
      candidates.pop_back();
      placed[c] = 1;
      result.push_back(c);
      for (ItemId i : graph.itemsOf[c]) {
        --left[i];
        if (counts[i])
          for (ClassId other : graph.items[i])
            if (!placed[other] && !isCandidate[other]) {
              isCandidate[other] = 1;
              candidates.push_back(other);
            }
      }
    }
    return result;
  }

  void anneal(uint64_t moves, const Budget &budget) {
    if (size() < 3)
      return;
    std::vector<ClassId> best = order;
    double bestCost = total;
    for (uint64_t step = 0; step < moves; ++step) {
      if (step % 1024 == 0 && (budget.cancelled() || budget.timeOut()))
        break;
      // Threshold accepting: a share of the mean cost of a position, falling.
      double left = 1 - static_cast<double>(step) / static_cast<double>(moves);
      double allowed = 4 * left * left * total / static_cast<double>(size());
      if (!tryMove(allowed))
        continue;
      if (total < bestCost) {
        bestCost = total;
        best = order;
      }
    }
    take(best);
  }

  std::vector<ClassId> order;

private:
  uint32_t size() const { return static_cast<uint32_t>(graph.numClasses); }

  void place(uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; ++i)
      position[order[i]] = i;
  }

  /// Moves a block forward or back; undone unless it costs at most `allowed`.
  bool tryMove(double allowed) {
    uint32_t n = size();
    uint32_t length = 1 + random.below(std::min(kLongestBlock, n - 1));
    if (random.below(2))
      length = 1;
    uint32_t distance = 1 + random.below(std::min(kFarthest, n - length));
    uint32_t span = length + distance;
    uint32_t from = random.below(n - span + 1), to = from + span;
    auto at = order.begin() + from;
    // Either the first `length` go to the end, or the last to the beginning.
    uint32_t shift = random.below(2) ? length : distance;
    std::rotate(at, at + shift, at + span);
    place(from, to);
    double before = 0;
    for (uint32_t i = from; i < to; ++i)
      before += costAt[i];
    double change = walk(from, to) - before;
    if (change > allowed * unit()) {
      at = order.begin() + from;
      std::rotate(at, at + (span - shift), at + span);
      place(from, to);
      return false;
    }
    for (uint32_t i = from; i < to; ++i) {
      openAt[i].swap(newOpen[i - from]);
      costAt[i] = newCost[i - from];
    }
    total += change;
    return true;
  }

  double unit() { return static_cast<double>(random.next() >> 11) * 0x1p-53; }

  /// The cost of positions from..to-1 of the current order; what is open before
  /// `from` is known.
  double walk(uint32_t from, uint32_t to) {
    if (newOpen.size() < to - from)
      newOpen.resize(to - from);
    newCost.resize(std::max<size_t>(newCost.size(), to - from));
    open.clear();
    if (from > 0)
      for (ItemId i : openAt[from - 1])
        open.push_back({i, placedToken(i, from), remaining(i, from)});
    double cost = 0;
    for (uint32_t p = from; p < to; ++p) {
      ClassId c = order[p];
      for (ItemId i : graph.itemsOf[c]) {
        if (!counts[i])
          continue;
        auto known = std::find_if(open.begin(), open.end(),
                                  [i](const Open &o) { return o.item == i; });
        if (known == open.end()) {
          open.push_back({i, 0, static_cast<uint32_t>(graph.items[i].size())});
          known = open.end() - 1;
        }
        known->placed += token[c];
        if (--known->left == 0) {
          *known = open.back();
          open.pop_back();
        }
      }
      newOpen[p - from].clear();
      unsigned groups = 0;
      for (size_t a = 0; a < open.size(); ++a) {
        newOpen[p - from].push_back(open[a].item);
        bool isNew = true;
        for (size_t b = 0; b < a && isNew; ++b)
          isNew = open[b].placed != open[a].placed;
        groups += isNew;
      }
      newCost[p - from] =
          static_cast<double>(uint64_t(1) << std::min(groups, kMostGroups));
      cost += newCost[p - from];
    }
    return cost;
  }

  uint64_t placedToken(ItemId i, uint32_t before) const {
    uint64_t sum = 0;
    for (ClassId c : graph.items[i])
      if (position[c] < before)
        sum += token[c];
    return sum;
  }
  uint32_t remaining(ItemId i, uint32_t before) const {
    uint32_t left = 0;
    for (ClassId c : graph.items[i])
      left += position[c] >= before;
    return left;
  }

  struct Open {
    ItemId item;
    /// Sum of the tokens of placed members: equal sets have equal sums.
    uint64_t placed;
    uint32_t left;
  };

  const ClassGraph &graph;
  contiguous::Random random;
  std::vector<uint32_t> position;
  std::vector<uint8_t> counts;
  std::vector<uint64_t> token;
  double total = 0;
  /// Open items and cost after each position, and those of a move on trial.
  std::vector<std::vector<ItemId>> openAt, newOpen;
  std::vector<double> costAt, newCost;
  std::vector<Open> open;
};

} // namespace

std::vector<ClassId> orderByFrontier(const ClassGraph &graph, KindId kind,
                                     uint64_t moves, uint64_t seed,
                                     const Budget &budget) {
  OrderAnnealer annealer(graph, kind, seed);
  std::vector<ClassId> program(graph.numClasses);
  std::iota(program.begin(), program.end(), 0);
  std::vector<ClassId> greedy = annealer.greedy();
  double costOfGreedy = annealer.take(greedy);
  if (annealer.take(program) > costOfGreedy)
    annealer.take(std::move(greedy));
  // Few classes have few orders.
  uint64_t classes = graph.numClasses;
  annealer.anneal(std::min(moves, 500 * classes * classes), budget);
  return annealer.order;
}

} // namespace placement::solver::noncontiguous
