//===- LatencyGreedy.cpp - Devices filled up to their memory --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The greedy topological baseline of the DPO paper (appendix F): blocks that
// cannot be taken apart, in a topological order that follows one branch before
// the next, fill one device after the other as far as memory goes; blocks that
// no device can hold, and those after the last device, go to the host. Beyond
// the paper: what is unsupported or pinned ends a device as what does not fit,
// devices of several kinds are filled in the order of their speed, and hosts
// have a memory. Near-linear.
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/Baseline.h"
#include "Solver/Baselines/LatencyBaseline.h"
#include "Solver/Model/Digraph.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace placement::solver::baselines {

namespace {

/// Edges of data and of order, as often as nets and order edges have them.
Digraph dataGraph(const Instance &instance) {
  Digraph graph(static_cast<uint32_t>(instance.numNodes()));
  graph.fill([&](auto visit) {
    for (NetId n = 0; n < instance.numNets(); ++n)
      if (uint32_t producer = instance.producer(n); producer != kNone)
        for (NodeId consumer : instance.consumers(n))
          visit(producer, consumer);
    for (auto [before, after] : instance.data().orderEdges)
      visit(before, after);
  });
  return graph;
}

/// Nodes that have to be together: groups, and groups in a circle. The order of
/// blocks always goes on with the last one that has become ready.
std::vector<std::vector<NodeId>> blocksInOrder(const Instance &instance) {
  Digraph graph = dataGraph(instance);
  auto n = static_cast<uint32_t>(instance.numNodes());
  std::vector<uint32_t> unitOf(n);
  auto units = static_cast<uint32_t>(instance.numGroups());
  for (NodeId v = 0; v < n; ++v)
    unitOf[v] = instance.group(v) != kNone ? instance.group(v) : units++;
  std::vector<uint32_t> component =
      componentsOf(quotient(graph, unitOf, units));
  std::vector<std::vector<NodeId>> blocks(units);
  std::vector<uint32_t> blockOf(n);
  for (NodeId v = 0; v < n; ++v) {
    blockOf[v] = component[unitOf[v]];
    blocks[blockOf[v]].push_back(v);
  }
  // Every edge between nodes counts, and a block is ready with the last one.
  std::vector<size_t> waiting(units, 0);
  auto forEachTarget = [&](uint32_t block, auto visit) {
    for (NodeId v : blocks[block])
      graph.forEachSuccessor(v, [&](NodeId to) {
        if (blockOf[to] != block)
          visit(blockOf[to]);
      });
  };
  for (uint32_t b = 0; b < units; ++b)
    forEachTarget(b, [&](uint32_t to) { ++waiting[to]; });
  // Those without predecessors by their first node, the first on top.
  std::vector<uint32_t> stack;
  for (NodeId v = n; v-- > 0;)
    if (waiting[blockOf[v]] == 0 && blocks[blockOf[v]].front() == v)
      stack.push_back(blockOf[v]);
  std::vector<std::vector<NodeId>> order;
  while (!stack.empty()) {
    uint32_t b = stack.back();
    stack.pop_back();
    forEachTarget(b, [&](uint32_t to) {
      if (--waiting[to] == 0)
        stack.push_back(to);
    });
    order.push_back(std::move(blocks[b]));
  }
  return order;
}

/// Kinds, the fastest for the whole program first. What a kind does not take
/// counts as on the slowest kind that takes it.
std::vector<KindId> rankKinds(const Instance &instance) {
  std::vector<__int128> total(instance.numKinds(), 0);
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    Time slowest = 0;
    for (KindId k = 0; k < instance.numKinds(); ++k)
      if (instance.supports(v, k))
        slowest = std::max(slowest, instance.time(v, k));
    for (KindId k = 0; k < instance.numKinds(); ++k)
      total[k] += instance.supports(v, k) ? instance.time(v, k) : slowest;
  }
  std::vector<KindId> ranked(instance.numKinds());
  std::iota(ranked.begin(), ranked.end(), 0);
  std::sort(ranked.begin(), ranked.end(), [&](KindId a, KindId b) {
    return total[a] != total[b] ? total[a] < total[b] : a < b;
  });
  return ranked;
}

/// What is held together on a device, or in the memory of a host.
class Filling {
public:
  Filling(const Instance &instance, DeviceRef device)
      : instance(instance), at(device), shared(instance.numWeights(), 0) {}

  DeviceRef device() const { return at; }
  const std::vector<NodeId> &held() const { return nodes; }

  /// Adds a block if support, pins and memory allow it. `weightsOf` has the
  /// shared weights of each node.
  bool take(const std::vector<NodeId> &block,
            const std::vector<std::vector<uint32_t>> &weightsOf) {
    __int128 total = bytes;
    Bytes most = transient;
    std::vector<uint32_t> added;
    bool allowed = true;
    for (NodeId v : block) {
      allowed &= instance.supports(v, at.kind) && isPinnedHere(v);
      total += instance.size(v);
      if (instance.data().inFlight != InFlight::Single)
        total += instance.stash(v);
      most = std::max(most, instance.transient(v));
      for (uint32_t w : weightsOf[v])
        if (!std::exchange(shared[w], 1)) {
          added.push_back(w);
          total += instance.weightBytes(w);
        }
    }
    Bytes limit = instance.memoryLimit(at.kind);
    if (!allowed || (limit != kUnlimitedBytes && total + most > limit)) {
      for (uint32_t w : added)
        shared[w] = 0;
      return false;
    }
    bytes = total;
    transient = most;
    nodes.insert(nodes.end(), block.begin(), block.end());
    return true;
  }

private:
  bool isPinnedHere(NodeId v) const {
    if (instance.pinKind(v) == kNone)
      return true;
    return instance.pinKind(v) == at.kind &&
           (instance.pinIndex(v) == kNone || instance.isHost(at.kind) ||
            instance.pinIndex(v) == at.index);
  }

