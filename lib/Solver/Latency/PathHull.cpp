//===- PathHull.cpp - What a piece about an interval must hold ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nodes before the interval are not walked through: what lies between one of
// them and a member is before the interval too, or after a member that is.
// Nodes after it are left until the interval reaches them, for the same reason.
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/PathHull.h"

namespace placement::solver::latency {

PathHull::PathHull(const LatencyProblem &problem, const PathAtoms &atoms,
                   const PathChain &chain, bool convex)
    : problem(problem), atoms(atoms), chain(chain), convex(convex),
      mark(problem.numNodes(), 0), waiting(chain.length() + 1, kNone),
      nextWaiting(problem.numNodes(), kNone) {}

void PathHull::start(uint32_t newFirst) {
  for (uint32_t v : touched) {
    mark[v] = 0;
    waiting[chain.behind(v)] = kNone;
  }
  touched.clear();
  inside.clear();
  up.clear();
  down.clear();
  closed = 0;
  first = last = newFirst;
  needed = newFirst;
  broken = false;
}

void PathHull::note(uint32_t v, uint8_t bit) {
  if (mark[v] == 0)
    touched.push_back(v);
  mark[v] |= bit;
  // Between two members.
  if ((mark[v] & (kLeadsIn | kComesOut)) == (kLeadsIn | kComesOut))
    join(v);
}

void PathHull::join(uint32_t v) {
  if (isMember(v))
    return;
  if (mark[v] == 0)
    touched.push_back(v);
  mark[v] |= kMember;
  inside.push_back(v);
  broken |= chain.ahead(v) < first;
  if (chain.behind(v) > 0)
    needed = std::max(needed, chain.behind(v) - 1);
}

void PathHull::extendTo(uint32_t newLast) {
  uint32_t old = last;
  last = newLast;
  for (uint32_t behind = old + 2; behind <= last + 1; ++behind) {
    for (uint32_t v = waiting[behind]; v != kNone; v = nextWaiting[v])
      down.push_back(v);
    waiting[behind] = kNone;
  }
  uint32_t from = inside.empty() ? first : old + 1;
  for (uint32_t i = from; i <= last; ++i)
    join(chain[i]);
  close();
}

void PathHull::include(uint32_t v) {
  join(v);
  close();
}

void PathHull::lookAround() {
  if (convex)
    return;
  mark[chain[first]] |= kLeadsIn;
  up.push_back(chain[first]);
  mark[chain[last]] |= kComesOut;
  down.push_back(chain[last]);
  close();
}

void PathHull::close() {
  while (!broken) {
    if (closed < inside.size()) {
      uint32_t v = inside[closed++];
      for (uint32_t w : atoms.members(atoms.of(v)))
        join(w);
      if (!convex)
        continue;
      // A member is after and before itself as far as walks go.
      if (!leadsIn(v)) {
        mark[v] |= kLeadsIn;
        up.push_back(v);
      }
      if (!comesOut(v)) {
        mark[v] |= kComesOut;
        down.push_back(v);
      }
    } else if (!up.empty()) {
      uint32_t v = up.back();
      up.pop_back();
      if (chain.ahead(v) < first)
        continue;
      used += problem.predecessors(v).size() + 1;
      for (uint32_t u : problem.predecessors(v))
        if (!leadsIn(u)) {
          note(u, kLeadsIn);
          up.push_back(u);
        }
    } else if (!down.empty()) {
      uint32_t v = down.back();
      down.pop_back();
      if (chain.behind(v) > last + 1) {
        nextWaiting[v] = waiting[chain.behind(v)];
        waiting[chain.behind(v)] = v;
        continue;
      }
      used += problem.successors(v).size() + 1;
      for (uint32_t w : problem.successors(v))
        if (!comesOut(w)) {
          note(w, kComesOut);
          down.push_back(w);
        }
    } else {
      return;
    }
  }
}

} // namespace placement::solver::latency
