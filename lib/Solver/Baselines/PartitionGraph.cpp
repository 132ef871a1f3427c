//===- PartitionGraph.cpp - A problem as graph partitioners see it --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/PartitionGraph.h"

#include <algorithm>
#include <tuple>

namespace placement::solver::baselines {

namespace {

constexpr int64_t kMostWeight = int64_t(1) << 28;

struct Arc {
  ClassId from, to;
  Time cost;
};

/// Both directions of every edge, sorted, each once.
std::vector<Arc> arcsOf(const Instance &instance, const ClassGraph &graph,
                        KindId kind) {
  std::vector<Arc> arcs;
  std::vector<ClassId> consumers;
  for (NetId n = 0; n < instance.numNets(); ++n) {
    Time cost = instance.netCost(n, kind);
    if (instance.producer(n) == kNone || cost == 0)
      continue;
    ClassId from = graph.classOf[instance.producer(n)];
    consumers.clear();
    for (NodeId v : instance.consumers(n))
      if (graph.classOf[v] != from)
        consumers.push_back(graph.classOf[v]);
    std::sort(consumers.begin(), consumers.end());
    consumers.erase(std::unique(consumers.begin(), consumers.end()),
                    consumers.end());
    for (ClassId to : consumers) {
      arcs.push_back({from, to, cost});
      arcs.push_back({to, from, cost});
    }
  }
  std::sort(arcs.begin(), arcs.end(), [](const Arc &a, const Arc &b) {
    return std::tie(a.from, a.to) < std::tie(b.from, b.to);
  });
  size_t last = 0;
  for (size_t i = 1; i < arcs.size(); ++i)
    if (arcs[i].from == arcs[last].from && arcs[i].to == arcs[last].to)
      arcs[last].cost += arcs[i].cost;
    else
      arcs[++last] = arcs[i];
  arcs.resize(arcs.empty() ? 0 : last + 1);
  return arcs;
}

std::vector<Time> bytesOf(const Instance &instance, const ClassGraph &graph) {
  std::vector<Time> bytes(graph.numClasses, 0);
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    bytes[graph.classOf[v]] +=
        instance.size(v) + instance.stash(v) * instance.leastInFlight();
  for (uint32_t w = 0; w < instance.numWeights(); ++w)
    if (!instance.weightUsers(w).empty())
      bytes[graph.classOf[instance.weightUsers(w).front()]] +=
          instance.weightBytes(w);
  return bytes;
}

} // namespace

std::vector<int32_t> scaleDown(const std::vector<Time> &numbers, int64_t most) {
  __int128 sum = 0;
  for (Time number : numbers)
    sum += number;
  std::vector<int32_t> scaled;
  scaled.reserve(numbers.size());
  for (Time number : numbers)
    scaled.push_back(static_cast<int32_t>(
        sum <= most ? number : (__int128(number) * most + sum / 2) / sum));
  return scaled;
}

PartitionGraph partitionGraph(const Instance &instance, const ClassGraph &graph,
                              KindId kind) {
  PartitionGraph result;
  std::vector<Time> compute;
  compute.reserve(graph.numClasses);
  for (ClassId c = 0; c < graph.numClasses; ++c)
    compute.push_back(graph.timeOf(c, kind));
  result.compute = scaleDown(compute, kMostWeight);
  // Balance of nothing is no aim: then every class weighs the same.
  if (std::all_of(result.compute.begin(), result.compute.end(),
                  [](int32_t weight) { return weight == 0; }))
    std::fill(result.compute.begin(), result.compute.end(), 1);
  result.memory = scaleDown(bytesOf(instance, graph), kMostWeight);

  std::vector<Arc> arcs = arcsOf(instance, graph, kind);
  std::vector<Time> costs;
  costs.reserve(arcs.size());
  for (const Arc &arc : arcs)
    costs.push_back(arc.cost);
  result.cost = scaleDown(costs, kMostWeight);
  size_t at = 0;
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    for (; at < arcs.size() && arcs[at].from == c; ++at) {
      result.neighbours.push_back(static_cast<int32_t>(arcs[at].to));
      // Partitioners want positive numbers.
      result.cost[at] = std::max(result.cost[at], 1);
    }
    result.begin.push_back(static_cast<int32_t>(at));
  }
  return result;
}

} // namespace placement::solver::baselines
