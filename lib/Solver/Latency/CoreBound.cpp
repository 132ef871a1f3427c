//===- CoreBound.cpp - Work that bounded cores cannot avoid ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/CoreBound.h"

namespace placement::solver::latency {

Time coreBound(const LatencyProblem &problem) {
  uint64_t cores = 0;
  for (const LatencyProblem::Pool &pool : problem.pools())
    if (pool.cores != kNone)
      cores += pool.cores;
  if (cores == 0)
    return 0;
  __int128 room = 0;
  for (const LatencyProblem::Device &device : problem.devices())
    room += device.memory;
  struct Item {
    Time work;
    Bytes bytes;
    uint32_t unit;
  };
  std::vector<Item> movable;
  Time left = 0;
  for (uint32_t unit = 0; unit < problem.numUnits(); ++unit) {
    uint32_t head = problem.members(unit).front();
    bool onCalls = false, unbounded = false, onCores = false;
    for (KindId k = 0; k < problem.numKinds(); ++k) {
      if (!problem.supports(head, k))
        continue;
      uint32_t pool = problem.poolOf(k);
      onCalls |= pool == kNone;
      unbounded |= pool != kNone && problem.pools()[pool].cores == kNone;
      onCores |= pool != kNone && problem.pools()[pool].cores != kNone;
    }
    if (unbounded || !onCores)
      continue;
    Item item{0, 0, unit};
    for (uint32_t v : problem.members(unit)) {
      Time least = kInfiniteTime;
      for (const LatencyProblem::Pool &pool : problem.pools())
        if (pool.cores != kNone)
          least = std::min(least, problem.time(v, pool.kind));
      item.work += least;
      item.bytes += problem.ownBytes(v);
    }
    // What takes no memory can always leave.
    if (onCalls && item.bytes == 0)
      continue;
    left += item.work;
    if (onCalls)
      movable.push_back(item);
  }
  // Most work a byte first.
  std::sort(movable.begin(), movable.end(), [](const Item &a, const Item &b) {
    __int128 first = static_cast<__int128>(a.work) * b.bytes;
    __int128 second = static_cast<__int128>(b.work) * a.bytes;
    return first != second ? first > second : a.unit < b.unit;
  });
  for (const Item &item : movable) {
    if (item.bytes <= room) {
      room -= item.bytes;
      left -= item.work;
      continue;
    }
    // The part of the last one, rounded up.
    __int128 part = (item.work * room + item.bytes - 1) / item.bytes;
    left -= static_cast<Time>(part);
    break;
  }
  return static_cast<Time>((left + static_cast<__int128>(cores) - 1) / cores);
}

Verdict CoreProver::run(uint64_t steps, const Budget &budget,
                        LatencyBoard &board) {
  if (used == 0) {
    used = problem.numNodes();
    Time bound = coreBound(problem);
    if (bound > board.bound())
      board.onBound(bound, family());
  }
  return Verdict::None;
}

} // namespace placement::solver::latency
