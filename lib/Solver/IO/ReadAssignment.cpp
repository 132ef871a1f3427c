//===- ReadAssignment.cpp - PLAN.json and published splits ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fields.h"
#include "IdMap.h"
#include "InstanceReaders.h"
#include "ReadTimeline.h"
#include "StageOrder.h"

#include "placement/Solver/IO/Readers.h"
#include "placement/Solver/Model/Calls.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace placement::solver {

namespace {

class AssignmentReader {
public:
  AssignmentReader(const JsonPath &path, const Instance &instance)
      : path(path), instance(instance) {
    ids.build(instance.data().nodeIds); // Unique: the instance was checked.
    assignment.stageOf.assign(instance.numNodes(), kNone);
    placeOf.resize(instance.numNodes());
  }

  bool readPlan(simdjson::dom::object root) {
    // Only the devices of the plan itself are read; what the file says of
    // values and bounds is recomputed, never believed.
    FieldTable<13> fields({"version", "status", "stop", "proof", "fingerprint",
                           "objective", "devices", "solver", "explanation",
                           "alternatives", "alternatives_exact", "bounds",
                           "timeline"});
    simdjson::dom::array devices;
    JsonPath listPath = path.field("devices");
    if (!readVersion(root["version"].value_unsafe(), path.field("version"),
                     error) ||
        !fields.readStrict(root, path, error) ||
        !fields.require(6, path, "the list of devices in use", error) ||
        !readArray(fields[6], listPath, devices, error))
      return false;
    size_t index = 0;
    for (JsonElement element : devices)
      if (!readDevice(element, listPath.at(index++)))
        return false;
    if (index == 0) {
      error = listPath.error("is empty: the file says that no plan was found");
      return false;
    }
    if (!orderPieces() || !requireAll())
      return false;
    rankByPlace();
    return !fields.has(12) || readTimeline(fields[12]);
  }

  bool readSplit(simdjson::dom::object root) {
    for (const char *name : {"fpgas", "cpus"}) {
      JsonElement element;
      if (root[name].get(element) != simdjson::SUCCESS)
        continue;
      simdjson::dom::array list;
      JsonPath listPath = path.field(name);
      if (!readArray(element, listPath, list, error) ||
          !readSplitDevices(list, listPath, name[0] == 'f' ? "acc" : "cpu"))
        return false;
    }
    inferBackward();
    if (!requireAll())
      return false;
    orderStages(instance, assignment);
    // A split gives one set a device. It is taken as one call each where these
    // can run, and else cut, as the published program does it.
    if (instance.isLatency() && !canCallsRun(instance, assignment))
      cutIntoCalls(instance, assignment);
    return true;
  }

  std::optional<Error> error;
  Assignment assignment;
  std::vector<TimelineEntry> timeline;

private:
  bool readTimeline(JsonElement from) {
    if (instance.isLatency()) {
      error = solver::readTimeline(from, path.field("timeline"), instance, ids,
                                   timeline);
      return !error;
    }
    error = path.field("timeline")
                .error("is given, but the objective is throughput, whose plans "
                       "have none; ask for latency, or remove it");
    return false;
  }