  const Instance &instance;
  DeviceRef at;
  std::vector<NodeId> nodes;
  std::vector<uint8_t> shared;
  __int128 bytes = 0;
  Bytes transient = 0;
};

/// Devices of call kinds, each begun once at most.
class FreshDevices {
public:
  explicit FreshDevices(const Instance &instance)
      : instance(instance), kinds(instance.numKinds()) {
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (instance.pinIndex(v) != kNone)
        kinds[instance.pinKind(v)].named.push_back(instance.pinIndex(v));
    for (Kind &kind : kinds) {
      std::sort(kind.named.begin(), kind.named.end());
      kind.named.erase(std::unique(kind.named.begin(), kind.named.end()),
                       kind.named.end());
      kind.begun.assign(kind.named.size(), 0);
    }
  }

  /// The device of the kind that a block would begin: that of its pin, else the
  /// first that no pin names, else the first. kNone where none is left.
  uint32_t next(KindId k, const std::vector<NodeId> &block) const {
    const Kind &kind = kinds[k];
    for (NodeId v : block)
      if (instance.pinKind(v) == k && instance.pinIndex(v) != kNone) {
        auto at = std::lower_bound(kind.named.begin(), kind.named.end(),
                                   instance.pinIndex(v));
        return kind.begun[at - kind.named.begin()] ? kNone : *at;
      }
    uint32_t index = kind.firstOther;
    while (std::binary_search(kind.named.begin(), kind.named.end(), index))
      ++index;
    if (index < instance.machine().kinds[k].count)
      return index;
    auto at = std::find(kind.begun.begin(), kind.begun.end(), 0);
    return at == kind.begun.end() ? kNone : kind.named[at - kind.begun.begin()];
  }
  void begin(DeviceRef device) {
    Kind &kind = kinds[device.kind];
    auto at =
        std::lower_bound(kind.named.begin(), kind.named.end(), device.index);
    if (at != kind.named.end() && *at == device.index)
      kind.begun[at - kind.named.begin()] = 1;
    else
      kind.firstOther = device.index + 1;
  }

private:
  struct Kind {
    std::vector<uint32_t> named;
    std::vector<uint8_t> begun;
    uint32_t firstOther = 0;
  };
  const Instance &instance;
  std::vector<Kind> kinds;
};

/// The method itself.
class Filler {
public:
  Filler(const Instance &instance, uint32_t maxDevices)
      : instance(instance), ranked(rankKinds(instance)), fresh(instance),
        devicesLeft(maxDevices == 0 ? UINT32_MAX : maxDevices),
        weightsOf(instance.numNodes()) {
    for (uint32_t w = 0; w < instance.numWeights(); ++w)
      for (NodeId v : instance.weightUsers(w))
        weightsOf[v].push_back(w);
    for (KindId k : ranked)
      if (instance.isHost(k) && instance.machine().kinds[k].count > 0)
        hosts.push_back(Filling(instance, {k, 0}));
    sets.stageOf.assign(instance.numNodes(), kNone);
  }

  /// A node that nobody takes; kNone if all have a place.
  NodeId run() {
    for (const std::vector<NodeId> &block : blocksInOrder(instance))
      if (!place(block))
        return block.front();
    if (current)
      close(*current);
    for (const Filling &host : hosts)
      if (!host.held().empty())
        close(host);
    return kNone;
  }
  /// A stage for each device in use and each host.
  const Assignment &result() const { return sets; }

private:
  bool place(const std::vector<NodeId> &block) {
    if (current && current->take(block, weightsOf))
      return true;
    // A device that has been left is not gone back to.
    if (current)
      close(*current);
    current.reset();
    for (KindId k : ranked) {
      if (devicesLeft == 0 || instance.isHost(k))
        continue;
      uint32_t index = fresh.next(k, block);
      if (index == kNone)
        continue;
      Filling device(instance, {k, index});
      if (!device.take(block, weightsOf))
        continue;
      fresh.begin({k, index});
      --devicesLeft;
      current.emplace(std::move(device));
      return true;
    }
    return std::any_of(hosts.begin(), hosts.end(), [&](Filling &host) {
      return host.take(block, weightsOf);
    });
  }

  void close(const Filling &filling) {
    for (NodeId v : filling.held())
      sets.stageOf[v] = static_cast<uint32_t>(sets.stages.size());
    sets.stages.push_back(filling.device());
  }

  const Instance &instance;
  std::vector<KindId> ranked;
  FreshDevices fresh;
  uint32_t devicesLeft;
  std::vector<std::vector<uint32_t>> weightsOf;
  std::optional<Filling> current;
  std::vector<Filling> hosts;
  Assignment sets;
};

class LatencyGreedy final : public Algorithm {
public:
  std::string_view name() const override { return "greedy"; }
  std::string_view description() const override {
    return "devices filled up to their memory in topological order";
  }

  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    Outcome outcome = boundedOutcome(instance);
    Result<Instance> proxy = asThroughput(instance);
    if (outcome.infeasible || !proxy)
      return outcome;
    Filler filler(instance, options.maxStages);
    if (NodeId left = filler.run(); left != kNone)
      outcome.explanation.push_back(
          "When it comes to " + describeNode(instance.data(), left) +
          ", no device and no host is left that takes it with what has to be "
          "with it; the method does not go back.");
    else
      concludeCalls(instance, options.maxStages, name(),
                    toCalls(instance, *proxy, filler.result()), observer,
                    outcome);
    return outcome;
  }
};

} // namespace

std::unique_ptr<Algorithm> createLatencyGreedy() {
  return std::make_unique<LatencyGreedy>();
}

} // namespace placement::solver::baselines
