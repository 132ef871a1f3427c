//===- ClassBuilding.h - Parts of the contraction ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_CLASSBUILDING_H
#define PLACEMENT_SOLVER_CONTIGUOUS_CLASSBUILDING_H

#include "Solver/Contiguous/ClassGraph.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace placement::solver::contiguous {

/// Disjoint sets of nodes or classes that share a stage.
struct UnionFind {
  explicit UnionFind(size_t n) : parent(n) {
    std::iota(parent.begin(), parent.end(), 0);
  }
  uint32_t find(uint32_t x) {
    while (parent[x] != x)
      x = parent[x] = parent[parent[x]];
    return x;
  }
  /// The smaller root stays, so that results do not depend on the order.
  void merge(uint32_t a, uint32_t b) {
    a = find(a);
    b = find(b);
    if (a != b)
      parent[std::max(a, b)] = std::min(a, b);
  }
  std::vector<uint32_t> parent;
};

/// Saturating sum: beyond 2^60 bytes no limited device holds it anyway, and
/// sums of a few such numbers still fit.
inline constexpr Bytes kTooManyBytes = Bytes(1) << 60;
inline Bytes addBytes(Bytes a, Bytes b) {
  return std::min(kTooManyBytes,
                  std::min(a, kTooManyBytes) + std::min(b, kTooManyBytes));
}

using Edges = std::vector<std::pair<uint32_t, uint32_t>>;

/// Sorted rows of the edges' targets without duplicates; sorts the edges.
Rows rowsOf(size_t n, Edges &edges);

/// Merges the strongly connected components of a graph (Tarjan's algorithm
/// without recursion).
void mergeComponents(const Rows &succs, UnionFind &sets);

/// An item under construction: members in `memberRows[row]`.
struct RawItems {
  Rows members;
  std::vector<uint8_t> sticky;
  std::vector<Bytes> bytes;
  /// cost[k][item].
  std::vector<std::vector<Time>> cost;
  std::vector<uint8_t> inPart, outPart;
  /// The member that produces the value, or kNone.
  std::vector<uint32_t> source;
};

/// Maps members to classes, drops items that nothing can cut, folds sticky
/// single-member items into their class and merges equal items.
void buildItems(ClassGraph &graph, const RawItems &raw,
                const std::vector<uint32_t> &classOfMember);

/// Numbers the sets topologically and sets the order rows of the graph.
/// Returns the class of each member.
std::vector<uint32_t> numberClasses(ClassGraph &graph, UnionFind &sets,
                                    Edges &edges);

/// Sizes the arrays of costs by class, all zero.
void resizeCosts(ClassGraph &graph);

/// Sum that stays kUnsupported.
void addTime(Time &sum, Time t);

/// Adds to what class `c` costs on kind `k` in part `p`, unless the kind does
/// not support it.
void addPart(ClassGraph &graph, ClassId c, KindId k, unsigned p, Time t);

/// Gives class `c` the pin; two different ones leave it without a device.
void addPin(ClassGraph &graph, ClassId c, uint32_t pin);

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_CLASSBUILDING_H
