//===- SearchState.cpp - A placement that is changed step by step ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/SearchState.h"

#include <algorithm>
#include <functional>

namespace placement::solver::latency {

SearchState::SearchState(const LatencyProblem &problem)
    : problem(problem), pools(problem.numPools()), q(problem.piecesPerDevice()),
      slots(problem.numNodes(), kNone), after(problem.numNodes()),
      vertex(problem.numNodes()), next(problem.numNodes()) {
  uint32_t n = problem.numNodes();
  for (const LatencyProblem::Pool &pool : problem.pools())
    kindOf.push_back(pool.kind);
  for (const LatencyProblem::Device &device : problem.devices())
    kindOf.insert(kindOf.end(), q, device.kind);
  count.assign(numSlots(), 0);
  netBegin.push_back(0);
  for (uint32_t net = 0; net < problem.numNets(); ++net) {
    std::span<const uint32_t> consumers = problem.consumers(net);
    pins.insert(pins.end(), consumers.begin(), consumers.end());
    netBegin.push_back(static_cast<uint32_t>(pins.size()));
  }
  for (auto [from, to] : problem.instance().data().orderEdges)
    orderEdges.emplace_back(from, to);
  after.fill([&](auto visit) {
    for (uint32_t net = 0; net < problem.numNets(); ++net)
      if (problem.producer(net) != kNone)
        for (uint32_t consumer : problem.consumers(net))
          visit(problem.producer(net), consumer);
    for (auto [from, to] : orderEdges)
      visit(from, to);
  });
  size_t vertices = numSlots() + n;
  open.resize(vertices);
  cause.resize(vertices);
  starts.resize(vertices);
  work.resize(vertices);
  head.resize(numSlots());
  stamp.resize(numSlots());
  ready.reserve(vertices);
  uint32_t holders = problem.numDevices() + pools;
  bytes.resize(holders);
  largest.resize(holders);
  holderStamp.resize(holders);
  if (problem.boundedCores()) {
    seats.emplace(problem);
    core.assign(n, 0);
    rank.assign(n, 0);
    rest.resize(vertices);
    running.reserve(vertices);
  }
}

void SearchState::put(uint32_t v, uint32_t to) {
  if (slots[v] != kNone)
    --count[slots[v]];
  ++count[to];
  slots[v] = to;
}

void SearchState::assign(std::span<const uint32_t> slotOf) {
  undone.clear();
  for (uint32_t v = 0; v < slots.size(); ++v)
    put(v, slotOf[v]);
}

void SearchState::undo() {
  for (size_t i = undone.size(); i-- > 0;)
    put(undone[i].first, undone[i].second);
  undone.clear();
}

bool SearchState::move(uint32_t v, uint32_t to) {
  if (slots[v] == to)
    return true;
  std::span<const uint32_t> unit = problem.members(problem.unit(v));
  if (unit.size() == 1) {
    if (!canTake(v, to))
      return false;
    undone.emplace_back(v, slots[v]);
    put(v, to);
    return true;
  }
  // Another member's place: with the node, or on its new device in the piece of
  // the same number as before.
  bool sameDevice =
      to >= pools && slots[v] >= pools && device(to) == device(slots[v]);
  auto along = [&](uint32_t member) {
    if (member == v || to < pools || q == 1)
      return to;
    if (sameDevice)
      return slots[member];
    if (slots[member] < pools || slots[v] < pools)
      return to;
    return pools + device(to) * q + (slots[member] - pools) % q;
  };
  for (uint32_t member : unit)
    if (!canTake(member, along(member)))
      return false;
  uint32_t old = slots[v];
  for (uint32_t member : unit) {
    uint32_t target = along(member);
    if (member == v || slots[member] == target)
      continue;
    undone.emplace_back(member, slots[member]);
    put(member, target);
  }
  undone.emplace_back(v, old);
  put(v, to);
  return true;
}

/// Something for each limit that is broken, and more for more.
double SearchState::brokenLimits() {
  double sum = 0;
  auto memoryOf = [&](uint32_t holder) {
    return holder < problem.numDevices()
               ? problem.devices()[holder].memory
               : problem.pools()[holder - problem.numDevices()].memory;
  };
  std::fill(bytes.begin(), bytes.end(), 0);
  auto holderOf = [&](uint32_t v) {
    return slots[v] < pools ? problem.numDevices() + slots[v]
                            : device(slots[v]);
  };
  uint32_t n = problem.numNodes();
  if (problem.additiveMemory()) {
    for (uint32_t v = 0; v < n; ++v)
      bytes[holderOf(v)] += problem.ownBytes(v);
  } else {
    std::fill(largest.begin(), largest.end(), 0);
    for (uint32_t v = 0; v < n; ++v) {
      uint32_t holder = holderOf(v);
      bytes[holder] += problem.ownBytes(v);
      largest[holder] = std::max(largest[holder], problem.transient(v));
    }
    std::fill(holderStamp.begin(), holderStamp.end(), kNone);
    for (uint32_t w = 0; w < problem.numWeights(); ++w)
      for (uint32_t v : problem.instance().weightUsers(w)) {
        uint32_t holder = holderOf(v);
        if (holderStamp[holder] == w)
          continue;
        holderStamp[holder] = w;
        bytes[holder] += problem.weightBytes(w);
      }
    for (uint32_t h = 0; h < bytes.size(); ++h)
      bytes[h] += largest[h];
  }
  for (uint32_t h = 0; h < bytes.size(); ++h) {
    Bytes room = memoryOf(h);
    if (bytes[h] > room)
      sum += 0.02 + 2 * (static_cast<double>(bytes[h] - room) /
                         std::max<double>(1, static_cast<double>(room)));
  }
  uint32_t pieces = 0;
  for (uint32_t s = pools; s < numSlots(); ++s)
    pieces += count[s] != 0;
  if (pieces > problem.maxPieces())
    sum += 0.05 * (pieces - problem.maxPieces());
  return sum;
}

uint32_t SearchState::nextPiece(uint32_t slot) const {
  for (uint32_t s = slot + 1; (s - pools) % q != 0; ++s)
    if (count[s] != 0)
      return s;
  return kNone;
}

template <typename Visit>
void SearchState::forEachWaiting(uint32_t x, Visit visit) const {
  auto visitFrom = [&](uint32_t v) {
    for (uint32_t w : after[v])
      if (vertex[w] != x)
        visit(v, vertex[w]);
  };
  if (isHost(x))
    return visitFrom(x - numSlots());
  for (uint32_t v = head[x]; v != kNone; v = next[v])
    visitFrom(v);
  if (uint32_t s = nextPiece(x); s != kNone)
    visit(head[x], s);
}

/// Vertices with their work and transfers, and for how many others each waits.
/// Gives the number of vertices; those that wait for nobody are ready.
uint32_t SearchState::buildVertices() {
  uint32_t n = problem.numNodes(), numSlots = this->numSlots();
  std::fill(open.begin(), open.end(), 0);
  std::fill(starts.begin(), starts.end(), 0);
  std::fill(cause.begin(), cause.end(), kNone);
  std::fill(work.begin(), work.begin() + numSlots, 0);
  std::fill(head.begin(), head.end(), kNone);
  std::fill(stamp.begin(), stamp.end(), kNone);
  uint32_t vertices = 0;
  for (uint32_t v = 0; v < n; ++v) {
    uint32_t s = slots[v];
    Time time = problem.time(v, kindOf[s]);
    if (s < pools) {
      vertex[v] = numSlots + v;
      work[numSlots + v] = time;
      ++vertices;
    } else {
      vertex[v] = s;
      work[s] += time;
      vertices += head[s] == kNone;
      next[v] = head[s];
      head[s] = v;
    }
  }
  for (uint32_t net = 0; net + 1 < netBegin.size(); ++net) {
    uint32_t producer = problem.producer(net);
    uint32_t from = producer == kNone ? kNone : vertex[producer];
    bool leaves = problem.neededByHost(net);
    for (uint32_t i = netBegin[net]; i < netBegin[net + 1]; ++i) {
      uint32_t to = vertex[pins[i]];
      if (to == from)
        continue;
      leaves = true;
      if (from != kNone)
        ++open[to];
      if (to < numSlots && stamp[to] != net) {
        stamp[to] = net;
        work[to] += problem.cost(net, kindOf[to]);
      }
    }
    if (leaves && from < numSlots)
      work[from] += problem.cost(net, kindOf[from]);
  }
  for (auto [from, to] : orderEdges)
    open[vertex[to]] += vertex[from] != vertex[to];
  ready.clear();
  for (uint32_t s = pools; s < numSlots; ++s) {
    if (count[s] == 0)
      continue;
    if (uint32_t after = nextPiece(s); after != kNone)
      ++open[after];
    if (open[s] == 0)
      ready.push_back(s);
  }
  for (uint32_t v = 0; v < n; ++v)
    if (isHost(vertex[v]) && open[vertex[v]] == 0)
      ready.push_back(vertex[v]);
  return vertices;
}

/// The longest path; kInfiniteTime for a circle. Leaves all vertices in `ready`
/// in a topological order.
Time SearchState::runUnlimited(uint32_t vertices) {
  Time value = 0;
  last = kNone;
  for (size_t i = 0; i < ready.size(); ++i) {
    uint32_t x = ready[i];
    Time done = starts[x] + work[x];
    if (last == kNone || done > value) {
      value = done;
      last = x;
    }
    forEachWaiting(x, [&](uint32_t node, uint32_t to) {
      if (done > starts[to] || cause[to] == kNone) {
        starts[to] = std::max(starts[to], done);
        cause[to] = node;
      }
      if (--open[to] == 0)
        ready.push_back(to);
    });
  }
  return ready.size() == vertices ? value : kInfiniteTime;
}

Time SearchState::coreRank(uint32_t x) const {
  Time behind = countsOwnTime ? rest[x] : rest[x] - work[x];
  if (rankWeights.empty())
    return behind;
  return static_cast<Time>(static_cast<double>(behind) *
                           rankWeights[x - numSlots()]);
}

/// Vertices in the order of time; nodes that need a core wait for one, and
/// those with most of the sample behind them come first. Expects the order of
/// runUnlimited.
Time SearchState::runOnCores() {
  for (size_t i = ready.size(); i-- > 0;) {
    uint32_t x = ready[i];
    rest[x] = 0;
    forEachWaiting(x, [&](uint32_t, uint32_t to) {
      rest[x] = std::max(rest[x], rest[to]);
    });
    rest[x] += work[x];
  }
  seats->reset();
  open.swap(openAtFirst);
  std::fill(cause.begin(), cause.end(), kNone);
  running.clear();
  uint32_t numSlots = this->numSlots(), started = 0;
  auto begin = [&](uint32_t x, Time now) {
    starts[x] = now;
    running.emplace_back(now + work[x], x);
    std::push_heap(running.begin(), running.end(), std::greater<>());
  };
  auto becomeReady = [&](uint32_t x, Time now) {
    if (needsCore(x))
      seats->enqueue(slots[x - numSlots], x - numSlots, coreRank(x));
    else
      begin(x, now);
  };
  auto seatAll = [&](Time now) {
    seats->seatAll([&](uint32_t v, uint32_t before) {
      // Who waited for the core, and not for data, was held up by its last
      // node.
      uint32_t x = numSlots + v, from = cause[x];
      bool waited = from == kNone
                        ? now > 0
                        : starts[vertex[from]] + work[vertex[from]] < now;
      if (waited && before != kNone)
        cause[x] = before;
      core[v] = seats->core(slots[v], v);
      rank[v] = started++;
      begin(x, now);
    });
  };
  for (uint32_t x : ready)
    if (open[x] == 0)
      becomeReady(x, 0);
  seatAll(0);
  Time value = 0;
  last = kNone;
  while (!running.empty()) {
    Time now = running.front().first;
    while (!running.empty() && running.front().first == now) {
      std::pop_heap(running.begin(), running.end(), std::greater<>());
      uint32_t x = running.back().second;
      running.pop_back();
      if (last == kNone || now > value) {
        value = now;
        last = x;
      }
      if (needsCore(x))
        seats->leave(slots[x - numSlots], x - numSlots);
      forEachWaiting(x, [&](uint32_t node, uint32_t to) {
        cause[to] = node;
        if (--open[to] == 0)
          becomeReady(to, now);
      });
    }
    seatAll(now);
  }
  return value;
}

Energy SearchState::evaluate() {
  uint32_t vertices = buildVertices();
  if (seats)
    openAtFirst = open;
  Energy energy;
  Time value = runUnlimited(vertices);
  if (value == kInfiniteTime)
    return energy;
  energy.makespan = seats ? runOnCores() : value;
  energy.broken = brokenLimits();
  return energy;
}

void SearchState::criticalPath(std::vector<uint32_t> &path) const {
  uint32_t x = last;
  while (x != kNone) {
    uint32_t node = x < numSlots() ? head[x] : x - numSlots();
    path.push_back(node);
    uint32_t from = cause[x];
    if (from == kNone)
      return;
    path.push_back(from);
    x = vertex[from];
  }
}

Placement SearchState::placement() const {
  Placement result;
  for (uint32_t s = pools; s < numSlots(); ++s)
    result.deviceOf.push_back(device(s));
  result.place = slots;
  result.core = core;
  result.rank = rank;
  return result;
}

std::vector<uint32_t> SearchState::slotsOf(const Placement &placement) const {
  std::vector<uint32_t> used(problem.numDevices(), 0);
  std::vector<uint8_t> filled(placement.numPieces(), 0);
  for (uint32_t place : placement.place)
    if (place >= pools)
      filled[place - pools] = 1;
  std::vector<uint32_t> slotOfPiece(placement.numPieces(), kNone);
  for (uint32_t p = 0; p < placement.numPieces(); ++p) {
    if (!filled[p])
      continue;
    uint32_t d = placement.deviceOf[p];
    if (used[d] == q)
      return {};
    slotOfPiece[p] = pools + d * q + used[d]++;
  }
  std::vector<uint32_t> result(placement.place.size());
  for (uint32_t v = 0; v < result.size(); ++v)
    result[v] = placement.place[v] < pools
                    ? placement.place[v]
                    : slotOfPiece[placement.place[v] - pools];
  return result;
}

} // namespace placement::solver::latency
