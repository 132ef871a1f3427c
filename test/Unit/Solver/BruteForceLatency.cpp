//===- BruteForceLatency.cpp - Every map of nodes to pieces and hosts -----===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LatencyOracle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <set>

namespace placement::solver::test {

namespace {

constexpr size_t kMostNodes = 12;
/// Sets of nodes, and sets of vertices.
using Mask = uint32_t;

bool has(Mask set, uint32_t element) { return set >> element & 1; }

/// Calls `body` with each element of the set.
template <typename Body>
void forEach(Mask set, Body body) {
  for (; set != 0; set &= set - 1)
    body(static_cast<uint32_t>(std::countr_zero(set)));
}

/// A piece, or one node of a host kind.
struct Vertex {
  Mask nodes = 0;
  KindId kind = 0;
  /// Of a piece: position among the devices in use; kNone on a host.
  uint32_t device = kNone;
};

struct UsedDevice {
  DeviceRef device;
  Mask nodes = 0;
  uint32_t pieces = 0;
};

class LatencySearch {
public:
  LatencySearch(const Instance &instance, uint32_t maxPieces)
      : instance(instance), numNodes(instance.numNodes()),
        maxPieces(maxPieces == 0 ? UINT32_MAX : maxPieces) {
    if (numNodes > kMostNodes) {
      std::fprintf(stderr, "brute force is for %zu nodes\n", kMostNodes);
      std::abort();
    }
    for (NetId n = 0; n < instance.numNets(); ++n)
      if (instance.producer(n) != kNone)
        for (NodeId v : instance.consumers(n))
          before[v] |= Mask(1) << instance.producer(n);
    for (auto [first, second] : instance.data().orderEdges)
      before[second] |= Mask(1) << first;
    allBefore = before;
    for (size_t round = 0; round < numNodes; ++round)
      for (NodeId v = 0; v < numNodes; ++v)
        forEach(allBefore[v], [&](NodeId u) { allBefore[v] |= allBefore[u]; });
    for (NodeId v = 0; v < numNodes; ++v)
      if (instance.pinIndex(v) != kNone)
        named.insert({instance.pinKind(v), instance.pinIndex(v)});
    hostNodes.assign(instance.numKinds(), 0);
  }

  BruteForceAnswer run() {
    place(0);
    return std::move(answer);
  }

private:
  const DeviceKind &kindOf(KindId k) const {
    return instance.machine().kinds[k];
  }

  // ---- maps of nodes ----

  void place(NodeId v) {
    if (v == numNodes)
      return tryMap();
    for (KindId k = 0; k < instance.numKinds(); ++k)
      if (instance.isHost(k) && kindOf(k).count > 0 && allowed(v, k))
        placeOnHost(v, k);
    for (size_t i = 0; i < vertices.size(); ++i)
      if (vertices[i].device != kNone && mayJoin(v, vertices[i].device))
        extend(v, i);
    for (uint32_t d = 0; d < devices.size(); ++d)
      if (devices[d].pieces < instance.piecesPerDevice() && mayJoin(v, d))
        beginPiece(v, d);
    openDevices(v);
  }

  bool allowed(NodeId v, KindId k) const {
    return instance.supports(v, k) &&
           (instance.pinKind(v) == kNone || instance.pinKind(v) == k);
  }
  bool mayJoin(NodeId v, uint32_t d) const {
    DeviceRef at = devices[d].device;
    return allowed(v, at.kind) &&
           (instance.pinIndex(v) == kNone || instance.pinIndex(v) == at.index);
  }

  void placeOnHost(NodeId v, KindId k) {
    hostNodes[k] |= Mask(1) << v;
    vertices.push_back({Mask(1) << v, k, kNone});
    descend(v, hostNodes[k], k);
    vertices.pop_back();
    hostNodes[k] &= ~(Mask(1) << v);
  }
  void extend(NodeId v, size_t i) {
    UsedDevice &device = devices[vertices[i].device];
    device.nodes |= Mask(1) << v;
    vertices[i].nodes |= Mask(1) << v;
    descend(v, device.nodes, device.device.kind);
    vertices[i].nodes &= ~(Mask(1) << v);
    devices[vertices[i].device].nodes &= ~(Mask(1) << v);
  }
  void beginPiece(NodeId v, uint32_t d) {
    if (numPieces == maxPieces)
      return;
    ++numPieces;
    ++devices[d].pieces;
    devices[d].nodes |= Mask(1) << v;
    vertices.push_back({Mask(1) << v, devices[d].device.kind, d});
    descend(v, devices[d].nodes, devices[d].device.kind);
    vertices.pop_back();
    devices[d].nodes &= ~(Mask(1) << v);
    --devices[d].pieces;
    --numPieces;
  }
  /// Each device that a pin names, and one for all others of the kind.
  void openDevices(NodeId v) {
    for (KindId k = 0; k < instance.numKinds(); ++k) {
      if (instance.isHost(k) || !allowed(v, k))
        continue;
      bool fresh = false;
      for (uint32_t i = 0; i < kindOf(k).count; ++i) {
        bool used = std::any_of(devices.begin(), devices.end(),
                                [&](const UsedDevice &other) {
                                  return other.device == DeviceRef{k, i};
                                });
        bool isNamed = named.count({k, i}) > 0;
        if (used || (!isNamed && fresh))
          continue;
        fresh |= !isNamed;
        devices.push_back({{k, i}});
        auto d = static_cast<uint32_t>(devices.size() - 1);
        if (mayJoin(v, d))
          beginPiece(v, d);
        devices.pop_back();
      }
    }
  }

