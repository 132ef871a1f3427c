//===- LatencyRemarks.cpp - Tells of the way of one sample ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LatencyRemarks.h"

#include "RemarkText.h"

#include "placement/Solver/Model/Describe.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace mlir;

namespace placement {

/// Steps of a longest path that a remark tells.
static constexpr size_t kMaxSteps = 8;

std::string describeCalls(const solver::Instance &instance,
                          const solver::Plan &plan) {
  size_t calls = 0, devices = 0, onHost = 0;
  for (solver::DeviceRef device : plan.assignment.stages)
    calls += !instance.isHost(device.kind);
  for (const solver::DeviceLoad &load : plan.loads)
    devices += !instance.isHost(load.device.kind);
  for (uint32_t stage : plan.assignment.stageOf)
    onHost += instance.isHost(plan.assignment.stages[stage].kind);
  if (calls == 0)
    return "on the host";
  std::string text =
      "in " + plural(calls, "call") + " on " + plural(devices, "device");
  if (onHost != 0)
    text += " and " + std::to_string(onHost) + " on the host";
  return text;
}

/// Which kinds are hosts is mostly said by what a machine leaves out.
static void remarkHosts(func::FuncOp function,
                        const solver::Instance &instance) {
  std::string hosts;
  bool hasCalls = false;
  for (solver::KindId kind = 0; kind < instance.numKinds(); ++kind) {
    const std::string &name = instance.machine().kinds[kind].name;
    if (!instance.isHost(kind)) {
      hasCalls = true;
      continue;
    }
    hosts += (hosts.empty() ? "'" : ", '") + name + "'";
    if (std::optional<uint32_t> cores = instance.cores(kind))
      hosts += " (" + plural(*cores, "core") + ")";
    else
      hosts += " (any number at once)";
  }
  InFlightDiagnostic remark = emitRemark(function.getLoc());
  if (hosts.empty()) {
    remark << "machine @" << instance.machine().name
           << " has no host kind, which is one without a link: every operation "
              "is part of a call";
    return;
  }
  remark << "operations run one by one on the host kind " << hosts;
  if (!hasCalls)
    remark << "; machine @" << instance.machine().name
           << " has no other: give a kind a link, or say host false, to have "
              "calls there";
  else if (!instance.data().cores)
    remark << "; cores=machine or a number limits that";
}

/// What a sample waits for, from its start to its end: pieces, and runs of
/// operations on a host.
static void remarkLongestPath(func::FuncOp function,
                              const solver::Instance &instance,
                              const solver::Plan &plan) {
  if (plan.timeline.empty())
    return;
  uint32_t last = 0;
  for (uint32_t i = 1; i < plan.timeline.size(); ++i)
    if (plan.timeline[i].finish > plan.timeline[last].finish)
      last = i;
  SmallVector<const solver::TimelineEntry *> path;
  for (uint32_t i = last; i != solver::kNone; i = plan.timeline[i].waitedFor)
    path.push_back(&plan.timeline[i]);
  std::reverse(path.begin(), path.end());

  SmallVector<std::string> steps;
  for (size_t i = 0; i < path.size();) {
    const solver::TimelineEntry &entry = *path[i];
    if (entry.isPiece()) {
      std::string text =
          "stage " + std::to_string(entry.stage) + " (" +
          solver::describeDevice(instance.machine(), entry.device) +
          ") until " + microseconds(entry.exactFinish);
      auto part = [&](solver::Time time, StringRef name) {
        if (time != 0)
          text += ", " + shortNumber(instance.toSourceTime(time)) + " of it " +
                  name.str();
      };
      part(entry.in, "in");
      part(entry.out, "out");
      steps.push_back(std::move(text));
      ++i;
      continue;
    }
    size_t end = i;
    while (end < path.size() && !path[end]->isPiece() &&
           path[end]->device.kind == entry.device.kind)
      ++end;
    steps.push_back(plural(end - i, "operation") + " on " +
                    instance.machine().kinds[entry.device.kind].name +
                    " until " + microseconds(path[end - 1]->exactFinish));
    i = end;
  }
  InFlightDiagnostic remark = emitRemark(function.getLoc());
  remark << "a sample waits for ";
  // Where there are many, the first and the last ones say most.
  size_t skipped = steps.size() > kMaxSteps ? steps.size() - kMaxSteps : 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (skipped != 0 && i == kMaxSteps / 2) {
      remark << ", then " << plural(skipped, "more step");
      i += skipped;
    }
    remark << (i == 0 ? "" : ", then ") << steps[i];
  }
}

void remarkLatency(const PlacementGraph &graph,
                   const solver::Instance &instance, const solver::Plan &plan) {
  func::FuncOp function = graph.function;
  remarkHosts(function, instance);
  remarkLongestPath(function, instance, plan);
}

} // namespace placement
