//===- HostOrder.cpp - Order of operations on cores -----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostOrder.h"

#include "placement/Solver/Check/Checker.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace placement {

using namespace solver;

void orderByStages(const Instance &instance, Plan &plan) {
  Assignment &assignment = plan.assignment;
  if (assignment.rank.empty())
    return;
  // Nodes are numbered in program order.
  std::vector<NodeId> order(instance.numNodes());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](NodeId node) {
    return std::tuple(assignment.stageOf[node], assignment.rank[node], node);
  });
  Assignment cut;
  cut.stageOf.resize(instance.numNodes());
  NodeId previous = 0;
  uint32_t stage = kNone;
  for (NodeId node : order) {
    DeviceRef device = assignment.stages[assignment.stageOf[node]];
    bool isBack = instance.isHost(device.kind) && node < previous;
    if (stage != assignment.stageOf[node] || isBack)
      cut.stages.push_back(device);
    stage = assignment.stageOf[node];
    previous = node;
    cut.stageOf[node] = static_cast<uint32_t>(cut.stages.size() - 1);
  }
  CheckReport report = check(instance, cut, /*contiguous=*/false);
  assignment = std::move(cut);
  plan.timeline = std::move(report.timeline);
}

} // namespace placement
