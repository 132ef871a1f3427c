//===- SetPool.cpp - Sets that one device may hold ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/SetPool.h"

#include <algorithm>
#include <cmath>

namespace placement::solver::noncontiguous {

Time SetPool::loadOf(size_t kind, const std::vector<ClassId> &classes) const {
  KindId k = states[kind].kind;
  Time load = 0;
  std::vector<ItemId> touched;
  for (ClassId c : classes) {
    if (graph.timeOf(c, k) == kUnsupported)
      return kInfiniteTime;
    load += graph.timeOf(c, k);
    for (ItemId i : graph.itemsOf[c])
      touched.push_back(i);
  }
  std::sort(touched.begin(), touched.end());
  for (size_t a = 0; a < touched.size();) {
    size_t b = a;
    while (b < touched.size() && touched[b] == touched[a])
      ++b;
    ItemId i = touched[a];
    if (graph.sticky[i] || b - a < graph.items[i].size())
      load += graph.cost[k][i];
    a = b;
  }
  return load;
}

void SetPool::add(size_t kind, std::vector<ClassId> classes) {
  if (classes.empty())
    return;
  std::sort(classes.begin(), classes.end());
  Time load = loadOf(kind, classes);
  if (load == kInfiniteTime || !known.insert({kind, classes}).second)
    return;
  pool.push_back({kind, std::move(classes), load});
}

void SetPool::addPlacement(const DeviceTable &devices,
                           const DeviceMap &placement) {
  std::vector<std::vector<ClassId>> held(devices.size());
  for (ClassId c = 0; c < graph.numClasses; ++c)
    held[placement[c]].push_back(c);
  for (DeviceId d = 0; d < devices.size(); ++d)
    for (size_t k = 0; k < states.size(); ++k)
      if (states[k].kind == devices.kind(d))
        add(k, std::move(held[d]));
}

void SetPool::addWindows(Time limit) {
  std::vector<uint32_t> members(graph.numItems(), 0);
  for (size_t k = 0; k < states.size(); ++k) {
    KindId kind = states[k].kind;
    size_t n = states[k].steps.size();
    for (size_t a = 0; a < n; ++a) {
      Time load = 0, times = 0;
      size_t end = a;
      std::fill(members.begin(), members.end(), 0);
      for (size_t b = a; b < n; ++b) {
        ClassId c = states[k].steps[b].member;
        Time t = graph.timeOf(c, kind);
        if (t == kUnsupported || times + t > limit)
          break;
        times += t;
        load += t;
        for (ItemId i : graph.itemsOf[c]) {
          if (++members[i] == 1)
            load += graph.cost[kind][i];
          if (members[i] == graph.items[i].size() && !graph.sticky[i])
            load -= graph.cost[kind][i];
        }
        if (load <= limit)
          end = b + 1;
      }
      std::vector<ClassId> window;
      for (size_t b = a; b < end; ++b)
        window.push_back(states[k].steps[b].member);
      add(k, std::move(window));
      add(k, {states[k].steps[a].member});
    }
  }
}

void SetPool::shrink(size_t kind, Time limit, const Multipliers &multipliers,
                     std::vector<ClassId> &set) {
  KindId k = states[kind].kind;
  Time load = loadOf(kind, set);
  if (load <= limit)
    return;
  memberCount.assign(graph.numItems(), 0);
  for (ClassId c : set)
    for (ItemId i : graph.itemsOf[c])
      ++memberCount[i];
  while (load > limit && !set.empty()) {
    size_t chosen = set.size();
    double least = INFINITY;
    Time saved = 0;
    for (size_t n = 0; n < set.size(); ++n) {
      Time saving = graph.timeOf(set[n], k);
      for (ItemId i : graph.itemsOf[set[n]]) {
        if (memberCount[i] == 1)
          saving += graph.cost[k][i];
        if (memberCount[i] == graph.items[i].size() && !graph.sticky[i])
          saving -= graph.cost[k][i];
      }
      if (saving <= 0)
        continue;
      double enough = std::min<double>(static_cast<double>(saving),
                                       static_cast<double>(load - limit));
      double price = multipliers[set[n]] / enough;
      if (price < least) {
        least = price;
        chosen = n;
        saved = saving;
      }
    }
    if (chosen == set.size()) {
      set.clear();
      return;
    }
    for (ItemId i : graph.itemsOf[set[chosen]])
      --memberCount[i];
    set.erase(set.begin() + static_cast<ptrdiff_t>(chosen));
    load -= saved;
  }
}

} // namespace placement::solver::noncontiguous
