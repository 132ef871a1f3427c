//===- Checker.cpp - Recomputes a plan from scratch -----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Written from the definitions alone: it contracts nothing, orders nothing and
// reads no table that an algorithm made.
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Check/Checker.h"

#include "CheckParts.h"

#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace placement::solver {

namespace {

using Wide = __int128;

/// A device's work and transfers of one pass, or of both.
struct PassSums {
  Time compute = 0, in = 0, out = 0;
  CompensatedSum exactCompute, exactIn, exactOut;
  /// Of in and out, and of all three.
  CompensatedSum exactTransfers, exactAll;

  void addCompute(Time time, double exact) {
    compute += time;
    exactCompute.add(exact);
    exactAll.add(exact);
  }
  void addTransfer(bool sends, Time time, double exact) {
    (sends ? out : in) += time;
    (sends ? exactOut : exactIn).add(exact);
    exactTransfers.add(exact);
    exactAll.add(exact);
  }

  /// docs/Solvers.md, "Models of load".
  Time load(Communication communication) const {
    switch (communication) {
    case Communication::Sequential:
      return in + compute + out;
    case Communication::HalfDuplex:
      return std::max(in + out, compute);
    case Communication::FullDuplex:
      return std::max(in, std::max(compute, out));
    }
    return in + compute + out;
  }
  double exactLoad(Communication communication) const {
    switch (communication) {
    case Communication::Sequential:
      return exactAll.value();
    case Communication::HalfDuplex:
      return std::max(exactTransfers.value(), exactCompute.value());
    case Communication::FullDuplex:
      return std::max(exactIn.value(),
                      std::max(exactCompute.value(), exactOut.value()));
    }
    return exactAll.value();
  }
};

/// What the checker gathers for one device in use.
struct DeviceSums {
  PassSums forward, backward, both;
  Wide memory = 0;
  Bytes largestTransient = 0;
};

class Check {
public:
  Check(const Instance &instance, const Assignment &assignment,
        size_t maxViolations)
      : instance(instance), assignment(assignment),
        maxViolations(maxViolations) {}

  CheckReport run(bool contiguous) {
    checkShape();
    if (!report.shapeOk)
      return std::move(report);
    collectSlots();
    checkStages();
    addNodes();
    addNets();
    addWeights();
    finishLoads();
    computeValue();
    checkColocation();
    if (contiguous)
      checkChain();
    return std::move(report);
  }

private:
  const InstanceData &data() const { return instance.data(); }
  const Machine &machine() const { return instance.machine(); }
  uint32_t stage(NodeId v) const { return assignment.stageOf[v]; }
  uint32_t slot(NodeId v) const { return slotOfStage[stage(v)]; }
  std::string deviceName(uint32_t s) const {
    return describeDevice(machine(), report.loads[s].device);
  }
  std::string nodeName(NodeId v) const { return describeNode(data(), v); }

  /// The sentence is only built where there is room for it.
  template <typename Sentence>
  void violate(Sentence sentence) {
    if (report.violations.size() < maxViolations)
      report.violations.push_back(sentence());
  }

  void checkShape() {
    std::string wrong = describeWrongShape(instance, assignment);
    if (wrong.empty())
      return;
    report.shapeOk = false;
    violate([&] { return std::move(wrong); });
  }

  void collectSlots() {
    slotOfStage = collectDevices(assignment, report.loads);
    sums.resize(report.loads.size());
    seen.assign(report.loads.size(), 0);
  }

  void checkStages() {
    for (uint32_t s = 0; s < report.loads.size(); ++s) {
      const DeviceRef &device = report.loads[s].device;
      const DeviceKind &kind = machine().kinds[device.kind];
      if (device.index >= kind.count)
        violate([&] {
          return "the plan uses device " + deviceName(s) +
                 ", but the machine has " + std::to_string(kind.count) +
                 " devices of kind \"" + kind.name + "\", counted from 0";
        });
    }
    std::vector<uint8_t> used(assignment.stages.size(), 0);
    for (uint32_t s : assignment.stageOf)
      used[s] = 1;
    for (size_t s = 0; s < used.size(); ++s)
      if (!used[s])
        violate(
            [&] { return "stage " + std::to_string(s) + " holds no node"; });
  }

  /// Samples whose stashes a stage holds at once (problem.md, memory).
  Wide stashesHeld(uint32_t s) const {
    switch (data().inFlight) {
    case InFlight::Single:
      return 0;
    case InFlight::SuffixStages:
      return Wide(assignment.stages.size() - s);
    case InFlight::All:
      return data().microbatches;
    }
    return 0;
  }

