//===- DevicePlaceRemarks.cpp - Tells a person about a plan ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DevicePlaceRemarks.h"

#include "LatencyRemarks.h"
#include "RemarkText.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Describe.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace mlir;

namespace placement {

static std::string place(const solver::Instance &instance,
                         const solver::Plan &plan, uint32_t stage) {
  return "stage " + std::to_string(stage) + " (" +
         solver::describeDevice(instance.machine(),
                                plan.assignment.stages[stage]) +
         ")";
}

/// A device with its stages: `acc:0 (stages 0, 2)`.
static std::string placeOf(const solver::Instance &instance,
                           const solver::Plan &plan, solver::DeviceRef device) {
  std::string stages;
  size_t count = 0;
  for (auto [stage, other] : llvm::enumerate(plan.assignment.stages))
    if (other == device) {
      stages += (count == 0 ? "" : ", ") + std::to_string(stage);
      ++count;
    }
  return solver::describeDevice(instance.machine(), device) +
         (count == 1 ? " (stage " : " (stages ") + stages + ")";
}

void remarkRoles(const PlacementGraph &graph) {
  if (graph.defaultActivations.empty() && graph.defaultWeights.empty())
    return;
  func::FuncOp function = graph.function;
  auto list = [](ArrayRef<unsigned> arguments) {
    std::string text = arguments.size() == 1 ? "argument " : "arguments ";
    // Runs of neighbours are written as ranges.
    for (size_t i = 0; i < arguments.size();) {
      size_t end = i + 1;
      while (end < arguments.size() && arguments[end] == arguments[end - 1] + 1)
        ++end;
      text += (i == 0 ? "" : ", ") + std::to_string(arguments[i]);
      if (end - i > 1)
        text += (end - i > 2 ? "-" : ", ") + std::to_string(arguments[end - 1]);
      i = end;
    }
    return text;
  };
  InFlightDiagnostic remark = emitRemark(function.getLoc());
  remark << "without placement.role, ";
  if (!graph.defaultActivations.empty())
    remark << list(graph.defaultActivations)
           << (graph.defaultActivations.size() == 1 ? " counts as activation"
                                                    : " count as activations");
  if (!graph.defaultActivations.empty() && !graph.defaultWeights.empty())
    remark << " and ";
  if (!graph.defaultWeights.empty())
    remark << list(graph.defaultWeights)
           << (graph.defaultWeights.size() == 1 ? " counts as weight"
                                                : " count as weights");
}

/// What the checker says of the plan if stage `to` takes `node`, with its
/// group, from the next one. Linear in the instance.
static solver::CheckReport checkMoved(const solver::Instance &instance,
                                      const solver::Plan &plan,
                                      solver::NodeId node, uint32_t to) {
  solver::Assignment moved = plan.assignment;
  uint32_t group = instance.group(node);
  bool emptied = true;
  for (solver::NodeId other = 0; other < instance.numNodes(); ++other) {
    uint32_t &stage = moved.stageOf[other];
    if (other == node ||
        (group != solver::kNone && instance.group(other) == group))
      stage = to;
    emptied &= stage != to + 1;
  }
  if (emptied) {
    moved.stages.erase(moved.stages.begin() + to + 1);
    for (uint32_t &stage : moved.stageOf)
      stage -= stage > to;
  }
  return solver::check(instance, moved, /*contiguous=*/true,
                       /*maxViolations=*/1);
}

static void remarkCut(const PlacementGraph &graph,
                      const solver::Instance &instance,
                      const solver::Plan &plan, const StageTraffic &traffic,
                      uint32_t cut) {
  solver::NodeId node = traffic.firstNodeOf(cut + 1);
  Operation *op = graph.nodes[node];
  StageTraffic::Crossing crossing = traffic.crossing(cut);
  InFlightDiagnostic remark = emitRemark(op->getLoc());
  remark << "cut before '" << op->getName()
         << "': " << plural(crossing.nets.size(), "value") << " of "
         << plural(std::llround(crossing.bytes), "byte") << " together, taking "
         << microseconds(crossing.timeBefore) << " of "
         << place(instance, plan, cut) << " and "
         << microseconds(crossing.timeAfter) << " of "
         << place(instance, plan, cut + 1) << "; with this operation, too, ";
  solver::CheckReport moved = checkMoved(instance, plan, node, cut);
  if (!moved.feasible()) {
    remark << "stage " << cut
           << " would break a rule: " << moved.violations.front();
    return;
  }
  // A contiguous plan has one load for each stage.
  double before = plan.loads[cut].exactLoad;
  double with = moved.loads[cut].exactLoad;
  remark << "stage " << cut << " would take " << microseconds(with)
         << " instead of " << microseconds(before) << ", ";
  if (instance.schedule() == solver::Schedule::GPipe)
    remark << "and both passes together " << microseconds(moved.exactValue)
           << " instead of " << microseconds(plan.exactValue);
  else
    remark << (with > plan.exactValue   ? "more than"
               : with < plan.exactValue ? "less than"
                                        : "as much as")
           << " the slowest stage now";
}

/// Says of each further stage of a device what it waits for meanwhile. A host
/// has stages only to group its operations.
static void remarkPieces(const PlacementGraph &graph,
                         const solver::Instance &instance,
                         const solver::Plan &plan,
                         const StageTraffic &traffic) {
  const std::vector<solver::DeviceRef> &stages = plan.assignment.stages;
  llvm::DenseMap<std::pair<uint32_t, uint32_t>, uint32_t> lastOf;
  // Flows are sorted by sender: gather those of each receiver.
  std::vector<SmallVector<const Flow *>> into(stages.size());
  for (const Flow &flow : traffic.flows())
    if (flow.from != solver::kNone && flow.to != solver::kNone &&
        stages[flow.from] != stages[flow.to])
      into[flow.to].push_back(&flow);
  for (uint32_t stage = 0; stage < stages.size(); ++stage) {
    solver::DeviceRef device = stages[stage];
    if (instance.isLatency() && instance.isHost(device.kind))
      continue;
    auto [last, isFirst] =
        lastOf.try_emplace({device.kind, device.index}, stage);
    if (isFirst)
      continue;
    InFlightDiagnostic remark =
        emitRemark(graph.nodes[traffic.firstNodeOf(stage)]->getLoc());
    remark << "stage " << stage << " is back on "
           << solver::describeDevice(instance.machine(), device)
           << ", after stage " << last->second;
    last->second = stage;
    for (const Flow *flow : into[stage])
      remark << (flow == into[stage].front() ? "; it takes " : ", ")
             << plural(flow->nets.size(), "value") << " of "
             << plural(std::llround(flow->bytes), "byte") << " from "
             << place(instance, plan, flow->from);
  }
}

/// The device that everything waits for; under GPipe one in each pass.
static void remarkBottleneck(func::FuncOp function,
                             const solver::Instance &instance,
                             const solver::Plan &plan, bool contiguous) {
  auto worst = [&](auto load) {
    size_t found = 0;
    for (size_t i = 1; i < plan.loads.size(); ++i)
      if (load(plan.loads[i]) > load(plan.loads[found]))
        found = i;
    return found;
  };
  auto name = [&](size_t index) {
    return contiguous ? place(instance, plan, index)
                      : placeOf(instance, plan, plan.loads[index].device);
  };
  if (instance.schedule() == solver::Schedule::GPipe) {
    size_t forward =
        worst([](const solver::DeviceLoad &load) { return load.forward; });
    size_t backward =
        worst([](const solver::DeviceLoad &load) { return load.backward; });
    emitRemark(function.getLoc())
        << "the forward pass waits for " << name(forward) << " with "
        << microseconds(plan.loads[forward].exactForward)
        << ", the backward pass for " << name(backward) << " with "
        << microseconds(plan.loads[backward].exactBackward);
    return;
  }
  size_t slowest =
      worst([](const solver::DeviceLoad &load) { return load.load; });
  const solver::DeviceLoad &load = plan.loads[slowest];
  InFlightDiagnostic remark = emitRemark(function.getLoc());
  remark << "the bottleneck is " << name(slowest) << " with "
         << microseconds(load.exactLoad) << ": "
         << shortNumber(load.exactCompute) << " compute, "
         << shortNumber(load.exactIn) << " in, " << shortNumber(load.exactOut)
         << " out";
  if (instance.communication() != solver::Communication::Sequential)
    remark << ", " << solver::toString(instance.communication());
}

void remarkPlan(const PlacementGraph &graph, const solver::Instance &instance,
                const solver::Plan &plan, const StageTraffic &traffic,
                bool contiguous) {
  func::FuncOp function = graph.function;
  InFlightDiagnostic remark = emitRemark(function.getLoc());
  remark << "placed " << plural(graph.nodes.size(), "operation") << " ";
  if (instance.isLatency()) {
    remark << describeCalls(instance, plan) << ": "
           << microseconds(plan.exactValue) << " for one ";
  } else {
    remark << "in " << plural(plan.assignment.stages.size(), "stage");
    if (!contiguous)
      remark << " on " << plural(plan.loads.size(), "device");
    remark << ": " << microseconds(plan.exactValue) << " for each ";
  }
  remark << (graph.training ? "training step" : "sample") << ", ";
  if (plan.status == solver::Status::Optimal) {
    remark << "proven optimal";
  } else {
    remark << "not proven optimal: the bound is "
           << microseconds(instance.toSourceTime(plan.provenBound))
           << ", a gap of " << shortNumber(100 * plan.provenGap()) << "%";
    if (plan.proof == solver::Proof::Claimed) {
      remark << "; by the word of " << plan.claimant << ", not checked, ";
      if (plan.gap() == 0)
        remark << "it is optimal";
      else
        remark << "the bound is "
               << microseconds(instance.toSourceTime(plan.bound))
               << ", a gap of " << shortNumber(100 * plan.gap()) << "%";
    }
    if (plan.stop != solver::Stop::Finished)
      remark << " (stopped " << describeStop(plan.stop) << ")";
  }
  remark.report();

  if (instance.isLatency()) {
    remarkLatency(graph, instance, plan);
    return remarkPieces(graph, instance, plan, traffic);
  }
  remarkBottleneck(function, instance, plan, contiguous);

  if (!contiguous)
    return remarkPieces(graph, instance, plan, traffic);
  for (uint32_t cut = 0; cut + 1 < plan.assignment.stages.size(); ++cut)
    remarkCut(graph, instance, plan, traffic, cut);
}

void remarkAlternatives(const PlacementGraph &graph, const solver::Plan &plan,
                        unsigned taken) {
  func::FuncOp function = graph.function;
  if (plan.alternatives.empty())
    return;
  const solver::Alternative &best = plan.alternatives.front();
  for (auto [rank, alternative] : llvm::enumerate(plan.alternatives)) {
    InFlightDiagnostic remark = emitRemark(function.getLoc());
    remark << "alternative " << rank << " takes "
           << microseconds(alternative.exactValue) << " in "
           << plural(alternative.assignment.stages.size(), "stage");
    if (rank == 0)
      remark << ", the best";
    else if (alternative.value == best.value)
      remark << ", like the best";
    else if (best.value == 0)
      remark << ", more than the best";
    else
      remark << ", "
             << shortNumber(
                    100 * static_cast<double>(alternative.value - best.value) /
                    static_cast<double>(best.value))
             << "% more than the best";
    if (rank == taken)
      remark << "; it is the one written here";
  }
  if (!plan.alternativesExact)
    emitRemark(function.getLoc())
        << "better alternatives may be missing: not all plans could be ranked";
}

void remarkClones(const PlacementGraph &graph, const CloneSummary &summary) {
  if (summary.clones == 0)
    return;
  func::FuncOp function = graph.function;
  emitRemark(function.getLoc())
      << "cloned " << plural(summary.originals, "operation")
      << " on weights and constants (" << plural(summary.clones, "clone")
      << ") so that each stage has its own; the biggest is '"
      << summary.biggest->getName() << "' of "
      << plural(summary.biggestBytes, "byte") << ", with "
      << plural(summary.biggestClones, "clone");
}

} // namespace placement
