//===- BruteForceAnywhere.cpp - Every map of groups to devices ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"

#include "placement/Solver/Check/Checker.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

namespace placement::solver::test {

namespace {

/// Every device of every group, one after the other.
class AnywhereSearch {
public:
  AnywhereSearch(const Instance &instance, uint32_t maxDevices)
      : maxDevices(maxDevices), instance(instance) {
    std::map<uint32_t, uint32_t> groups;
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      uint32_t group = instance.group(v);
      if (group == kNone)
        units.push_back({v});
      else if (groups.try_emplace(group, units.size()).second)
        units.push_back({v});
      else
        units[groups[group]].push_back(v);
    }
    // Stages of devices without nodes are left out at the end.
    std::set<std::pair<uint32_t, uint32_t>> pins;
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (instance.pinIndex(v) != kNone)
        pins.insert({instance.pinKind(v), instance.pinIndex(v)});
    for (KindId kind = 0; kind < instance.numKinds(); ++kind)
      for (uint32_t i = 0; i < instance.machine().kinds[kind].count; ++i) {
        devices.push_back({kind, i});
        named.push_back(pins.count({kind, i}) > 0);
      }
    deviceOf.assign(instance.numNodes(), 0);
    used.assign(devices.size(), 0);
    sums.resize(devices.size());
  }

  BruteForceAnswer run(size_t maxPlans) {
    answer.classes = units.size();
    answer.ideals = 1;
    for (size_t u = 0; u < units.size() && answer.ideals <= maxPlans; ++u)
      answer.ideals *= devices.size();
    if (answer.ideals <= maxPlans)
      place(0);
    return answer;
  }

private:
  void place(size_t unit) {
    if (unit == units.size())
      return tryPlan();
    std::set<KindId> fresh;
    for (uint32_t d = 0; d < devices.size(); ++d) {
      // Of the unused devices of a kind the first stands for all.
      if (!used[d] && !named[d] && !fresh.insert(devices[d].kind).second)
        continue;
      ++used[d];
      for (NodeId v : units[unit])
        deviceOf[v] = d;
      place(unit + 1);
      --used[d];
    }
  }

  void tryPlan() {
    // A device's stashes depend on its place among the stages there.
    if (instance.data().inFlight == InFlight::SuffixStages) {
      Assignment plan = toPlan();
      CheckReport report = check(instance, plan, /*contiguous=*/false, 1);
      if (report.feasible() && report.value < answer.value)
        take(report.value);
      return;
    }
    if (Time value = planValue(); value < answer.value)
      take(value);
  }

  void take(Time value) {
    answer.feasible = true;
    answer.value = value;
    answer.assignment = toPlan();
  }

  Assignment toPlan() const {
    Assignment plan;
    std::vector<uint32_t> stage(devices.size(), kNone);
    for (uint32_t d : deviceOf) {
      if (stage[d] == kNone) {
        stage[d] = plan.stages.size();
        plan.stages.push_back(devices[d]);
      }
      plan.stageOf.push_back(stage[d]);
    }
    return plan;
  }

  /// docs/Solvers.md, "The problem" and "Models of load", word by word;
  /// kInfiniteTime where a rule is broken.
  Time planValue() {
    if (maxDevices && std::count_if(used.begin(), used.end(), [](uint32_t n) {
                        return n > 0;
                      }) > std::ptrdiff_t(maxDevices))
      return kInfiniteTime;
    std::fill(sums.begin(), sums.end(), Sums());
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      uint32_t d = deviceOf[v];
      KindId kind = devices[d].kind;
      if (!instance.supports(v, kind) ||
          (instance.pinKind(v) != kNone && instance.pinKind(v) != kind) ||
          (instance.pinIndex(v) != kNone &&
           instance.pinIndex(v) != devices[d].index))
        return kInfiniteTime;
      sums[d].compute[instance.isBackward(v)] += instance.time(v, kind);
      sums[d].memory +=
          instance.size(v) + instance.stash(v) * instance.leastInFlight();
      sums[d].transient = std::max(sums[d].transient, instance.transient(v));
    }
    for (uint32_t w = 0; w < instance.numWeights(); ++w) {
      uint64_t charged = 0;
      for (uint32_t v : instance.weightUsers(w))
        if (!(charged >> deviceOf[v] & 1)) {
          charged |= uint64_t(1) << deviceOf[v];
          sums[deviceOf[v]].memory += instance.weightBytes(w);
        }
    }
    for (uint32_t d = 0; d < devices.size(); ++d) {
      Bytes memory = instance.machine().kinds[devices[d].kind].memory;
      if (memory != kUnlimitedBytes &&
          sums[d].memory + sums[d].transient > memory)
        return kInfiniteTime;
    }
    for (NetId n = 0; n < instance.numNets(); ++n) {
      uint64_t touched = 0;
      uint32_t producer = instance.producer(n);
      if (producer != kNone)
        touched |= uint64_t(1) << deviceOf[producer];
      for (NodeId v : instance.consumers(n))
        touched |= uint64_t(1) << deviceOf[v];
      // Cut where two devices, or one and the host, are its pins.
      if (!instance.onHost(n) && std::popcount(touched) < 2)
        continue;
      for (uint32_t d = 0; d < devices.size(); ++d)
        if (touched >> d & 1) {
          bool sends = producer != kNone && deviceOf[producer] == d;
          (sends ? sums[d].out : sums[d].in)[instance.isBackwardNet(n)] +=
              instance.netCost(n, devices[d].kind);
        }
    }
    auto load = [&](Time in, Time compute, Time out) {
      switch (instance.communication()) {
      case Communication::Sequential:
        return in + compute + out;
      case Communication::HalfDuplex:
        return std::max(in + out, compute);
      case Communication::FullDuplex:
        return std::max({in, compute, out});
      }
      return kInfiniteTime;
    };
    Time both = 0, forward = 0, backward = 0;
    for (const Sums &s : sums) {
      both = std::max(both, load(s.in[0] + s.in[1], s.compute[0] + s.compute[1],
                                 s.out[0] + s.out[1]));
      forward = std::max(forward, load(s.in[0], s.compute[0], s.out[0]));
      backward = std::max(backward, load(s.in[1], s.compute[1], s.out[1]));
    }
    return instance.schedule() == Schedule::GPipe ? forward + backward : both;
  }

  /// Of one device, by pass.
  struct Sums {
    Time in[2] = {0, 0}, compute[2] = {0, 0}, out[2] = {0, 0};
    Bytes memory = 0, transient = 0;
  };

  std::vector<Sums> sums;
  uint32_t maxDevices;
  const Instance &instance;
  std::vector<std::vector<NodeId>> units;
  std::vector<DeviceRef> devices;
  std::vector<bool> named;
  std::vector<uint32_t> deviceOf, used;
  BruteForceAnswer answer;
};

} // namespace

BruteForceAnswer bruteForceAnywhere(const Instance &instance, size_t maxPlans,
                                    uint32_t maxDevices) {
  return AnywhereSearch(instance, maxDevices).run(maxPlans);
}

} // namespace placement::solver::test
