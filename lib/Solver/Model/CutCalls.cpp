//===- CutCalls.cpp - Sets of devices as pieces without circles -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// As Pieces.cpp does it for throughput: devices take turns, and each runs all
// that it can. Nodes on hosts need no turn, they run as soon as they can, but
// their values are not there before the piece that made their inputs has ended.
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/Calls.h"

#include "CallGraph.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace placement::solver {

namespace {

class Cutting {
public:
  Cutting(const Instance &instance, Assignment &assignment)
      : instance(instance), assignment(assignment),
        nodes(static_cast<uint32_t>(instance.numNodes())) {
    nodes.fill([&](auto visit) { forEachDependence(instance, visit); });
    listPlaces();
    rankComponents();
    measureWays();
  }

  void run() {
    std::vector<uint32_t> waiting = nodes.predecessorCounts();
    std::vector<NodeId> onHosts;
    std::vector<std::vector<NodeId>> readyOn(devices.size());
    /// The nodes that are ready on call devices, by component and way.
    auto later = [&](NodeId a, NodeId b) { return turn(a) > turn(b); };
    std::priority_queue<NodeId, std::vector<NodeId>, decltype(later)> turns(
        later);
    auto isReady = [&](NodeId v) {
      if (isHost(v)) {
        onHosts.push_back(v);
      } else {
        readyOn[place[v]].push_back(v);
        turns.push(v);
      }
    };
    auto finish = [&](NodeId v) {
      done[v] = 1;
      nodes.forEachSuccessor(v, [&](NodeId next) {
        if (--waiting[next] == 0)
          isReady(next);
      });
    };
    auto runHosts = [&] {
      for (size_t i = 0; i < onHosts.size(); ++i) {
        newRank[onHosts[i]] = nextRank++;
        finish(onHosts[i]);
      }
      onHosts.clear();
    };

    done.assign(instance.numNodes(), 0);
    newRank.assign(instance.numNodes(), 0);
    startHostStages();
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (waiting[v] == 0)
        isReady(v);
    for (runHosts(); !turns.empty(); runHosts()) {
      NodeId next = turns.top();
      turns.pop();
      if (done[next])
        continue;
      // The device's list grows while its nodes make others ready.
      uint32_t device = place[next];
      uint32_t stage = static_cast<uint32_t>(stages.size());
      stages.push_back(devices[device]);
      for (size_t i = 0; i < readyOn[device].size(); ++i) {
        stageOf[readyOn[device][i]] = stage;
        finish(readyOn[device][i]);
      }
      readyOn[device].clear();
    }
    assignment.stages = std::move(stages);
    assignment.stageOf = std::move(stageOf);
    assignment.rank.clear();
    if (bounded)
      assignment.rank = std::move(newRank);
  }

private:
  bool isHost(NodeId v) const {
    return instance.isHost(devices[place[v]].kind);
  }

  /// Numbers the devices in use, in the order of stages.
  void listPlaces() {
    std::map<std::pair<KindId, uint32_t>, uint32_t> known;
    std::vector<uint32_t> deviceOfStage;
    for (DeviceRef device : assignment.stages) {
      auto [entry, isNew] =
          known.try_emplace(std::pair(device.kind, device.index),
                            static_cast<uint32_t>(devices.size()));
      if (isNew)
        devices.push_back(device);
      deviceOfStage.push_back(entry->second);
    }
    place.resize(instance.numNodes());
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      place[v] = deviceOfStage[assignment.stageOf[v]];
    stageOf.assign(instance.numNodes(), kNone);
  }

  /// Strongly connected components of devices and host nodes, in an order in
  /// which data flows: those before can be done before.
  void rankComponents() {
    std::vector<uint32_t> vertexOf = place;
    uint32_t vertices = static_cast<uint32_t>(devices.size());
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (isHost(v))
        vertexOf[v] = vertices++;
    std::vector<uint32_t> component =
        componentsOf(quotient(nodes, vertexOf, vertices));
    componentOf.resize(instance.numNodes());
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      componentOf[v] = component[vertexOf[v]];
  }

  /// The most changes of device on a path that begins at each node. A node on a
  /// host is a change: the way back to the device begins another piece.
  void measureWays() {
    std::vector<uint32_t> order = orderBy(nodes, [](uint32_t) { return 0; });
    way.assign(instance.numNodes(), 0);
    for (auto v = order.rbegin(); v != order.rend(); ++v)
      nodes.forEachSuccessor(*v, [&](NodeId next) {
        way[*v] =
            std::max(way[*v], way[next] + (place[*v] != place[next] ? 1 : 0));
      });
  }

  /// The less, the earlier.
  std::tuple<uint32_t, uint32_t, NodeId> turn(NodeId v) const {
    return {componentOf[v], ~way[v], v};
  }

  void startHostStages() {
    std::vector<uint32_t> stageOfDevice(devices.size(), kNone);
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      if (!isHost(v))
        continue;
      uint32_t &stage = stageOfDevice[place[v]];
      if (stage == kNone) {
        stage = static_cast<uint32_t>(stages.size());
        stages.push_back(devices[place[v]]);
      }
      stageOf[v] = stage;
      bounded |= instance.cores(devices[place[v]].kind).has_value();
    }
  }

  const Instance &instance;
  Assignment &assignment;
  Digraph nodes;
  /// Devices in use, and the one of each node.
  std::vector<DeviceRef> devices;
  std::vector<uint32_t> place;
  std::vector<uint32_t> componentOf, way;
  std::vector<uint8_t> done;
  bool bounded = false;
  uint32_t nextRank = 0;
  /// What becomes the assignment.
  std::vector<DeviceRef> stages;
  std::vector<uint32_t> stageOf, newRank;
};

} // namespace

void cutIntoCalls(const Instance &instance, Assignment &assignment) {
  Cutting(instance, assignment).run();
}

} // namespace placement::solver
