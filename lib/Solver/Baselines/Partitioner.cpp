//===- Partitioner.cpp - Baselines by graph partitioning ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/Partitioner.h"

#include "Solver/Baselines/ForkedCall.h"
#include "Solver/NonContiguous/DeviceTable.h"
#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>

namespace placement::solver::baselines {

namespace {

using noncontiguous::DeviceId;
using noncontiguous::DeviceMap;
using noncontiguous::DeviceTable;

/// More than either library takes for an arc or a vertex, all levels of
/// coarsening included.
constexpr uint64_t kBytesEach = 200;

/// The devices that get a part each: all of a kind, those that pins name first.
std::vector<DeviceId> partDevices(const ClassGraph &graph,
                                  const DeviceTable &devices, KindId kind) {
  std::vector<uint8_t> named(devices.size(), 0);
  for (ClassId c = 0; c < graph.numClasses; ++c)
    if (graph.pin[c])
      named[devices.pinned(graph.pin[c])] = 1;
  std::vector<DeviceId> result;
  for (uint8_t pass : {1, 0})
    for (DeviceId d = 0; d < devices.size(); ++d)
      if (devices.kind(d) == kind && named[d] == pass)
        result.push_back(d);
  result.resize(std::min(result.size(), graph.numClasses));
  return result;
}

PartitionTask taskFor(const Instance &instance, const ClassGraph &graph,
                      const DeviceTable &devices,
                      const std::vector<DeviceId> &parts, uint64_t seed) {
  KindId kind = devices.kind(parts.front());
  PartitionTask task;
  task.graph = partitionGraph(instance, graph, kind);
  task.parts = static_cast<int32_t>(parts.size());
  task.seed = static_cast<int32_t>(seed % INT32_MAX);
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    auto at = graph.pin[c] ? std::find(parts.begin(), parts.end(),
                                       devices.pinned(graph.pin[c]))
                           : parts.end();
    task.fixed.push_back(
        at == parts.end() ? -1 : static_cast<int32_t>(at - parts.begin()));
  }
  Bytes memory = instance.machine().kinds[kind].memory;
  __int128 total = 0, scaled = 0;
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    total += instance.size(v) + instance.stash(v) * instance.leastInFlight();
  for (uint32_t w = 0; w < instance.numWeights(); ++w)
    total += instance.weightUsers(w).empty() ? 0 : instance.weightBytes(w);
  for (int32_t bytes : task.graph.memory)
    scaled += bytes;
  // Where not even equal shares have room, nothing is to be hoped for.
  if (memory != kUnlimitedBytes && total > memory &&
      __int128(memory) * task.parts > total && scaled > 0)
    task.memory = static_cast<int64_t>(__int128(memory) * scaled / total);
  return task;
}

/// Where each class goes. Parts have no names for a library that knows no
/// fixed vertices: a part with a pinned class is that of its device.
DeviceMap placementOf(const PartitionTask &task,
                      const std::vector<int32_t> &partOf,
                      const std::vector<DeviceId> &parts) {
  std::vector<int32_t> nameOf(parts.size(), -1);
  std::vector<uint8_t> taken(parts.size(), 0);
  for (size_t c = 0; c < partOf.size(); ++c)
    if (int32_t fixed = task.fixed[c];
        fixed >= 0 && nameOf[partOf[c]] < 0 && !taken[fixed]) {
      nameOf[partOf[c]] = fixed;
      taken[fixed] = 1;
    }
  size_t next = 0;
  for (int32_t &name : nameOf)
    if (name < 0) {
      while (taken[next])
        ++next;
      taken[next] = 1;
      name = static_cast<int32_t>(next);
    }
  DeviceMap placement;
  for (int32_t part : partOf)
    placement.push_back(parts[nameOf[part]]);
  return placement;
}

} // namespace

Partitioner::Partitioner(std::string_view algorithm, const std::string &library,
                         const std::string &package)
    : Baseline(/*anywhere=*/true), algorithm(algorithm),
      text("a baseline: the graph partitioner " + library +
           ", equal compute and few transfers on all devices of the fastest "
           "kind"),
      missing("this program was built without " + library + "; install " +
              package + " and build again") {}

std::vector<int32_t> Partitioner::partition(PartitionTask &, bool) const {
  return {};
}

std::string Partitioner::unsupportedReason(const Instance &instance,
                                           const SolveOptions &options) const {
  if (!present())
    return missing;
  std::string reason = Baseline::unsupportedReason(instance, options);
  if (!reason.empty() || instance.numNodes() == 0)
    return reason;
  ClassGraph graph = contiguous::contract(instance, 0, /*ordered=*/false);
  KindId kind = rankKinds(graph).front();
  for (ClassId c = 0; c < graph.numClasses; ++c)
    if (graph.timeOf(c, kind) == kUnsupported)
      return "it puts everything on the devices of the fastest kind, and " +
             describeNode(instance.data(), someNode(graph, c)) +
             " or what has to be with it cannot be on \"" +
             instance.machine().kinds[kind].name + "\"";
  return {};
}

void Partitioner::place(const Problem &problem, Outcome &outcome) const {
  const Instance &instance = problem.instance;
  const ClassGraph &graph = problem.graph;
  DeviceTable devices(instance, graph);
  std::vector<DeviceId> parts =
      partDevices(graph, devices, rankKinds(graph).front());
  PartitionTask task =
      taskFor(instance, graph, devices, parts, problem.options.seed);
  if (kBytesEach * (task.graph.cost.size() + graph.numClasses) >
      problem.budget.memory) {
    outcome.stop = Stop::Memory;
    return;
  }

  std::optional<Assignment> last;
  for (bool byMemory : {false, true}) {
    if (byMemory && !(seesMemory() && task.memory))
      break;
    std::vector<int32_t> partOf(graph.numClasses, 0);
    if (task.parts > 1) {
      ForkedAnswer answer =
          callForked([&] { return partition(task, byMemory); },
                     graph.numClasses, problem.budget);
      outcome.stop = answer.stop.value_or(Stop::Finished);
      if (answer.stop)
        break;
      partOf = std::move(answer.numbers);
      bool good = partOf.size() == graph.numClasses &&
                  std::all_of(partOf.begin(), partOf.end(), [&](int32_t p) {
                    return p >= 0 && p < task.parts;
                  });
      if (!good) {
        outcome.explanation.push_back("The library has failed: " +
                                      (answer.failure.empty()
                                           ? "it gave a wrong answer"
                                           : answer.failure) +
                                      ".");
        break;
      }
    }
    last = toAssignment(instance, graph, devices,
                        placementOf(task, partOf, parts));
    if (check(instance, *last, /*contiguous=*/false).feasible())
      break;
  }
  if (last)
    conclude(problem, std::move(*last), outcome);
}

} // namespace placement::solver::baselines
