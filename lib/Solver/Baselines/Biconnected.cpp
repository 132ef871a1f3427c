//===- Biconnected.cpp - Biconnected components ---------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/Biconnected.h"

#include "placement/Solver/Model/Units.h"

#include <algorithm>

namespace placement::solver::baselines {

namespace {

class Search {
public:
  Search(size_t n, const std::vector<std::pair<uint32_t, uint32_t>> &edges)
      : edges(edges), begin(n + 1, 0), incident(2 * edges.size()),
        entry(n, kNone), low(n, 0), component(edges.size(), kNone) {
    for (auto [u, v] : edges) {
      ++begin[u + 1];
      ++begin[v + 1];
    }
    for (size_t v = 0; v < n; ++v)
      begin[v + 1] += begin[v];
    std::vector<uint32_t> next(begin.begin(), begin.end() - 1);
    for (uint32_t e = 0; e < edges.size(); ++e) {
      incident[next[edges[e].first]++] = e;
      incident[next[edges[e].second]++] = e;
    }
  }

  std::vector<uint32_t> run() {
    for (uint32_t v = 0; v < entry.size(); ++v)
      if (entry[v] == kNone)
        visit(v);
    return std::move(component);
  }

private:
  struct Frame {
    uint32_t vertex;
    /// The tree edge to the vertex, and the next incident edge to look at.
    uint32_t from, next;
  };

  void visit(uint32_t root) {
    enter(root, kNone);
    while (!path.empty()) {
      Frame &frame = path.back();
      if (frame.next < begin[frame.vertex + 1]) {
        follow(frame.vertex, frame.from, incident[frame.next++]);
        continue;
      }
      uint32_t child = frame.vertex, tree = frame.from;
      path.pop_back();
      if (path.empty())
        return;
      uint32_t parent = path.back().vertex;
      low[parent] = std::min(low[parent], low[child]);
      // Nothing below the child reaches above the parent.
      if (low[child] >= entry[parent])
        close(tree);
    }
  }

  void enter(uint32_t v, uint32_t from) {
    entry[v] = low[v] = time++;
    path.push_back({v, from, begin[v]});
  }

  void follow(uint32_t v, uint32_t from, uint32_t e) {
    uint32_t w = edges[e].first == v ? edges[e].second : edges[e].first;
    if (e == from || (entry[w] != kNone && entry[w] > entry[v]))
      return;
    open.push_back(e);
    if (entry[w] == kNone)
      enter(w, e);
    else
      low[v] = std::min(low[v], entry[w]);
  }

  void close(uint32_t tree) {
    uint32_t e;
    do {
      e = open.back();
      open.pop_back();
      component[e] = numComponents;
    } while (e != tree);
    ++numComponents;
  }

  const std::vector<std::pair<uint32_t, uint32_t>> &edges;
  std::vector<uint32_t> begin, incident;
  /// When the search met a vertex, and the earliest vertex that its subtree
  /// reaches by one back edge.
  std::vector<uint32_t> entry, low;
  std::vector<uint32_t> component;
  std::vector<Frame> path;
  std::vector<uint32_t> open;
  uint32_t time = 0, numComponents = 0;
};

} // namespace

std::vector<uint32_t>
biconnectedComponents(size_t n,
                      const std::vector<std::pair<uint32_t, uint32_t>> &edges) {
  return Search(n, edges).run();
}

} // namespace placement::solver::baselines
