//===- PartState.cpp - Loads under any model, kept up to date -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/PartState.h"

#include <algorithm>

namespace placement::solver::noncontiguous {

PartState::PartState(const ClassGraph &graph, const DeviceTable &devices)
    : MemoryState(graph, devices), sums(devices.size()),
      members(graph.numItems() * devices.size(), 0) {}

PartState::Change PartState::Change::operator-() const {
  Change other;
  for (unsigned p = 0; p < sums.size(); ++p)
    other.sums[p] = -sums[p];
  other.held = -held;
  return other;
}

void PartState::assign(const DeviceMap &placement) {
  clear();
  std::fill(sums.begin(), sums.end(), Sums());
  std::fill(members.begin(), members.end(), 0);
  // Whoever is not placed yet is on no device: what a device pays as receiver
  // is paid as sender once the sender comes.
  std::fill(deviceOf.begin(), deviceOf.end(), kNone);
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    DeviceId d = placement[c];
    Change change = ifAdded(c, d);
    deviceOf[c] = d;
    apply(change, d);
    addTo(c, d, change.held);
    for (ItemId i : graph.itemsOf[c])
      ++members[i * devices.size() + d];
  }
}

// A device pays for an item while it has some members and not all, or some of a
// sticky one: in one part while it holds the sender, in another else. Whether
// other devices pay as senders does not change when c moves, since c either is
// the sender or leaves the sender where it is.

PartState::Change PartState::ifAdded(ClassId c, DeviceId d) const {
  KindId k = devices.kind(d);
  const Time *own = graph.partsOf(c, k);
  Change change;
  std::copy_n(own, graph.parts.count(), change.sums.begin());
  change.held = graph.size[c];
  for (ItemId i : graph.itemsOf[c]) {
    uint32_t count = members[i * devices.size() + d];
    Time cost = graph.cost[k][i];
    ClassId sender = graph.source[i];
    unsigned before = sender != kNone && sender != c && deviceOf[sender] == d
                          ? graph.outPart[i]
                          : graph.inPart[i];
    unsigned after = sender == c ? graph.outPart[i] : before;
    if (count > 0)
      change.sums[before] -= cost;
    if (graph.sticky[i] || count + 1 < graph.items[i].size())
      change.sums[after] += cost;
    change.held += count == 0 ? graph.itemBytes[i] : 0;
  }
  return change;
}

PartState::Change PartState::ifRemoved(ClassId c, DeviceId d) const {
  KindId k = devices.kind(d);
  const Time *own = graph.partsOf(c, k);
  Change change;
  for (unsigned p = 0; p < graph.parts.count(); ++p)
    change.sums[p] = -own[p];
  change.held = -graph.size[c];
  for (ItemId i : graph.itemsOf[c]) {
    uint32_t count = members[i * devices.size() + d];
    Time cost = graph.cost[k][i];
    ClassId sender = graph.source[i];
    unsigned before = sender != kNone && deviceOf[sender] == d
                          ? graph.outPart[i]
                          : graph.inPart[i];
    unsigned after = sender == c ? graph.inPart[i] : before;
    if (graph.sticky[i] || count < graph.items[i].size())
      change.sums[before] -= cost;
    if (count > 1)
      change.sums[after] += cost;
    change.held -= count == 1 ? graph.itemBytes[i] : 0;
  }
  return change;
}

void PartState::move(ClassId c, DeviceId to) {
  DeviceId from = deviceOf[c];
  if (from != to)
    move(c, to, ifRemoved(c, from), ifAdded(c, to));
}

void PartState::move(ClassId c, DeviceId to, const Change &removed,
                     const Change &added) {
  DeviceId from = deviceOf[c];
  deviceOf[c] = to;
  apply(removed, from);
  apply(added, to);
  for (ItemId i : graph.itemsOf[c]) {
    --members[i * devices.size() + from];
    ++members[i * devices.size() + to];
  }
  removeFrom(c, from, removed.held);
  addTo(c, to, added.held);
}

Time PartState::value() const {
  PassTimes largest = {0, 0};
  for (DeviceId d = 0; d < devices.size(); ++d) {
    if (!fits(d))
      return kInfiniteTime;
    PassTimes both = times(d);
    largest[0] = std::max(largest[0], both[0]);
    largest[1] = std::max(largest[1], both[1]);
  }
  return largest[0] + largest[1];
}

namespace {

template <typename State>
Time valueOf(const ClassGraph &graph, const DeviceTable &devices,
             const DeviceMap &placement) {
  State state(graph, devices);
  state.assign(placement);
  return state.value();
}

} // namespace

Time evaluate(const ClassGraph &graph, const DeviceTable &devices,
              const DeviceMap &placement) {
  if (placement.size() != graph.numClasses || !devices.allows(graph, placement))
    return kInfiniteTime;
  return graph.parts.single() ? valueOf<LoadState>(graph, devices, placement)
                              : valueOf<PartState>(graph, devices, placement);
}

} // namespace placement::solver::noncontiguous
