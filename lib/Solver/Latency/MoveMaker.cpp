//===- MoveMaker.cpp - Random changes of a placement ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/MoveMaker.h"

#include <cmath>

namespace placement::solver::latency {

namespace {
/// Nodes that one move collects at most.
constexpr size_t kMostMoved = 512;
/// Of so few nodes, neighbours say little: any node may go anywhere.
constexpr uint32_t kFewNodes = 16;
} // namespace

MoveMaker::MoveMaker(SearchState &state, SplitMix &random)
    : state(state), problem(state.problem), random(random),
      position(problem.numNodes()), mark(problem.numNodes(), 0) {
  setOrder(problem.order());
}

void MoveMaker::setOrder(std::span<const uint32_t> nodes) {
  order.assign(nodes.begin(), nodes.end());
  for (uint32_t i = 0; i < order.size(); ++i)
    position[order[i]] = i;
}

uint32_t MoveMaker::pickNode() {
  if (!critical.empty() && random.chance(0.5))
    return critical[random.below(critical.size())];
  return random.below(problem.numNodes());
}

uint32_t MoveMaker::neighbourSlot(uint32_t v) {
  std::span<const uint32_t> after = problem.successors(v);
  std::span<const uint32_t> before = problem.predecessors(v);
  uint32_t i = random.below(after.size() + before.size() + 1);
  if (i < after.size())
    return state.slot(after[i]);
  i -= static_cast<uint32_t>(after.size());
  if (i < before.size())
    return state.slot(before[i]);
  if (state.numPools() != 0 && random.chance(0.5))
    return random.below(state.numPools());
  return anySlot();
}

void MoveMaker::moveRun() {
  uint32_t n = problem.numNodes();
  // Lengths between one and a third of the nodes, short ones more often.
  double share = random.unit();
  uint32_t length = 1 + static_cast<uint32_t>(share * share * share * n / 3);
  uint32_t first = position[pickNode()];
  if (random.chance(0.5))
    first -= std::min(first, length - 1);
  uint32_t to = neighbourSlot(order[first]);
  if (random.chance(0.15))
    to = anySlot();
  for (uint32_t i = first; i < std::min(n, first + length); ++i)
    put(order[i], to);
}

/// Moves a node towards a neighbour's slot, with the nodes of its own slot that
/// lie between: its ancestors where the slot is before it, else descendants.
void MoveMaker::moveWithClosure(uint32_t v, uint32_t to) {
  uint32_t from = state.slot(v);
  if (from == to)
    return;
  bool back = false;
  for (uint32_t u : problem.predecessors(v))
    back |= state.slot(u) == to;
  bool fromPool = from < state.numPools();
  ++markNow;
  found.assign(1, v);
  mark[v] = markNow;
  for (size_t i = 0; i < found.size() && found.size() < kMostMoved; ++i)
    for (uint32_t u :
         back ? problem.predecessors(found[i]) : problem.successors(found[i])) {
      if (mark[u] == markNow || state.slot(u) != from)
        continue;
      // Of host nodes only some: most are not between.
      if (fromPool && i != 0 && random.chance(0.3))
        continue;
      mark[u] = markNow;
      found.push_back(u);
    }
  for (uint32_t u : found)
    put(u, to);
}

/// Moves a node and nodes around it, a few steps far.
void MoveMaker::grow(uint32_t v, uint32_t to) {
  uint32_t steps = 1 + random.below(8);
  bool forward = random.chance(0.5);
  ++markNow;
  found.assign(1, v);
  mark[v] = markNow;
  size_t begin = 0;
  for (uint32_t step = 0; step < steps && found.size() < 60; ++step) {
    size_t end = found.size();
    for (; begin < end; ++begin)
      for (uint32_t u : forward ? problem.successors(found[begin])
                                : problem.predecessors(found[begin])) {
        if (mark[u] == markNow ||
            (state.slot(u) != state.slot(v) && random.chance(0.5)))
          continue;
        mark[u] = markNow;
        found.push_back(u);
      }
  }
  for (uint32_t u : found)
    put(u, to);
}

/// Everything of a slot on one side of a node in the order.
void MoveMaker::moveSide(uint32_t v, uint32_t to) {
  uint32_t from = state.slot(v), n = problem.numNodes();
  if (from == to)
    return;
  bool behind = random.chance(0.5), isPool = from < state.numPools();
  uint32_t at = position[v], first = behind ? at : 0,
           last = behind ? n : at + 1;
  if (isPool) {
    first = std::max(first, at < 30 ? 0 : at - 30);
    last = std::min(last, at + 30);
  }
  for (uint32_t i = first; i < last; ++i)
    if (state.slot(order[i]) == from)
      put(order[i], to);
}

/// A whole piece goes elsewhere, or changes places with another.
void MoveMaker::movePiece() {
  uint32_t pools = state.numPools();
  if (state.numSlots() == pools)
    return;
  uint32_t from = pools + random.below(state.numSlots() - pools);
  uint32_t to = random.chance(0.5)
                    ? anySlot()
                    : neighbourSlot(order[random.below(order.size())]);
  if (from == to)
    return;
  bool exchange = to >= pools && random.chance(0.5);
  found.clear();
  for (uint32_t v : order)
    if (state.slot(v) == from || (exchange && state.slot(v) == to))
      found.push_back(v);
  for (uint32_t v : found)
    mark[v] = state.slot(v) == from ? to : from;
  for (uint32_t v : found)
    put(v, mark[v]);
  std::fill(mark.begin(), mark.end(), 0);
  markNow = 0;
}

void MoveMaker::propose() {
  uint32_t kind = random.below(20);
  uint32_t v = pickNode();
  if (problem.numNodes() <= kFewNodes && random.chance(0.3))
    return put(v, anySlot());
  if (kind < 6)
    put(v, neighbourSlot(v));
  else if (kind < 10)
    moveRun();
  else if (kind < 14)
    moveWithClosure(v, neighbourSlot(v));
  else if (kind < 16)
    grow(v, neighbourSlot(v));
  else if (kind < 19)
    moveSide(v, neighbourSlot(v));
  else
    movePiece();
}

} // namespace placement::solver::latency
