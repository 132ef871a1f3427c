//===- LatencyOracle.cpp - What the definition says of a plan -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LatencyOracle.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace placement::solver::test {

namespace {

/// Plain sets and maps, one rule after the other.
class Reading {
public:
  Reading(const Instance &instance, const Assignment &assignment)
      : instance(instance), assignment(assignment) {
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      byVertex[vertex(v)].insert(v);
  }

  LatencyVerdict run(uint32_t maxPieces) {
    verdict.feasible = keepsSupport() && keepsPins() && keepsGroups() &&
                       keepsMemory() && keepsCounts(maxPieces);
    addData();
    addSequences();
    findFinish();
    verdict.feasible &= verdict.acyclic;
    return verdict;
  }

private:
  using Vertex = uint32_t;

  DeviceRef device(NodeId v) const {
    return assignment.stages[assignment.stageOf[v]];
  }
  bool onHost(NodeId v) const { return instance.isHost(device(v).kind); }
  bool bounded(KindId k) const { return instance.cores(k).has_value(); }
  /// Host nodes are vertices of their own; pieces come after all nodes.
  Vertex vertex(NodeId v) const {
    return onHost(v) ? v
                     : static_cast<Vertex>(instance.numNodes()) +
                           assignment.stageOf[v];
  }

  bool keepsSupport() const {
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (!instance.supports(v, device(v).kind))
        return false;
    return true;
  }

  bool keepsPins() const {
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      if (instance.pinKind(v) == kNone)
        continue;
      if (instance.pinKind(v) != device(v).kind)
        return false;
      bool free = onHost(v) && !bounded(device(v).kind);
      if (!free && instance.pinIndex(v) != kNone &&
          instance.pinIndex(v) != device(v).index)
        return false;
    }
    return true;
  }

  /// A call device, or a whole host kind.
  std::pair<KindId, uint32_t> place(NodeId v) const {
    return {device(v).kind, onHost(v) ? 0 : device(v).index};
  }

  bool keepsGroups() const {
    for (NodeId a = 0; a < instance.numNodes(); ++a)
      for (NodeId b = 0; b < a; ++b)
        if (instance.group(a) != kNone &&
            instance.group(a) == instance.group(b) && place(a) != place(b))
          return false;
    return true;
  }

  bool keepsMemory() const {
    std::map<std::pair<KindId, uint32_t>, std::set<NodeId>> nodes;
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      nodes[place(v)].insert(v);
    for (const auto &[where, held] : nodes) {
      const DeviceKind &kind = instance.machine().kinds[where.first];
      if (kind.memory == kUnlimitedBytes)
        continue;
      __int128 need = 0, largest = 0;
      for (NodeId v : held) {
        need += instance.size(v);
        if (instance.data().inFlight != InFlight::Single)
          need += instance.stash(v);
        largest = std::max<__int128>(largest, instance.transient(v));
      }
      for (uint32_t w = 0; w < instance.numWeights(); ++w) {
        auto users = instance.weightUsers(w);
        if (std::any_of(users.begin(), users.end(),
                        [&](NodeId v) { return held.count(v) > 0; }))
          need += instance.weightBytes(w);
      }
      __int128 room = kind.memory;
      if (instance.isHost(where.first))
        room *= kind.count;
      if (need + largest > room)
        return false;
    }
    return true;
  }

  bool keepsCounts(uint32_t maxPieces) const {
    uint32_t pieces = 0;
    std::map<std::pair<KindId, uint32_t>, uint32_t> on;
    for (const DeviceRef &stage : assignment.stages)
      if (!instance.isHost(stage.kind)) {
        ++pieces;
        if (++on[{stage.kind, stage.index}] > instance.piecesPerDevice())
          return false;
      }
    return maxPieces == 0 || pieces <= maxPieces;
  }

  void addArc(Vertex from, Vertex to) {
    if (from != to)
      arcs.insert({from, to});
  }

  /// Transfers of pieces, and who waits for whose values.
  void addData() {
    for (const auto &[at, nodes] : byVertex)
      for (NodeId v : nodes)
        duration[at] += instance.supports(v, device(v).kind)
                            ? instance.time(v, device(v).kind)
                            : 0;
    for (NetId n = 0; n < instance.numNets(); ++n) {
      uint32_t producer = instance.producer(n);
      std::set<Vertex> readers;
      for (NodeId v : instance.consumers(n))
        readers.insert(vertex(v));
      if (producer != kNone)
        readers.erase(vertex(producer));
      for (Vertex reader : readers) {
        NodeId some = *byVertex[reader].begin();
        if (!onHost(some))
          duration[reader] += instance.netCost(n, device(some).kind);
        if (producer != kNone)
          addArc(vertex(producer), reader);
      }
      if (producer != kNone && !onHost(producer) &&
          (!readers.empty() || instance.onHost(n)))
        duration[vertex(producer)] +=
            instance.netCost(n, device(producer).kind);
    }
    for (auto [first, second] : instance.data().orderEdges)
      addArc(vertex(first), vertex(second));
  }

