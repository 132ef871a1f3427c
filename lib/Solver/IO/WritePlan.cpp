//===- WritePlan.cpp - PLAN.json ------------------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/IO/JsonWriter.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Model/Calls.h"

#include <algorithm>
#include <cmath>

namespace placement::solver {

double statedBound(const Instance &instance, Time bound) {
  // Each of the terms of a load was rounded by at most half a unit, so the
  // integer optimum is at most half a unit a term above the true one. Under
  // latency a path may meet a net once for each of its pins.
  Time terms = static_cast<Time>(instance.numNodes() + instance.numNets());
  if (instance.isLatency())
    terms += static_cast<Time>(instance.data().netConsumers.size());
  Time lowered = bound - terms / 2 - 1;
  if (lowered <= 0)
    return 0;
  double rounded = static_cast<double>(lowered);
  if (static_cast<Time>(rounded) > lowered)
    rounded = std::nextafter(rounded, 0.0);
  return std::ldexp(rounded, -instance.timeExponent());
}

static double statedBound(const Instance &instance, const Plan &plan,
                          Time bound) {
  if (!plan.hasAssignment())
    return statedBound(instance, bound);
  if (bound >= plan.value)
    return plan.exactValue;
  return std::min(statedBound(instance, bound), plan.exactValue);
}

double statedBound(const Instance &instance, const Plan &plan) {
  return statedBound(instance, plan, plan.bound);
}

double statedProvenBound(const Instance &instance, const Plan &plan) {
  return statedBound(instance, plan, plan.provenBound);
}

namespace {

using Layout = JsonWriter::Layout;

class PlanWriter {
public:
  PlanWriter(const Instance &instance, const Plan &plan)
      : instance(instance), plan(plan) {}

  std::string write() {
    json.beginObject()
        .field("version", 1)
        .field("status", toString(plan.status))
        .field("stop", toString(plan.stop))
        .field("proof", toString(plan.proof))
        .field("fingerprint", std::string_view(plan.fingerprint));
    writeObjective();
    if (!plan.familyBounds.empty())
      writeFamilyBounds();
    writeDevices(plan.assignment, plan.loads);
    if (instance.isLatency())
      writeTimeline();
    if (!plan.alternatives.empty())
      writeAlternatives();
    json.key("solver")
        .beginObject(Layout::Inline)
        .field("algorithm", std::string_view(plan.algorithm))
        .endObject();
    json.key("explanation").beginArray();
    for (const std::string &sentence : plan.explanation)
      json.value(std::string_view(sentence));
    json.endArray().endObject();
    return json.take();
  }

private:
  void writeObjective() {
    json.key("objective")
        .beginObject(Layout::Inline)
        .field("kind", toString(instance.objective()));
    if (instance.isLatency())
      writeLatency();
    if (instance.communication() != Communication::Sequential)
      json.field("communication", toString(instance.communication()));
    if (instance.schedule() != Schedule::OneForwardOneBackward)
      json.field("schedule", toString(instance.schedule()));
    if (plan.hasAssignment())
      json.field("value", plan.exactValue);
    else
      json.key("value").null();
    if (plan.hasAssignment() || plan.status == Status::Unknown)
      json.field("bound", statedBound(instance, plan));
    else
      json.key("bound").null();
    if (plan.hasAssignment())
      json.field("gap", plan.gap());
    else
      json.key("gap").null();
    if (plan.proof == Proof::Claimed)
      json.field("proven_bound", statedProvenBound(instance, plan))
          .field("claimed_by", std::string_view(plan.claimant));
    json.endObject();
  }

  void writeLatency() {
    json.field("subgraphs_per_device", instance.piecesPerDevice());
    CoreLimit cores = instance.data().cores;
    if (cores && *cores != kMachineCores)
      json.field("cores", *cores);
    else
      json.field("cores", std::string_view(toString(cores)));
  }

