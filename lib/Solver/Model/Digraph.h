//===- Digraph.h - A graph as one flat list ---------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_MODEL_DIGRAPH_H
#define PLACEMENT_LIB_SOLVER_MODEL_DIGRAPH_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace placement::solver {

/// The successors of every vertex in one flat list; an edge may be there more
/// than once.
class Digraph {
public:
  explicit Digraph(uint32_t vertices) : begin(vertices + 1, 0) {}

  uint32_t size() const { return static_cast<uint32_t>(begin.size()) - 1; }
  /// Positions of the successors of `v` in the list: from this one, up to that
  /// of the next vertex.
  size_t first(uint32_t v) const { return begin[v]; }
  uint32_t successor(size_t position) const { return targets[position]; }
  template <typename Visitor>
  void forEachSuccessor(uint32_t v, Visitor visit) const {
    for (size_t i = begin[v]; i < begin[v + 1]; ++i)
      visit(targets[i]);
  }

  /// `forEachEdge(visit)` calls `visit(from, to)`; it is called twice and has
  /// to give the same edges.
  template <typename Edges>
  void fill(Edges forEachEdge) {
    forEachEdge([&](uint32_t from, uint32_t) { ++begin[from + 1]; });
    for (size_t v = 1; v < begin.size(); ++v)
      begin[v] += begin[v - 1];
    targets.resize(begin.back());
    std::vector<size_t> next(begin.begin(), begin.end() - 1);
    forEachEdge(
        [&](uint32_t from, uint32_t to) { targets[next[from]++] = to; });
  }

  std::vector<uint32_t> predecessorCounts() const;

private:
  std::vector<size_t> begin;
  std::vector<uint32_t> targets;
};

/// The edges of `graph` that lead from one class to another, each once.
/// O(edges log edges).
Digraph quotient(const Digraph &graph, const std::vector<uint32_t> &classOf,
                 uint32_t classes);

/// Numbers the strongly connected components so that edges lead to the same or
/// a later one; gives the number of each vertex. Linear.
std::vector<uint32_t> componentsOf(const Digraph &graph);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_MODEL_DIGRAPH_H
