//===- DescribePlan.cpp - What limits a plan, for people ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DescribePlan.h"

#include "placement/Solver/Model/Describe.h"

namespace placement::solver {

std::string quantity(const Instance &instance, double value) {
  const std::string &unit = instance.data().timeUnit;
  // "unit" stands for a source that does not name its own.
  return describeNumber(value) + (unit == "unit" ? "" : " " + unit);
}

namespace {

/// GPipe has a slowest device in each pass.
std::string describePasses(const Instance &instance, const Plan &plan) {
  const DeviceLoad *forward = &plan.loads.front();
  const DeviceLoad *backward = forward;
  for (const DeviceLoad &load : plan.loads) {
    if (load.forward > forward->forward)
      forward = &load;
    if (load.backward > backward->backward)
      backward = &load;
  }
  const Machine &machine = instance.machine();
  return "The forward pass waits for " +
         describeDevice(machine, forward->device) + " with " +
         quantity(instance, forward->exactForward) +
         ", the backward pass for " +
         describeDevice(machine, backward->device) + " with " +
         quantity(instance, backward->exactBackward) + ".";
}

/// What the path of those who waited for each other, from the last end back to
/// the start, is made of.
std::string describeCriticalPath(const Instance &instance, const Plan &plan) {
  const std::vector<TimelineEntry> &timeline = plan.timeline;
  uint32_t last = 0;
  for (uint32_t i = 1; i < timeline.size(); ++i)
    if (timeline[i].finish > timeline[last].finish)
      last = i;
  Time in = 0, compute = 0, out = 0, host = 0;
  size_t calls = 0, nodes = 0;
  for (uint32_t i = last; i != kNone; i = timeline[i].waitedFor) {
    const TimelineEntry &entry = timeline[i];
    if (!entry.isPiece()) {
      ++nodes;
      host += entry.compute;
      continue;
    }
    ++calls;
    in += entry.in;
    compute += entry.compute;
    out += entry.out;
  }
  auto figure = [&](Time time) {
    return describeNumber(instance.toSourceTime(time));
  };
  auto count = [](size_t number, const std::string &what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
  };
  std::string text = "The critical path has ";
  if (calls > 0)
    text += count(calls, "call") + " (compute " + figure(compute) + ", in " +
            figure(in) + ", out " + figure(out) + ")";
  if (nodes > 0)
    text += (calls > 0 ? " and " : "") + count(nodes, "node") + " on hosts (" +
            figure(host) + ")";
  const TimelineEntry &end = timeline[last];
  return text + "; it ends with " +
         (end.isPiece() ? "stage " + std::to_string(end.stage)
                        : describeNode(instance.data(), end.node)) +
         " on " + describeDevice(instance.machine(), end.device) + ".";
}

} // namespace

std::string describeBottleneck(const Instance &instance, const Plan &plan) {
  if (instance.isLatency())
    return describeCriticalPath(instance, plan);
  if (instance.schedule() == Schedule::GPipe)
    return describePasses(instance, plan);
  const DeviceLoad *worst = &plan.loads.front();
  for (const DeviceLoad &load : plan.loads)
    if (load.load > worst->load)
      worst = &load;
  return "The bottleneck is " +
         describeDevice(instance.machine(), worst->device) + " with " +
         quantity(instance, worst->exactLoad) + ": compute " +
         describeNumber(worst->exactCompute) + ", in " +
         describeNumber(worst->exactIn) + ", out " +
         describeNumber(worst->exactOut) +
         (instance.communication() == Communication::Sequential
              ? "."
              : std::string(", ") + toString(instance.communication()) + ".");
}

} // namespace placement::solver
