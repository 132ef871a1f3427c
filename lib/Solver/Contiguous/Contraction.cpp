//===- Contraction.cpp - From an instance to its classes ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/ClassBuilding.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::contiguous {

namespace {

/// No more stages than nodes, nor than allowed.
uint32_t usefulStages(const Instance &instance, uint32_t maxStages) {
  uint32_t useful = static_cast<uint32_t>(
      std::min<size_t>(instance.numNodes(), size_t(1) << 20));
  return maxStages ? std::min(useful, maxStages) : useful;
}

/// Device kinds with useful counts, and whether memory can bind anywhere.
void setKinds(ClassGraph &graph, const Instance &instance, uint32_t maxStages) {
  size_t n = instance.numNodes();
  uint32_t useful = usefulStages(instance, maxStages);
  graph.maxStages = useful;
  graph.kinds = engineKinds(instance, maxStages);
  graph.suffixStash = instance.data().inFlight == InFlight::SuffixStages;
  size_t devices = 0;
  for (const EngineKind &kind : graph.kinds)
    devices += kind.count;
  Bytes inFlight = graph.suffixStash
                       ? static_cast<Bytes>(std::min<size_t>(devices, useful))
                       : instance.leastInFlight();
  __int128 total = 0;
  Bytes transient = 0;
  for (NodeId v = 0; v < n; ++v) {
    total += instance.size(v);
    total += static_cast<__int128>(instance.stash(v)) * inFlight;
    transient = std::max(transient, instance.transient(v));
  }
  for (uint32_t w = 0; w < instance.numWeights(); ++w)
    total += instance.weightBytes(w);
  total += transient;
  for (KindId k = 0; k < instance.numKinds(); ++k) {
    const DeviceKind &kind = instance.machine().kinds[k];
    EngineKind &engine = graph.kinds[k];
    engine.memory = kind.memory == kUnlimitedBytes
                        ? kUnlimitedBytes
                        : std::min(kind.memory, kTooManyBytes - 1);
    if (total <= kind.memory)
      engine.memory = kUnlimitedBytes;
    if (engine.count && engine.memory != kUnlimitedBytes)
      graph.memoryBinds = true;
    engine.plain = engine.memory == kUnlimitedBytes;
    for (NetId i = 0; i < instance.numNets() && engine.plain; ++i)
      engine.plain = instance.netCost(i, k) == 0;
  }
  // Where memory is free, stashes do not matter, nor the direction of a sweep.
  graph.suffixStash &= graph.memoryBinds;
}

/// Order constraints between the sets (problem.md, contiguous): forward edges,
/// and for backward edges that touch an orphan the turned edge (DPO, appendix
/// on training).
Edges orderConstraints(const Instance &instance, UnionFind &sets,
                       const std::vector<uint8_t> &orphan) {
  Edges edges;
  auto constrain = [&](NodeId a, NodeId b) {
    uint32_t x = sets.find(a), y = sets.find(b);
    if (x == y || instance.isBackward(a) != instance.isBackward(b))
      return;
    if (!instance.isBackward(a))
      edges.push_back({x, y});
    else if (orphan[a] || orphan[b])
      edges.push_back({y, x});
  };
  for (NetId i = 0; i < instance.numNets(); ++i)
    if (uint32_t p = instance.producer(i); p != kNone)
      for (uint32_t c : instance.consumers(i))
        constrain(p, c);
  for (auto [a, b] : instance.data().orderEdges)
    constrain(a, b);
  return edges;
}

/// Backward nodes whose colocation group has no forward node.
std::vector<uint8_t> findOrphans(const Instance &instance, UnionFind &groups) {
  size_t n = instance.numNodes();
  std::vector<uint8_t> hasForward(n, 0), orphan(n, 0);
  for (NodeId v = 0; v < n; ++v)
    if (!instance.isBackward(v))
      hasForward[groups.find(v)] = 1;
  for (NodeId v = 0; v < n; ++v)
    orphan[v] = instance.isBackward(v) && !hasForward[groups.find(v)];
  return orphan;
}

RawItems rawItems(const Instance &instance, const LoadParts &parts,
                  bool memoryBinds) {
  size_t kindCount = instance.numKinds();
  RawItems raw;
  raw.cost.assign(kindCount, {});
  for (NetId i = 0; i < instance.numNets(); ++i) {
    if (uint32_t p = instance.producer(i); p != kNone)
      raw.members.add(p);
    for (uint32_t c : instance.consumers(i))
      raw.members.add(c);
    raw.members.endRow();
    raw.sticky.push_back(instance.onHost(i));
    raw.bytes.push_back(0);
    bool backward = parts.byPass && instance.isBackwardNet(i);
    raw.inPart.push_back(static_cast<uint8_t>(parts.in(backward)));
    raw.outPart.push_back(static_cast<uint8_t>(parts.out(backward)));
    raw.source.push_back(instance.producer(i));
    for (KindId k = 0; k < kindCount; ++k)
      raw.cost[k].push_back(instance.netCost(i, k));
  }
  if (!memoryBinds)
    return raw;
  for (uint32_t w = 0; w < instance.numWeights(); ++w) {
    for (uint32_t user : instance.weightUsers(w))
      raw.members.add(user);
    raw.members.endRow();
    raw.sticky.push_back(1);
    raw.bytes.push_back(instance.weightBytes(w));
    raw.inPart.push_back(0);
    raw.outPart.push_back(0);
    raw.source.push_back(kNone);
    for (auto &row : raw.cost)
      row.push_back(0);
  }
  return raw;
}

} // namespace

