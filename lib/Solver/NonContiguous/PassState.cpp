//===- PassState.cpp - Loads under any model, kept up to date -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/PassState.h"

#include <algorithm>

namespace placement::solver::noncontiguous {

PassState::PassState(const Instance &instance, const ClassGraph &graph,
                     const DeviceTable &devices)
    : MemoryState(graph, devices), table(instance, graph),
      forward(devices.size()), backward(devices.size()),
      members(table.numItems() * devices.size(), 0) {}

void PassState::apply(const Change &change, DeviceId d) {
  forward[d] += change.forward;
  backward[d] += change.backward;
}

void PassState::assign(const DeviceMap &placement) {
  clear();
  std::fill(forward.begin(), forward.end(), PassSums());
  std::fill(backward.begin(), backward.end(), PassSums());
  std::fill(members.begin(), members.end(), 0);
  // A sender that is not placed yet is on no device, so that what a device pays
  // for its nets becomes a transfer out when the sender comes.
  std::fill(deviceOf.begin(), deviceOf.end(), kNone);
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    DeviceId d = placement[c];
    Change change = ifAdded(c, d);
    deviceOf[c] = d;
    apply(change, d);
    addTo(c, d, change.held);
    for (ItemId i : table.itemsOf[c])
      ++members[i * devices.size() + d];
  }
}

PassState::Change PassState::ifAdded(ClassId c, DeviceId d) const {
  KindId k = devices.kind(d);
  const PassSums *own = &table.own[(c * table.numKinds + k) * 2];
  Change change = {own[0], own[1], graph.size[c]};
  for (ItemId i : table.itemsOf[c]) {
    uint32_t count = membersOn(i, d);
    Time cost = table.cost[k][i];
    bool sends = table.sender[i] == c;
    // Senders elsewhere leave the device a receiver.
    bool sent =
        table.sender[i] != kNone && !sends && deviceOf[table.sender[i]] == d;
    PassSums &sums = table.backward[i] ? change.backward : change.forward;
    if (count > 0)
      (sent ? sums.out : sums.in) -= cost;
    if (table.sticky[i] || count + 1 < table.items[i].size())
      (sent || sends ? sums.out : sums.in) += cost;
    change.held += count == 0 ? table.bytes[i] : 0;
  }
  return change;
}

PassState::Change PassState::ifRemoved(ClassId c, DeviceId d) const {
  KindId k = devices.kind(d);
  const PassSums *own = &table.own[(c * table.numKinds + k) * 2];
  Change change = {PassSums(), PassSums(), -graph.size[c]};
  change.forward -= own[0];
  change.backward -= own[1];
  for (ItemId i : table.itemsOf[c]) {
    uint32_t count = membersOn(i, d);
    Time cost = table.cost[k][i];
    bool sends = table.sender[i] == c;
    bool sent = table.sender[i] != kNone && deviceOf[table.sender[i]] == d;
    PassSums &sums = table.backward[i] ? change.backward : change.forward;
    if (table.sticky[i] || count < table.items[i].size())
      (sent ? sums.out : sums.in) -= cost;
    if (count > 1)
      (sent && !sends ? sums.out : sums.in) += cost;
    change.held -= count == 1 ? table.bytes[i] : 0;
  }
  return change;
}

void PassState::move(ClassId c, DeviceId to) {
  DeviceId from = deviceOf[c];
  if (from != to)
    move(c, to, ifRemoved(c, from), ifAdded(c, to));
}

void PassState::move(ClassId c, DeviceId to, const Change &removed,
                     const Change &added) {
  DeviceId from = deviceOf[c];
  deviceOf[c] = to;
  apply(removed, from);
  apply(added, to);
  for (ItemId i : table.itemsOf[c]) {
    --members[i * devices.size() + from];
    ++members[i * devices.size() + to];
  }
  removeFrom(c, from, removed.held);
  addTo(c, to, added.held);
}

Time PassState::value() const {
  Time first = 0, second = 0;
  for (DeviceId d = 0; d < devices.size(); ++d) {
    if (!fits(d))
      return kInfiniteTime;
    PassTimes both = times(d);
    first = std::max(first, both[0]);
    second = std::max(second, both[1]);
  }
  return first + second;
}

bool hasDefaultModel(const Instance &instance) {
  return instance.communication() == Communication::Sequential &&
         instance.schedule() == Schedule::OneForwardOneBackward;
}

Time evaluate(const Instance &instance, const ClassGraph &graph,
              const DeviceTable &devices, const DeviceMap &placement) {
  if (hasDefaultModel(instance))
    return evaluate(graph, devices, placement);
  if (placement.size() != graph.numClasses || !devices.allows(graph, placement))
    return kInfiniteTime;
  PassState state(instance, graph, devices);
  state.assign(placement);
  return state.value();
}

} // namespace placement::solver::noncontiguous
