//===- LatencyChecker.cpp - Recomputes a plan for latency -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Written from the definitions of docs/Solvers.md, "Latency", alone, like the
// check of throughput: it shares no code with an algorithm.
//
//===----------------------------------------------------------------------===//

#include "CallTimes.h"
#include "CheckParts.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace placement::solver {

namespace {

using Wide = __int128;

/// Sums over one device in use, or over the memory that host cores share.
struct Sums {
  Wide memory = 0;
  Bytes largestTransient = 0;
  CompensatedSum exactCompute, exactIn, exactOut, exactAll;

  Wide total() const { return memory + largestTransient; }
};

class LatencyCheck {
public:
  LatencyCheck(const Instance &instance, const Assignment &assignment,
               size_t maxViolations)
      : instance(instance), assignment(assignment),
        maxViolations(maxViolations) {}

  CheckReport run() {
    if (std::string wrong = describeWrongShape(instance, assignment);
        !wrong.empty()) {
      report.shapeOk = false;
      violate([&] { return std::move(wrong); });
      return std::move(report);
    }
    slotOfStage = collectDevices(assignment, report.loads);
    sums.resize(report.loads.size() + instance.numKinds());
    vertices.resize(assignment.stages.size() + instance.numNodes());
    checkStages();
    addNodes();
    addNets();
    addWeights();
    finishLoads();
    checkColocation();
    findTimes();
    return std::move(report);
  }

private:
  const InstanceData &data() const { return instance.data(); }
  const Machine &machine() const { return instance.machine(); }
  uint32_t stage(NodeId v) const { return assignment.stageOf[v]; }
  uint32_t slot(NodeId v) const { return slotOfStage[stage(v)]; }
  bool onHost(uint32_t s) const {
    return instance.isHost(assignment.stages[s].kind);
  }
  uint32_t vertex(NodeId v) const { return vertexOf(instance, assignment, v); }
  /// Where memory and groups are shared: the device of a call, or the kind of a
  /// host. Indexes `sums`.
  uint32_t place(NodeId v) const {
    return onHost(stage(v))
               ? report.loads.size() + assignment.stages[stage(v)].kind
               : slot(v);
  }
  std::string nodeName(NodeId v) const { return describeNode(data(), v); }
  std::string deviceName(DeviceRef device) const {
    return describePlace(instance, device);
  }
  std::string whereIs(NodeId v) const {
    return nodeName(v) + " is on " + deviceName(assignment.stages[stage(v)]);
  }

  /// The sentence is only built where there is room for it.
  template <typename Sentence>
  void violate(Sentence sentence) {
    if (report.violations.size() < maxViolations)
      report.violations.push_back(sentence());
  }

  /// Devices exist, stages hold nodes, and no device has too many pieces.
  void checkStages() {
    for (const DeviceLoad &load : report.loads) {
      const DeviceKind &kind = machine().kinds[load.device.kind];
      bool host = instance.isHost(load.device.kind);
      uint32_t count = instance.numDevices(load.device.kind);
      if (load.device.index < count)
        continue;
      violate([&] {
        std::string text = "the plan uses device " +
                           describeDevice(machine(), load.device) + ", but ";
        if (host && kind.count > 0)
          return text +
                 (instance.cores(load.device.kind)
                      ? "kind \"" + kind.name + "\" has " +
                            std::to_string(count) + " cores, counted from 0"
                      : "kind \"" + kind.name +
                            "\" has any number of cores, and its nodes "
                            "are all on device 0");
        return text + "the machine has " + std::to_string(kind.count) +
               " devices of kind \"" + kind.name + "\", counted from 0";
      });
    }
    used.assign(assignment.stages.size(), 0);
    for (uint32_t s : assignment.stageOf)
      used[s] = 1;
    std::vector<std::vector<uint32_t>> pieces(report.loads.size());
    for (uint32_t s = 0; s < used.size(); ++s) {
      if (!used[s])
        violate(
            [&] { return "stage " + std::to_string(s) + " holds no node"; });
      else if (!onHost(s))
        pieces[slotOfStage[s]].push_back(s);
    }
    for (size_t i = 0; i < pieces.size(); ++i)
      if (pieces[i].size() > instance.piecesPerDevice())
        violate([&] {
          return deviceName(report.loads[i].device) + " runs " +
                 std::to_string(pieces[i].size()) + " pieces (stages " +
                 listStages(pieces[i]) + "), but a device may run " +
                 std::to_string(instance.piecesPerDevice()) +
                 (instance.piecesPerDevice() == 1 ? ": its nodes do not fit "
                                                    "into one call"
                                                  : "");
        });
  }