  /// Goes on with the next node where the rules allow what has changed: what
  /// is together on a device or a host kind only grows.
  void descend(NodeId v, Mask together, KindId k) {
    if (holdsGroups(v, together) && fits(together, k) && promising())
      place(v + 1);
  }
  bool holdsGroups(NodeId v, Mask together) const {
    for (NodeId u = 0; u < v; ++u)
      if (instance.group(v) != kNone && instance.group(u) == instance.group(v))
        return has(together, u);
    return true;
  }
  bool fits(Mask nodes, KindId k) const {
    if (kindOf(k).memory == kUnlimitedBytes)
      return true;
    __int128 need = 0;
    Bytes largest = 0;
    forEach(nodes, [&](NodeId v) {
      need += instance.size(v);
      if (instance.data().inFlight != InFlight::Single)
        need += instance.stash(v);
      largest = std::max(largest, instance.transient(v));
    });
    for (uint32_t w = 0; w < instance.numWeights(); ++w) {
      auto users = instance.weightUsers(w);
      if (std::any_of(users.begin(), users.end(),
                      [&](NodeId v) { return has(nodes, v); }))
        need += instance.weightBytes(w);
    }
    __int128 room = kindOf(k).memory;
    return need + largest <=
           (instance.isHost(k) ? room * kindOf(k).count : room);
  }

  /// Whether the nodes placed so far can be part of a better plan: compute
  /// alone, each value at once with whoever waits for it, through nodes that
  /// are not placed yet as well. Nodes and transfers that come only add to it.
  bool promising() {
    Mask seen[kMostNodes];
    Time least[kMostNodes], tails[kMostNodes];
    for (size_t i = 0; i < vertices.size(); ++i) {
      Mask inputs = 0;
      forEach(vertices[i].nodes, [&](NodeId v) { inputs |= allBefore[v]; });
      seen[i] = waitsFor(i, inputs);
      least[i] = compute(vertices[i]);
    }
    return longest(seen, least, tails) < answer.value;
  }

  /// The vertices with one of these nodes, without the i-th.
  Mask waitsFor(size_t i, Mask nodes) const {
    Mask result = 0;
    for (size_t j = 0; j < vertices.size(); ++j)
      if (j != i && (vertices[j].nodes & nodes) != 0)
        result |= Mask(1) << j;
    return result;
  }

  Time compute(const Vertex &vertex) const {
    Time sum = 0;
    forEach(vertex.nodes,
            [&](NodeId v) { sum += instance.time(v, vertex.kind); });
    return sum;
  }

  /// The longest path, kInfiniteTime around a cycle; `tails` are the longest
  /// paths that begin with each vertex.
  Time longest(const Mask *waits, const Time *duration, Time *tails) const {
    Mask open = (Mask(1) << vertices.size()) - 1;
    Time most = 0;
    while (open != 0) {
      // A vertex that nobody who is open waits for.
      Mask awaited = 0;
      forEach(open, [&](uint32_t i) { awaited |= waits[i]; });
      Mask last = open & ~awaited;
      if (last == 0)
        return kInfiniteTime;
      auto i = static_cast<uint32_t>(std::countr_zero(last));
      open &= ~(Mask(1) << i);
      Time after = 0;
      for (uint32_t j = 0; j < vertices.size(); ++j)
        if (j != i && !has(open, j) && has(waits[j], i))
          after = std::max(after, tails[j]);
      tails[i] = duration[i] + after;
      most = std::max(most, tails[i]);
    }
    return most;
  }

  // ---- orders ----

  void tryMap() {
    for (size_t i = 0; i < vertices.size(); ++i) {
      Mask inputs = 0;
      forEach(vertices[i].nodes, [&](NodeId v) { inputs |= before[v]; });
      waits[i] = waitsFor(i, inputs);
      duration[i] = compute(vertices[i]);
      if (vertices[i].device != kNone)
        duration[i] += transfers(vertices[i]);
    }
    if (longest(waits, duration, tail) >= answer.value)
      return;
    freeAt.assign(devices.size(), 0);
    coreFree.clear();
    for (KindId k = 0; k < instance.numKinds(); ++k)
      coreFree.emplace_back(
          instance.isHost(k) ? instance.cores(k).value_or(0) : 0, 0);
    sequence.clear();
    schedule(0, 0);
  }

