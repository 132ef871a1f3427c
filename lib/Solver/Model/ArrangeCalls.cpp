//===- ArrangeCalls.cpp - Stages that a program can call one by one -------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Host nodes with the same pieces before and the same pieces after them may
// share a stage. It is in no circle: along a path of host nodes the pieces
// before only get more and those after fewer, so a circle without pieces is
// one stage. A piece on a circle comes after a node of some stage and before
// one of the same stage, hence before and after each of its nodes, and that
// would be a circle of the plan itself.
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/Calls.h"

#include "CallGraph.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace placement::solver {

namespace {

constexpr uint32_t kWordBits = 64;

class Arranging {
public:
  Arranging(const Instance &instance, std::span<const TimelineEntry> timeline,
            Assignment &assignment)
      : instance(instance), assignment(assignment),
        graph(instance, assignment) {
    std::vector<uint32_t> pieceOf(assignment.stages.size());
    for (uint32_t p = 0; p < graph.numPieces(); ++p)
      pieceOf[graph.pieceStage[p]] = p;
    start.resize(graph.edges.size());
    finish.resize(graph.edges.size());
    for (const TimelineEntry &entry : timeline) {
      uint32_t vertex =
          entry.isPiece() ? pieceOf[entry.stage] : graph.vertexOf[entry.node];
      start[vertex] = entry.start;
      finish[vertex] = entry.finish;
    }
  }

  void run() {
    if (graph.running.empty())
      groupByPieces();
    else
      groupByRuns();
    writeStages();
  }

private:
  DeviceRef deviceOf(NodeId v) const {
    return assignment.stages[assignment.stageOf[v]];
  }

  /// Any number of cores. Classes of host nodes are refined by 64 pieces at a
  /// time: sets of all pieces for all nodes could be big.
  void groupByPieces() {
    uint32_t vertices = graph.edges.size(), pieces = graph.numPieces();
    std::vector<uint32_t> order =
        orderBy(graph.edges, [](uint32_t) { return 0; });
    classOf.assign(vertices, 0);
    std::vector<uint32_t> hosts(graph.hostNodes.size());
    std::iota(hosts.begin(), hosts.end(), pieces);
    std::vector<uint64_t> before(vertices), after(vertices);
    for (uint32_t from = 0; from == 0 || from < pieces; from += kWordBits) {
      auto own = [&](uint32_t v) {
        return v >= from && v < pieces && v - from < kWordBits
                   ? uint64_t(1) << (v - from)
                   : 0;
      };
      std::fill(before.begin(), before.end(), 0);
      for (uint32_t v : order)
        graph.edges.forEachSuccessor(
            v, [&](uint32_t next) { before[next] |= before[v] | own(v); });
      for (auto v = order.rbegin(); v != order.rend(); ++v) {
        after[*v] = 0;
        graph.edges.forEachSuccessor(
            *v, [&](uint32_t next) { after[*v] |= after[next] | own(next); });
      }
      refine(hosts, [&](uint32_t v) {
        return std::tuple(classOf[v], before[v], after[v]);
      });
    }
    separateKinds(order, hosts);
    for (uint32_t v = 0; v < vertices; ++v)
      classOf[v] = graph.isPiece(v) ? v : pieces + classOf[v];
  }

  /// Host vertices are in one class where they were and have the same key.
  /// Sorts `hosts`.
  template <typename Key>
  void refine(std::vector<uint32_t> &hosts, Key key) {
    std::sort(hosts.begin(), hosts.end(), [&](uint32_t a, uint32_t b) {
      return std::pair(key(a), a) < std::pair(key(b), b);
    });
    std::vector<uint32_t> refined(hosts.size());
    uint32_t classes = 0;
    for (size_t i = 0; i < hosts.size(); ++i) {
      if (i > 0 && key(hosts[i]) != key(hosts[i - 1]))
        ++classes;
      refined[i] = classes;
    }
    for (size_t i = 0; i < hosts.size(); ++i)
      classOf[hosts[i]] = refined[i];
  }

  /// Classes of several host kinds. Data that leaves a class does not come
  /// back, but within it may go from one kind to another and back again: nodes
  /// of a kind share a stage after the same number of changes.
  void separateKinds(const std::vector<uint32_t> &order,
                     std::vector<uint32_t> &hosts) {
    auto kind = [&](uint32_t vertex) {
      return deviceOf(graph.hostNodes[vertex - graph.numPieces()]).kind;
    };
    std::vector<uint32_t> changes(classOf.size(), 0);
    for (uint32_t v : order)
      if (!graph.isPiece(v))
        graph.edges.forEachSuccessor(v, [&](uint32_t next) {
          if (!graph.isPiece(next) && classOf[next] == classOf[v])
            changes[next] =
                std::max(changes[next], changes[v] + (kind(v) != kind(next)));
        });
    refine(hosts, [&](uint32_t v) {
      return std::tuple(classOf[v], changes[v], kind(v));
    });
  }