  static std::string listStages(const std::vector<uint32_t> &stages) {
    constexpr size_t kMostNamed = 8;
    std::string text;
    for (size_t i = 0; i < std::min(stages.size(), kMostNamed); ++i)
      text += (i == 0 ? "" : ", ") + std::to_string(stages[i]);
    return stages.size() > kMostNamed ? text + ", ..." : text;
  }

  /// Work, memory of nodes, support and pins.
  void addNodes() {
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      DeviceRef device = assignment.stages[stage(v)];
      if (instance.supports(v, device.kind)) {
        Time time = instance.time(v, device.kind);
        double exact = data().time[v * instance.numKinds() + device.kind];
        vertices[vertex(v)].compute += time;
        vertices[vertex(v)].exactCompute.add(exact);
        vertices[vertex(v)].exact.add(exact);
        report.loads[slot(v)].compute += time;
        sums[slot(v)].exactCompute.add(exact);
        sums[slot(v)].exactAll.add(exact);
      } else {
        violate([&] {
          return whereIs(v) + ", but kind \"" +
                 machine().kinds[device.kind].name + "\" does not support it";
        });
      }
      addMemory(slot(v), v);
      if (onHost(stage(v)))
        addMemory(place(v), v);
      bool anyIndex =
          instance.isHost(device.kind) && !instance.cores(device.kind);
      if (std::string pin = describePin(instance, v, device, anyIndex);
          !pin.empty())
        violate([&] { return whereIs(v) + ", but " + pin; });
    }
  }

  /// One sample is in flight: a stash counts once.
  void addMemory(uint32_t where, NodeId v) {
    sums[where].memory += instance.size(v);
    if (data().inFlight != InFlight::Single)
      sums[where].memory += instance.stash(v);
    sums[where].largestTransient =
        std::max(sums[where].largestTransient, instance.transient(v));
  }

  /// A piece pays each net once: as out what it produces and somebody outside
  /// of it or the host needs, as in what it consumes and does not produce.
  /// Nodes on hosts pay nothing.
  void addNets() {
    std::vector<uint64_t> seen(vertices.size(), 0);
    for (NetId n = 0; n < instance.numNets(); ++n) {
      uint32_t producer = instance.producer(n);
      uint32_t from = producer == kNone ? kNone : vertex(producer);
      bool leaves = instance.onHost(n);
      for (NodeId consumer : instance.consumers(n)) {
        uint32_t to = vertex(consumer);
        if (to == from || seen[to] == n + uint64_t(1))
          continue;
        seen[to] = n + uint64_t(1);
        leaves = true;
        addTransfer(n, consumer, /*sends=*/false);
      }
      if (leaves && producer != kNone)
        addTransfer(n, producer, /*sends=*/true);
    }
  }

  /// The piece of the node pays the net.
  void addTransfer(NetId n, NodeId v, bool sends) {
    if (onHost(stage(v)))
      return;
    KindId kind = assignment.stages[stage(v)].kind;
    Time cost = instance.netCost(n, kind);
    double exact = data().netCost[n * instance.numKinds() + kind];
    CallVertex &piece = vertices[vertex(v)];
    DeviceLoad &load = report.loads[slot(v)];
    (sends ? piece.out : piece.in) += cost;
    (sends ? piece.exactOut : piece.exactIn).add(exact);
    piece.exact.add(exact);
    (sends ? load.out : load.in) += cost;
    (sends ? sums[slot(v)].exactOut : sums[slot(v)].exactIn).add(exact);
    sums[slot(v)].exactAll.add(exact);
  }