  Time transfers(const Vertex &piece) const {
    Time sum = 0;
    for (NetId n = 0; n < instance.numNets(); ++n) {
      bool within = false, outside = false;
      for (NodeId v : instance.consumers(n))
        (has(piece.nodes, v) ? within : outside) = true;
      uint32_t producer = instance.producer(n);
      bool produces = producer != kNone && has(piece.nodes, producer);
      if (produces ? outside || instance.onHost(n) : within)
        sum += instance.netCost(n, piece.kind);
    }
    return sum;
  }

  bool isBounded(const Vertex &vertex) const {
    return vertex.device == kNone && instance.cores(vertex.kind).has_value();
  }

  /// Appends vertices in every order to the devices and cores that they need;
  /// each starts when its inputs and its device are ready. Every plan's own
  /// order of starts is among them.
  void schedule(Mask done, Time last) {
    if (std::popcount(done) == int(vertices.size()))
      return keep(last);
    Mask choices = 0;
    for (uint32_t i = 0; i < vertices.size(); ++i) {
      if (has(done, i) || (waits[i] & ~done) != 0)
        continue;
      const Vertex &vertex = vertices[i];
      // What shares nothing runs at once, whatever the order of others.
      if (vertex.device == kNone ? !isBounded(vertex)
                                 : devices[vertex.device].pieces == 1) {
        run(i, kNone, 0, done, last);
        return;
      }
      choices |= Mask(1) << i;
    }
    forEach(choices, [&](uint32_t i) {
      const Vertex &vertex = vertices[i];
      if (vertex.device != kNone) {
        Time free = freeAt[vertex.device];
        run(i, kNone, free, done, last);
        freeAt[vertex.device] = free;
        return;
      }
      auto v = static_cast<NodeId>(std::countr_zero(vertex.nodes));
      std::vector<Time> &cores = coreFree[vertex.kind];
      for (uint32_t core = 0; core < cores.size(); ++core) {
        if (instance.pinIndex(v) != kNone && instance.pinIndex(v) != core)
          continue;
        Time free = cores[core];
        run(i, core, free, done, last);
        cores[core] = free;
      }
    });
  }

  void run(uint32_t i, uint32_t core, Time free, Mask done, Time last) {
    Time start = free;
    forEach(waits[i], [&](uint32_t j) { start = std::max(start, finish[j]); });
    if (start + tail[i] >= answer.value)
      return;
    finish[i] = start + duration[i];
    if (vertices[i].device != kNone)
      freeAt[vertices[i].device] = finish[i];
    else if (core != kNone)
      coreFree[vertices[i].kind][core] = finish[i];
    sequence.push_back({i, core});
    schedule(done | Mask(1) << i, std::max(last, finish[i]));
    sequence.pop_back();
  }

  /// A better plan. Stages are in the order of the search.
  void keep(Time value) {
    answer.feasible = true;
    answer.value = value;
    Assignment &plan = answer.assignment;
    plan = {};
    plan.stageOf.assign(numNodes, kNone);
    plan.rank.assign(numNodes, 0);
    for (uint32_t r = 0; r < sequence.size(); ++r) {
      auto [i, core] = sequence[r];
      const Vertex &vertex = vertices[i];
      DeviceRef device = vertex.device == kNone
                             ? DeviceRef{vertex.kind, core == kNone ? 0 : core}
                             : devices[vertex.device].device;
      size_t stage = plan.stages.size();
      // Nodes of a host share a stage.
      if (vertex.device == kNone)
        stage = std::find(plan.stages.begin(), plan.stages.end(), device) -
                plan.stages.begin();
      if (stage == plan.stages.size())
        plan.stages.push_back(device);
      forEach(vertex.nodes, [&](NodeId v) {
        plan.stageOf[v] = static_cast<uint32_t>(stage);
        plan.rank[v] = r;
      });
    }
  }

  const Instance &instance;
  size_t numNodes;
  uint32_t maxPieces, numPieces = 0;
  /// Direct and all predecessors.
  std::array<Mask, kMostNodes> before = {}, allBefore = {};
  std::set<std::pair<KindId, uint32_t>> named;

  std::vector<Vertex> vertices;
  std::vector<UsedDevice> devices;
  /// By kind.
  std::vector<Mask> hostNodes;

  Mask waits[kMostNodes] = {};
  Time duration[kMostNodes] = {}, tail[kMostNodes] = {},
       finish[kMostNodes] = {};
  std::vector<Time> freeAt;
  std::vector<std::vector<Time>> coreFree;
  struct Step {
    uint32_t vertex, core;
  };
  std::vector<Step> sequence;
  BruteForceAnswer answer;
};

} // namespace

BruteForceAnswer bruteForceLatency(const Instance &instance,
                                   uint32_t maxPieces) {
  return LatencySearch(instance, maxPieces).run();
}

} // namespace placement::solver::test
