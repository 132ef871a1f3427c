//===- RandomInstance.cpp - Seeded random problems ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomInstance.h"

#include "Random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace placement::solver::test {

namespace {

class Generator {
public:
  Generator(uint64_t seed, const RandomKnobs &knobs)
      : random(seed * 2 + 1), knobs(knobs) {}

  InstanceData run() {
    data.source = "random";
    whole = random.chance(knobs.wholeNumbers);
    heavy = random.pick({0.2, 2, 10});
    addKinds();
    addForward();
    if (random.chance(knobs.training))
      addBackward();
    if (random.chance(knobs.orderEdges))
      addOrderEdges();
    addNets();
    addHostValues();
    if (random.chance(knobs.pins))
      addPins();
    addMemory();
    if (random.chance(knobs.shuffled))
      return shuffledCopy(data, random.next());
    return std::move(data);
  }

private:
  double duration() {
    if (random.chance(0.15))
      return 0;
    double value = random.unit() * 10;
    return whole ? std::round(value) : value;
  }
  double netCost() {
    return whole ? random.between(0, 4) : random.unit() * heavy;
  }

  void addKinds() {
    int kinds = random.between(1, knobs.maxKinds);
    const char *names[] = {"acc", "cpu", "dsp", "npu"};
    for (int k = 0; k < kinds; ++k) {
      DeviceKind kind;
      kind.name = names[k];
      kind.count = random.between(k == 0 ? 1 : 0, knobs.maxCount);
      data.machine.kinds.push_back(kind);
      // CPUs of DPO move data for free.
      linkScale.push_back(k == 0 ? 1 : random.pick({0, 0, 1, 0.5}));
    }
    someUnsupported = random.chance(knobs.unsupported);
  }

  NodeId addNode(bool backward, uint32_t group) {
    NodeId v = data.numNodes();
    data.nodeIds.push_back(v);
    size_t kinds = data.numKinds();
    double base = duration();
    for (size_t k = 0; k < kinds; ++k)
      data.time.push_back(k == 0               ? base
                          : random.chance(0.7) ? base * (k == 1 ? 10 : 2)
                                               : duration() * 3);
    if (someUnsupported)
      for (size_t k = 0; k < kinds; ++k)
        if (random.chance(0.15))
          data.time[v * kinds + k] = std::numeric_limits<double>::infinity();
    bool supported = false;
    for (size_t k = 0; k < kinds; ++k)
      supported |= data.machine.kinds[k].count > 0 &&
                   std::isfinite(data.time[v * kinds + k]);
    if (!supported)
      data.time[v * kinds] = base;
    data.backward.push_back(backward);
    data.group.push_back(group);
    consumers.emplace_back();
    twinOf.push_back(v);
    return v;
  }

  void addEdge(NodeId from, NodeId to) { consumers[from].push_back(to); }

  void addForward() {
    forward = random.between(knobs.minForward, knobs.maxForward);
    for (int v = 0; v < forward; ++v)
      addNode(false, v);
    // Joined groups. They can hold cycles between groups, which then merge.
    if (random.chance(knobs.colocation))
      for (int i = 0; i < 2; ++i) {
        uint32_t to = data.group[random.below(forward)],
                 from = data.group[random.below(forward)];
        std::replace(data.group.begin(), data.group.end(), from, to);
      }
    if (random.chance(knobs.branches)) {
      addBranches();
    } else if (random.chance(0.3)) { // A chain with skips.
      for (int v = 0; v + 1 < forward; ++v) {
        addEdge(v, v + 1);
        if (v + 3 < forward && random.chance(0.3))
          addEdge(v, v + 3);
      }
    } else {
      double density = random.pick({0.15, 0.3, 0.5});
      for (int from = 0; from < forward; ++from)
        for (int to = from + 1; to < forward; ++to)
          if (random.chance(density))
            addEdge(from, to);
    }
  }

  void addBranches() {
    int branches = random.between(2, 4);
    for (int v = 1; v + 1 < forward; ++v) {
      addEdge(v <= branches ? 0 : v - branches, v);
      if (v + branches + 1 >= forward)
        addEdge(v, forward - 1);
    }
    if (random.chance(knobs.twins))
      for (int v = 1; v + 1 < forward; ++v)
        if (random.chance(0.9))
          makeTwin(v, v - (v - 1) % branches);
  }

