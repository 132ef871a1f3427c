//===- DeviceTable.cpp - The devices that classes may sit on --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/DeviceTable.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::noncontiguous {

DeviceTable::DeviceTable(const Instance &instance, const ClassGraph &graph) {
  // Pins by kind and index, numbered as the contraction numbers them.
  std::vector<DeviceRef> pins(graph.numPins);
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (instance.pinKind(v) != kNone && instance.pinIndex(v) != kNone)
      if (uint32_t pin = graph.pin[graph.classOf[v]])
        pins[pin - 1] = {instance.pinKind(v), instance.pinIndex(v)};
  pinnedDevice.assign(pins.size(), 0);
  for (KindId k = 0; k < instance.numKinds(); ++k) {
    std::vector<uint32_t> named;
    for (const DeviceRef &pin : pins)
      if (pin.kind == k)
        named.push_back(pin.index);
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    uint32_t count = instance.machine().kinds[k].count;
    uint32_t others = graph.kinds[k].count;
    size_t next = 0;
    for (uint32_t i = 0; i < count && (others > 0 || next < named.size());
         ++i) {
      bool isNamed = next < named.size() && named[next] == i;
      if (isNamed)
        ++next;
      else if (others > 0)
        --others;
      else
        continue;
      devices.push_back({k, i});
    }
  }
  for (size_t p = 0; p < pins.size(); ++p)
    pinnedDevice[p] = find(pins[p]);
}

DeviceId DeviceTable::find(const DeviceRef &device) const {
  auto less = [](const DeviceRef &a, const DeviceRef &b) {
    return a.kind != b.kind ? a.kind < b.kind : a.index < b.index;
  };
  auto at = std::lower_bound(devices.begin(), devices.end(), device, less);
  return at != devices.end() && *at == device
             ? static_cast<DeviceId>(at - devices.begin())
             : kNone;
}

Assignment toAssignment(const Instance &instance, const ClassGraph &graph,
                        const DeviceTable &devices,
                        const DeviceMap &placement) {
  // Sums of positions fit: at most 2^32 nodes, each position below 2^32.
  std::vector<uint64_t> sum(devices.size(), 0), count(devices.size(), 0);
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    sum[placement[graph.classOf[v]]] += v;
    ++count[placement[graph.classOf[v]]];
  }
  std::vector<DeviceId> order;
  for (DeviceId d = 0; d < devices.size(); ++d)
    if (count[d])
      order.push_back(d);
  std::sort(order.begin(), order.end(), [&](DeviceId a, DeviceId b) {
    auto left = static_cast<unsigned __int128>(sum[a]) * count[b];
    auto right = static_cast<unsigned __int128>(sum[b]) * count[a];
    return left != right ? left < right : a < b;
  });
  Assignment assignment;
  std::vector<uint32_t> stage(devices.size(), kNone);
  for (DeviceId d : order) {
    stage[d] = static_cast<uint32_t>(assignment.stages.size());
    assignment.stages.push_back(devices[d]);
  }
  assignment.stageOf.resize(instance.numNodes());
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    assignment.stageOf[v] = stage[placement[graph.classOf[v]]];
  return assignment;
}

DeviceMap toDeviceMap(const Instance &instance, const ClassGraph &graph,
                      const DeviceTable &devices,
                      const Assignment &assignment) {
  std::vector<DeviceId> deviceOfStage(assignment.stages.size(), kNone);
  std::vector<uint8_t> taken(devices.size(), 0);
  for (size_t s = 0; s < deviceOfStage.size(); ++s)
    if (DeviceId d = devices.find(assignment.stages[s]); d != kNone) {
      deviceOfStage[s] = d;
      taken[d] = 1;
    }
  for (size_t s = 0; s < deviceOfStage.size(); ++s) {
    if (deviceOfStage[s] != kNone)
      continue;
    const DeviceRef &wanted = assignment.stages[s];
    for (DeviceId d = 0; d < devices.size() && deviceOfStage[s] == kNone; ++d)
      if (!taken[d] && devices.kind(d) == wanted.kind)
        deviceOfStage[s] = d;
    if (deviceOfStage[s] == kNone)
      return {};
    taken[deviceOfStage[s]] = 1;
    // Another stage on the same device goes with it.
    for (size_t other = s + 1; other < deviceOfStage.size(); ++other)
      if (assignment.stages[other] == wanted)
        deviceOfStage[other] = deviceOfStage[s];
  }
  DeviceMap placement(graph.numClasses, kNone);
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (DeviceId &d = placement[graph.classOf[v]]; d == kNone)
      d = deviceOfStage[assignment.stageOf[v]];
  return placement;
}

} // namespace placement::solver::noncontiguous
