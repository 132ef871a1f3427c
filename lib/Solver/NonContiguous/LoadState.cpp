//===- LoadState.cpp - Loads of devices, kept up to date ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/LoadState.h"

#include <algorithm>

namespace placement::solver::noncontiguous {

LoadState::LoadState(const ClassGraph &graph, const DeviceTable &devices)
    : graph(graph), devices(devices), deviceOf(graph.numClasses, kNone),
      loads(devices.size(), 0), held(devices.size(), 0),
      largest(devices.size(), 0),
      members(graph.numItems() * devices.size(), 0) {}

void LoadState::assign(const DeviceMap &placement) {
  std::fill(loads.begin(), loads.end(), 0);
  std::fill(held.begin(), held.end(), 0);
  std::fill(largest.begin(), largest.end(), 0);
  std::fill(members.begin(), members.end(), 0);
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    deviceOf[c] = placement[c];
    add(c, placement[c]);
  }
}

void LoadState::move(ClassId c, DeviceId to) {
  DeviceId from = deviceOf[c];
  if (from == to)
    return;
  deviceOf[c] = to;
  remove(c, from);
  add(c, to);
}

LoadState::Change LoadState::ifAdded(ClassId c, DeviceId d) const {
  KindId k = devices.kind(d);
  Change change = {graph.timeOf(c, k), graph.size[c]};
  for (ItemId i : graph.itemsOf[c]) {
    uint32_t count = members[i * devices.size() + d];
    change.load += pays(i, count + 1) ? graph.cost[k][i] : 0;
    change.load -= pays(i, count) ? graph.cost[k][i] : 0;
    change.held += count == 0 ? graph.itemBytes[i] : 0;
  }
  return change;
}

LoadState::Change LoadState::ifRemoved(ClassId c, DeviceId d) const {
  KindId k = devices.kind(d);
  Change change = {-graph.timeOf(c, k), -graph.size[c]};
  for (ItemId i : graph.itemsOf[c]) {
    uint32_t count = members[i * devices.size() + d];
    change.load += pays(i, count - 1) ? graph.cost[k][i] : 0;
    change.load -= pays(i, count) ? graph.cost[k][i] : 0;
    change.held -= count == 1 ? graph.itemBytes[i] : 0;
  }
  return change;
}

void LoadState::add(ClassId c, DeviceId d) {
  Change change = ifAdded(c, d);
  loads[d] += change.load;
  held[d] += change.held;
  for (ItemId i : graph.itemsOf[c])
    ++members[i * devices.size() + d];
  largest[d] = std::max(largest[d], graph.transient[c]);
}

void LoadState::remove(ClassId c, DeviceId d) {
  Change change = ifRemoved(c, d);
  loads[d] += change.load;
  held[d] += change.held;
  for (ItemId i : graph.itemsOf[c])
    --members[i * devices.size() + d];
  if (graph.transient[c] == 0 || graph.transient[c] < largest[d])
    return;
  // The largest transient leaves; deviceOf[c] is elsewhere already.
  largest[d] = 0;
  for (ClassId other = 0; other < graph.numClasses; ++other)
    if (deviceOf[other] == d)
      largest[d] = std::max(largest[d], graph.transient[other]);
}

Time LoadState::value() const {
  Time value = 0;
  for (DeviceId d = 0; d < devices.size(); ++d) {
    if (!fits(d))
      return kInfiniteTime;
    value = std::max(value, loads[d]);
  }
  return value;
}

Time evaluate(const ClassGraph &graph, const DeviceTable &devices,
              const DeviceMap &placement) {
  if (placement.size() != graph.numClasses)
    return kInfiniteTime;
  for (ClassId c = 0; c < graph.numClasses; ++c)
    if (placement[c] >= devices.size() ||
        !devices.allows(graph, c, placement[c]))
      return kInfiniteTime;
  LoadState state(graph, devices);
  state.assign(placement);
  return state.value();
}

} // namespace placement::solver::noncontiguous