  /// Gives `v` the figures of `original`; those that come later follow.
  void makeTwin(NodeId v, NodeId original) {
    twinOf[v] = original;
    size_t kinds = data.numKinds();
    std::copy_n(data.time.begin() + original * kinds, kinds,
                data.time.begin() + v * kinds);
  }

  /// A mirror image with holes, and orphans.
  void addBackward() {
    std::vector<uint32_t> partner(forward, kNone);
    std::vector<std::vector<uint32_t>> edges(consumers);
    for (int v = 0; v < forward; ++v)
      if (random.chance(0.85)) {
        partner[v] = addNode(true, data.group[v]);
        if (uint32_t twin = partner[twinOf[v]]; twin != kNone)
          makeTwin(partner[v], twin);
        if (random.chance(0.7))
          addEdge(v, partner[v]);
      }
    for (int from = 0; from < forward; ++from)
      for (uint32_t to : edges[from])
        if (partner[from] != kNone && partner[to] != kNone)
          addEdge(partner[to], partner[from]);
    // Edges that mirror nothing: the backward pass has an order of its own.
    if (random.chance(0.4))
      for (int i = random.between(1, 3); i > 0; --i) {
        uint32_t from = partner[random.below(forward)],
                 to = partner[random.below(forward)];
        if (from != kNone && to != kNone && from != to)
          addEdge(from, to);
      }
    if (random.chance(knobs.orphans))
      addOrphans(partner);
    removeBackwardCycles();
  }

  void addOrphans(const std::vector<uint32_t> &partner) {
    // Orphans stand between backward nodes in backward order, alone or as a
    // group, and may follow each other.
    int orphans = random.between(1, 3);
    uint32_t common = random.chance(0.3) ? 1000 : kNone;
    uint32_t previous = kNone;
    for (int i = 0; i < orphans; ++i) {
      NodeId orphan = addNode(true, common != kNone      ? common
                                    : random.chance(0.5) ? 1001 + i
                                                         : kNone);
      if (random.chance(0.3))
        addEdge(random.below(forward), orphan);
      uint32_t after = random.below(forward);
      if (partner[after] != kNone)
        addEdge(orphan, partner[after]);
      for (uint32_t before = after + 1; before < uint32_t(forward); ++before)
        if (partner[before] != kNone && random.chance(0.4))
          addEdge(partner[before], orphan);
      if (previous != kNone && random.chance(0.4))
        addEdge(previous, orphan);
      previous = orphan;
    }
  }

  /// Backward edges were added without a look at what depends on them: drops
  /// those that close a cycle.
  void removeBackwardCycles() {
    size_t nodes = data.numNodes();
    std::vector<std::vector<uint32_t>> kept(nodes);
    auto reaches = [&](uint32_t from, uint32_t to) {
      std::vector<uint8_t> seen(nodes, 0);
      std::vector<uint32_t> stack = {from};
      while (!stack.empty()) {
        uint32_t v = stack.back();
        stack.pop_back();
        if (v == to)
          return true;
        for (uint32_t next : kept[v])
          if (!seen[next]) {
            seen[next] = 1;
            stack.push_back(next);
          }
      }
      return false;
    };
    for (uint32_t from = 0; from < nodes; ++from)
      for (uint32_t to : consumers[from])
        if (!reaches(to, from))
          kept[from].push_back(to);
    consumers = std::move(kept);
  }

  void addNet(uint32_t producer, const std::vector<uint32_t> &pins,
              bool onHost) {
    data.netProducer.push_back(producer);
    data.netConsumers.insert(data.netConsumers.end(), pins.begin(), pins.end());
    data.netBegin.push_back(data.netConsumers.size());
    data.netOnHost.push_back(onHost);
    double cost = netCost();
    if (producer != kNone && twinOf[producer] != producer)
      cost = lastCost[twinOf[producer]];
    lastCost.resize(data.numNodes(), cost);
    if (producer != kNone)
      lastCost[producer] = cost;
    for (size_t k = 0; k < data.numKinds(); ++k)
      data.netCost.push_back(cost * linkScale[k]);
  }

