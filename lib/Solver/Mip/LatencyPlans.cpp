//===- LatencyPlans.cpp - Solutions of the program as plans, and back -----===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/LatencyModel.h"

#include <queue>

namespace placement::solver::mip {

using latency::Placement;

std::optional<Assignment>
LatencyModel::decode(std::span<const int64_t> values) const {
  uint32_t n = problem.numNodes(), pools = problem.numPools();
  auto isOne = [&](Column column) {
    return column != kAbsent && values[column] > 0;
  };
  Placement placement;
  placement.place.assign(n, kNone);
  for (Node v = 0; v < n; ++v) {
    for (uint32_t p = 0; p < pools; ++p)
      if (isOne(host(v, p)))
        placement.place[v] = p;
    for (Slot j = 0; j < slots; ++j)
      if (isOne(x(v, j)))
        placement.place[v] = pools + j;
    if (placement.place[v] == kNone)
      return std::nullopt;
  }
  std::vector<size_t> taken(carrierList.size(), 0);
  for (Slot j = 0; j < slots; ++j) {
    size_t on = 0;
    while (on < carrierList.size() && !isOne(carrier(j, on)))
      ++on;
    // A slot without a device has no nodes, or the rows do not hold.
    if (on == carrierList.size()) {
      placement.deviceOf.push_back(0);
      continue;
    }
    const std::vector<uint32_t> &devices = carrierList[on].devices;
    if (devices.size() > 1 && taken[on] == devices.size())
      return std::nullopt;
    placement.deviceOf.push_back(devices.size() > 1 ? devices[taken[on]++]
                                                    : devices[0]);
  }
  if (problem.boundedCores())
    decodeCores(values, placement);
  return toAssignment(problem, placement);
}

/// Nodes of a core by start, then end. Where several begin at once those that
/// take no time have no turn that counts; slots and the graph say which can
/// come first.
void LatencyModel::decodeCores(std::span<const int64_t> values,
                               Placement &placement) const {
  uint32_t n = problem.numNodes();
  placement.core.assign(n, 0);
  placement.rank.assign(n, 0);
  for (const Seat &seat : seats)
    if (values[seat.column] > 0)
      placement.core[seat.node] = seat.core;
  struct Key {
    int64_t start, end, level;
    uint32_t position;
    auto operator<=>(const Key &) const = default;
  };
  std::vector<std::pair<Key, Node>> order;
  std::vector<uint32_t> next(problem.numPools(), 0);
  for (uint32_t i = 0; i < n; ++i) {
    Node v = problem.order()[i];
    Key key = {values[ends[v]], values[ends[v]], 0, i};
    uint32_t place = placement.place[v];
    if (place < problem.numPools()) {
      key.start -=
          timeScale.coefficient(problem.time(v, problem.pools()[place].kind));
      if (freeCores[place])
        placement.core[v] = next[place]++;
    }
    for (Slot j = 0; j < slots; ++j)
      key.level += values[w(v, j)];
    order.push_back({key, v});
  }
  std::sort(order.begin(), order.end());
  for (uint32_t i = 0; i < n; ++i)
    placement.rank[order[i].second] = i;
}

namespace {

/// Pieces in an order in which data flows forward, where there is one; those on
/// a circle by number.
std::vector<uint32_t> flowOrder(const latency::LatencyProblem &problem,
                                const Placement &placement) {
  uint32_t n = problem.numNodes(), pools = problem.numPools();
  uint32_t pieces = placement.numPieces();
  auto vertexOf = [&](uint32_t v) {
    return placement.place[v] < pools ? pieces + v : placement.place[v] - pools;
  };
  std::vector<std::vector<uint32_t>> after(pieces + n);
  std::vector<uint32_t> open(pieces + n, 0);
  auto follow = [&](uint32_t from, uint32_t to) {
    if (from == to)
      return;
    after[from].push_back(to);
    ++open[to];
  };
  for (uint32_t v = 0; v < n; ++v)
    for (uint32_t u : problem.successors(v))
      follow(vertexOf(v), vertexOf(u));
  std::vector<uint32_t> last(problem.numDevices(), kNone);
  for (uint32_t p = 0; p < pieces; ++p) {
    uint32_t &before = last[placement.deviceOf[p]];
    if (before != kNone)
      follow(before, p);
    before = p;
  }
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready;
  for (uint32_t vertex = 0; vertex < pieces + n; ++vertex)
    if (open[vertex] == 0)
      ready.push(vertex);
  std::vector<uint32_t> order;
  while (!ready.empty()) {
    uint32_t vertex = ready.top();
    ready.pop();
    if (vertex < pieces)
      order.push_back(vertex);
    for (uint32_t to : after[vertex])
      if (--open[to] == 0)
        ready.push(to);
  }
  for (uint32_t p = 0; p < pieces; ++p)
    if (open[p] > 0)
      order.push_back(p);
  return order;
}

} // namespace

std::vector<int64_t> LatencyModel::encode(const Assignment &assignment) const {
  Placement placement = latency::fromAssignment(problem, assignment);
  uint32_t n = problem.numNodes(), pools = problem.numPools();
  if (placement.numPieces() > slots)
    return {};
  std::vector<int64_t> values(model.linear.numVariables(), 0);
  auto set = [&](Column column) {
    if (column != kAbsent)
      values[column] = 1;
  };
  std::vector<uint32_t> order = flowOrder(problem, placement);
  std::vector<Slot> slotOf(placement.numPieces());
  for (uint32_t i = 0; i < order.size(); ++i)
    slotOf[order[i]] = i;
  // Devices that are alike in the order of their first slots.
  std::vector<uint32_t> renamed(problem.numDevices(), kNone);
  for (uint32_t p : order) {
    uint32_t d = placement.deviceOf[p];
    const auto &devices = problem.devices();
    if (renamed[d] == kNone && (whole || !devices[d].free))
      renamed[d] = d;
    if (renamed[d] == kNone)
      for (uint32_t e = 0; e < problem.numDevices() && renamed[d] == kNone; ++e)
        if (devices[e].free && devices[e].kind == devices[d].kind &&
            std::find(renamed.begin(), renamed.end(), e) == renamed.end())
          renamed[d] = e;
    set(carrier(slotOf[p], carrierOfDevice[renamed[d]]));
  }
  for (Node v = 0; v < n; ++v) {
    Node first = problem.members(problem.unit(v))[0];
    Node like = whole ? first : v;
    if (placement.place[first] < pools)
      set(host(v, placement.place[first]));
    else if (!whole && !unitOn.empty())
      set(unitOn[problem.unit(v) * carrierList.size() +
                 renamed[placement.deviceOf[placement.place[first] - pools]]]);
    if (placement.place[like] >= pools)
      set(x(v, slotOf[placement.place[like] - pools]));
  }
  for (const Pair &pair : pairs)
    for (size_t i = 0; i < carrierList.size(); ++i)
      if (values[carrier(pair.first, i)] && values[carrier(pair.second, i)])
        values[pair.column] = 1;
  if (problem.boundedCores())
    encodeCores(placement, values);
  // Each round carries a time at least one vertex further.
  model.complete(values, size_t(slots) + n + 4);
  return values;
}

void LatencyModel::encodeCores(const Placement &placement,
                               std::vector<int64_t> &values) const {
  // Cores that are alike in the order of their first nodes.
  std::vector<std::vector<uint32_t>> renamed(problem.numPools());
  std::vector<uint32_t> coreOf(problem.numNodes(), kNone);
  std::vector<uint8_t> seen(problem.numNodes(), 0);
  for (const Seat &seat : seats) {
    uint32_t core = placement.core[seat.node];
    if (placement.place[seat.node] != seat.pool)
      continue;
    std::vector<uint32_t> &names = renamed[seat.pool];
    if (!seen[seat.node] && interchangeable[seat.pool] &&
        std::find(names.begin(), names.end(), core) == names.end())
      names.push_back(core);
    seen[seat.node] = 1;
    if (interchangeable[seat.pool])
      core = static_cast<uint32_t>(std::find(names.begin(), names.end(), core) -
                                   names.begin());
    coreOf[seat.node] = core;
    values[seat.column] = seat.core == core;
  }
  for (const Turn &turn : turns)
    values[turn.column] =
        placement.place[turn.first] == turn.pool &&
        placement.place[turn.second] == turn.pool &&
        coreOf[turn.first] == coreOf[turn.second] &&
        placement.rank[turn.first] < placement.rank[turn.second];
}

} // namespace placement::solver::mip
