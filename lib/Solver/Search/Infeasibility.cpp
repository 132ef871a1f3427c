//===- Infeasibility.cpp - Rules that no plan can keep --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Infeasibility.h"

#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <span>

namespace placement::solver {

namespace {

/// The least memory that one device needs to hold `nodes`, shared weights left
/// out.
Bytes leastMemory(const Instance &instance, std::span<const NodeId> nodes) {
  Bytes total = 0, transient = 0;
  for (NodeId v : nodes) {
    total += instance.size(v) + instance.stash(v) * instance.leastInFlight();
    transient = std::max(transient, instance.transient(v));
  }
  return total + transient;
}

/// Nodes that must share a device, and the weights that come with them.
class Unit {
public:
  Unit(const Instance &instance, std::span<const NodeId> nodes, Bytes weights)
      : instance(instance), nodes(nodes), weights(weights) {}

  /// Empty, or why no device takes the unit.
  std::string contradiction() const {
    Bytes memory = leastMemory(instance, nodes) + weights;
    std::string obstacles;
    for (KindId kind = 0; kind < instance.numKinds(); ++kind) {
      const DeviceKind &machine = instance.machine().kinds[kind];
      if (machine.count == 0)
        continue;
      std::string obstacle = whyNot(kind, memory);
      if (obstacle.empty())
        return {};
      obstacles += (obstacles.empty() ? " \"" : ", \"") + machine.name +
                   "\": " + obstacle;
    }
    return "No device can take " + name() + ":" + obstacles + ".";
  }

private:
  std::string name() const {
    std::string text = describeNode(instance.data(), nodes.front());
    if (nodes.size() > 1)
      text += " and its group of " + std::to_string(nodes.size()) + " nodes";
    return text;
  }

  std::string whyNot(KindId kind, Bytes memory) const {
    const InstanceData &data = instance.data();
    uint32_t index = kNone;
    for (NodeId v : nodes) {
      if (!instance.supports(v, kind))
        return describeNode(data, v) + " is not supported";
      if (instance.pinKind(v) != kNone && instance.pinKind(v) != kind)
        return describeNode(data, v) + " is pinned to another kind";
      // Cores of a host share its memory and its groups.
      if (instance.pinIndex(v) == kNone ||
          (instance.isLatency() && instance.isHost(kind)))
        continue;
      if (index != kNone && index != instance.pinIndex(v))
        return "its pins name numbers " + std::to_string(index) + " and " +
               std::to_string(instance.pinIndex(v));
      index = instance.pinIndex(v);
    }
    Bytes limit = instance.memoryLimit(kind);
    if (limit != kUnlimitedBytes && memory > limit)
      return "it needs " + std::to_string(memory) + " bytes of " +
             std::to_string(limit);
    return {};
  }

  const Instance &instance;
  std::span<const NodeId> nodes;
  Bytes weights;
};

/// More than all devices together can hold.
std::string totalMemory(const Instance &instance) {
  __int128 available = 0, needed = 0;
  for (const DeviceKind &kind : instance.machine().kinds) {
    if (kind.count > 0 && kind.memory == kUnlimitedBytes)
      return {};
    available += __int128(kind.count) * kind.memory;
  }
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    needed += instance.size(v);
    needed +=
        static_cast<__int128>(instance.stash(v)) * instance.leastInFlight();
  }
  for (uint32_t w = 0; w < instance.numWeights(); ++w)
    if (!instance.weightUsers(w).empty())
      needed += instance.weightBytes(w);
  if (needed <= available)
    return {};
  return "The nodes need at least " +
         std::to_string(static_cast<uint64_t>(needed)) +
         " bytes, all devices together have " +
         std::to_string(static_cast<uint64_t>(available)) + ".";
}

/// Whether the node can run on this kind and on no other.
bool isOnlyOn(const Instance &instance, NodeId v, KindId kind) {
  auto canRun = [&](KindId k) {
    return instance.supports(v, k) && instance.machine().kinds[k].count > 0 &&
           (instance.pinKind(v) == kNone || instance.pinKind(v) == k);
  };
  if (!canRun(kind))
    return false;
  for (KindId k = 0; k < instance.numKinds(); ++k)
    if (k != kind && canRun(k))
      return false;
  return true;
}

/// More than all devices of a kind can hold, of nodes that no other can run.
std::string kindMemory(const Instance &instance, KindId kind) {
  const DeviceKind &machine = instance.machine().kinds[kind];
  if (machine.count == 0 || machine.memory == kUnlimitedBytes)
    return {};
  std::vector<uint8_t> counts(instance.numNodes());
  __int128 available = __int128(machine.count) * machine.memory, needed = 0;
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    counts[v] = isOnlyOn(instance, v, kind);
    if (counts[v])
      needed += instance.size(v) + static_cast<__int128>(instance.stash(v)) *
                                       instance.leastInFlight();
  }
  for (uint32_t w = 0; w < instance.numWeights(); ++w)
    if (std::ranges::any_of(instance.weightUsers(w),
                            [&](NodeId v) { return counts[v] != 0; }))
      needed += instance.weightBytes(w);
  if (needed <= available)
    return {};
  return "The nodes that only \"" + machine.name + "\" can run need at least " +
         std::to_string(static_cast<uint64_t>(needed)) +
         " bytes, all its devices together have " +
         std::to_string(static_cast<uint64_t>(available)) + ".";
}

} // namespace

std::vector<std::string> findContradictions(const Instance &instance,
                                            size_t limit) {
  // Nodes without a group are units of their own, after the groups.
  size_t nodes = instance.numNodes(), groups = instance.numGroups();
  std::vector<uint32_t> unitOf(nodes);
  uint32_t units = groups;
  for (NodeId v = 0; v < nodes; ++v)
    unitOf[v] = instance.group(v) == kNone ? units++ : instance.group(v);

  std::vector<uint32_t> begin(units + 1, 0);
  for (uint32_t unit : unitOf)
    ++begin[unit + 1];
  for (uint32_t u = 0; u < units; ++u)
    begin[u + 1] += begin[u];
  std::vector<NodeId> members(nodes);
  std::vector<uint32_t> next(begin.begin(), begin.end() - 1);
  for (NodeId v = 0; v < nodes; ++v)
    members[next[unitOf[v]]++] = v;

  std::vector<Bytes> weights(units, 0);
  std::vector<uint32_t> lastWeight(units, kNone);
  for (uint32_t w = 0; w < instance.numWeights(); ++w)
    for (uint32_t user : instance.weightUsers(w))
      if (lastWeight[unitOf[user]] != w) {
        lastWeight[unitOf[user]] = w;
        weights[unitOf[user]] += instance.weightBytes(w);
      }

  std::vector<std::string> found;
  for (uint32_t u = 0; u < units && found.size() < limit; ++u) {
    std::span<const NodeId> unit(members.data() + begin[u],
                                 begin[u + 1] - begin[u]);
    if (std::string text = Unit(instance, unit, weights[u]).contradiction();
        !text.empty())
      found.push_back(std::move(text));
  }
  if (found.size() < limit)
    if (std::string text = totalMemory(instance); !text.empty())
      found.push_back(std::move(text));
  // With one kind that is the same.
  for (KindId k = 0; instance.numKinds() > 1 && k < instance.numKinds(); ++k)
    if (found.size() < limit)
      if (std::string text = kindMemory(instance, k); !text.empty())
        found.push_back(std::move(text));
  return found;
}

} // namespace placement::solver
