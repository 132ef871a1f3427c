//===- PassTable.cpp - Costs by pass and direction ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/PassTable.h"

#include "Solver/Contiguous/ClassBuilding.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace placement::solver::noncontiguous {

PassTable::PassTable(const Instance &instance, const ClassGraph &graph)
    : communication(instance.communication()),
      gpipe(instance.schedule() == Schedule::GPipe), numKinds(graph.numKinds()),
      own(graph.numClasses * graph.numKinds() * 2), cost(graph.numKinds()) {
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    ClassId c = graph.classOf[v];
    for (KindId k = 0; k < numKinds; ++k)
      if (graph.timeOf(c, k) != kUnsupported)
        own[(c * numKinds + k) * 2 + instance.isBackward(v)].compute +=
            instance.time(v, k);
  }
  addNets(instance, graph);
  addWeights(graph);
  contiguous::Edges incidence;
  incidence.reserve(items.values.size());
  for (ItemId i = 0; i < numItems(); ++i)
    for (ClassId c : items[i])
      incidence.push_back({c, i});
  itemsOf = contiguous::rowsOf(graph.numClasses, incidence);
}

void PassTable::addNets(const Instance &instance, const ClassGraph &graph) {
  // The members of each net that can be cut, and what else must be equal.
  Rows members;
  std::vector<NetId> source;
  std::vector<ClassId> scratch;
  for (NetId n = 0; n < instance.numNets(); ++n) {
    bool free = true;
    for (KindId k = 0; k < numKinds && free; ++k)
      free = instance.netCost(n, k) == 0;
    if (free)
      continue;
    scratch.clear();
    uint32_t producer = instance.producer(n);
    if (producer != kNone)
      scratch.push_back(graph.classOf[producer]);
    for (NodeId v : instance.consumers(n))
      scratch.push_back(graph.classOf[v]);
    std::sort(scratch.begin(), scratch.end());
    scratch.erase(std::unique(scratch.begin(), scratch.end()), scratch.end());
    if (scratch.size() == 1) {
      // Only the host can be on the other side.
      if (instance.onHost(n))
        for (KindId k = 0; k < numKinds; ++k)
          if (graph.timeOf(scratch[0], k) != kUnsupported) {
            PassSums &sums = own[(scratch[0] * numKinds + k) * 2 +
                                 instance.isBackwardNet(n)];
            (producer != kNone ? sums.out : sums.in) += instance.netCost(n, k);
          }
      continue;
    }
    if (scratch.empty())
      continue;
    for (ClassId c : scratch)
      members.add(c);
    members.endRow();
    source.push_back(n);
  }
  auto senderOf = [&](NetId n) {
    uint32_t producer = instance.producer(n);
    return producer == kNone ? kNone : graph.classOf[producer];
  };
  auto key = [&](uint32_t row) {
    NetId n = source[row];
    return std::tuple(senderOf(n), instance.isBackwardNet(n),
                      instance.onHost(n));
  };
  auto less = [&](uint32_t a, uint32_t b) {
    auto x = members[a], y = members[b];
    auto order = std::lexicographical_compare_three_way(x.begin(), x.end(),
                                                        y.begin(), y.end());
    return order != 0 ? order < 0 : key(a) < key(b);
  };
  std::vector<uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return less(a, b) || (!less(b, a) && a < b);
  });
  for (size_t at = 0; at < order.size(); ++at) {
    uint32_t row = order[at];
    NetId n = source[row];
    if (at == 0 || less(order[at - 1], row)) {
      for (ClassId c : members[row])
        items.add(c);
      items.endRow();
      sender.push_back(senderOf(n));
      backward.push_back(instance.isBackwardNet(n));
      sticky.push_back(instance.onHost(n));
      bytes.push_back(0);
      for (auto &costs : cost)
        costs.push_back(0);
    }
    for (KindId k = 0; k < numKinds; ++k)
      cost[k].back() += instance.netCost(n, k);
  }
}

void PassTable::addWeights(const ClassGraph &graph) {
  for (ItemId i = 0; i < graph.numItems(); ++i) {
    if (!graph.itemBytes[i])
      continue;
    for (ClassId c : graph.items[i])
      items.add(c);
    items.endRow();
    sender.push_back(kNone);
    backward.push_back(0);
    sticky.push_back(1);
    bytes.push_back(graph.itemBytes[i]);
    for (auto &costs : cost)
      costs.push_back(0);
  }
}

std::array<Time, 2> PassTable::times(const PassSums &forward,
                                     const PassSums &backwardSums) const {
  auto combine = [&](const PassSums &sums) {
    return combineLoad<Time>(communication, sums.in, sums.compute, sums.out);
  };
  if (gpipe)
    return {combine(forward), combine(backwardSums)};
  PassSums both = forward;
  both += backwardSums;
  return {combine(both), 0};
}

} // namespace placement::solver::noncontiguous