  void addNets() {
    bool several = random.chance(knobs.severalNets);
    bool results = random.chance(knobs.hostValues);
    for (NodeId v = 0; v < consumers.size(); ++v) {
      std::vector<uint32_t> &all = consumers[v];
      bool result = results && random.chance(all.empty() ? 0.7 : 0.1);
      if (knobs.singleConsumers) {
        for (uint32_t consumer : all)
          addNet(v, {consumer}, result);
        if (all.empty() && result)
          addNet(v, {}, true);
        continue;
      }
      if (several && all.size() > 1 && random.chance(0.5)) {
        // Two results; some consumers may read both.
        std::vector<uint32_t> first, second;
        for (uint32_t consumer : all) {
          bool both = random.chance(0.2), one = random.chance(0.5);
          if (both || one)
            first.push_back(consumer);
          if (both || !one)
            second.push_back(consumer);
        }
        addNet(v, first, result);
        addNet(v, second, false);
      } else if (!all.empty() || result) {
        addNet(v, all, result);
      }
    }
  }

  void addHostValues() {
    if (!random.chance(knobs.hostValues))
      return;
    for (int i = random.between(1, 2); i > 0; --i) {
      std::vector<uint32_t> pins;
      for (NodeId v = 0; v < data.numNodes(); ++v)
        if (random.chance(v == 0 ? 0.8 : 0.15))
          pins.push_back(v);
      addNet(kNone, pins, random.chance(0.5));
    }
  }

  void addOrderEdges() {
    for (int i = random.between(1, 2); i > 0; --i) {
      uint32_t from = random.below(forward), to = random.below(forward);
      if (from < to)
        data.orderEdges.push_back({from, to});
    }
    // Some edges carry no value, only an order.
    for (int i = random.between(0, 2); i > 0; --i) {
      NodeId from = random.below(data.numNodes());
      if (consumers[from].empty())
        continue;
      data.orderEdges.push_back({from, consumers[from].back()});
      consumers[from].pop_back();
    }
  }

  void addPins() {
    data.pinKind.assign(data.numNodes(), kNone);
    data.pinIndex.assign(data.numNodes(), kNone);
    for (int i = random.between(1, 3); i > 0; --i) {
      NodeId v = random.below(data.numNodes());
      uint32_t kind = random.below(data.numKinds());
      uint32_t count = data.machine.kinds[kind].count;
      if (count == 0)
        continue;
      data.pinKind[v] = kind;
      data.pinIndex[v] = random.chance(0.5) ? random.below(count) : kNone;
    }
  }

  void addMemory() {
    double total = 0;
    auto bytes = [&] { return double(random.between(0, 10)); };
    for (NodeId v = 0; v < data.numNodes(); ++v) {
      data.size.push_back(twinOf[v] == v ? bytes() : data.size[twinOf[v]]);
      total += data.size.back();
    }
    if (random.chance(knobs.sharedWeights))
      for (int i = random.between(1, 3); i > 0; --i) {
        data.weightBytes.push_back(bytes() * 2);
        total += data.weightBytes.back();
        for (NodeId v = 0; v < data.numNodes(); ++v)
          if (random.chance(0.25))
            data.weightUsers.push_back(v);
        data.weightBegin.push_back(data.weightUsers.size());
      }
    if (random.chance(knobs.transients))
      for (NodeId v = 0; v < data.numNodes(); ++v)
        data.transient.push_back(random.chance(0.3) ? bytes() * 2 : 0);
    if (!random.chance(knobs.memory))
      return;
    if (random.chance(knobs.suffixStages)) {
      data.inFlight = InFlight::SuffixStages;
      for (NodeId v = 0; v < data.numNodes(); ++v) {
        data.stash.push_back(data.backward[v] ? 0 : random.between(0, 4));
        total += data.stash.back();
      }
    }
    for (DeviceKind &kind : data.machine.kinds)
      if (kind.name == "acc" || random.chance(0.3))
        kind.memory = Bytes(total / std::max(1u, kind.count) *
                            random.pick({1.1, 1.5, 0.8, 2.0}));
  }

