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

MemoryState::MemoryState(const ClassGraph &graph, const DeviceTable &devices)
    : graph(graph), devices(devices), deviceOf(graph.numClasses, kNone),
      counts(devices.size(), 0), held(devices.size(), 0),
      largest(devices.size(), 0) {}

void MemoryState::clear() {
  std::fill(counts.begin(), counts.end(), 0);
  std::fill(held.begin(), held.end(), 0);
  std::fill(largest.begin(), largest.end(), 0);
}

void MemoryState::addTo(ClassId c, DeviceId d, Bytes change) {
  ++counts[d];
  held[d] += change;
  largest[d] = std::max(largest[d], graph.transient[c]);
}

void MemoryState::removeFrom(ClassId c, DeviceId d, Bytes change) {
  --counts[d];
  held[d] += change;
  if (graph.transient[c] == 0 || graph.transient[c] < largest[d])
    return;
  // The largest transient leaves; deviceOf[c] is elsewhere already.
  largest[d] = 0;
  for (ClassId other = 0; other < graph.numClasses; ++other)
    if (deviceOf[other] == d)
      largest[d] = std::max(largest[d], graph.transient[other]);
}

LoadState::LoadState(const ClassGraph &graph, const DeviceTable &devices)
    : MemoryState(graph, devices), loads(devices.size(), 0),
      members(graph.numItems() * devices.size(), 0) {
  begin.push_back(0);
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    for (ItemId i : graph.itemsOf[c])
      incidences.push_back(
          {i, graph.sticky[i] ? kNone
                              : static_cast<uint32_t>(graph.items[i].size())});
    begin.push_back(incidences.size());
  }
}

void LoadState::assign(const DeviceMap &placement) {
  clear();
  std::fill(loads.begin(), loads.end(), 0);
  std::fill(members.begin(), members.end(), 0);
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    DeviceId d = placement[c];
    deviceOf[c] = d;
    Change change = ifAdded(c, d);
    loads[d] += change.load;
    addTo(c, d, change.held);
    for (ItemId i : graph.itemsOf[c])
      ++members[i * devices.size() + d];
  }
}

// An item is paid for by a device that has some of its members and not all, or
// some where it is sticky. So a first member opens it, and the last closes it.

LoadState::Change LoadState::ifAdded(ClassId c, DeviceId d) const {
  KindId k = devices.kind(d);
  const Time *cost = graph.cost[k].data();
  Change change = {graph.timeOf(c, k), graph.size[c]};
  for (size_t j = begin[c]; j < begin[c + 1]; ++j) {
    auto [i, closedAt] = incidences[j];
    uint32_t count = members[i * devices.size() + d];
    change.load += count == 0 ? cost[i] : 0;
    change.load -= count + 1 == closedAt ? cost[i] : 0;
    change.held += count == 0 ? graph.itemBytes[i] : 0;
  }
  return change;
}

LoadState::Change LoadState::ifRemoved(ClassId c, DeviceId d) const {
  KindId k = devices.kind(d);
  const Time *cost = graph.cost[k].data();
  Change change = {-graph.timeOf(c, k), -graph.size[c]};
  for (size_t j = begin[c]; j < begin[c + 1]; ++j) {
    auto [i, closedAt] = incidences[j];
    uint32_t count = members[i * devices.size() + d];
    change.load += count == closedAt ? cost[i] : 0;
    change.load -= count == 1 ? cost[i] : 0;
    change.held -= count == 1 ? graph.itemBytes[i] : 0;
  }
  return change;
}

void LoadState::move(ClassId c, DeviceId to) {
  DeviceId from = deviceOf[c];
  if (from != to)
    move(c, to, ifRemoved(c, from), ifAdded(c, to));
}

void LoadState::move(ClassId c, DeviceId to, const Change &removed,
                     const Change &added) {
  DeviceId from = deviceOf[c];
  deviceOf[c] = to;
  loads[from] += removed.load;
  loads[to] += added.load;
  for (size_t j = begin[c]; j < begin[c + 1]; ++j) {
    size_t row = incidences[j].item * devices.size();
    --members[row + from];
    ++members[row + to];
  }
  removeFrom(c, from, removed.held);
  addTo(c, to, added.held);
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

} // namespace placement::solver::noncontiguous
