//===- Segmentation.cpp - Cut an order into calls and host runs -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/Segmentation.h"

namespace placement::solver::latency {

Segmentation::Segmentation(const LatencyProblem &problem,
                           const BlockOrder &blocks)
    : problem(problem), blocks(blocks) {
  uint32_t n = problem.numNodes();
  sequence.reserve(n);
  addedAt.assign(n, 0);
  length.assign(n, 0);
  weightAt.assign(problem.numWeights(), 0);
  for (int part = 0; part < 2; ++part) {
    netAt[part].assign(problem.numNets(), 0);
    consumersIn[part].assign(problem.numNets(), 0);
  }
  // The fastest pool for every node; a unit's members agree on one.
  poolOfNode.assign(n, kNone);
  for (uint32_t u = 0; u < problem.numUnits(); ++u) {
    uint32_t best = kNone;
    Time least = kInfiniteTime;
    for (uint32_t pool = 0; pool < problem.numPools(); ++pool) {
      KindId kind = problem.pools()[pool].kind;
      if (!problem.supports(problem.members(u)[0], kind))
        continue;
      Time sum = 0;
      for (uint32_t v : problem.members(u))
        sum += problem.time(v, kind);
      if (sum < least) {
        least = sum;
        best = pool;
      }
    }
    for (uint32_t v : problem.members(u))
      poolOfNode[v] = best;
  }
}

void Segmentation::begin() {
  ++now;
  load = 0;
  held = largest = 0;
  present[0] = present[1] = false;
}

/// Adds a node to the interval's call, and to its load what it makes of
/// transfers: a net is paid on the way in from its first consumer until its
/// producer is there too, and on the way out from its producer until all its
/// consumers are. False where it cannot be in a call of the kind.
bool Segmentation::add(uint32_t v, KindId kind, bool merged) {
  if (!problem.supports(v, kind))
    return false;
  uint32_t part = merged ? 0 : blocks.part(v);
  present[part] = true;
  load += problem.time(v, kind);
  auto countOf = [&](uint32_t net) -> uint32_t & {
    if (netAt[part][net] != now) {
      netAt[part][net] = now;
      consumersIn[part][net] = 0;
    }
    return consumersIn[part][net];
  };
  auto isIn = [&](uint32_t u) {
    return addedAt[u] == now && (merged || blocks.part(u) == part);
  };
  addedAt[v] = now;
  for (uint32_t net : problem.netsInto(v)) {
    uint32_t &inside = countOf(net);
    uint32_t producer = problem.producer(net);
    bool made = producer != kNone && isIn(producer);
    if (++inside == 1 && !made)
      load += problem.cost(net, kind);
    if (made && inside == problem.consumers(net).size() &&
        !problem.neededByHost(net))
      load -= problem.cost(net, kind);
  }
  for (uint32_t net : problem.netsFrom(v)) {
    uint32_t inside = countOf(net);
    if (inside != 0)
      load -= problem.cost(net, kind);
    if (inside != problem.consumers(net).size() || problem.neededByHost(net))
      load += problem.cost(net, kind);
  }
  held += problem.ownBytes(v);
  largest = std::max(largest, problem.transient(v));
  for (uint32_t w : problem.weights(v))
    if (weightAt[w] != now) {
      weightAt[w] = now;
      held += problem.weightBytes(w);
    }
  done += 1 + problem.netsInto(v).size() + problem.netsFrom(v).size();
  return true;
}

/// All intervals from a chunk on that are left to the host.
void Segmentation::hostRuns(uint32_t from) {
  ++now;
  Time longest[2] = {0, 0};
  // Work by pool, for bounded cores.
  std::vector<Time> work(problem.numPools(), 0);
  const Time *here = &value[size_t(from) * width];
  for (uint32_t to = from; to < chunks; ++to) {
    for (uint32_t v : chunk(to)) {
      uint32_t pool = poolOfNode[v], part = blocks.part(v);
      if (pool == kNone)
        return;
      Time before = 0;
      for (uint32_t u :
           part == 0 ? problem.predecessors(v) : problem.successors(v))
        if (addedAt[u] == now && blocks.part(u) == part)
          before = std::max(before, length[u]);
      Time time = problem.time(v, problem.pools()[pool].kind);
      addedAt[v] = now;
      length[v] = before + time;
      longest[part] = std::max(longest[part], length[v]);
      work[pool] += time;
      done += 1 + problem.predecessors(v).size();
    }
    Time cost = longest[0] + longest[1];
    for (uint32_t pool = 0; pool < work.size(); ++pool)
      if (problem.pools()[pool].cores != kNone)
        cost = std::max(cost, work[pool] / problem.pools()[pool].cores);
    Time *there = &value[size_t(to + 1) * width];
    Choice *chosen = &choice[size_t(to + 1) * width];
    for (uint32_t g = 0; g < width; ++g)
      if (here[g] != kInfiniteTime && here[g] + cost < there[g]) {
        there[g] = here[g] + cost;
        chosen[g] = {from, kNone, false};
      }
    done += width;
  }
}

/// All intervals from a chunk on that are one call on a device of the kind.
void Segmentation::calls(uint32_t from, KindId kind,
                         std::span<const DeviceTurn> turns) {
  Bytes most = 0;
  for (const DeviceTurn &turn : turns)
    if (problem.devices()[turn.device].kind == kind)
      most = std::max(most, turn.room);
  begin();
  uint32_t needed = kNone;
  for (uint32_t to = from; to < chunks; ++to) {
    for (uint32_t v : chunk(to)) {
      uint32_t device = problem.pinnedDevice(v);
      if (device != kNone && needed != kNone && needed != device)
        return;
      if (device != kNone)
        needed = device;
      if (!add(v, kind) || held + largest > most)
        return;
    }
    // Two calls on one device are more than one.
    if (present[0] && present[1] && problem.piecesPerDevice() == 1)
      return;
    for (uint32_t g = 0; g + 1 < width; ++g)
      if (problem.devices()[turns[g].device].kind == kind &&
          (needed == kNone || needed == turns[g].device))
        offer(from, to, turns[g], g, /*merged=*/false);
    done += width;
  }
}

/// The interval from a chunk to the end as one call, where it is two in the
/// order.
void Segmentation::lastCall(uint32_t from, KindId kind,
                            std::span<const DeviceTurn> turns) {
  begin();
  uint32_t needed = kNone;
  for (uint32_t v : std::span(sequence).subspan(chunkBegin[from])) {
    uint32_t device = problem.pinnedDevice(v);
    if (!add(v, kind, /*merged=*/true) ||
        (device != kNone && needed != kNone && needed != device))
      return;
    if (device != kNone)
      needed = device;
  }
  for (uint32_t g = 0; g + 1 < width; ++g)
    if (problem.devices()[turns[g].device].kind == kind &&
        (needed == kNone || needed == turns[g].device))
      offer(from, chunks - 1, turns[g], g, /*merged=*/true);
}

/// The interval at hand, up to a chunk, as a call at a turn.
void Segmentation::offer(uint32_t from, uint32_t to, const DeviceTurn &turn,
                         uint32_t g, bool merged) {
  Time here = value[size_t(from) * width + g];
  Time &there = value[size_t(to + 1) * width + g + 1];
  if (here == kInfiniteTime || here + load >= there ||
      held + largest > turn.room)
    return;
  there = here + load;
  choice[size_t(to + 1) * width + g + 1] = {from, g, merged};
}

Time Segmentation::run(std::span<const uint32_t> order, uint32_t stride,
                       std::span<const DeviceTurn> turns, const Budget &budget,
                       std::vector<uint32_t> &slotOf) {
  sequence.clear();
  chunkBegin.clear();
  for (uint32_t i = 0; i < order.size(); ++i) {
    if (i % stride == 0)
      chunkBegin.push_back(static_cast<uint32_t>(sequence.size()));
    std::span<const uint32_t> nodes = blocks.members(order[i]);
    sequence.insert(sequence.end(), nodes.begin(), nodes.end());
  }
  chunks = static_cast<uint32_t>(chunkBegin.size());
  chunkBegin.push_back(static_cast<uint32_t>(sequence.size()));
  width = static_cast<uint32_t>(turns.size()) + 1;
  value.assign(size_t(chunks + 1) * width, kInfiniteTime);
  choice.assign(size_t(chunks + 1) * width, {});
  value[0] = 0;
  std::vector<KindId> kinds;
  Bytes mostRoom = 0;
  for (const DeviceTurn &turn : turns) {
    kinds.push_back(problem.devices()[turn.device].kind);
    mostRoom = std::max(mostRoom, turn.room);
  }
  behind.assign(chunks + 1, 0);
  for (uint32_t i = chunks; i-- > 0;) {
    behind[i] = behind[i + 1];
    for (uint32_t v : chunk(i))
      behind[i] += problem.ownBytes(v);
  }
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  for (uint32_t i = 0; i <= chunks; ++i) {
    if (i % 16 == 0 && (budget.cancelled() || budget.timeOut()))
      return kInfiniteTime;
    // A turn may be left out.
    bool reached = value[size_t(i) * width] != kInfiniteTime;
    for (uint32_t g = 1; g < width; ++g) {
      size_t at = size_t(i) * width + g;
      if (value[at - 1] < value[at]) {
        value[at] = value[at - 1];
        choice[at] = {i, g - 1, false};
      }
      reached |= value[at] != kInfiniteTime;
    }
    if (i == chunks || !reached)
      continue;
    hostRuns(i);
    for (KindId kind : kinds) {
      calls(i, kind, turns);
      if (blocks.folded() && behind[i] <= mostRoom)
        lastCall(i, kind, turns);
    }
  }
  Time best = value[size_t(chunks) * width + width - 1];
  if (best == kInfiniteTime)
    return best;
  slotOf.resize(problem.numNodes());
  uint32_t i = chunks, g = width - 1;
  while (i != 0 || g != 0) {
    Choice chosen = choice[size_t(i) * width + g];
    for (uint32_t c = chosen.from; c < i; ++c)
      for (uint32_t v : chunk(c)) {
        if (chosen.turn == kNone)
          slotOf[v] = poolOfNode[v];
        else if (chosen.merged || blocks.part(v) == 0)
          slotOf[v] = turns[chosen.turn].slot;
        else
          slotOf[v] = turns[chosen.turn].backwardSlot;
      }
    i = chosen.from;
    if (chosen.turn != kNone)
      g = chosen.turn;
  }
  return best;
}

} // namespace placement::solver::latency
