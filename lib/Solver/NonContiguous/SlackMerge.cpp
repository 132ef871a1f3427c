//===- SlackMerge.cpp - What plans below a limit keep together ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/SlackMerge.h"

#include "Solver/Contiguous/Capacity.h"
#include "Solver/Contiguous/ClassBuilding.h"

#include <numeric>

namespace placement::solver::noncontiguous {

using contiguous::Capacity;
using contiguous::ClassGraph;
using contiguous::ClassId;
using contiguous::ItemId;
using contiguous::UnionFind;

namespace {

/// Work is time on the reference kind; what its devices pay for items is lost
/// to work, and they can lose no more than the slack together. A member that no
/// other kind takes within the limit sits on a reference device, which pays
/// when the item is cut; two such members apart make two devices pay.
bool mergeOnce(ClassGraph &graph, Time limit) {
  Capacity capacity(graph);
  KindId reference = capacity.reference();
  __int128 slack = -static_cast<__int128>(capacity.totalWork());
  for (KindId k = 0; k < graph.numKinds(); ++k) {
    __int128 time = static_cast<__int128>(limit) * graph.kinds[k].count;
    slack += k == reference ? time : capacity.within(k, time);
  }
  if (slack < 0)
    return false;
  std::vector<uint8_t> bound(graph.numClasses, 1);
  for (ClassId c = 0; c < graph.numClasses; ++c)
    for (KindId k = 0; k < graph.numKinds(); ++k)
      if (k != reference && graph.kinds[k].count && graph.timeOf(c, k) <= limit)
        bound[c] = 0;
  UnionFind sets(graph.numClasses);
  bool changed = false;
  auto unite = [&](ClassId a, ClassId b) {
    changed |= sets.find(a) != sets.find(b);
    sets.merge(a, b);
  };
  for (ItemId i = 0; i < graph.numItems(); ++i) {
    // A device that holds all members pays for a sticky item too, so nothing
    // is saved by keeping them together until the second device pays.
    Time cost = graph.cost[reference][i];
    ClassId first = kNone;
    for (ClassId c : graph.items[i]) {
      if (!bound[c])
        continue;
      if (first == kNone)
        first = c;
      else if (cost > slack - cost)
        unite(first, c);
    }
    if (first != kNone && cost > slack && !graph.sticky[i])
      for (ClassId c : graph.items[i])
        unite(first, c);
  }
  if (!changed)
    return false;
  std::vector<uint32_t> into(graph.numClasses);
  for (ClassId c = 0; c < graph.numClasses; ++c)
    into[c] = sets.find(c);
  graph = mergeClasses(graph, into);
  return true;
}

} // namespace

ClassGraph mergeWithinSlack(ClassGraph graph, Time limit) {
  for (;;) {
    graph = contiguous::mergeUnderLimit(std::move(graph), limit);
    if (!mergeOnce(graph, limit))
      return graph;
  }
}

} // namespace placement::solver::noncontiguous
