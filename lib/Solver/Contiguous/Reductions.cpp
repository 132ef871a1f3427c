//===- Reductions.cpp - Exact merges of classes ---------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/ClassGraph.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::contiguous {

namespace {

/// Decides whether class v can always join the stage of u.
///
/// Order: u is v's only predecessor (or only successor), or there is no order,
/// so u's stage is a legal place for v. Loads: let `gain` be the items {u, v},
/// which close when v joins u, and `other` the items of v without u, which u's
/// stage touches in addition. On every kind that runs u, time(v) + other <=
/// gain, so u's stage gets no heavier. The stage that v leaves saves gain and
/// time(v), and pays at most `other` more. Items with both u and further
/// members were cut before and cost no stage more.
class FollowerTest {
public:
  explicit FollowerTest(const ClassGraph &graph) : graph(graph) {}

  bool follows(ClassId v, ClassId u) {
    if (graph.pin[v])
      return false;
    if (graph.memoryBinds && (graph.size[v] || graph.stash[v] ||
                              graph.transient[v] > graph.transient[u]))
      return false;
    size_t kindCount = graph.numKinds();
    gain.assign(kindCount, 0);
    other.assign(kindCount, 0);
    for (ItemId i : graph.itemsOf[v]) {
      auto members = graph.items[i];
      bool withU = std::binary_search(members.begin(), members.end(), u);
      if (withU && (members.size() > 2 || graph.sticky[i]))
        continue;
      if (!withU && graph.itemBytes[i])
        return false;
      for (KindId k = 0; k < kindCount; ++k)
        (withU ? gain : other)[k] += graph.cost[k][i];
    }
    for (KindId k = 0; k < kindCount; ++k) {
      Time t = graph.timeOf(v, k);
      if (graph.timeOf(u, k) != kUnsupported &&
          (t == kUnsupported || t + other[k] > gain[k]))
        return false;
      if (t != kUnsupported && other[k] > gain[k] + t)
        return false;
    }
    return true;
  }

private:
  const ClassGraph &graph;
  std::vector<Time> gain, other;
};

/// Whom v might follow: its only predecessor, its only successor; without
/// order, the first few others that share an item with it alone.
void findLeaders(const ClassGraph &graph, ClassId v,
                 std::vector<ClassId> &leaders) {
  constexpr size_t kMaxLeaders = 16;
  leaders.clear();
  if (graph.ordered) {
    for (const Rows *rows : {&graph.preds, &graph.succs})
      if (auto row = (*rows)[v]; row.size() == 1)
        leaders.push_back(row[0]);
    return;
  }
  for (ItemId i : graph.itemsOf[v]) {
    auto members = graph.items[i];
    if (members.size() != 2 || graph.sticky[i])
      continue;
    leaders.push_back(members[0] == v ? members[1] : members[0]);
    if (leaders.size() == kMaxLeaders)
      return;
  }
}

/// A cut item is touched by two stages or more, each of which pays for it. So
/// it cannot be cut where at most one device can bear that within the limit.
bool inseparable(const ClassGraph &graph, ItemId i, Time limit) {
  if (graph.sticky[i])
    return false;
  uint64_t able = 0;
  for (KindId k = 0; k < graph.numKinds(); ++k) {
    Time lightest = kUnsupported;
    for (ClassId c : graph.items[i])
      lightest = std::min(lightest, graph.timeOf(c, k));
    if (lightest != kUnsupported && lightest + graph.cost[k][i] <= limit)
      able += graph.kinds[k].count;
  }
  return able <= 1;
}

} // namespace

ClassGraph mergeFollowers(ClassGraph graph) {
  // Each round takes every follower whose target does not itself move.
  for (;;) {
    std::vector<uint32_t> mergeInto(graph.numClasses);
    std::iota(mergeInto.begin(), mergeInto.end(), 0);
    std::vector<uint8_t> isTarget(graph.numClasses, 0);
    FollowerTest test(graph);
    size_t merges = 0;
    std::vector<ClassId> leaders;
    for (ClassId v = 0; v < graph.numClasses; ++v) {
      if (isTarget[v])
        continue;
      findLeaders(graph, v, leaders);
      for (ClassId u : leaders) {
        if (mergeInto[u] != u || !test.follows(v, u))
          continue;
        mergeInto[v] = u;
        isTarget[u] = 1;
        ++merges;
        break;
      }
    }
    if (!merges)
      return graph;
    size_t before = graph.numClasses;
    graph = mergeClasses(graph, mergeInto);
    // A long tail of rounds with few merges each would cost more than it saves.
    if (before - graph.numClasses < before / 200)
      return graph;
  }
}

ClassGraph mergeUnderLimit(ClassGraph graph, Time limit) {
  for (;;) {
    std::vector<uint32_t> mergeInto(graph.numClasses);
    std::iota(mergeInto.begin(), mergeInto.end(), 0);
    bool changed = false;
    for (ItemId i = 0; i < graph.numItems(); ++i) {
      if (!inseparable(graph, i, limit))
        continue;
      auto members = graph.items[i];
      for (ClassId c : members.subspan(1)) {
        // A class of several such items follows the last; the next round joins
        // the rest.
        mergeInto[c] = members[0];
        changed = true;
      }
    }
    if (!changed)
      return graph;
    graph = mergeClasses(graph, mergeInto);
  }
}

} // namespace placement::solver::contiguous
