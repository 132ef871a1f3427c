//===- Transition.cpp - Adding one class to an ideal ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/Transition.h"

#include "Solver/Contiguous/LinearOrder.h"

#include <algorithm>

namespace placement::solver::contiguous {

Transition::Transition(const ClassGraph &graph, const ChainCover &cover,
                       const Capacity &capacity)
    : openedCost(graph.numKinds()), openedRefund(graph.numKinds()),
      graph(graph), cover(cover), capacity(capacity) {
  if (!graph.parts.single()) {
    openedSum.resize(graph.numKinds() * graph.parts.count());
    openedFall.resize(openedSum.size());
  }
  Random random(0x706C6163656D656Eull);
  classHash.resize(graph.numClasses);
  for (uint64_t &h : classHash)
    h = random.next();
  for (const auto &chain : cover.chains) {
    std::vector<uint64_t> prefix = {0};
    for (ClassId c : chain)
      prefix.push_back(prefix.back() ^ classHash[c]);
    prefixHash.push_back(std::move(prefix));
  }
}

uint64_t Transition::hashOf(const uint16_t *counts) const {
  uint64_t hash = 0;
  for (size_t i = 0; i < prefixHash.size(); ++i)
    hash ^= prefixHash[i][counts[i]];
  return hash;
}

void Transition::addable(const uint16_t *counts,
                         std::vector<ClassId> &out) const {
  for (size_t i = 0; i < cover.chains.size(); ++i) {
    if (counts[i] == cover.chains[i].size())
      continue;
    ClassId c = cover.chains[i][counts[i]];
    bool ready = true;
    for (uint32_t p : graph.preds[c])
      if (!cover.contains(counts, p)) {
        ready = false;
        break;
      }
    if (ready)
      out.push_back(c);
  }
}

/// An item that the class opens: paid as sender, and refunded if it closes; or
/// as receiver, which ends when the sender joins (that of a host value never
/// does).
void Transition::openParts(ItemId item, ClassId c) {
  bool sends = graph.source[item] == c;
  bool directed = graph.inPart[item] != graph.outPart[item];
  bool falls =
      directed && !sends ? graph.source[item] != kNone : !graph.sticky[item];
  unsigned part = sends ? graph.outPart[item] : graph.inPart[item];
  for (KindId k = 0; k < graph.numKinds(); ++k) {
    size_t at = k * graph.parts.count() + part;
    openedSum[at] += graph.cost[k][item];
    if (falls)
      openedFall[at] += graph.cost[k][item];
  }
}

void Transition::touchParts(uint32_t position, ItemId item,
                            const uint16_t *counts, ClassId c) {
  if (graph.source[item] == kNone)
    return;
  if (graph.source[item] == c)
    sent.push_back(position);
  else if (!cover.contains(counts, graph.source[item]))
    late.push_back(position);
}

void Transition::step(const Ideal &from, const uint16_t *counts,
                      const Crossing *fromCrossing, ClassId c) {
  size_t kindCount = graph.numKinds();
  KindId reference = capacity.reference();
  crossing.clear();
  touched.clear();
  closed.clear();
  opened.clear();
  openedRefundable.clear();
  openedBytes = 0;
  for (KindId k = 0; k < kindCount; ++k)
    openedCost[k] = openedRefund[k] = 0;
  bool single = graph.parts.single();
  if (!single) {
    sent.clear();
    late.clear();
    std::fill(openedSum.begin(), openedSum.end(), 0);
    std::fill(openedFall.begin(), openedFall.end(), 0);
  }
  ideal.forwardWork = from.forwardWork;
  if (graph.parts.byPass)
    ideal.forwardWork += capacity.ofPass(0).work(c);
  ideal.hash = from.hash ^ classHash[c];
  ideal.work = from.work + capacity.work(c);
  ideal.crossingCost = from.crossingCost;

  uint32_t p = 0;
  for (ItemId item : graph.itemsOf[c]) {
    while (p < from.crossingCount && fromCrossing[p].item < item)
      crossing.push_back(fromCrossing[p++]);
    if (p < from.crossingCount && fromCrossing[p].item == item) {
      touched.push_back(p);
      if (!single)
        touchParts(p, item, counts, c);
      if (fromCrossing[p].outside == 1) {
        closed.push_back(p);
        ideal.crossingCost -= graph.cost[reference][item];
      } else {
        crossing.push_back({item, fromCrossing[p].outside - 1});
      }
      ++p;
      continue;
    }
    if (!single)
      openParts(item, c);
    opened.push_back(static_cast<uint32_t>(crossing.size()));
    openedRefundable.push_back(!graph.sticky[item]);
    crossing.push_back(
        {item, static_cast<uint32_t>(graph.items[item].size() - 1)});
    ideal.crossingCost += graph.cost[reference][item];
    for (KindId k = 0; k < kindCount; ++k) {
      openedCost[k] += graph.cost[k][item];
      if (!graph.sticky[item])
        openedRefund[k] += graph.cost[k][item];
    }
    openedBytes += graph.itemBytes[item];
  }
  crossing.insert(crossing.end(), fromCrossing + p,
                  fromCrossing + from.crossingCount);
}

} // namespace placement::solver::contiguous