  /// Bounded cores: runs of one core. A run that begins at node u goes on with
  /// w if nobody else needs what ran so far, and all that w needs from others
  /// is there when u starts, so that no node before w waits for it. Where
  /// nothing takes time, that alone would let runs wait for each other in a
  /// circle; so it is also there in one order of all vertices. Then whoever
  /// waits for a run begins behind its end in that order.
  void groupByRuns() {
    uint32_t vertices = graph.edges.size();
    classOf.assign(vertices, kNone);
    for (uint32_t p = 0; p < graph.numPieces(); ++p)
      classOf[p] = p;
    // When the last value from elsewhere is there, the position behind its
    // producer, and whether a node has users elsewhere.
    std::vector<uint32_t> position(vertices);
    std::vector<uint32_t> order =
        orderBy(graph.edges, [&](uint32_t v) { return start[v]; });
    for (uint32_t i = 0; i < order.size(); ++i)
      position[order[i]] = i;
    std::vector<std::pair<Time, uint32_t>> inputs(vertices, {0, 0});
    std::vector<uint8_t> needed(vertices, 0);
    forEachDependence(instance, [&](NodeId from, NodeId to) {
      if (deviceOf(from) == deviceOf(to))
        return;
      uint32_t first = graph.vertexOf[from], second = graph.vertexOf[to];
      needed[first] = 1;
      inputs[second].first = std::max(inputs[second].first, finish[first]);
      inputs[second].second =
          std::max(inputs[second].second, position[first] + 1);
    });
    uint32_t classes = graph.numPieces();
    uint32_t first = kNone, last = kNone;
    for (NodeId v : graph.running) {
      uint32_t vertex = graph.vertexOf[v];
      bool goesOn = last != kNone && deviceOf(last) == deviceOf(v) &&
                    !needed[graph.vertexOf[last]] &&
                    inputs[vertex].first <= start[first] &&
                    inputs[vertex].second <= position[first];
      if (!goesOn) {
        ++classes;
        first = vertex;
      }
      classOf[vertex] = classes - 1;
      last = v;
    }
  }

  /// Classes become stages, by start on the timeline and then by first node, so
  /// far as data allows.
  void writeStages() {
    uint32_t classes =
        classOf.empty() ? 0
                        : 1 + *std::max_element(classOf.begin(), classOf.end());
    std::vector<std::pair<Time, NodeId>> key(
        classes, {kInfiniteTime, static_cast<NodeId>(kNone)});
    std::vector<DeviceRef> device(classes);
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      uint32_t vertex = graph.vertexOf[v], c = classOf[vertex];
      key[c].first = std::min(key[c].first, start[vertex]);
      key[c].second = std::min(key[c].second, v);
      device[c] = deviceOf(v);
    }
    std::vector<uint32_t> order =
        orderBy(quotient(graph.edges, classOf, classes),
                [&](uint32_t c) { return key[c]; });
    std::vector<uint32_t> stageOfClass(classes);
    std::vector<DeviceRef> stages(classes);
    for (uint32_t s = 0; s < order.size(); ++s) {
      stageOfClass[order[s]] = s;
      stages[s] = device[order[s]];
    }
    assignment.rank.clear();
    if (!graph.running.empty())
      assignment.rank.assign(instance.numNodes(), 0);
    for (size_t i = 1; i < graph.running.size(); ++i) {
      NodeId last = graph.running[i - 1], v = graph.running[i];
      if (deviceOf(last) == deviceOf(v))
        assignment.rank[v] = assignment.rank[last] + 1;
    }
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      assignment.stageOf[v] = stageOfClass[classOf[graph.vertexOf[v]]];
    assignment.stages = std::move(stages);
  }

  const Instance &instance;
  Assignment &assignment;
  CallGraph graph;
  /// By vertex.
  std::vector<Time> start, finish;
  std::vector<uint32_t> classOf;
};

} // namespace

bool canCallsRun(const Instance &instance, const Assignment &assignment) {
  CallGraph graph(instance, assignment);
  return orderBy(graph.edges, [](uint32_t) { return 0; }).size() ==
         graph.edges.size();
}

bool areCallsInOrder(const Instance &instance, const Assignment &assignment) {
  bool inOrder = true;
  forEachDependence(instance, [&](NodeId before, NodeId after) {
    inOrder &= assignment.stageOf[before] <= assignment.stageOf[after];
  });
  std::vector<NodeId> running = coreOrder(instance, assignment);
  for (size_t i = 1; i < running.size(); ++i) {
    uint32_t last = assignment.stageOf[running[i - 1]];
    uint32_t stage = assignment.stageOf[running[i]];
    if (assignment.stages[last] == assignment.stages[stage])
      inOrder &= last <= stage;
  }
  return inOrder;
}

void arrangeCalls(const Instance &instance,
                  std::span<const TimelineEntry> timeline,
                  Assignment &assignment) {
  Arranging(instance, timeline, assignment).run();
}

} // namespace placement::solver
