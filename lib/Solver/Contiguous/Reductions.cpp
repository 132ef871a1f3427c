//===- Reductions.cpp - Exact merges of classes ---------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/Capacity.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::contiguous {

namespace {

/// Decides whether class v can always join the stage of u.
///
/// Order: u is v's only predecessor (or only successor), or there is no order,
/// so u's stage is a legal place for v. Loads, part by part: the items {u, v}
/// close when v joins u; the items of v without u are those that u's stage
/// touches in addition, and that the stage which v leaves may have closed
/// before. Items with both u and further members were cut before. Where v sends
/// an item, its new stage may pay as sender now and its old one as receiver.
/// On every kind that runs u (v), no part of the stage that v joins (leaves)
/// may be able to grow: what is added is at most what is saved.
class FollowerTest {
public:
  explicit FollowerTest(const ClassGraph &graph)
      : graph(graph), parts(graph.parts.count()) {}

  bool follows(ClassId v, ClassId u) {
    if (graph.pin[v])
      return false;
    if (graph.memoryBinds && (graph.size[v] || graph.stash[v] ||
                              graph.transient[v] > graph.transient[u]))
      return false;
    size_t kindCount = graph.numKinds();
    join.assign(kindCount * parts, 0);
    leave.assign(kindCount * parts, 0);
    for (ItemId i : graph.itemsOf[v]) {
      auto members = graph.items[i];
      bool withU = std::binary_search(members.begin(), members.end(), u);
      bool sends = graph.source[i] == v;
      if (withU && members.size() == 2 && !graph.sticky[i]) {
        add(join, graph.partFor(i, u), i, -1);
        add(leave, graph.partFor(i, v), i, -1);
        continue;
      }
      if (withU && !sends)
        continue;
      if (!withU && graph.itemBytes[i])
        return false;
      add(join, graph.partFor(i, v), i, 1);
      // The stage that v leaves pays as receiver if v sends; else, where the
      // item had been closed, as sender.
      add(leave, sends ? graph.inPart[i] : graph.outPart[i], i, 1);
    }
    for (KindId k = 0; k < kindCount; ++k) {
      bool runs = graph.timeOf(v, k) != kUnsupported;
      if (!runs && graph.timeOf(u, k) != kUnsupported)
        return false;
      for (unsigned p = 0; p < parts && runs; ++p) {
        Time t = graph.partsOf(v, k)[p];
        if ((graph.timeOf(u, k) != kUnsupported &&
             join[k * parts + p] + t > 0) ||
            leave[k * parts + p] > t)
          return false;
      }
    }
    return true;
  }

private:
  void add(std::vector<Time> &to, unsigned p, ItemId i, int sign) const {
    for (KindId k = 0; k < graph.numKinds(); ++k)
      to[k * parts + p] += sign * graph.cost[k][i];
  }

  const ClassGraph &graph;
  const unsigned parts;
  /// By kind and part: what u's stage pays more when v joins it, v's own time
  /// left out, and what the stage that v leaves pays more.
  std::vector<Time> join, leave;
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
/// it cannot be cut where at most one device can bear that within the limit: a
/// stage is at least as heavy as one of the item's members with its payment,
/// the sender's if it is there.
bool inseparable(const ClassGraph &graph, const Time *leastPass, ItemId i,
                 Time limit) {
  if (graph.sticky[i])
    return false;
  const LoadParts &parts = graph.parts;
  Time sums[LoadParts::kMost];
  uint64_t able = 0;
  for (KindId k = 0; k < graph.numKinds(); ++k) {
    Time lightest = kUnsupported;
    for (ClassId c : graph.items[i]) {
      if (graph.timeOf(c, k) == kUnsupported)
        continue;
      std::copy_n(graph.partsOf(c, k), parts.count(), sums);
      sums[graph.partFor(i, c)] += graph.cost[k][i];
      lightest = std::min(lightest, parts.valueAtLeast(sums, leastPass));
    }
    if (lightest != kUnsupported && lightest <= limit)
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
  Time least[2] = {0, 0};
  if (graph.parts.byPass) {
    Capacity capacity(graph);
    least[0] = capacity.leastPass(0);
    least[1] = capacity.leastPass(1);
  }
  for (;;) {
    std::vector<uint32_t> mergeInto(graph.numClasses);
    std::iota(mergeInto.begin(), mergeInto.end(), 0);
    bool changed = false;
    for (ItemId i = 0; i < graph.numItems(); ++i) {
      if (!inseparable(graph, least, i, limit))
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