std::vector<EngineKind> engineKinds(const Instance &instance,
                                    uint32_t maxStages) {
  uint32_t useful = usefulStages(instance, maxStages);
  std::vector<EngineKind> kinds(instance.numKinds());
  for (KindId k = 0; k < kinds.size(); ++k)
    kinds[k].count = std::min(instance.machine().kinds[k].count, useful);
  return kinds;
}

ClassGraph contract(const Instance &instance, uint32_t maxStages,
                    bool ordered) {
  size_t n = instance.numNodes();
  ClassGraph graph;
  graph.ordered = ordered;
  graph.parts = {instance.communication(),
                 instance.schedule() == Schedule::GPipe};
  setKinds(graph, instance, maxStages);
  size_t kindCount = graph.kinds.size();

  UnionFind sets(n);
  std::vector<std::pair<uint32_t, NodeId>> grouped;
  for (NodeId v = 0; v < n; ++v)
    if (instance.group(v) != kNone)
      grouped.push_back({instance.group(v), v});
  std::sort(grouped.begin(), grouped.end());
  for (size_t i = 1; i < grouped.size(); ++i)
    if (grouped[i].first == grouped[i - 1].first)
      sets.merge(grouped[i].second, grouped[i - 1].second);
  // A forward node that shares only a pin with them is no partner.
  std::vector<uint8_t> orphan = findOrphans(instance, sets);
  // Pins to one device are one class: a device has one stage.
  std::vector<std::pair<uint64_t, NodeId>> pins;
  for (NodeId v = 0; v < n; ++v)
    if (instance.pinIndex(v) != kNone && instance.pinKind(v) != kNone)
      pins.push_back(
          {(uint64_t(instance.pinKind(v)) << 32) | instance.pinIndex(v), v});
  std::sort(pins.begin(), pins.end());
  std::vector<uint32_t> pinOf(n, 0);
  for (size_t i = 0; i < pins.size(); ++i) {
    if (i && pins[i].first == pins[i - 1].first)
      sets.merge(pins[i].second, pins[i - 1].second);
    else
      ++graph.numPins;
    pinOf[pins[i].second] = graph.numPins;
  }

  Edges edges;
  if (ordered) {
    edges = orderConstraints(instance, sets, orphan);
    mergeComponents(rowsOf(n, edges), sets);
  }
  graph.classOf = numberClasses(graph, sets, edges);
  resizeCosts(graph);
  for (NodeId v = 0; v < n; ++v) {
    ClassId c = graph.classOf[v];
    for (KindId k = 0; k < kindCount; ++k) {
      bool allowed = instance.pinKind(v) == kNone || instance.pinKind(v) == k;
      Time t =
          allowed && graph.kinds[k].count ? instance.time(v, k) : kUnsupported;
      addTime(graph.time[c * kindCount + k], t);
      if (!graph.parts.single() && t != kUnsupported)
        graph.partTime[(c * kindCount + k) * graph.parts.count() +
                       graph.parts.compute(instance.isBackward(v))] += t;
    }
    if (graph.memoryBinds) {
      graph.size[c] = addBytes(graph.size[c], instance.size(v));
      // Below 2^61, as Instance::create has checked.
      if (graph.suffixStash)
        graph.stash[c] = addBytes(graph.stash[c], instance.stash(v));
      else
        graph.size[c] = addBytes(graph.size[c],
                                 instance.stash(v) * instance.leastInFlight());
      graph.transient[c] = std::max(
          graph.transient[c], std::min(instance.transient(v), kTooManyBytes));
    }
  }
  for (NodeId v = 0; v < n; ++v)
    addPin(graph, graph.classOf[v], pinOf[v]);
  buildItems(graph, rawItems(instance, graph.parts, graph.memoryBinds),
             graph.classOf);
  return graph;
}

} // namespace placement::solver::contiguous
