//===- CriticalSteps.cpp - A critical path for people ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CriticalSteps.h"

#include "placement/Solver/Model/Describe.h"

namespace placement::solver {

/// What an entry of the critical path waited for in the one before it.
static std::string describeWait(const Instance &instance, const Plan &plan,
                                const TimelineFacts &facts, uint32_t from,
                                uint32_t to) {
  const InstanceData &data = instance.data();
  bool ordered = false;
  for (TimelineFacts::Need need : facts.needsOf(to)) {
    if (need.entry != from)
      continue;
    if (need.net != kNone)
      return describeNode(data, instance.producer(need.net));
    ordered = true;
  }
  const TimelineEntry &before = plan.timeline[from];
  if (!ordered)
    return describeDevice(instance.machine(), before.device) + " to be free";
  return before.isPiece() ? "piece " + std::to_string(before.stage) + " first"
                          : describeNode(data, before.node) + " first";
}

std::vector<CriticalStep> criticalSteps(const Instance &instance,
                                        const Plan &plan,
                                        const TimelineFacts &facts) {
  std::vector<CriticalStep> steps;
  for (size_t i = 0; i < facts.critical.size(); ++i) {
    uint32_t e = facts.critical[i];
    const TimelineEntry &entry = plan.timeline[e];
    if (i > 0 && !entry.isPiece()) {
      CriticalStep &last = steps.back();
      const TimelineEntry &before = plan.timeline[last.lastEntry];
      if (!before.isPiece() && before.device.kind == entry.device.kind) {
        last.lastEntry = e;
        ++last.entries;
        continue;
      }
    }
    CriticalStep &step = steps.emplace_back();
    step.firstEntry = step.lastEntry = e;
    if (i > 0)
      step.waitedFor =
          describeWait(instance, plan, facts, facts.critical[i - 1], e);
  }
  return steps;
}

std::string describeStep(const Instance &instance, const Plan &plan,
                         const CriticalStep &step) {
  const TimelineEntry &entry = plan.timeline[step.firstEntry];
  if (entry.isPiece())
    return describeDevice(instance.machine(), entry.device) + ", piece " +
           std::to_string(entry.stage);
  return instance.machine().kinds[entry.device.kind].name + ", " +
         std::to_string(step.entries) +
         (step.entries == 1 ? " node" : " nodes");
}

} // namespace placement::solver
