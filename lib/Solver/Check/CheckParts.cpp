//===- CheckParts.cpp - What the checks of both objectives share ----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckParts.h"

#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <utility>

namespace placement::solver {

std::string describeWrongShape(const Instance &instance,
                               const Assignment &assignment) {
  size_t stages = assignment.stages.size(), nodes = instance.numNodes();
  if (assignment.stageOf.size() != nodes)
    return "the plan assigns " + std::to_string(assignment.stageOf.size()) +
           " nodes, but the instance has " + std::to_string(nodes);
  if (!assignment.rank.empty() && assignment.rank.size() != nodes)
    return "the plan ranks " + std::to_string(assignment.rank.size()) +
           " nodes, but the instance has " + std::to_string(nodes);
  for (size_t s = 0; s < stages; ++s)
    if (assignment.stages[s].kind >= instance.numKinds())
      return "stage " + std::to_string(s) + " is on device kind number " +
             std::to_string(assignment.stages[s].kind) + ", but there are " +
             std::to_string(instance.numKinds()) + " kinds";
  for (NodeId v = 0; v < nodes; ++v)
    if (assignment.stageOf[v] >= stages)
      return describeNode(instance.data(), v) + " is in stage " +
             std::to_string(assignment.stageOf[v]) + ", but the plan has " +
             std::to_string(stages) + " stages";
  return {};
}

std::vector<uint32_t> collectDevices(const Assignment &assignment,
                                     std::vector<DeviceLoad> &loads) {
  std::vector<uint32_t> order(assignment.stages.size());
  for (uint32_t s = 0; s < order.size(); ++s)
    order[s] = s;
  auto key = [&](uint32_t s) {
    const DeviceRef &device = assignment.stages[s];
    return std::pair(device.kind, device.index);
  };
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(key(a), a) < std::pair(key(b), b);
  });
  // The first stage of each stage's device.
  std::vector<uint32_t> firstStage(order.size());
  for (size_t i = 0; i < order.size(); ++i)
    firstStage[order[i]] = i > 0 && key(order[i]) == key(order[i - 1])
                               ? firstStage[order[i - 1]]
                               : order[i];
  std::vector<uint32_t> slotOfStage(order.size());
  for (uint32_t s = 0; s < order.size(); ++s) {
    if (firstStage[s] == s) {
      slotOfStage[s] = loads.size();
      loads.emplace_back().device = assignment.stages[s];
    } else {
      slotOfStage[s] = slotOfStage[firstStage[s]];
    }
  }
  return slotOfStage;
}

std::string describePin(const Instance &instance, NodeId v, DeviceRef device,
                        bool anyIndex) {
  uint32_t kind = instance.pinKind(v), index = instance.pinIndex(v);
  if (anyIndex)
    index = kNone;
  if (kind == kNone ||
      (kind == device.kind && (index == kNone || index == device.index)))
    return {};
  std::string pin =
      "it is pinned to kind \"" + instance.machine().kinds[kind].name + "\"";
  if (index != kNone)
    pin += " number " + std::to_string(index);
  return pin;
}

} // namespace placement::solver