  /// Nodes of bounded cores run in the order in which their pieces list them.
  void rankByPlace() {
    if (numbers.empty() || !instance.isLatency() || !instance.data().cores)
      return;
    std::vector<NodeId> order(instance.numNodes());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](NodeId a, NodeId b) {
      return std::pair(assignment.stageOf[a], placeOf[a]) <
             std::pair(assignment.stageOf[b], placeOf[b]);
    });
    assignment.rank.resize(order.size());
    for (uint32_t i = 0; i < order.size(); ++i)
      assignment.rank[order[i]] = i;
  }

  bool findKind(std::string_view name, const JsonPath &at, KindId &kind) {
    const std::vector<DeviceKind> &kinds = instance.machine().kinds;
    for (kind = 0; kind < kinds.size(); ++kind)
      if (kinds[kind].name == name)
        return true;
    error = at.error("asks for the kind \"" + std::string(name) +
                     "\", which the machine of the instance does not have");
    return false;
  }

  /// Puts a list of nodes into a new stage on the device.
  bool readNodes(JsonElement from, const JsonPath &at, DeviceRef device) {
    simdjson::dom::array list;
    if (!readArray(from, at, list, error))
      return false;
    uint32_t stage = static_cast<uint32_t>(assignment.stages.size());
    size_t index = 0;
    for (JsonElement element : list) {
      JsonPath nodePath = at.at(index++);
      NodeId node = kNone;
      if (!readNode(element, nodePath, node))
        return false;
      uint32_t &entry = assignment.stageOf[node];
      if (entry != kNone) {
        error = nodePath.error("places node " + describeJson(element) +
                               " a second time; name each node once");
        return false;
      }
      entry = stage;
      placeOf[node] = static_cast<uint32_t>(placed++);
    }
    // A device that the split leaves idle has no stage.
    if (index > 0)
      assignment.stages.push_back(device);
    return true;
  }

  bool readNode(JsonElement from, const JsonPath &at, NodeId &to) {
    return readNodeId(from, at, ids,
                      "the instance has no node with this id; does the plan "
                      "belong to another instance?",
                      to, error);
  }

  /// Under latency any number of cores are one device.
  void mergeCores(DeviceRef &device) const {
    if (instance.isLatency() && instance.isHost(device.kind) &&
        !instance.cores(device.kind))
      device.index = 0;
  }

  bool checkIndex(int64_t index, KindId kind, const JsonPath &at) {
    uint32_t count = instance.numDevices(kind);
    if (index < count)
      return true;
    error = at.error("is device " + std::to_string(index) + " of kind \"" +
                     instance.machine().kinds[kind].name +
                     "\", but the machine has " + std::to_string(count) +
                     ", counted from 0");
    return false;
  }

  bool checkPlanIndex(int64_t index, DeviceRef &device, const JsonPath &at) {
    device.index = static_cast<uint32_t>(index);
    mergeCores(device);
    return checkIndex(device.index, device.kind, at);
  }

  bool readDevice(JsonElement from, const JsonPath &at) {
    enum : uint8_t { Kind, Index, Replicas, Pieces, Nodes };
    simdjson::dom::object object;
    std::string_view kindName;
    DeviceRef device;
    int64_t index = 0, replicas = 1;
    if (!readObject(from, at, object, error) ||
        !deviceFields.readStrict(object, at, error) ||
        !deviceFields.require(Kind, at, "the kind of the device", error) ||
        !deviceFields.require(Index, at, "the number of the device", error) ||
        !readString(deviceFields[Kind], at.field("kind"), kindName, error) ||
        !findKind(kindName, at.field("kind"), device.kind) ||
        !readInteger(deviceFields[Index], at.field("index"), 0,
                     std::numeric_limits<uint32_t>::max(), index, error) ||
        !checkPlanIndex(index, device, at.field("index")) ||
        (deviceFields.has(Replicas) &&
         !readInteger(deviceFields[Replicas], at.field("replicas"), 1, 1,
                      replicas, error)))
      return false;
    if (!deviceFields.has(Pieces)) {
      allNumbered = false;
      return deviceFields.require(Nodes, at, "the ids of its nodes", error) &&
             readNodes(deviceFields[Nodes], at.field("nodes"), device);
    }
    simdjson::dom::array pieces;
    JsonPath listPath = at.field("pieces");
    if (!readArray(deviceFields[Pieces], listPath, pieces, error))
      return false;
    uint32_t first = static_cast<uint32_t>(assignment.stages.size());
    size_t piece = 0, before = placed;
    for (JsonElement element : pieces)
      if (!readPiece(element, listPath.at(piece++), device))
        return false;
    return !deviceFields.has(Nodes) ||
           checkSummary(deviceFields[Nodes], at.field("nodes"), first,
                        placed - before);
  }

  bool readPiece(JsonElement from, const JsonPath &at, DeviceRef device) {
    FieldTable<2> fields({"stage", "nodes"});
    simdjson::dom::object object;
    int64_t stage = 0;
    size_t before = assignment.stages.size();
    if (!readObject(from, at, object, error) ||
        !fields.readStrict(object, at, error) ||
        !fields.require(0, at, "its place in the order of stages", error) ||
        !fields.require(1, at, "the ids of its nodes", error) ||
        !readInteger(fields[0], at.field("stage"), 0,
                     std::numeric_limits<uint32_t>::max(), stage, error) ||
        !readNodes(fields[1], at.field("nodes"), device))
      return false;
    if (assignment.stages.size() == before) {
      error = at.field("nodes").error("is empty; leave the piece out");
      return false;
    }
    numbers.push_back(stage);
    return true;
  }

  /// The device's own list must name the nodes of its pieces, no others.
  bool checkSummary(JsonElement from, const JsonPath &at, uint32_t first,
                    size_t expected) {
    simdjson::dom::array list;
    if (!readArray(from, at, list, error))
      return false;
    listed.resize(instance.numNodes(), 0);
    size_t index = 0;
    for (JsonElement element : list) {
      JsonPath nodePath = at.at(index++);
      NodeId node = kNone;
      if (!readNode(element, nodePath, node))
        return false;
      uint32_t stage = assignment.stageOf[node];
      if (stage == kNone || stage < first || listed[node]) {
        error = nodePath.error("names node " + describeJson(element) +
                               ", which is not in the pieces of this device "
                               "once; make the two lists agree");
        return false;
      }
      listed[node] = 1;
    }
    if (index == expected)
      return true;
    error = at.error("has " + std::to_string(index) +
                     " nodes, but the pieces "
                     "have " +
                     std::to_string(expected) + "; make the two lists agree");
    return false;
  }

  /// Brings the stages into the order that the pieces ask for; without numbers
  /// into a topological one.
  bool orderPieces() {
    size_t count = assignment.stages.size();
    if (numbers.empty() || !allNumbered) {
      if (!numbers.empty()) {
        error = path.field("devices").error(
            "gives pieces for some devices only; give them for all or none");
        return false;
      }
      if (isComplete())
        orderStages(instance, assignment);
      return true;
    }
    std::vector<uint32_t> stageAt(count, kNone);
    for (uint32_t s = 0; s < count; ++s) {
      if (numbers[s] >= static_cast<int64_t>(count) ||
          stageAt[numbers[s]] != kNone) {
        error = path.field("devices").error(
            "numbers its stages wrongly: stage " + std::to_string(numbers[s]) +
            (numbers[s] >= static_cast<int64_t>(count) ? " is too high"
                                                       : " is given twice") +
            "; number the " + std::to_string(count) + " pieces from 0");
        return false;
      }
      stageAt[numbers[s]] = s;
    }
    renumberStages(assignment, stageAt);
    return true;
  }

  bool readSplitDevices(simdjson::dom::array list, const JsonPath &listPath,
                        const char *kindName) {
    FieldTable<2> fields({"load", "nodes"});
    uint32_t index = 0;
    for (JsonElement element : list) {
      JsonPath at = listPath.at(index);
      simdjson::dom::object object;
      simdjson::dom::array nodes;
      if (!readObject(element, at, object, error) ||
          !fields.read(object, at, error,
                       [](std::string_view) { return std::nullopt; }) ||
          !fields.require(1, at, "the ids of its nodes", error) ||
          !readArray(fields[1], at.field("nodes"), nodes, error))
        return false;
      DeviceRef device = {0, index++};
      // Idle devices may be more than the machine has.
      if (nodes.begin() == nodes.end())
        continue;
      if (!findKind(kindName, at, device.kind))
        return false;
      mergeCores(device);
      // Under latency more devices than there are break a rule, and the plan
      // has a value all the same.
      if ((!instance.isLatency() &&
           !checkIndex(device.index, device.kind, at)) ||
          !readNodes(fields[1], at.field("nodes"), device))
        return false;
    }
    return true;
  }

  /// A split of an inference graph lists the forward nodes only; backward
  /// nodes go where their group is, as the published program does it.
  void inferBackward() {
    std::vector<uint32_t> stageOfGroup(instance.numGroups(), kNone);
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (uint32_t group = instance.group(v);
          group != kNone && assignment.stageOf[v] != kNone)
        stageOfGroup[group] = assignment.stageOf[v];
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (instance.isBackward(v) && assignment.stageOf[v] == kNone &&
          instance.group(v) != kNone)
        assignment.stageOf[v] = stageOfGroup[instance.group(v)];
  }

  bool isComplete() const {
    for (uint32_t stage : assignment.stageOf)
      if (stage == kNone)
        return false;
    return true;
  }

  bool requireAll() {
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (assignment.stageOf[v] == kNone) {
        error = path.error(describeNode(instance.data(), v) +
                           " is on no device; name each node once");
        return false;
      }
    return true;
  }

  const JsonPath &path;
  const Instance &instance;
  IdMap ids;
  FieldTable<11> deviceFields{{"kind", "index", "replicas", "pieces", "nodes",
                               "load", "compute", "in", "out", "sync",
                               "memory"}};
  /// The stage numbers that the file gives to `assignment.stages`.
  std::vector<int64_t> numbers;
  bool allNumbered = true;
  /// How many nodes have a stage so far.
  size_t placed = 0;
  /// Where in the file each node stands, among all.
  std::vector<uint32_t> placeOf;
  /// Nodes that some device's own list has named.
  std::vector<uint8_t> listed;
};

} // namespace

Result<StatedPlan> readPlan(std::string_view json, const std::string &fileName,
                            const Instance &instance) {
  JsonText text;
  if (std::optional<Error> error = text.parse(json, false, fileName))
    return *error;
  JsonPath path = JsonPath::file(fileName);
  std::optional<Error> error;
  simdjson::dom::object root;
  if (!readObject(text.root(), path, root, error))
    return *error;
  bool plan = root["version"].error() == simdjson::SUCCESS;
  if (!plan && root["fpgas"].error() != simdjson::SUCCESS &&
      root["cpus"].error() != simdjson::SUCCESS)
    return path.error("is no plan: it has neither 'version' (PLAN.json) nor "
                      "'fpgas' or 'cpus' (a published split)");
  AssignmentReader reader(path, instance);
  if (!(plan ? reader.readPlan(root) : reader.readSplit(root)))
    return *reader.error;
  return StatedPlan{std::move(reader.assignment), std::move(reader.timeline)};
}

Result<Assignment> readAssignment(std::string_view json,
                                  const std::string &fileName,
                                  const Instance &instance) {
  Result<StatedPlan> plan = readPlan(json, fileName, instance);
  if (!plan)
    return plan.error();
  return std::move(plan->assignment);
}

} // namespace placement::solver
