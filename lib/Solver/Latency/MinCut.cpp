//===- MinCut.cpp - Least cuts in integers --------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A slot 2 * a is arc a from its first end, 2 * a + 1 the same arc from its
// other end. Levels are distances to a node whose sink arc has room.
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/MinCut.h"

#include <algorithm>

namespace placement::solver::latency {

void MinCut::reset(uint32_t nodes) {
  arcs.clear();
  ends.assign(nodes, 0);
  value = 0;
  linked = done = false;
}

uint32_t MinCut::addNode() {
  ends.push_back(0);
  linked = false;
  return static_cast<uint32_t>(ends.size() - 1);
}

void MinCut::addArc(uint32_t from, uint32_t to, Time capacity, Time back) {
  arcs.push_back({from, to, capacity, back});
  linked = false;
}

void MinCut::addSource(uint32_t node, Time capacity) {
  // What the sink takes anyway is flow already.
  if (ends[node] < 0)
    value += std::min(capacity, -ends[node]);
  ends[node] += capacity;
}

void MinCut::addSink(uint32_t node, Time capacity) {
  if (ends[node] > 0)
    value += std::min(capacity, ends[node]);
  ends[node] -= capacity;
}

void MinCut::link() {
  size_t n = ends.size();
  first.assign(n + 1, 0);
  for (const Arc &arc : arcs) {
    ++first[arc.from + 1];
    ++first[arc.to + 1];
  }
  for (size_t v = 0; v < n; ++v)
    first[v + 1] += first[v];
  slots.resize(arcs.size() * 2);
  current.assign(first.begin(), first.end() - 1);
  for (uint32_t a = 0; a < arcs.size(); ++a) {
    slots[current[arcs[a].from]++] = 2 * a;
    slots[current[arcs[a].to]++] = 2 * a + 1;
  }
  linked = true;
  used += 2 * arcs.size();
}

/// Distances to the sink; whether the source can still reach it.
bool MinCut::label() {
  size_t n = ends.size();
  level.assign(n, kNone);
  queue.clear();
  for (uint32_t v = 0; v < n; ++v)
    if (ends[v] < 0) {
      level[v] = 0;
      queue.push_back(v);
    }
  bool found = false;
  for (size_t head = 0; head < queue.size(); ++head) {
    uint32_t v = queue[head];
    found |= ends[v] > 0;
    used += first[v + 1] - first[v];
    for (uint32_t s = first[v]; s < first[v + 1]; ++s) {
      const Arc &arc = arcs[slots[s] / 2];
      // Room towards v.
      bool forward = slots[s] % 2 == 0;
      uint32_t other = forward ? arc.to : arc.from;
      if (level[other] == kNone && (forward ? arc.back : arc.capacity) > 0) {
        level[other] = level[v] + 1;
        queue.push_back(other);
      }
    }
  }
  return found;
}

/// A blocking flow along the levels.
Time MinCut::push() {
  size_t n = ends.size();
  current.assign(first.begin(), first.end() - 1);
  Time sum = 0;
  for (uint32_t root = 0; root < n; ++root) {
    if (level[root] == kNone)
      continue;
    while (ends[root] > 0) {
      path.clear();
      uint32_t v = root;
      while (ends[v] >= 0) {
        if (current[v] == first[v + 1]) {
          // A dead end.
          if (path.empty())
            break;
          level[v] = kNone;
          uint32_t slot = path.back();
          path.pop_back();
          v = slot % 2 == 0 ? arcs[slot / 2].from : arcs[slot / 2].to;
          ++current[v];
          continue;
        }
        ++used;
        uint32_t slot = slots[current[v]];
        const Arc &arc = arcs[slot / 2];
        bool forward = slot % 2 == 0;
        uint32_t other = forward ? arc.to : arc.from;
        if ((forward ? arc.capacity : arc.back) > 0 && level[other] != kNone &&
            level[other] + 1 == level[v]) {
          path.push_back(slot);
          v = other;
        } else {
          ++current[v];
        }
      }
      if (ends[v] >= 0)
        break;
      Time amount = std::min(ends[root], -ends[v]);
      for (uint32_t slot : path) {
        const Arc &arc = arcs[slot / 2];
        amount = std::min(amount, slot % 2 == 0 ? arc.capacity : arc.back);
      }
      for (uint32_t slot : path) {
        Arc &arc = arcs[slot / 2];
        (slot % 2 == 0 ? arc.capacity : arc.back) -= amount;
        (slot % 2 == 0 ? arc.back : arc.capacity) += amount;
      }
      used += 2 * path.size();
      ends[root] -= amount;
      ends[v] += amount;
      sum += amount;
    }
  }
  return sum;
}

/// What the source still reaches.
void MinCut::reach() {
  size_t n = ends.size();
  reached.assign(n, 0);
  queue.clear();
  for (uint32_t v = 0; v < n; ++v)
    if (ends[v] > 0) {
      reached[v] = 1;
      queue.push_back(v);
    }
  for (size_t head = 0; head < queue.size(); ++head) {
    uint32_t v = queue[head];
    used += first[v + 1] - first[v];
    for (uint32_t s = first[v]; s < first[v + 1]; ++s) {
      const Arc &arc = arcs[slots[s] / 2];
      bool forward = slots[s] % 2 == 0;
      uint32_t other = forward ? arc.to : arc.from;
      if (!reached[other] && (forward ? arc.capacity : arc.back) > 0) {
        reached[other] = 1;
        queue.push_back(other);
      }
    }
  }
}

Time MinCut::run(uint64_t steps) {
  if (!linked)
    link();
  uint64_t end = steps > ~used ? ~uint64_t(0) : used + steps;
  done = false;
  while (label()) {
    value += push();
    if (used >= end)
      return value;
  }
  reach();
  done = true;
  return value;
}

} // namespace placement::solver::latency