  /// A shared weight takes memory once on each device with a user of it, and
  /// once in the memory of a host.
  void addWeights() {
    std::vector<uint64_t> seen(sums.size(), 0);
    for (uint32_t w = 0; w < instance.numWeights(); ++w)
      for (NodeId user : instance.weightUsers(w))
        for (uint32_t where : {slot(user), place(user)})
          if (seen[where] != w + uint64_t(1)) {
            seen[where] = w + uint64_t(1);
            sums[where].memory += instance.weightBytes(w);
          }
  }

  static Bytes clamped(Wide bytes) {
    return static_cast<Bytes>(
        std::min(bytes, Wide(std::numeric_limits<Bytes>::max())));
  }

  void finishLoads() {
    for (uint32_t s = 0; s < report.loads.size(); ++s) {
      DeviceLoad &load = report.loads[s];
      load.load = load.forward = load.in + load.compute + load.out;
      load.exactCompute = sums[s].exactCompute.value();
      load.exactIn = sums[s].exactIn.value();
      load.exactOut = sums[s].exactOut.value();
      load.exactLoad = load.exactForward = sums[s].exactAll.value();
      load.memory = clamped(sums[s].total());
      if (!instance.isHost(load.device.kind))
        checkMemory(load.device.kind, sums[s],
                    [&] { return deviceName(load.device) + " needs "; });
    }
    for (KindId k = 0; k < instance.numKinds(); ++k)
      checkMemory(k, sums[report.loads.size() + k], [&] {
        return "all nodes on \"" + machine().kinds[k].name +
               "\" together need ";
      });
  }

  template <typename Subject>
  void checkMemory(KindId k, const Sums &needed, Subject subject) {
    Bytes limit = instance.memoryLimit(k);
    if (limit != kUnlimitedBytes && needed.total() > limit)
      violate([&] {
        return subject() + std::to_string(clamped(needed.total())) +
               " bytes, but kind \"" + machine().kinds[k].name + "\" has " +
               std::to_string(limit);
      });
  }

  void checkColocation() {
    std::vector<uint32_t> first(instance.numGroups(), kNone);
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      uint32_t group = instance.group(v);
      if (group == kNone)
        continue;
      if (first[group] == kNone)
        first[group] = v;
      else if (place(v) != place(first[group]))
        violate([&] {
          return whereIs(v) + ", but its group is with " +
                 nodeName(first[group]) + " on " +
                 deviceName(assignment.stages[stage(first[group])]);
        });
    }
  }

  void findTimes() {
    CallTimes times(instance, assignment, slotOfStage, vertices);
    if (std::string circle = times.run(); !circle.empty()) {
      report.value = kInfiniteTime;
      report.exactValue = std::numeric_limits<double>::infinity();
      // The worst one is in front, whatever room there is.
      if (report.violations.size() == maxViolations)
        report.violations.pop_back();
      report.violations.insert(report.violations.begin(), std::move(circle));
      return;
    }
    for (const CallVertex &vertex : vertices) {
      report.value = std::max(report.value, vertex.finish);
      report.exactValue = std::max(report.exactValue, vertex.exactFinish);
    }
    report.timeline = times.timeline();
  }

  const Instance &instance;
  const Assignment &assignment;
  size_t maxViolations;
  CheckReport report;
  /// Slots index report.loads.
  std::vector<uint32_t> slotOfStage;
  /// Stages with a node.
  std::vector<uint8_t> used;
  /// By slot, and then by kind for what all nodes on a host hold together.
  std::vector<Sums> sums;
  std::vector<CallVertex> vertices;
};

} // namespace

CheckReport checkLatency(const Instance &instance, const Assignment &assignment,
                         size_t maxViolations) {
  return LatencyCheck(instance, assignment, maxViolations).run();
}

} // namespace placement::solver
