//===- SymmetricRebuild.cpp - Chains from symmetric sweeps ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/SymmetricRebuild.h"

#include <algorithm>

namespace placement::solver::contiguous {

namespace {

constexpr Time kForbidden = Time(1) << 61;

/// Least-cost assignment of rows to columns of a square matrix (the Hungarian
/// method with potentials). Returns the column of each row.
std::vector<uint32_t> assign(const std::vector<std::vector<Time>> &cost) {
  size_t n = cost.size();
  std::vector<__int128> rowPotential(n + 1, 0), columnPotential(n + 1, 0);
  std::vector<size_t> rowOf(n + 1, 0), way(n + 1, 0);
  constexpr __int128 infinite = static_cast<__int128>(1) << 100;
  for (size_t row = 1; row <= n; ++row) {
    rowOf[0] = row;
    size_t column = 0;
    std::vector<__int128> least(n + 1, infinite);
    std::vector<uint8_t> used(n + 1, 0);
    do {
      used[column] = 1;
      size_t r = rowOf[column], nextColumn = 0;
      __int128 delta = infinite;
      for (size_t c = 1; c <= n; ++c) {
        if (used[c])
          continue;
        __int128 reduced =
            cost[r - 1][c - 1] - rowPotential[r] - columnPotential[c];
        if (reduced < least[c]) {
          least[c] = reduced;
          way[c] = column;
        }
        if (least[c] < delta) {
          delta = least[c];
          nextColumn = c;
        }
      }
      for (size_t c = 0; c <= n; ++c)
        if (used[c]) {
          rowPotential[rowOf[c]] += delta;
          columnPotential[c] -= delta;
        } else {
          least[c] -= delta;
        }
      column = nextColumn;
    } while (rowOf[column] != 0);
    for (; column != 0; column = way[column])
      rowOf[column] = rowOf[way[column]];
  }
  std::vector<uint32_t> result(n);
  for (size_t c = 1; c <= n; ++c)
    result[rowOf[c] - 1] = static_cast<uint32_t>(c - 1);
  return result;
}

/// Matches the branches of one group across one stage.
class Matcher {
public:
  Matcher(const ClassGraph &graph, const Symmetry &symmetry)
      : graph(graph), symmetry(symmetry) {}

  /// `before` is a real ideal; `after` one named up to symmetry. Renames the
  /// branches of `after` so that it contains `before` and the stage between
  /// them costs least.
  void match(const std::vector<uint8_t> &before, std::vector<uint8_t> &after,
             KindId kind) const {
    std::vector<uint8_t> named = after;
    for (uint32_t g = 0; g < symmetry.groups.size(); ++g) {
      const Symmetry::Group &group = symmetry.groups[g];
      size_t n = group.branches.size();
      std::vector<std::vector<Time>> cost(n, std::vector<Time>(n));
      for (size_t from = 0; from < n; ++from)
        for (size_t to = 0; to < n; ++to)
          cost[from][to] = costOf(g, before, named, kind, from, to);
      std::vector<uint32_t> target = assign(cost);
      for (size_t from = 0; from < n; ++from)
        for (size_t r = 0; r < group.branches[from].size(); ++r)
          after[group.branches[from][r]] =
              named[group.branches[target[from]][r]];
    }
  }

private:
  /// Cost of the items of branch `from` in the stage when the branch ends as
  /// `to` is in the named ideal. Where loads have several parts, least in all
  /// need not be least in each: then the chain may turn out too heavy, and the
  /// search goes on without it.
  Time costOf(uint32_t g, const std::vector<uint8_t> &before,
              const std::vector<uint8_t> &named, KindId kind, size_t from,
              size_t to) const {
    const Symmetry::Group &group = symmetry.groups[g];
    for (size_t r = 0; r < group.branches[from].size(); ++r)
      if (before[group.branches[from][r]] && !named[group.branches[to][r]])
        return kForbidden;
    Time sum = 0;
    for (ItemId item : group.items[from]) {
      size_t inside = 0;
      for (ClassId c : graph.items[item]) {
        bool own = symmetry.classGroup[c] == g;
        ClassId image = own ? group.branches[to][symmetry.classRole[c]] : c;
        inside += named[image] && !before[c];
      }
      if (inside && (inside < graph.items[item].size() || graph.sticky[item]))
        sum += graph.cost[kind][item];
    }
    return sum;
  }

  const ClassGraph &graph;
  const Symmetry &symmetry;
};

} // namespace

StageChain
rebuildSymmetric(const ClassGraph &graph, const ChainCover &cover,
                 const Symmetry &symmetry,
                 const std::vector<std::vector<uint16_t>> &boundaries,
                 const std::vector<KindId> &kinds) {
  StageChain chain;
  chain.kinds = kinds;
  chain.stageOf.assign(graph.numClasses,
                       static_cast<uint32_t>(kinds.size() - 1));
  Matcher matcher(graph, symmetry);
  std::vector<uint8_t> before(graph.numClasses, 0), after(graph.numClasses);
  for (uint32_t stage = 0; stage + 1 < kinds.size(); ++stage) {
    const auto &counts = boundaries[boundaries.size() - 1 - stage];
    for (ClassId c = 0; c < graph.numClasses; ++c)
      after[c] = cover.contains(counts.data(), c);
    matcher.match(before, after, kinds[stage]);
    for (ClassId c = 0; c < graph.numClasses; ++c)
      if (after[c] && !before[c])
        chain.stageOf[c] = stage;
    before = after;
  }
  return chain;
}

} // namespace placement::solver::contiguous
