//===- Precedence.cpp - The graph of a problem must be acyclic ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InstanceChecks.h"

#include "placement/Solver/Model/Describe.h"

#include <algorithm>

namespace placement::solver {

namespace {

/// Calls `visit(from, to)` for every edge of nets and order edges.
template <typename Visitor>
void forEachEdge(const InstanceData &data, Visitor visit) {
  for (NetId n = 0; n < data.numNets(); ++n)
    if (uint32_t producer = data.netProducer[n]; producer != kNone)
      for (uint32_t i = data.netBegin[n]; i < data.netBegin[n + 1]; ++i)
        visit(producer, data.netConsumers[i]);
  for (auto [first, second] : data.orderEdges)
    visit(first, second);
}

/// Successors of every node as one flat list.
struct Successors {
  explicit Successors(const InstanceData &data)
      : begin(data.numNodes() + 1, 0) {
    forEachEdge(data, [&](uint32_t from, uint32_t) { ++begin[from + 1]; });
    for (size_t v = 1; v < begin.size(); ++v)
      begin[v] += begin[v - 1];
    targets.resize(begin.back());
    std::vector<size_t> next(begin.begin(), begin.end() - 1);
    forEachEdge(
        data, [&](uint32_t from, uint32_t to) { targets[next[from]++] = to; });
  }

  std::vector<size_t> begin;
  std::vector<uint32_t> targets;
};

/// A shortest cycle through `start`, which must lie on one: its nodes in
/// order, `start` first.
std::vector<NodeId> shortestCycle(const Successors &graph, NodeId start) {
  std::vector<uint32_t> parent(graph.begin.size() - 1, kNone);
  std::vector<NodeId> queue = {start};
  for (size_t head = 0; head < queue.size(); ++head) {
    NodeId from = queue[head];
    for (size_t i = graph.begin[from]; i < graph.begin[from + 1]; ++i) {
      NodeId to = graph.targets[i];
      if (to == start) {
        std::vector<NodeId> cycle;
        for (NodeId v = from; v != start; v = parent[v])
          cycle.push_back(v);
        cycle.push_back(start);
        std::reverse(cycle.begin(), cycle.end());
        return cycle;
      }
      if (parent[to] == kNone) {
        parent[to] = from;
        queue.push_back(to);
      }
    }
  }
  return {start};
}

Error cycleError(const InstanceData &data, std::vector<NodeId> cycle) {
  constexpr size_t kShown = 8;
  std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()),
              cycle.end());
  std::string text = "the graph has a cycle: ";
  for (size_t i = 0; i < std::min(cycle.size(), kShown); ++i)
    text += describeNode(data, cycle[i]) + " -> ";
  if (cycle.size() > kShown)
    text += "... (" + std::to_string(cycle.size() - kShown) + " more) -> ";
  text += describeNode(data, cycle.front());
  return makeError(data, text + "; remove one of these edges");
}

} // namespace

MaybeError checkPrecedence(const InstanceData &data) {
  // Sources in program order, the usual case, need no graph.
  bool inOrder = true;
  uint32_t badFrom = kNone, badTo = kNone;
  forEachEdge(data, [&](uint32_t from, uint32_t to) {
    inOrder &= from < to;
    if (data.backward[from] && !data.backward[to] && badFrom == kNone) {
      badFrom = from;
      badTo = to;
    }
  });
  if (!inOrder) {
    Successors graph(data);
    std::vector<uint32_t> waiting(data.numNodes(), 0);
    for (uint32_t to : graph.targets)
      ++waiting[to];
    std::vector<NodeId> queue;
    for (NodeId v = 0; v < data.numNodes(); ++v)
      if (waiting[v] == 0)
        queue.push_back(v);
    for (size_t head = 0; head < queue.size(); ++head)
      for (size_t i = graph.begin[queue[head]];
           i < graph.begin[queue[head] + 1]; ++i)
        if (--waiting[graph.targets[i]] == 0)
          queue.push_back(graph.targets[i]);
    if (queue.size() < data.numNodes()) {
      // Every node still waiting has a predecessor that waits too, so walking
      // backwards from any of them ends on a cycle.
      std::vector<uint32_t> before(data.numNodes(), kNone);
      forEachEdge(data, [&](uint32_t from, uint32_t to) {
        if (waiting[from] != 0)
          before[to] = from;
      });
      NodeId v = 0;
      while (waiting[v] == 0)
        ++v;
      for (size_t step = 0; step < data.numNodes(); ++step)
        v = before[v];
      return cycleError(data, shortestCycle(graph, v));
    }
  }
  if (badFrom != kNone)
    return makeError(data, "backward " + describeNode(data, badFrom) +
                               " comes before forward " +
                               describeNode(data, badTo) +
                               "; what depends on the backward pass belongs "
                               "to it: mark the second node backward");
  return std::nullopt;
}

} // namespace placement::solver