  void writeTimeline() {
    json.key("timeline").beginArray();
    for (const TimelineEntry &entry : plan.timeline) {
      json.beginObject(Layout::Inline)
          .field("stage", entry.stage)
          .field("kind", std::string_view(
                             instance.machine().kinds[entry.device.kind].name))
          .field("index", entry.device.index);
      if (!entry.isPiece())
        json.field("node", instance.data().nodeIds[entry.node]);
      json.field("start", entry.exactStart)
          .field("finish", entry.exactFinish)
          .field("in", entry.exactIn)
          .field("compute", entry.exactCompute)
          .field("out", entry.exactOut)
          .endObject();
    }
    json.endArray();
  }

  void writeFamilyBounds() {
    json.key("bounds").beginArray();
    for (const FamilyBound &entry : plan.familyBounds)
      json.beginObject(Layout::Inline)
          .field("family", std::string_view(entry.family))
          .field("bound", statedBound(instance, plan, entry.bound))
          .endObject();
    json.endArray();
  }

  void writeNodes(const std::vector<NodeId> &nodes) {
    json.key("nodes").beginArray(Layout::Inline);
    for (NodeId v : nodes)
      json.value(instance.data().nodeIds[v]);
    json.endArray();
  }

  void writeAlternatives() {
    json.field("alternatives_exact", plan.alternativesExact);
    json.key("alternatives").beginArray();
    for (size_t rank = 0; rank < plan.alternatives.size(); ++rank) {
      const Alternative &alternative = plan.alternatives[rank];
      json.beginObject()
          .field("rank", rank)
          .field("value", alternative.exactValue);
      if (double distance = alternative.distance(plan); std::isfinite(distance))
        json.field("distance", distance);
      else
        json.key("distance").null();
      writeDevices(alternative.assignment, alternative.loads);
      json.endObject();
    }
    json.endArray();
  }

  void writeDevices(const Assignment &assignment,
                    const std::vector<DeviceLoad> &loads) {
    // Stage by stage, in program order; nodes of bounded cores as they run.
    std::vector<std::vector<NodeId>> nodesOf(assignment.stages.size());
    auto isBounded = [&](NodeId v) {
      KindId kind = assignment.stages[assignment.stageOf[v]].kind;
      return instance.isLatency() && instance.cores(kind).has_value();
    };
    bool anyBounded = false;
    for (NodeId v = 0; v < assignment.stageOf.size(); ++v)
      if (isBounded(v))
        anyBounded = true;
      else
        nodesOf[assignment.stageOf[v]].push_back(v);
    if (anyBounded)
      for (NodeId v : coreOrder(instance, assignment))
        nodesOf[assignment.stageOf[v]].push_back(v);
    json.key("devices").beginArray();
    for (const DeviceLoad &load : loads)
      writeDevice(assignment, nodesOf, load);
    json.endArray();
  }

  void writeDevice(const Assignment &assignment,
                   const std::vector<std::vector<NodeId>> &nodesOf,
                   const DeviceLoad &load) {
    json.beginObject()
        .field("kind", std::string_view(
                           instance.machine().kinds[load.device.kind].name))
        .field("index", load.device.index)
        .field("replicas", 1);
    json.key("pieces").beginArray();
    std::vector<NodeId> all;
    for (uint32_t s = 0; s < assignment.stages.size(); ++s) {
      if (assignment.stages[s] != load.device)
        continue;
      json.beginObject(Layout::Inline).field("stage", s);
      writeNodes(nodesOf[s]);
      json.endObject();
      all.insert(all.end(), nodesOf[s].begin(), nodesOf[s].end());
    }
    json.endArray();
    std::sort(all.begin(), all.end());
    writeNodes(all);
    json.field("load", load.exactLoad);
    if (instance.schedule() == Schedule::GPipe)
      json.field("forward", load.exactForward)
          .field("backward", load.exactBackward);
    json.field("compute", load.exactCompute)
        .field("in", load.exactIn)
        .field("out", load.exactOut)
        .field("sync", instance.toSourceTime(load.sync))
        .field("memory", load.memory)
        .endObject();
  }

  const Instance &instance;
  const Plan &plan;
  JsonWriter json;
};

} // namespace

std::string writePlanJson(const Instance &instance, const Plan &plan) {
  return PlanWriter(instance, plan).write();
}

} // namespace placement::solver
