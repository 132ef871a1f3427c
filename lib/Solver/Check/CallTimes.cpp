//===- CallTimes.cpp - When calls and host nodes run ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallTimes.h"

#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>

namespace placement::solver {

/// Successor lists, in one block. Repeated edges stay.
struct CallTimes::Successors {
  std::vector<uint32_t> begin, to;

  /// `edges(visit)` calls visit(from, to) for each edge, twice alike.
  template <typename Edges>
  Successors(size_t vertices, Edges edges) : begin(vertices + 1, 0) {
    edges([&](uint32_t from, uint32_t) { ++begin[from + 1]; });
    for (size_t v = 0; v < vertices; ++v)
      begin[v + 1] += begin[v];
    to.resize(begin.back());
    std::vector<uint32_t> next(begin.begin(), begin.end() - 1);
    edges([&](uint32_t from, uint32_t target) { to[next[from]++] = target; });
  }

  std::vector<uint32_t> inDegrees() const {
    std::vector<uint32_t> degrees(begin.size() - 1, 0);
    for (uint32_t target : to)
      ++degrees[target];
    return degrees;
  }
};

std::string describePlace(const Instance &instance, DeviceRef device) {
  if (instance.isHost(device.kind) && !instance.cores(device.kind) &&
      device.index == 0)
    return instance.machine().kinds[device.kind].name;
  return describeDevice(instance.machine(), device);
}

/// Calls visit(before, after) for the nodes of all nets and order edges.
template <typename Visit>
void CallTimes::forEachDependence(Visit visit) const {
  for (NetId n = 0; n < instance.numNets(); ++n)
    if (uint32_t producer = instance.producer(n); producer != kNone)
      for (NodeId consumer : instance.consumers(n))
        visit(producer, consumer);
  for (auto [before, after] : instance.data().orderEdges)
    visit(before, after);
}

/// Nodes of bounded cores, core by core in the order in which they run.
std::vector<NodeId> CallTimes::runningOrder() const {
  std::vector<NodeId> order;
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (instance.cores(assignment.stages[stage(v)].kind))
      order.push_back(v);
  if (order.empty())
    return order;
  std::vector<uint32_t> position = topologicalPositions();
  auto key = [&](NodeId v) {
    uint32_t rank = assignment.rank.empty() ? 0 : assignment.rank[v];
    return std::tuple(slot(v), rank, stage(v), position[v]);
  };
  std::sort(order.begin(), order.end(),
            [&](NodeId a, NodeId b) { return key(a) < key(b); });
  return order;
}

/// The place of each node in the topological order that always takes the
/// smallest node that is ready.
std::vector<uint32_t> CallTimes::topologicalPositions() const {
  Successors graph(instance.numNodes(),
                   [&](auto visit) { forEachDependence(visit); });
  std::vector<uint32_t> waiting = graph.inDegrees();
  std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> ready;
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (waiting[v] == 0)
      ready.push(v);
  std::vector<uint32_t> position(instance.numNodes(), 0);
  for (uint32_t next = 0; !ready.empty(); ++next) {
    NodeId v = ready.top();
    ready.pop();
    position[v] = next;
    for (uint32_t i = graph.begin[v]; i < graph.begin[v + 1]; ++i)
      if (--waiting[graph.to[i]] == 0)
        ready.push(graph.to[i]);
  }
  return position;
}

/// Longest paths: everything starts when the last thing before it has ended.
/// Before it is who makes what it needs, and who runs earlier on its device.
std::string CallTimes::run() {
  std::vector<NodeId> order = runningOrder();
  std::vector<uint32_t> lastPiece(assignment.stages.size());
  Successors graph(vertices.size(), [&](auto visit) {
    forEachDependence([&](NodeId before, NodeId after) {
      if (vertex(before) != vertex(after))
        visit(vertex(before), vertex(after));
    });
    for (size_t i = 1; i < order.size(); ++i)
      if (slot(order[i - 1]) == slot(order[i]))
        visit(vertex(order[i - 1]), vertex(order[i]));
    std::fill(lastPiece.begin(), lastPiece.end(), kNone);
    for (uint32_t s = 0; s < used.size(); ++s) {
      if (!used[s] || onHost(s))
        continue;
      uint32_t &last = lastPiece[slotOfStage[s]];
      if (last != kNone)
        visit(last, s);
      last = s;
    }
  });
  std::vector<uint32_t> waiting = graph.inDegrees(), done;
  done.reserve(vertices.size());
  for (uint32_t v = 0; v < vertices.size(); ++v)
    if (waiting[v] == 0)
      done.push_back(v);
  for (size_t i = 0; i < done.size(); ++i) {
    CallVertex &vertex = vertices[done[i]];
    vertex.finish = vertex.start + vertex.in + vertex.compute + vertex.out;
    vertex.exactFinish = vertex.exactStart + vertex.exact.value();
    for (uint32_t j = graph.begin[done[i]]; j < graph.begin[done[i] + 1]; ++j) {
      CallVertex &next = vertices[graph.to[j]];
      if (vertex.finish > next.start) {
        next.start = vertex.finish;
        next.waitedFor = done[i];
      }
      next.exactStart = std::max(next.exactStart, vertex.exactFinish);
      if (--waiting[graph.to[j]] == 0)
        done.push_back(graph.to[j]);
    }
  }
  return done.size() < vertices.size() ? describeCircle(graph, waiting)
                                       : std::string();
}

std::string CallTimes::vertexName(uint32_t v) const {
  size_t stages = assignment.stages.size();
  if (v >= stages)
    return describeNode(instance.data(), v - stages) + " on " +
           describePlace(instance, assignment.stages[stage(v - stages)]);
  return "stage " + std::to_string(v) + " on " +
         describePlace(instance, assignment.stages[v]);
}

/// Whoever still waits has somebody before that does, so going back ends in
/// a circle.
std::string
CallTimes::describeCircle(const Successors &graph,
                          const std::vector<uint32_t> &waiting) const {
  std::vector<uint32_t> before(vertices.size(), kNone);
  uint32_t some = kNone;
  for (uint32_t v = vertices.size(); v-- > 0;) {
    if (waiting[v] == 0)
      continue;
    some = v;
    for (uint32_t i = graph.begin[v]; i < graph.begin[v + 1]; ++i)
      before[graph.to[i]] = v;
  }
  std::vector<uint8_t> met(vertices.size(), 0);
  for (; !met[some]; some = before[some])
    met[some] = 1;
  constexpr size_t kMostNamed = 4;
  std::string text = vertexName(some);
  size_t length = 0;
  for (uint32_t v = before[some];; v = before[v]) {
    if (++length <= kMostNamed)
      text += (length == 1 ? " waits for " : ", which waits for ") +
              (v == some ? "the first" : vertexName(v));
    if (v == some)
      break;
  }
  if (length > kMostNamed)
    text += ", and so on in a circle of " + std::to_string(length);
  return text + "; a piece starts when all its inputs are there, and has no "
                "output before its end, so none of these ever starts";
}

std::vector<TimelineEntry> CallTimes::timeline() const {
  std::vector<uint32_t> entryOf(vertices.size(), kNone);
  std::vector<TimelineEntry> timeline;
  auto add = [&](uint32_t v, uint32_t s, uint32_t node) {
    const CallVertex &from = vertices[v];
    timeline.push_back({assignment.stages[s], s, node, from.start, from.finish,
                        from.in, from.compute, from.out, from.exactStart,
                        from.exactFinish, from.exactIn.value(),
                        from.exactCompute.value(), from.exactOut.value(), v});
  };
  for (uint32_t s = 0; s < used.size(); ++s)
    if (used[s] && !onHost(s))
      add(s, s, kNone);
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (onHost(stage(v)))
      add(vertex(v), stage(v), v);
  auto key = [](const TimelineEntry &entry) {
    return std::tuple(entry.start, entry.finish, entry.stage, entry.node);
  };
  std::sort(timeline.begin(), timeline.end(),
            [&](const TimelineEntry &a, const TimelineEntry &b) {
              return key(a) < key(b);
            });
  // Until here waitedFor held the entry's own vertex.
  for (uint32_t i = 0; i < timeline.size(); ++i)
    entryOf[timeline[i].waitedFor] = i;
  for (TimelineEntry &entry : timeline) {
    uint32_t before = vertices[entry.waitedFor].waitedFor;
    entry.waitedFor = before == kNone ? kNone : entryOf[before];
  }
  return timeline;
}

} // namespace placement::solver
