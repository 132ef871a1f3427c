//===- StageOrder.cpp - Stages in an order that data can follow -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageOrder.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace placement::solver {

namespace {

/// Pairs (earlier stage, later stage), each once. A backward group without a
/// forward node counts by its backward edges, turned around (docs/Solvers.md,
/// orphaned backward nodes).
std::vector<std::pair<uint32_t, uint32_t>>
stageEdges(const Instance &instance, const Assignment &assignment) {
  std::vector<uint8_t> hasForward(instance.numGroups(), 0);
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (!instance.isBackward(v) && instance.group(v) != kNone)
      hasForward[instance.group(v)] = 1;
  auto orphaned = [&](NodeId v) {
    return instance.isBackward(v) &&
           (instance.group(v) == kNone || !hasForward[instance.group(v)]);
  };

  std::vector<std::pair<uint32_t, uint32_t>> edges;
  auto add = [&](NodeId from, NodeId to) {
    uint32_t first = assignment.stageOf[from], second = assignment.stageOf[to];
    if (first == second)
      return;
    if (!instance.isBackward(to))
      edges.emplace_back(first, second);
    else if (instance.isBackward(from) && (orphaned(from) || orphaned(to)))
      edges.emplace_back(second, first);
  };
  for (NetId n = 0; n < instance.numNets(); ++n)
    if (uint32_t producer = instance.producer(n); producer != kNone)
      for (uint32_t consumer : instance.consumers(n))
        add(producer, consumer);
  for (auto [first, second] : instance.data().orderEdges)
    add(first, second);
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

} // namespace

void renumberStages(Assignment &assignment, std::span<const uint32_t> stageAt) {
  std::vector<uint32_t> newNumber(stageAt.size());
  std::vector<DeviceRef> stages(stageAt.size());
  for (uint32_t i = 0; i < stageAt.size(); ++i) {
    newNumber[stageAt[i]] = i;
    stages[i] = assignment.stages[stageAt[i]];
  }
  assignment.stages = std::move(stages);
  for (uint32_t &stage : assignment.stageOf)
    if (stage != kNone)
      stage = newNumber[stage];
}

void orderStages(const Instance &instance, Assignment &assignment) {
  uint32_t count = static_cast<uint32_t>(assignment.stages.size());
  std::vector<std::pair<uint32_t, uint32_t>> edges =
      stageEdges(instance, assignment);
  std::vector<uint32_t> waiting(count, 0), begin(count + 1, 0);
  for (auto [from, to] : edges) {
    ++waiting[to];
    ++begin[from + 1];
  }
  for (uint32_t s = 0; s < count; ++s)
    begin[s + 1] += begin[s];

  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready;
  for (uint32_t s = 0; s < count; ++s)
    if (waiting[s] == 0)
      ready.push(s);
  std::vector<uint32_t> order;
  while (!ready.empty()) {
    uint32_t stage = ready.top();
    ready.pop();
    order.push_back(stage);
    for (uint32_t i = begin[stage]; i < begin[stage + 1]; ++i)
      if (--waiting[edges[i].second] == 0)
        ready.push(edges[i].second);
  }
  if (order.size() == count)
    renumberStages(assignment, order);
}

} // namespace placement::solver