  Random random;
  const RandomKnobs &knobs;
  InstanceData data;
  int forward = 0;
  bool whole = false, someUnsupported = false;
  double heavy = 1;
  std::vector<double> linkScale;
  /// The node whose figures a node shares, mostly itself.
  std::vector<NodeId> twinOf;
  /// Of the last net of each node.
  std::vector<double> lastCost;
  /// Edges before they become nets.
  std::vector<std::vector<uint32_t>> consumers;
};

/// 0..n-1 in random order.
std::vector<uint32_t> permutation(size_t n, Random &random) {
  std::vector<uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  random.shuffle(order);
  return order;
}

template <typename T>
std::vector<T> permuted(const std::vector<T> &from,
                        const std::vector<uint32_t> &order, size_t width = 1) {
  std::vector<T> to;
  if (from.empty())
    return to;
  for (uint32_t i : order)
    to.insert(to.end(), from.begin() + i * width,
              from.begin() + (i + 1) * width);
  return to;
}

/// Lists in the order `order`, their entries mapped and shuffled.
void permuteLists(std::vector<uint32_t> &begin, std::vector<uint32_t> &entries,
                  const std::vector<uint32_t> &order,
                  const std::vector<uint32_t> &map, Random &random) {
  std::vector<uint32_t> newBegin = {0}, newEntries;
  for (uint32_t list : order) {
    std::vector<uint32_t> mapped;
    for (uint32_t i = begin[list]; i < begin[list + 1]; ++i)
      mapped.push_back(map[entries[i]]);
    random.shuffle(mapped);
    newEntries.insert(newEntries.end(), mapped.begin(), mapped.end());
    newBegin.push_back(newEntries.size());
  }
  begin = std::move(newBegin);
  entries = std::move(newEntries);
}

} // namespace

InstanceData randomInstance(uint64_t seed, const RandomKnobs &knobs) {
  return Generator(seed, knobs).run();
}

void chooseLoadModel(InstanceData &data, uint64_t seed) {
  Random random(seed * 2 + 1);
  uint32_t choice = 1 + random.below(5);
  data.communication = static_cast<Communication>(choice % 3);
  if (choice < 3)
    return;
  data.schedule = Schedule::GPipe;
  if (data.inFlight == InFlight::SuffixStages) {
    data.inFlight = InFlight::All;
    data.microbatches = random.between(1, 3);
  }
}

InstanceData shuffledCopy(const InstanceData &data, uint64_t seed) {
  Random random(seed);
  size_t kinds = data.numKinds();
  std::vector<uint32_t> order = permutation(data.numNodes(), random);
  std::vector<uint32_t> position(order.size());
  for (size_t i = 0; i < order.size(); ++i)
    position[order[i]] = i;

  InstanceData copy = data;
  for (size_t v = 0; v < order.size(); ++v)
    copy.nodeIds[v] = int64_t(1000 + 3 * order[v]);
  copy.nodeNames = permuted(data.nodeNames, order);
  copy.time = permuted(data.time, order, kinds);
  copy.size = permuted(data.size, order);
  copy.stash = permuted(data.stash, order);
  copy.transient = permuted(data.transient, order);
  copy.backward = permuted(data.backward, order);
  copy.group = permuted(data.group, order);
  copy.pinKind = permuted(data.pinKind, order);
  copy.pinIndex = permuted(data.pinIndex, order);
  for (uint32_t &group : copy.group)
    if (group != kNone)
      group = group * 7 + 3;

  std::vector<uint32_t> nets = permutation(data.numNets(), random);
  copy.netProducer = permuted(data.netProducer, nets);
  for (uint32_t &producer : copy.netProducer)
    if (producer != kNone)
      producer = position[producer];
  copy.netOnHost = permuted(data.netOnHost, nets);
  copy.netCost = permuted(data.netCost, nets, kinds);
  copy.netBytes = permuted(data.netBytes, nets);
  permuteLists(copy.netBegin, copy.netConsumers, nets, position, random);

  std::vector<uint32_t> weights = permutation(data.weightBytes.size(), random);
  copy.weightBytes = permuted(data.weightBytes, weights);
  permuteLists(copy.weightBegin, copy.weightUsers, weights, position, random);
  for (auto &[first, second] : copy.orderEdges) {
    first = position[first];
    second = position[second];
  }
  random.shuffle(copy.orderEdges);
  return copy;
}

} // namespace placement::solver::test
