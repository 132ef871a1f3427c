//===- CoreSeats.cpp - Host nodes on bounded cores ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/CoreSeats.h"

#include <algorithm>

namespace placement::solver::latency {

namespace {

/// The longest rest first, then the lowest number.
bool isBehind(const std::pair<Time, uint32_t> &a,
              const std::pair<Time, uint32_t> &b) {
  return a.first != b.first ? a.first < b.first : a.second > b.second;
}

} // namespace

CoreSeats::CoreSeats(const LatencyProblem &problem)
    : pools(problem.numPools()), seatOf(problem.numNodes(), kNone),
      pinnedSeat(problem.numNodes(), kNone) {
  uint32_t n = problem.numNodes();
  for (uint32_t pool = 0; pool < pools.size(); ++pool) {
    const LatencyProblem::Pool &host = problem.pools()[pool];
    if (host.cores == kNone)
      continue;
    std::vector<uint32_t> named;
    for (uint32_t v = 0; v < n; ++v)
      if (problem.pinnedCore(v) != kNone && problem.supports(v, host.kind))
        named.push_back(problem.pinnedCore(v));
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    std::vector<uint32_t> &cores = pools[pool].cores;
    cores = named;
    for (uint32_t core = 0, others = 0; core < host.cores && others < n; ++core)
      if (!std::binary_search(named.begin(), named.end(), core)) {
        cores.push_back(core);
        ++others;
      }
    for (uint32_t v = 0; v < n; ++v)
      if (problem.pinnedCore(v) != kNone && problem.supports(v, host.kind))
        pinnedSeat[v] =
            static_cast<uint32_t>(std::lower_bound(named.begin(), named.end(),
                                                   problem.pinnedCore(v)) -
                                  named.begin());
    pools[pool].lastNode.resize(cores.size());
    pools[pool].busy.resize(cores.size());
  }
}

void CoreSeats::reset() {
  for (PoolSeats &pool : pools) {
    std::fill(pool.lastNode.begin(), pool.lastNode.end(), kNone);
    std::fill(pool.busy.begin(), pool.busy.end(), 0);
    pool.open.resize(pool.cores.size());
    // Cores that no pin names come first.
    for (uint32_t i = 0; i < pool.open.size(); ++i)
      pool.open[i] = i;
    pool.waiting.clear();
    pool.pinned.clear();
  }
}

void CoreSeats::enqueue(uint32_t pool, uint32_t v, Time priority) {
  PoolSeats &seats = pools[pool];
  if (pinnedSeat[v] != kNone) {
    seats.pinned.emplace_back(priority, v);
    return;
  }
  seats.waiting.emplace_back(priority, v);
  std::push_heap(seats.waiting.begin(), seats.waiting.end(), isBehind);
}

void CoreSeats::leave(uint32_t pool, uint32_t v) {
  pools[pool].busy[seatOf[v]] = 0;
  pools[pool].open.push_back(seatOf[v]);
}

/// Takes the first node that a free core can have off its queue.
uint32_t CoreSeats::next(uint32_t pool) {
  PoolSeats &seats = pools[pool];
  size_t best = seats.pinned.size();
  for (size_t i = 0; i < seats.pinned.size(); ++i)
    if (!seats.busy[pinnedSeat[seats.pinned[i].second]] &&
        (best == seats.pinned.size() ||
         isBehind(seats.pinned[best], seats.pinned[i])))
      best = i;
  if (best != seats.pinned.size()) {
    uint32_t v = seats.pinned[best].second;
    seats.pinned.erase(seats.pinned.begin() + static_cast<ptrdiff_t>(best));
    return v;
  }
  while (!seats.open.empty() && seats.busy[seats.open.back()])
    seats.open.pop_back();
  if (seats.open.empty() || seats.waiting.empty())
    return kNone;
  std::pop_heap(seats.waiting.begin(), seats.waiting.end(), isBehind);
  uint32_t v = seats.waiting.back().second;
  seats.waiting.pop_back();
  return v;
}

uint32_t CoreSeats::take(uint32_t pool, uint32_t v) {
  PoolSeats &seats = pools[pool];
  uint32_t seat = pinnedSeat[v] != kNone ? pinnedSeat[v] : seats.open.back();
  seats.busy[seat] = 1;
  seatOf[v] = seat;
  return std::exchange(seats.lastNode[seat], v);
}

} // namespace placement::solver::latency
