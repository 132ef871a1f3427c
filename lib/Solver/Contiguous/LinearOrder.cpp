//===- LinearOrder.cpp - Linearisations of the class order ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/LinearOrder.h"

#include <algorithm>
#include <deque>

namespace placement::solver::contiguous {

namespace {

/// Costs of opening and closing items along a growing prefix.
class CutTracker {
public:
  explicit CutTracker(const ClassGraph &graph)
      : graph(graph), outside(graph.numItems()) {
    for (ItemId i = 0; i < graph.numItems(); ++i)
      outside[i] = static_cast<uint32_t>(graph.items[i].size());
    // Any kind that pays will do for a heuristic.
    for (KindId k = 0; k < graph.numKinds() && !cost; ++k)
      if (!graph.kinds[k].plain && graph.kinds[k].count)
        cost = &graph.cost[k];
  }

  Time changeBy(ClassId c) const {
    Time change = 0;
    for (ItemId i : graph.itemsOf[c]) {
      if (!cost)
        break;
      if (outside[i] == graph.items[i].size())
        change += (*cost)[i];
      if (outside[i] == 1)
        change -= (*cost)[i];
    }
    return change;
  }

  void add(ClassId c) {
    for (ItemId i : graph.itemsOf[c])
      --outside[i];
  }

private:
  const ClassGraph &graph;
  std::vector<uint32_t> outside;
  const std::vector<Time> *cost = nullptr;
};

} // namespace

std::vector<ClassId> linearise(const ClassGraph &graph, OrderRule rule,
                               Random &random,
                               const std::vector<uint32_t> *segment) {
  size_t n = graph.numClasses;
  uint32_t segments = 1;
  if (segment)
    for (uint32_t s : *segment)
      segments = std::max(segments, s + 1);
  std::vector<std::deque<ClassId>> ready(segments);
  std::vector<uint32_t> waiting(n);
  auto segmentOf = [&](ClassId c) { return segment ? (*segment)[c] : 0; };
  for (ClassId c = static_cast<ClassId>(n); c-- > 0;) {
    waiting[c] = static_cast<uint32_t>(graph.preds[c].size());
    if (!waiting[c])
      ready[segmentOf(c)].push_back(c);
  }
  CutTracker cut(graph);
  std::vector<ClassId> order;
  order.reserve(n);
  for (auto &queue : ready) {
    while (!queue.empty()) {
      size_t pick = queue.size() - 1;
      switch (rule) {
      case OrderRule::DepthFirst:
        break;
      case OrderRule::BreadthFirst:
        pick = 0;
        break;
      case OrderRule::Random:
        pick = random.below(static_cast<uint32_t>(queue.size()));
        break;
      case OrderRule::SmallestCut: {
        Time best = kInfiniteTime;
        size_t last = queue.size() > 64 ? queue.size() - 64 : 0;
        for (size_t i = queue.size(); i-- > last;)
          if (Time change = cut.changeBy(queue[i]); change < best) {
            best = change;
            pick = i;
          }
        break;
      }
      }
      ClassId c = queue[pick];
      if (pick == 0) {
        queue.pop_front();
      } else {
        if (rule == OrderRule::Random)
          std::swap(queue[pick], queue.back());
        queue.erase(rule == OrderRule::Random
                        ? queue.end() - 1
                        : queue.begin() + static_cast<long>(pick));
      }
      if (rule == OrderRule::SmallestCut)
        cut.add(c);
      order.push_back(c);
      auto row = graph.succs[c];
      for (size_t i = row.size(); i-- > 0;)
        if (--waiting[row[i]] == 0)
          ready[segmentOf(row[i])].push_back(row[i]);
    }
  }
  return order;
}

} // namespace placement::solver::contiguous
