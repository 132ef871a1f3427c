//===- ItemPlacement.cpp - From items back to nodes and devices -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/ItemPlacement.h"

#include <numeric>
#include <tuple>

namespace placement::solver::latency {

namespace {

/// Finds places for a plan's pieces and host nodes.
class Seating {
public:
  Seating(const ItemGraph &graph, const PlanView &plan)
      : graph(graph), problem(graph.problem()), plan(plan),
        itemDone(graph.size(), 0), pieceStart(plan.loads.size(), 0) {
    placement.place.assign(problem.numNodes(), kNone);
  }

  Placement find() {
    schedule();
    seatPieces();
    seatHostNodes();
    return std::move(placement);
  }

private:
  void schedule();
  void seatPieces();
  void seatHostNodes();
  void seatOnCores();
  uint32_t poolOfUnit(uint32_t unit) const;

  const ItemGraph &graph;
  const LatencyProblem &problem;
  const PlanView &plan;
  Placement placement;
  /// If there were a device for each piece and a core for each node.
  std::vector<Time> itemDone, pieceStart;
};

/// Longest paths over pieces and host items.
void Seating::schedule() {
  uint32_t n = graph.size();
  auto vertex = [&](uint32_t item) {
    return plan.pieceOf[item] == kNone ? item : n + plan.pieceOf[item];
  };
  std::vector<std::vector<uint32_t>> members(plan.loads.size());
  std::vector<uint32_t> open(n + plan.loads.size(), 0), ready;
  for (uint32_t i = 0; i < n; ++i) {
    if (plan.pieceOf[i] != kNone)
      members[plan.pieceOf[i]].push_back(i);
    for (uint32_t u : graph.predecessors(i))
      open[vertex(i)] += vertex(u) != vertex(i);
  }
  std::vector<Time> start(open.size(), 0);
  for (uint32_t x = 0; x < open.size(); ++x)
    if (open[x] == 0 && (x >= n || plan.pieceOf[x] == kNone))
      ready.push_back(x);
  for (size_t i = 0; i < ready.size(); ++i) {
    uint32_t x = ready[i];
    Time done = start[x] + (x < n ? graph.hostTime(x) : plan.loads[x - n]);
    auto release = [&](uint32_t item) {
      itemDone[item] = done;
      for (uint32_t w : graph.successors(item)) {
        uint32_t y = vertex(w);
        if (y == x)
          continue;
        start[y] = std::max(start[y], done);
        if (--open[y] == 0)
          ready.push_back(y);
      }
    };
    if (x < n)
      release(x);
    else
      for (uint32_t item : members[x - n])
        release(item);
  }
  std::copy(start.begin() + n, start.end(), pieceStart.begin());
}

void Seating::seatPieces() {
  auto pieces = static_cast<uint32_t>(plan.loads.size());
  std::vector<uint32_t> pin(pieces, kNone), order(pieces);
  // With q >= 2 a unit may be in several pieces; they belong together.
  std::vector<uint32_t> unitDevice(problem.numUnits(), kNone);
  std::vector<std::vector<uint32_t>> nodes(pieces);
  for (uint32_t i = 0; i < graph.size(); ++i) {
    if (plan.pieceOf[i] == kNone)
      continue;
    if (graph.pin(i) != kNone)
      pin[plan.pieceOf[i]] = graph.pin(i);
    nodes[plan.pieceOf[i]].insert(nodes[plan.pieceOf[i]].end(),
                                  graph.nodes(i).begin(), graph.nodes(i).end());
  }
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(pieceStart[a], a) < std::pair(pieceStart[b], b);
  });
  std::vector<uint32_t> room(problem.numDevices(), problem.piecesPerDevice());
  std::vector<Time> idle(problem.numDevices(), 0);
  std::vector<Bytes> left;
  for (const LatencyProblem::Device &device : problem.devices())
    left.push_back(device.memory);
  for (uint32_t p : order)
    if (pin[p] != kNone && room[pin[p]] > 0)
      --room[pin[p]];
  // Pieces are numbered by start, so that those of a device run in order.
  std::vector<uint32_t> number(pieces);
  placement.deviceOf.assign(pieces, 0);
  for (uint32_t rank = 0; rank < pieces; ++rank) {
    uint32_t p = order[rank];
    Bytes bytes = 0;
    uint32_t wanted = pin[p];
    for (uint32_t v : nodes[p]) {
      bytes += problem.ownBytes(v);
      if (wanted == kNone)
        wanted = unitDevice[problem.unit(v)];
    }
    uint32_t best = wanted;
    if (best == kNone) {
      using Key = std::tuple<bool, bool, Time, uint32_t>;
      Key bestKey;
      for (uint32_t d = 0; d < problem.numDevices(); ++d) {
        if (problem.devices()[d].kind !=
                graph.callKinds()[plan.callOf[p]].kind ||
            room[d] == 0)
          continue;
        bool waits = idle[d] > pieceStart[p];
        Key key(bytes > left[d], waits, waits ? idle[d] : -idle[d], d);
        if (best == kNone || key < bestKey) {
          best = d;
          bestKey = key;
        }
      }
    }
    // Without a device at all the plan breaks a rule that isAllowed checks.
    if (best == kNone)
      for (best = 0; problem.devices()[best].kind !=
                     graph.callKinds()[plan.callOf[p]].kind;)
        ++best;
    if (pin[p] == kNone && room[best] > 0)
      --room[best];
    left[best] = bytes > left[best] ? 0 : left[best] - bytes;
    idle[best] = std::max(idle[best], pieceStart[p]) + plan.loads[p];
    for (uint32_t v : nodes[p])
      unitDevice[problem.unit(v)] = best;
    number[p] = rank;
    placement.deviceOf[rank] = best;
  }
  for (uint32_t p = 0; p < pieces; ++p)
    for (uint32_t v : nodes[p])
      placement.place[v] = problem.numPools() + number[p];
}