  /// Compute, memory of nodes, support and pins.
  void addNodes() {
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      uint32_t s = slot(v);
      const DeviceRef &device = report.loads[s].device;
      if (instance.supports(v, device.kind)) {
        Time time = instance.time(v, device.kind);
        double exact = data().time[v * instance.numKinds() + device.kind];
        sums[s].both.addCompute(time, exact);
        (instance.isBackward(v) ? sums[s].backward : sums[s].forward)
            .addCompute(time, exact);
      } else {
        violate([&] {
          return nodeName(v) + " is on " + deviceName(s) + ", but kind \"" +
                 machine().kinds[device.kind].name + "\" does not support it";
        });
      }
      sums[s].memory += instance.size(v);
      sums[s].largestTransient =
          std::max(sums[s].largestTransient, instance.transient(v));
      sums[s].memory += Wide(instance.stash(v)) * stashesHeld(stage(v));

      if (std::string pin =
              describePin(instance, v, device, /*anyIndex=*/false);
          !pin.empty())
        violate([&] {
          return nodeName(v) + " is on " + deviceName(s) + ", but " + pin;
        });
    }
  }

  /// A net is cut at a device where some pin is on it and some pin is not. The
  /// device pays its own cost once, as sender if it holds the producer, in the
  /// pass of the producer. Values of the host belong to the forward pass unless
  /// only backward nodes consume them.
  void addNets() {
    std::vector<uint32_t> slots;
    for (NetId n = 0; n < instance.numNets(); ++n) {
      slots.clear();
      uint32_t producer = instance.producer(n);
      uint32_t producerSlot = kNone;
      if (producer != kNone) {
        producerSlot = slot(producer);
        visitOnce(n, producerSlot, slots);
      }
      for (uint32_t consumer : instance.consumers(n))
        visitOnce(n, slot(consumer), slots);
      if (slots.size() + (instance.onHost(n) ? 1 : 0) < 2)
        continue;
      bool backward = producer != kNone && instance.isBackward(producer);
      if (producer == kNone) {
        backward = true;
        for (uint32_t consumer : instance.consumers(n))
          backward = backward && instance.isBackward(consumer);
      }
      for (uint32_t s : slots) {
        KindId kind = report.loads[s].device.kind;
        Time cost = instance.netCost(n, kind);
        double exact = data().netCost[n * instance.numKinds() + kind];
        bool sends = s == producerSlot;
        sums[s].both.addTransfer(sends, cost, exact);
        (backward ? sums[s].backward : sums[s].forward)
            .addTransfer(sends, cost, exact);
      }
    }
  }

  /// A shared weight takes memory once on each device with a user of it.
  void addWeights() {
    std::fill(seen.begin(), seen.end(), 0);
    std::vector<uint32_t> slots;
    for (uint32_t w = 0; w < instance.numWeights(); ++w) {
      slots.clear();
      for (uint32_t user : instance.weightUsers(w))
        visitOnce(w, slot(user), slots);
      for (uint32_t s : slots)
        sums[s].memory += instance.weightBytes(w);
    }
  }

  /// Appends `s` unless item number `item` has met it already.
  void visitOnce(uint32_t item, uint32_t s, std::vector<uint32_t> &slots) {
    if (seen[s] == uint64_t(item) + 1)
      return;
    seen[s] = uint64_t(item) + 1;
    slots.push_back(s);
  }

  /// 1F1B: the largest load. GPipe: all forward passes come before the
  /// backward ones, so each pass lasts as long as its slowest device.
  void computeValue() {
    Time load = 0, forward = 0, backward = 0;
    double exactLoad = 0, exactForward = 0, exactBackward = 0;
    for (const DeviceLoad &device : report.loads) {
      load = std::max(load, device.load);
      forward = std::max(forward, device.forward);
      backward = std::max(backward, device.backward);
      exactLoad = std::max(exactLoad, device.exactLoad);
      exactForward = std::max(exactForward, device.exactForward);
      exactBackward = std::max(exactBackward, device.exactBackward);
    }
    bool gpipe = data().schedule == Schedule::GPipe;
    report.value = gpipe ? forward + backward : load;
    report.exactValue = gpipe ? exactForward + exactBackward : exactLoad;
  }

