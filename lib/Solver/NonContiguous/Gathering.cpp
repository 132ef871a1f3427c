//===- Gathering.cpp - Fewer transfers at the same value ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/Gathering.h"

#include "Solver/NonContiguous/LoadState.h"
#include "Solver/NonContiguous/PartState.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <tuple>

namespace placement::solver::noncontiguous {

namespace {

/// Rounds over all groups and classes; few find anything after the first two.
constexpr unsigned kMostRounds = 8;
/// Items with more members (a mask that every layer reads) say nothing about
/// what belongs together.
constexpr size_t kMostJoined = 16;
/// Devices that a group tries, those with most of its items first.
constexpr size_t kMostTargets = 4;

template <typename State>
class Gatherer {
public:
  Gatherer(const ClassGraph &graph, const DeviceTable &devices,
           const DeviceMap &placement)
      : graph(graph), devices(devices), state(graph, devices),
        members(graph.numItems() * devices.size()), votes(devices.size()) {
    state.assign(placement);
    limit = state.value();
    for (ItemId i = 0; i < graph.numItems(); ++i)
      for (ClassId c : graph.items[i])
        ++members[i * devices.size() + placement[c]];
  }

  DeviceMap run() {
    bool better = limit != kInfiniteTime;
    for (unsigned round = 0; better && round < kMostRounds; ++round) {
      better = moveGroups();
      for (ClassId c = 0; c < graph.numClasses; ++c)
        better |= moveTogether({&c, 1});
    }
    return state.placement();
  }

private:
  /// Tries every connected group of classes on a device, the smallest first:
  /// what is left of a device should go to the bulk, not the bulk to it.
  bool moveGroups() {
    std::vector<ClassId> leader(graph.numClasses);
    std::iota(leader.begin(), leader.end(), 0);
    auto find = [&](ClassId c) {
      while (leader[c] != c)
        c = leader[c] = leader[leader[c]];
      return c;
    };
    std::vector<ClassId> first(devices.size());
    for (ItemId i = 0; i < graph.numItems(); ++i) {
      if (graph.items[i].size() > kMostJoined)
        continue;
      for (ClassId c : graph.items[i])
        first[state.device(c)] = kNone;
      for (ClassId c : graph.items[i]) {
        ClassId &known = first[state.device(c)];
        if (known == kNone)
          known = c;
        else
          leader[find(c)] = find(known);
      }
    }
    std::vector<ClassId> order(graph.numClasses), size(graph.numClasses, 0);
    std::iota(order.begin(), order.end(), 0);
    for (ClassId c : order)
      ++size[find(c)];
    std::sort(order.begin(), order.end(), [&](ClassId a, ClassId b) {
      ClassId ga = find(a), gb = find(b);
      return std::tuple(size[ga], ga, a) < std::tuple(size[gb], gb, b);
    });
    bool better = false;
    for (size_t begin = 0; begin < order.size();) {
      size_t end = begin + size[find(order[begin])];
      better |= moveTogether({order.data() + begin, end - begin});
      begin = end;
    }
    return better;
  }

  /// Moves classes of one device to the first of the devices next to them that
  /// lowers the count of transfers and keeps the value.
  bool moveTogether(std::span<const ClassId> group) {
    DeviceId from = state.device(group.front());
    // Moved on in this round, as part of another group that has met it.
    for (ClassId c : group)
      if (state.device(c) != from)
        return false;
    for (DeviceId to : targets(group, from))
      if (tryMove(group, from, to))
        return true;
    return false;
  }

  std::vector<DeviceId> targets(std::span<const ClassId> group, DeviceId from) {
    std::vector<DeviceId> found;
    for (ClassId c : group)
      for (ItemId i : graph.itemsOf[c])
        for (DeviceId d = 0; d < devices.size(); ++d)
          if (d != from && members[i * devices.size() + d] && !votes[d]++)
            found.push_back(d);
    std::sort(found.begin(), found.end(), [&](DeviceId a, DeviceId b) {
      return std::pair(~votes[a], a) < std::pair(~votes[b], b);
    });
    for (DeviceId d : found)
      votes[d] = 0;
    if (found.size() > kMostTargets)
      found.resize(kMostTargets);
    return found;
  }

  bool tryMove(std::span<const ClassId> group, DeviceId from, DeviceId to) {
    for (ClassId c : group)
      if (!devices.allows(graph, c, to))
        return false;
    int64_t change = 0;
    for (ClassId c : group)
      change += move(c, from, to);
    // A device over its memory makes the value infinite.
    if (change < 0 && state.value() <= limit)
      return true;
    for (ClassId c : group)
      move(c, to, from);
    return false;
  }

  /// Moves a class; how many more devices hold members of its items.
  int64_t move(ClassId c, DeviceId from, DeviceId to) {
    int64_t change = 0;
    for (ItemId i : graph.itemsOf[c]) {
      uint32_t *of = &members[i * devices.size()];
      change += (of[to]++ == 0) - (--of[from] == 0);
    }
    state.move(c, to);
    return change;
  }

  const ClassGraph &graph;
  const DeviceTable &devices;
  State state;
  Time limit = kInfiniteTime;
  /// members[item * devices + device].
  std::vector<uint32_t> members;
  std::vector<uint32_t> votes;
};

} // namespace

DeviceMap gather(const ClassGraph &graph, const DeviceTable &devices,
                 DeviceMap placement) {
  if (graph.parts.single())
    return Gatherer<LoadState>(graph, devices, placement).run();
  return Gatherer<PartState>(graph, devices, placement).run();
}

} // namespace placement::solver::noncontiguous