/// The pool on which a unit takes the least time in all.
uint32_t Seating::poolOfUnit(uint32_t unit) const {
  uint32_t best = kNone;
  Time least = 0;
  for (uint32_t pool = 0; pool < problem.numPools(); ++pool) {
    Time sum = 0;
    bool can = true;
    for (uint32_t v : problem.members(unit)) {
      can = can && problem.supports(v, problem.pools()[pool].kind);
      sum += can ? problem.time(v, problem.pools()[pool].kind) : 0;
    }
    if (can && (best == kNone || sum < least)) {
      best = pool;
      least = sum;
    }
  }
  return best;
}

void Seating::seatHostNodes() {
  for (uint32_t v = 0; v < problem.numNodes(); ++v)
    if (placement.place[v] == kNone)
      placement.place[v] = poolOfUnit(problem.unit(v));
  if (problem.boundedCores())
    seatOnCores();
}

void Seating::seatOnCores() {
  uint32_t n = problem.numNodes();
  placement.core.assign(n, 0);
  placement.rank.assign(n, 0);
  // Nodes of an item one after the other; nodes of no item end with their
  // producers, or at once.
  std::vector<Time> done(n, 0);
  for (uint32_t i = 0; i < graph.size(); ++i)
    for (uint32_t v : graph.nodes(i))
      done[v] = itemDone[i];
  std::vector<std::tuple<Time, uint32_t, uint32_t>> order;
  for (uint32_t i = 0; i < n; ++i) {
    uint32_t v = problem.order()[i];
    for (uint32_t u : problem.predecessors(v))
      done[v] = std::max(done[v], done[u]);
    order.emplace_back(done[v], i, v);
  }
  std::sort(order.begin(), order.end());
  std::vector<std::vector<Time>> idle(problem.numPools());
  for (uint32_t pool = 0; pool < problem.numPools(); ++pool)
    if (uint32_t cores = problem.pools()[pool].cores; cores != kNone)
      idle[pool].assign(std::min(cores, n), 0);
  uint32_t rank = 0;
  for (auto [end, position, v] : order) {
    uint32_t pool = placement.place[v];
    placement.rank[v] = rank++;
    if (pool >= problem.numPools() || idle[pool].empty())
      continue;
    Time time = problem.time(v, problem.pools()[pool].kind);
    Time start = end - std::min(end, time);
    std::vector<Time> &cores = idle[pool];
    uint32_t core = problem.pinnedCore(v);
    if (core == kNone || core >= cores.size()) {
      auto waits = [&](uint32_t c) {
        return std::tuple(cores[c] > start,
                          cores[c] > start ? cores[c] : -cores[c], c);
      };
      core = 0;
      for (uint32_t c = 1; c < cores.size(); ++c)
        if (waits(c) < waits(core))
          core = c;
    }
    placement.core[v] =
        problem.pinnedCore(v) != kNone ? problem.pinnedCore(v) : core;
    cores[core] = std::max(cores[core], start) + time;
  }
}

} // namespace

Placement toPlacement(const ItemGraph &graph, const PlanView &plan) {
  return Seating(graph, plan).find();
}

} // namespace placement::solver::latency
