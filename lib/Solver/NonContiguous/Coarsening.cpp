//===- Coarsening.cpp - Smaller graphs for annealing ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/Coarsening.h"

#include "Solver/Contiguous/ClassBuilding.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::noncontiguous {

using contiguous::UnionFind;

namespace {

/// Of the scale and of memory, the most that a united class may take.
constexpr double kMostLoad = 0.7;
constexpr Bytes kMemoryParts = 5, kMostMemoryParts = 4;

} // namespace

Coarsener::Coarsener(const ClassGraph &graph, double scale)
    : graph(graph), scale(scale), nodeOf(graph.numClasses, kNone),
      lightest(graph.numClasses, kUnsupported) {
  for (NodeId v = 0; v < graph.classOf.size(); ++v)
    if (nodeOf[graph.classOf[v]] == kNone)
      nodeOf[graph.classOf[v]] = v;
  for (ItemId i = 0; i < graph.numItems(); ++i) {
    Time cost = 0;
    for (const std::vector<Time> &row : graph.cost)
      cost = std::max(cost, row[i]);
    itemCosts.push_back(cost);
  }
  sortedCosts = itemCosts;
  std::sort(sortedCosts.begin(), sortedCosts.end());
  for (ClassId c = 0; c < graph.numClasses; ++c)
    for (KindId k = 0; k < graph.numKinds(); ++k)
      if (graph.kinds[k].count)
        lightest[c] = std::min(lightest[c], graph.timeOf(c, k));
  for (const contiguous::EngineKind &kind : graph.kinds)
    if (kind.count)
      memory = std::max(memory, kind.memory);
}

Time Coarsener::quantile(double q) const {
  auto size = static_cast<double>(sortedCosts.size());
  return sortedCosts[std::min(static_cast<size_t>(q * size),
                              sortedCosts.size() - 1)];
}

ClassGraph Coarsener::merge(Time threshold, const DeviceMap *one,
                            const DeviceMap *two,
                            contiguous::Random &random) const {
  UnionFind sets(graph.numClasses);
  std::vector<Time> load = lightest;
  std::vector<Bytes> bytes = graph.size;
  std::vector<uint32_t> pin = graph.pin;
  std::vector<ItemId> order(graph.numItems());
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[random.below(static_cast<uint32_t>(i))]);
  for (ItemId i : order) {
    if (itemCosts[i] < threshold ||
        (itemCosts[i] == 0 && graph.itemBytes[i] == 0))
      continue;
    auto members = graph.items[i];
    for (ClassId member : members.subspan(1)) {
      ClassId a = sets.find(members[0]), b = sets.find(member);
      if (a == b || (one && (*one)[a] != (*one)[b]) ||
          (two && (*two)[a] != (*two)[b]) ||
          (pin[a] && pin[b] && pin[a] != pin[b]))
        continue;
      // A class that no kind supports is left to the others.
      bool possible = false;
      for (KindId k = 0; k < graph.numKinds() && !possible; ++k)
        possible = graph.timeOf(a, k) != kUnsupported &&
                   graph.timeOf(b, k) != kUnsupported;
      if (!possible ||
          static_cast<double>(load[a]) + static_cast<double>(load[b]) >
              kMostLoad * scale ||
          (memory != kUnlimitedBytes &&
           contiguous::addBytes(bytes[a], bytes[b]) >
               memory / kMemoryParts * kMostMemoryParts))
        continue;
      sets.merge(a, b);
      ClassId root = sets.find(a);
      load[root] = load[a] + load[b];
      bytes[root] = contiguous::addBytes(bytes[a], bytes[b]);
      pin[root] = std::max(pin[a], pin[b]);
    }
  }
  std::vector<uint32_t> into(graph.numClasses);
  for (ClassId c = 0; c < graph.numClasses; ++c)
    into[c] = sets.find(c);
  return contiguous::mergeClasses(graph, into);
}

DeviceMap Coarsener::toMerged(const ClassGraph &merged,
                              const DeviceMap &fine) const {
  DeviceMap coarse(merged.numClasses, kNone);
  for (ClassId c = 0; c < graph.numClasses; ++c)
    if (DeviceId &d = coarse[merged.classOf[nodeOf[c]]]; d == kNone)
      d = fine[c];
  return coarse;
}

DeviceMap Coarsener::toFine(const ClassGraph &merged,
                            const DeviceMap &coarse) const {
  DeviceMap fine(graph.numClasses);
  for (ClassId c = 0; c < graph.numClasses; ++c)
    fine[c] = coarse[merged.classOf[nodeOf[c]]];
  return fine;
}

} // namespace placement::solver::noncontiguous
