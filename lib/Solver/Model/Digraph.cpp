//===- Digraph.cpp - A graph as one flat list -----------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Digraph.h"

#include "placement/Solver/Model/Units.h"

#include <algorithm>
#include <utility>

namespace placement::solver {

std::vector<uint32_t> Digraph::predecessorCounts() const {
  std::vector<uint32_t> counts(size(), 0);
  for (uint32_t to : targets)
    ++counts[to];
  return counts;
}

Digraph quotient(const Digraph &graph, const std::vector<uint32_t> &classOf,
                 uint32_t classes) {
  std::vector<std::pair<uint32_t, uint32_t>> edges;
  for (uint32_t v = 0; v < graph.size(); ++v)
    graph.forEachSuccessor(v, [&](uint32_t w) {
      if (classOf[v] != classOf[w])
        edges.emplace_back(classOf[v], classOf[w]);
    });
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  Digraph result(classes);
  result.fill([&](auto visit) {
    for (auto [from, to] : edges)
      visit(from, to);
  });
  return result;
}

// R. Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on
// Computing 1, 1972; without recursion.
std::vector<uint32_t> componentsOf(const Digraph &graph) {
  uint32_t size = graph.size(), visited = 0, found = 0;
  std::vector<uint32_t> order(size, kNone), low(size, 0),
      component(size, kNone);
  std::vector<size_t> next(size);
  std::vector<uint32_t> path, open;
  auto enter = [&](uint32_t v) {
    order[v] = low[v] = visited++;
    next[v] = graph.first(v);
    path.push_back(v);
    open.push_back(v);
  };
  for (uint32_t root = 0; root < size; ++root) {
    if (order[root] != kNone)
      continue;
    enter(root);
    while (!path.empty()) {
      uint32_t v = path.back();
      if (next[v] < graph.first(v + 1)) {
        uint32_t w = graph.successor(next[v]++);
        if (order[w] == kNone)
          enter(w);
        else if (component[w] == kNone)
          low[v] = std::min(low[v], order[w]);
        continue;
      }
      path.pop_back();
      if (!path.empty())
        low[path.back()] = std::min(low[path.back()], low[v]);
      if (low[v] != order[v])
        continue;
      uint32_t member = kNone;
      while (member != v) {
        member = open.back();
        open.pop_back();
        component[member] = found;
      }
      ++found;
    }
  }
  // They were found from the last to the first.
  for (uint32_t &number : component)
    number = found - 1 - number;
  return component;
}

} // namespace placement::solver
