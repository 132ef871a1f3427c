//===- StageWalk.cpp - Every ideal that a stage can end at ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/StageWalk.h"

#include <algorithm>

namespace placement::solver::contiguous {

StageWalk::StageWalk(const ClassGraph &graph, const Capacity &capacity,
                     const ChainCover &cover)
    : graph(graph), capacity(capacity), cover(cover),
      before(cover.numChains(), 0), reached(cover.numChains(), 0),
      membersBefore(graph.numItems(), 0), membersIn(graph.numItems(), 0),
      outsideOfBoundary(capacity.totalWork()),
      missingAtBoundary(graph.numClasses), crossing(graph.numKinds(), 0) {
  for (ClassId c = 0; c < graph.numClasses; ++c)
    waiting.push_back(static_cast<uint32_t>(graph.preds[c].size()));
}

/// Puts a class before the stage, or takes it back.
void StageWalk::moveBoundary(ClassId c, bool in) {
  for (ClassId s : graph.succs[c])
    waiting[s] += in ? -1 : 1;
  outsideOfBoundary += in ? -capacity.work(c) : capacity.work(c);
  missingAtBoundary += in ? -1 : 1;
  for (ItemId i : graph.itemsOf[c]) {
    auto members = static_cast<uint32_t>(graph.items[i].size());
    bool crossed = membersBefore[i] > 0 && membersBefore[i] < members;
    membersBefore[i] += in ? 1 : -1;
    bool crosses = membersBefore[i] > 0 && membersBefore[i] < members;
    if (crossed == crosses)
      continue;
    for (KindId k = 0; k < crossing.size(); ++k)
      crossing[k] += crosses ? graph.cost[k][i] : -graph.cost[k][i];
  }
}

void StageWalk::begin(const uint16_t *boundary, KindId k) {
  for (size_t i = 0; i < before.size(); ++i) {
    while (before[i] < boundary[i])
      moveBoundary(cover.chains[i][before[i]++], /*in=*/true);
    while (before[i] > boundary[i])
      moveBoundary(cover.chains[i][--before[i]], /*in=*/false);
  }
  reached = before;
  kind = k;
  plain = graph.kinds[k].plain;
  total = refund = 0;
  outside = outsideOfBoundary;
  missing = missingAtBoundary;
  untouchedCost = plain ? 0 : crossing[k];
  bytes = stash = 0;
  transients.assign(1, 0);
  pins.assign(1, 0);
}

bool StageWalk::add(ClassId c) {
  Time t = graph.timeOf(c, kind);
  bool fits = t != kUnsupported;
  total += fits ? t : 0;
  outside -= capacity.work(c);
  --missing;
  ++reached[cover.chainOf[c]];
  for (ClassId s : graph.succs[c])
    --waiting[s];
  uint32_t pin = pins.back();
  fits &= !graph.pin[c] || !pin || pin == graph.pin[c];
  pins.push_back(graph.pin[c] ? graph.pin[c] : pin);
  if (plain)
    return fits;
  const std::vector<Time> &cost = graph.cost[kind];
  for (ItemId i : graph.itemsOf[c]) {
    if (membersIn[i] == 0) {
      total += cost[i];
      bytes += graph.itemBytes[i];
      if (membersBefore[i] > 0)
        untouchedCost -= cost[i];
      else if (!graph.sticky[i])
        refund += cost[i];
    }
    if (++membersIn[i] == graph.items[i].size() && !graph.sticky[i]) {
      total -= cost[i];
      refund -= cost[i];
    }
  }
  bytes += graph.size[c];
  stash += graph.stash[c];
  transients.push_back(std::max(transients.back(), graph.transient[c]));
  return fits;
}

void StageWalk::remove(ClassId c) {
  Time t = graph.timeOf(c, kind);
  total -= t != kUnsupported ? t : 0;
  outside += capacity.work(c);
  ++missing;
  --reached[cover.chainOf[c]];
  for (ClassId s : graph.succs[c])
    ++waiting[s];
  pins.pop_back();
  if (plain)
    return;
  const std::vector<Time> &cost = graph.cost[kind];
  for (ItemId i : graph.itemsOf[c]) {
    if (membersIn[i]-- == graph.items[i].size() && !graph.sticky[i]) {
      total += cost[i];
      refund += cost[i];
    }
    if (membersIn[i] == 0) {
      total -= cost[i];
      bytes -= graph.itemBytes[i];
      if (membersBefore[i] > 0)
        untouchedCost += cost[i];
      else if (!graph.sticky[i])
        refund -= cost[i];
    }
  }
  bytes -= graph.size[c];
  stash -= graph.stash[c];
  transients.pop_back();
}

void StageWalk::addable(std::vector<ClassId> &out) const {
  out.clear();
  for (size_t i = 0; i < before.size(); ++i)
    if (before[i] < cover.chains[i].size() &&
        waiting[cover.chains[i][before[i]]] == 0)
      out.push_back(cover.chains[i][before[i]]);
  std::sort(out.begin(), out.end());
}

void StageWalk::addableAfter(ClassId c, std::vector<ClassId> &out) const {
  out.clear();
  for (ClassId s : graph.succs[c])
    if (waiting[s] == 0)
      out.push_back(s);
}

uint32_t StageWalk::mostUsed() const {
  Bytes limit = graph.kinds[kind].memory;
  if (plain || limit == kUnlimitedBytes)
    return kNone;
  __int128 left = static_cast<__int128>(limit) - bytes - transients.back();
  if (left < 0)
    return 0;
  if (!graph.suffixStash || stash == 0)
    return kNone;
  return static_cast<uint32_t>(std::min<__int128>(left / stash, kNone));
}

} // namespace placement::solver::contiguous