  /// One piece of a device after the other, one node of a core after the other.
  void addSequences() {
    using Entry = std::pair<uint32_t, Vertex>;
    std::map<std::pair<KindId, uint32_t>, std::set<Entry>> sequences;
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      DeviceRef at = device(v);
      if (!onHost(v))
        sequences[{at.kind, at.index}].insert(
            {assignment.stageOf[v], vertex(v)});
      else if (bounded(at.kind))
        sequences[{at.kind, at.index}].insert({assignment.rank[v], vertex(v)});
    }
    for (const auto &[where, sequence] : sequences)
      for (auto at = sequence.begin(); std::next(at) != sequence.end(); ++at)
        addArc(at->second, std::next(at)->second);
  }

  /// Takes vertices whose predecessors are done until none is left.
  void findFinish() {
    std::map<Vertex, Time> finish;
    std::set<Vertex> open;
    for (const auto &entry : byVertex)
      open.insert(entry.first);
    verdict.start.assign(instance.numNodes(), 0);
    while (!open.empty()) {
      auto ready = std::find_if(open.begin(), open.end(), [&](Vertex v) {
        return std::none_of(arcs.begin(), arcs.end(), [&](const auto &arc) {
          return arc.second == v && open.count(arc.first) > 0;
        });
      });
      if (ready == open.end())
        return;
      Time start = 0;
      for (auto [from, to] : arcs)
        if (to == *ready)
          start = std::max(start, finish[from]);
      for (NodeId v : byVertex[*ready])
        verdict.start[v] = start;
      finish[*ready] = start + duration[*ready];
      open.erase(ready);
    }
    verdict.acyclic = true;
    verdict.value = 0;
    for (auto [at, time] : finish)
      verdict.value = std::max(verdict.value, time);
  }

  const Instance &instance;
  const Assignment &assignment;
  std::map<Vertex, std::set<NodeId>> byVertex;
  std::map<Vertex, Time> duration;
  std::set<std::pair<Vertex, Vertex>> arcs;
  LatencyVerdict verdict;
};

/// Every list of stages of which each has a node, by restricted growth.
class Enumeration {
public:
  Enumeration(const Instance &instance, uint32_t maxPieces)
      : instance(instance), maxPieces(maxPieces) {
    for (KindId k = 0; k < instance.numKinds(); ++k) {
      uint32_t count = instance.machine().kinds[k].count;
      if (instance.isHost(k) && count > 0)
        count = instance.cores(k).value_or(1);
      for (uint32_t i = 0; i < count; ++i)
        devices.push_back({k, i});
    }
    plan.stageOf.assign(instance.numNodes(), 0);
    plan.rank.resize(instance.numNodes());
  }

  BruteForceAnswer run() {
    place(0);
    return std::move(answer);
  }

private:
  void place(NodeId v) {
    if (v == instance.numNodes())
      return order();
    for (uint32_t s = 0; s <= plan.stages.size(); ++s) {
      plan.stageOf[v] = s;
      if (s < plan.stages.size()) {
        place(v + 1);
        continue;
      }
      for (DeviceRef device : devices) {
        plan.stages.push_back(device);
        place(v + 1);
        plan.stages.pop_back();
      }
      return;
    }
  }

  /// Growth fixes which nodes are together; every order of stages and ranks is
  /// tried.
  void order() {
    std::vector<uint32_t> position(plan.stages.size());
    std::iota(position.begin(), position.end(), 0);
    bool ranked = std::any_of(
        plan.stages.begin(), plan.stages.end(), [&](DeviceRef device) {
          return instance.cores(device.kind).has_value() &&
                 instance.isHost(device.kind);
        });
    do {
      Assignment ordered = plan;
      for (uint32_t s = 0; s < position.size(); ++s)
        ordered.stages[position[s]] = plan.stages[s];
      for (uint32_t &stage : ordered.stageOf)
        stage = position[stage];
      std::iota(ordered.rank.begin(), ordered.rank.end(), 0);
      do
        consider(ordered);
      while (ranked &&
             std::next_permutation(ordered.rank.begin(), ordered.rank.end()));
    } while (std::next_permutation(position.begin(), position.end()));
  }

  void consider(const Assignment &candidate) {
    LatencyVerdict verdict = latencyVerdict(instance, candidate, maxPieces);
    if (!verdict.feasible || verdict.value >= answer.value)
      return;
    answer.feasible = true;
    answer.value = verdict.value;
    answer.assignment = candidate;
  }

  const Instance &instance;
  uint32_t maxPieces;
  std::vector<DeviceRef> devices;
  Assignment plan;
  BruteForceAnswer answer;
};

} // namespace

LatencyVerdict latencyVerdict(const Instance &instance,
                              const Assignment &assignment,
                              uint32_t maxPieces) {
  return Reading(instance, assignment).run(maxPieces);
}

BruteForceAnswer enumerateLatency(const Instance &instance,
                                  uint32_t maxPieces) {
  return Enumeration(instance, maxPieces).run();
}

} // namespace placement::solver::test
