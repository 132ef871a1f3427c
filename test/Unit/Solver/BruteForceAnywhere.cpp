//===- BruteForceAnywhere.cpp - Every map of groups to devices ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"

#include "placement/Solver/Check/Checker.h"

#include <map>
#include <set>

namespace placement::solver::test {

namespace {

/// Every device of every group, one after the other.
class AnywhereSearch {
public:
  explicit AnywhereSearch(const Instance &instance) : instance(instance) {
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
    Assignment plan;
    std::vector<uint32_t> stage(devices.size(), kNone);
    for (uint32_t d : deviceOf) {
      if (stage[d] == kNone) {
        stage[d] = plan.stages.size();
        plan.stages.push_back(devices[d]);
      }
      plan.stageOf.push_back(stage[d]);
    }
    CheckReport report = check(instance, plan, /*contiguous=*/false, 1);
    if (report.feasible() && report.value < answer.value) {
      answer.feasible = true;
      answer.value = report.value;
      answer.assignment = std::move(plan);
    }
  }

  const Instance &instance;
  std::vector<std::vector<NodeId>> units;
  std::vector<DeviceRef> devices;
  std::vector<bool> named;
  std::vector<uint32_t> deviceOf, used;
  BruteForceAnswer answer;
};

} // namespace

BruteForceAnswer bruteForceAnywhere(const Instance &instance, size_t maxPlans) {
  return AnywhereSearch(instance).run(maxPlans);
}

} // namespace placement::solver::test