  void finishLoads() {
    for (uint32_t s = 0; s < report.loads.size(); ++s) {
      DeviceLoad &load = report.loads[s];
      const PassSums &both = sums[s].both;
      load.compute = both.compute;
      load.in = both.in;
      load.out = both.out;
      load.exactCompute = both.exactCompute.value();
      load.exactIn = both.exactIn.value();
      load.exactOut = both.exactOut.value();
      Communication communication = data().communication;
      load.forward = sums[s].forward.load(communication);
      load.backward = sums[s].backward.load(communication);
      load.exactForward = sums[s].forward.exactLoad(communication);
      load.exactBackward = sums[s].backward.exactLoad(communication);
      if (data().schedule == Schedule::GPipe) {
        load.load = load.forward + load.backward;
        load.exactLoad = load.exactForward + load.exactBackward;
      } else {
        load.load = both.load(communication);
        load.exactLoad = both.exactLoad(communication);
      }

      Wide memory = sums[s].memory + sums[s].largestTransient;
      load.memory = static_cast<Bytes>(
          std::min(memory, Wide(std::numeric_limits<Bytes>::max())));
      const DeviceKind &kind = machine().kinds[load.device.kind];
      if (kind.memory != kUnlimitedBytes && memory > kind.memory)
        violate([&] {
          return deviceName(s) + " needs " + std::to_string(load.memory) +
                 " bytes, but kind \"" + kind.name + "\" has " +
                 std::to_string(kind.memory);
        });
    }
  }

  void checkColocation() {
    std::vector<uint32_t> first(instance.numGroups(), kNone);
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      uint32_t group = instance.group(v);
      if (group == kNone)
        continue;
      if (first[group] == kNone)
        first[group] = v;
      else if (slot(v) != slot(first[group]))
        violate([&] {
          return nodeName(v) + " is on " + deviceName(slot(v)) +
                 ", but its group is with " + nodeName(first[group]) + " on " +
                 deviceName(slot(first[group]));
        });
    }
  }

  /// problem.md, throughput, contiguous: stages are the steps of a chain of
  /// ideals of the forward graph, one step a device. The forward graph has an
  /// artificial node for every group (or single node) with backward nodes
  /// only, and the reverse of every backward edge that touches such a group.
  void checkChain() {
    std::vector<uint32_t> stageOfSlot(report.loads.size(), kNone);
    for (uint32_t s = 0; s < assignment.stages.size(); ++s) {
      uint32_t &first = stageOfSlot[slotOfStage[s]];
      if (first == kNone)
        first = s;
      else
        violate([&] {
          return "stages " + std::to_string(first) + " and " +
                 std::to_string(s) + " are both on " +
                 deviceName(slotOfStage[s]) +
                 "; a contiguous plan has one stage on a device";
        });
    }

    std::vector<uint8_t> hasForward(instance.numGroups(), 0);
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (instance.group(v) != kNone && !instance.isBackward(v))
        hasForward[instance.group(v)] = 1;
    auto isOrphan = [&](NodeId v) {
      return instance.isBackward(v) &&
             (instance.group(v) == kNone || !hasForward[instance.group(v)]);
    };
    auto checkEdge = [&](NodeId from, NodeId to) {
      bool forward = !instance.isBackward(from) && !instance.isBackward(to);
      bool mirrored = instance.isBackward(from) && instance.isBackward(to) &&
                      (isOrphan(from) || isOrphan(to));
      if (forward && stage(from) > stage(to))
        violate([&] {
          return nodeName(from) + " in stage " + std::to_string(stage(from)) +
                 " feeds or precedes " + nodeName(to) +
                 " in the earlier stage " + std::to_string(stage(to)) +
                 "; forward edges of a contiguous plan never go back";
        });
      else if (mirrored && stage(to) > stage(from))
        violate([&] {
          return "backward " + nodeName(from) + " in stage " +
                 std::to_string(stage(from)) + " feeds or precedes " +
                 nodeName(to) + " in the later stage " +
                 std::to_string(stage(to)) +
                 "; one of them has no forward partner, and edges of such "
                 "backward nodes never go to a later stage";
        });
    };
    for (NetId n = 0; n < instance.numNets(); ++n)
      if (uint32_t producer = instance.producer(n); producer != kNone)
        for (uint32_t consumer : instance.consumers(n))
          checkEdge(producer, consumer);
    for (auto [first, second] : data().orderEdges)
      checkEdge(first, second);
  }

  const Instance &instance;
  const Assignment &assignment;
  size_t maxViolations;
  CheckReport report;
  /// Slots index report.loads and `sums`.
  std::vector<uint32_t> slotOfStage;
  std::vector<DeviceSums> sums;
  /// The last item (plus one) that visited each slot.
  std::vector<uint64_t> seen;
};

} // namespace

CheckReport check(const Instance &instance, const Assignment &assignment,
                  bool contiguous, size_t maxViolations) {
  maxViolations = std::max<size_t>(maxViolations, 1);
  if (instance.isLatency())
    return checkLatency(instance, assignment, maxViolations);
  return Check(instance, assignment, maxViolations).run(contiguous);
}

} // namespace placement::solver
