//===- Placement.cpp - Which node runs in which call or pool --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/Placement.h"

#include <map>
#include <tuple>
#include <utility>

namespace placement::solver::latency {

namespace {

/// Devices by number, then pools: where memory is counted.
uint32_t holderOf(const LatencyProblem &problem, const Placement &placement,
                  uint32_t v) {
  uint32_t place = placement.place[v];
  return place < problem.numPools()
             ? problem.numDevices() + place
             : placement.deviceOf[place - problem.numPools()];
}

KindId kindOf(const LatencyProblem &problem, uint32_t holder) {
  return holder < problem.numDevices()
             ? problem.devices()[holder].kind
             : problem.pools()[holder - problem.numDevices()].kind;
}

bool ranksAllowed(const LatencyProblem &problem, const Placement &placement) {
  uint32_t n = problem.numNodes();
  if (placement.core.size() != n || placement.rank.size() != n)
    return false;
  std::vector<std::pair<uint64_t, uint32_t>> seats;
  for (uint32_t v = 0; v < n; ++v) {
    uint32_t pool = placement.place[v];
    if (pool >= problem.numPools() || problem.pools()[pool].cores == kNone)
      continue;
    if (placement.core[v] >= problem.pools()[pool].cores ||
        (problem.pinnedCore(v) != kNone &&
         problem.pinnedCore(v) != placement.core[v]))
      return false;
    seats.emplace_back((uint64_t(pool) << 32) | placement.core[v],
                       placement.rank[v]);
  }
  std::sort(seats.begin(), seats.end());
  return std::adjacent_find(seats.begin(), seats.end()) == seats.end();
}

} // namespace

std::vector<Bytes> memoryUse(const LatencyProblem &problem,
                             const Placement &placement) {
  uint32_t n = problem.numNodes();
  uint32_t holders = problem.numDevices() + problem.numPools();
  std::vector<Bytes> used(holders, 0), largest(holders, 0);
  std::vector<std::pair<uint32_t, uint32_t>> shared;
  for (uint32_t v = 0; v < n; ++v) {
    uint32_t holder = holderOf(problem, placement, v);
    used[holder] += problem.ownBytes(v);
    largest[holder] = std::max(largest[holder], problem.transient(v));
    for (uint32_t w : problem.weights(v))
      shared.emplace_back(holder, w);
  }
  std::sort(shared.begin(), shared.end());
  shared.erase(std::unique(shared.begin(), shared.end()), shared.end());
  for (auto [holder, w] : shared)
    used[holder] += problem.weightBytes(w);
  for (uint32_t h = 0; h < holders; ++h)
    used[h] += largest[h];
  return used;
}

bool isAllowed(const LatencyProblem &problem, const Placement &placement) {
  uint32_t n = problem.numNodes(), devices = problem.numDevices();
  std::vector<uint8_t> used(placement.numPieces(), 0);
  for (uint32_t v = 0; v < n; ++v) {
    uint32_t holder = holderOf(problem, placement, v);
    if (!problem.supports(v, kindOf(problem, holder)))
      return false;
    if (holder < devices && problem.pinnedDevice(v) != kNone &&
        problem.pinnedDevice(v) != holder)
      return false;
    uint32_t first = problem.members(problem.unit(v))[0];
    if (holderOf(problem, placement, first) != holder)
      return false;
    if (placement.place[v] >= problem.numPools())
      used[placement.place[v] - problem.numPools()] = 1;
  }
  std::vector<uint32_t> pieces(devices, 0);
  uint32_t all = 0;
  for (uint32_t p = 0; p < placement.numPieces(); ++p)
    if (used[p]) {
      ++all;
      if (++pieces[placement.deviceOf[p]] > problem.piecesPerDevice())
        return false;
    }
  if (all > problem.maxPieces())
    return false;
  std::vector<Bytes> memory = memoryUse(problem, placement);
  for (uint32_t d = 0; d < devices; ++d)
    if (memory[d] > problem.devices()[d].memory)
      return false;
  for (uint32_t h = 0; h < problem.numPools(); ++h)
    if (memory[devices + h] > problem.pools()[h].memory)
      return false;
  return !problem.boundedCores() || ranksAllowed(problem, placement);
}

Assignment toAssignment(const LatencyProblem &problem,
                        const Placement &placement) {
  uint32_t n = problem.numNodes(), pools = problem.numPools();
  Assignment result;
  result.stageOf.assign(n, kNone);
  // Stages of pools, by pool and core.
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> seats;
  std::vector<uint8_t> used(placement.numPieces(), 0);
  auto seatOf = [&](uint32_t v) {
    uint32_t pool = placement.place[v];
    return std::pair(
        pool, problem.pools()[pool].cores == kNone ? 0 : placement.core[v]);
  };
  for (uint32_t v = 0; v < n; ++v) {
    if (placement.place[v] < pools)
      seats.emplace(seatOf(v), 0);
    else
      used[placement.place[v] - pools] = 1;
  }
  for (auto &[seat, stage] : seats) {
    stage = static_cast<uint32_t>(result.stages.size());
    result.stages.push_back({problem.pools()[seat.first].kind, seat.second});
  }
  std::vector<uint32_t> stageOfPiece(placement.numPieces(), kNone);
  for (uint32_t p = 0; p < placement.numPieces(); ++p)
    if (used[p]) {
      stageOfPiece[p] = static_cast<uint32_t>(result.stages.size());
      const LatencyProblem::Device &device =
          problem.devices()[placement.deviceOf[p]];
      result.stages.push_back({device.kind, device.index});
    }
  for (uint32_t v = 0; v < n; ++v)
    result.stageOf[v] = placement.place[v] < pools
                            ? seats.find(seatOf(v))->second
                            : stageOfPiece[placement.place[v] - pools];
  if (problem.boundedCores())
    result.rank = placement.rank;
  return result;
}

Placement fromAssignment(const LatencyProblem &problem,
                         const Assignment &assignment) {
  uint32_t n = problem.numNodes(), pools = problem.numPools();
  size_t stages = assignment.stages.size();
  // Devices that are listed stand for themselves.
  std::map<std::pair<KindId, uint32_t>, uint32_t> known;
  for (uint32_t d = 0; d < problem.numDevices(); ++d)
    known[{problem.devices()[d].kind, problem.devices()[d].index}] = d;
  std::vector<uint8_t> taken(problem.numDevices(), 0);
  std::vector<uint8_t> used(stages, 0);
  for (uint32_t stage : assignment.stageOf)
    used[stage] = 1;
  auto forEachCall = [&](auto visit) {
    for (size_t s = 0; s < stages; ++s)
      if (used[s] && !problem.terms().host[assignment.stages[s].kind])
        visit(s, assignment.stages[s]);
  };
  forEachCall([&](size_t, DeviceRef device) {
    if (auto at = known.find({device.kind, device.index}); at != known.end())
      taken[at->second] = 1;
  });
  forEachCall([&](size_t, DeviceRef device) {
    auto [at, isNew] = known.emplace(std::pair(device.kind, device.index), 0);
    if (!isNew)
      return;
    uint32_t d = 0;
    while (problem.devices()[d].kind != device.kind || taken[d] ||
           !problem.devices()[d].free)
      ++d;
    taken[d] = 1;
    at->second = d;
  });
  Placement result;
  std::vector<uint32_t> placeOf(stages, kNone);
  for (size_t s = 0; s < stages; ++s)
    if (problem.terms().host[assignment.stages[s].kind])
      placeOf[s] = problem.poolOf(assignment.stages[s].kind);
  forEachCall([&](size_t s, DeviceRef device) {
    placeOf[s] = pools + result.numPieces();
    result.deviceOf.push_back(known.find({device.kind, device.index})->second);
  });
  result.place.resize(n);
  for (uint32_t v = 0; v < n; ++v)
    result.place[v] = placeOf[assignment.stageOf[v]];
  if (problem.boundedCores()) {
    result.core.resize(n);
    for (uint32_t v = 0; v < n; ++v)
      result.core[v] = assignment.stages[assignment.stageOf[v]].index;
    // By rank if there are any, then by stage, then in topological order.
    std::vector<std::tuple<uint32_t, uint32_t, uint32_t>> nodes;
    nodes.reserve(n);
    for (uint32_t i = 0; i < n; ++i) {
      uint32_t v = problem.order()[i];
      nodes.emplace_back(assignment.rank.empty() ? 0 : assignment.rank[v],
                         assignment.stageOf[v], i);
    }
    std::sort(nodes.begin(), nodes.end());
    result.rank.resize(n);
    for (uint32_t i = 0; i < n; ++i)
      result.rank[problem.order()[std::get<2>(nodes[i])]] = i;
  }
  return result;
}

} // namespace placement::solver::latency
