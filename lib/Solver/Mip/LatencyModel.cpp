//===- LatencyModel.cpp - The program of plans for latency ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/LatencyModel.h"

#include <numeric>

namespace placement::solver::mip {

namespace {

/// Rows add up the times of all slots and of the plan; beside this there is
/// room for them and for all times of the problem in 62 bits.
constexpr int64_t kFinest = int64_t(1) << 56;
/// How often it is looked at which places are too slow for the limit.
constexpr int kMostRestrictions = 4;

} // namespace

LatencyModel::LatencyModel(const Instance &instance, const Question &question,
                           uint32_t maxPieces)
    : PlacementModel(instance, question),
      problem(instance, latency::termsOf(instance, maxPieces)),
      whole(problem.piecesPerDevice() == 1) {
  restrictPlaces();
  slots = problem.maxPieces();
  uint32_t most = 0;
  for (uint32_t u = 0; u < problem.numUnits(); ++u)
    if (pieceTime(problem.members(u)[0]) != kUnsupported)
      most += whole ? 1 : static_cast<uint32_t>(problem.members(u).size());
  slots = std::min(slots, most);
  if (slots > 0)
    listCarriers();
}

/// What cannot be part of a plan within the limit: a place where the node takes
/// so long that what must pass before and after it leaves too little time. All
/// nodes of a path end one after the other or in one piece, whose load counts
/// each of them.
void LatencyModel::restrictPlaces() {
  uint32_t n = problem.numNodes(), kinds = problem.numKinds();
  usable.assign(size_t(n) * kinds, 0);
  for (Node v = 0; v < n; ++v)
    for (KindId k = 0; k < kinds; ++k)
      usable[v * kinds + k] = problem.supports(v, k);
  for (int round = 0; round < kMostRestrictions; ++round) {
    head.assign(n, 0);
    tail.assign(n, 0);
    for (Node v = 0; v < n; ++v)
      if (leastTime(v) == kUnsupported) {
        noPlace = true;
        return;
      }
    for (Node v : problem.order()) {
      for (Node u : problem.predecessors(v))
        head[v] = std::max(head[v], head[u]);
      head[v] += leastTime(v);
    }
    for (size_t i = n; i-- > 0;) {
      Node v = problem.order()[i];
      for (Node u : problem.successors(v))
        tail[v] = std::max(tail[v], tail[u]);
      tail[v] += leastTime(v);
    }
    bool changed = false;
    for (uint32_t u = 0; u < problem.numUnits(); ++u)
      for (KindId k = 0; k < kinds; ++k) {
        std::span<const uint32_t> nodes = problem.members(u);
        if (!allowed(nodes[0], k))
          continue;
        bool fits = true;
        Time together = 0;
        for (Node v : nodes) {
          together += problem.time(v, k);
          Time others = head[v] - leastTime(v) + tail[v] - leastTime(v);
          fits &= others + problem.time(v, k) <= question.limit;
        }
        if (whole && problem.poolOf(k) == kNone)
          fits &= together <= question.limit;
        if (fits)
          continue;
        changed = true;
        for (Node v : nodes)
          usable[v * kinds + k] = 0;
      }
    if (!changed)
      return;
  }
  for (Node v = 0; v < n; ++v)
    noPlace |= leastTime(v) == kUnsupported;
}

Time LatencyModel::pieceTime(Node v) const {
  Time least = kUnsupported;
  for (KindId k = 0; k < problem.numKinds(); ++k)
    if (problem.poolOf(k) == kNone && allowed(v, k))
      least = std::min(least, problem.time(v, k));
  return least;
}

Time LatencyModel::leastTime(Node v) const {
  Time least = pieceTime(v);
  for (const auto &pool : problem.pools())
    if (allowed(v, pool.kind))
      least = std::min(least, problem.time(v, pool.kind));
  return least;
}

Time LatencyModel::leastCost(NetId net) const {
  Time least = kInfiniteTime;
  for (const Carrier &carrier : carrierList)
    least = std::min(least, problem.cost(net, carrier.kind));
  return least == kInfiniteTime ? 0 : least;
}

void LatencyModel::listCarriers() {
  carrierOfDevice.assign(problem.numDevices(), kNone);
  for (uint32_t d = 0; d < problem.numDevices(); ++d) {
    const auto &device = problem.devices()[d];
    bool joins = whole && device.free && d > 0 &&
                 problem.devices()[d - 1].kind == device.kind;
    // Free devices of a kind may have named ones between them.
    size_t at = carrierList.size();
    if (joins)
      for (size_t i = 0; i < carrierList.size(); ++i)
        if (carrierList[i].kind == device.kind &&
            problem.devices()[carrierList[i].devices[0]].free)
          at = i;
    if (at == carrierList.size())
      carrierList.push_back({device.kind, {}, 0});
    carrierList[at].devices.push_back(d);
    carrierList[at].capacity +=
        std::min(problem.piecesPerDevice(), slots - carrierList[at].capacity);
    carrierOfDevice[d] = static_cast<uint32_t>(at);
  }
  for (const Carrier &carrier : carrierList)
    mixed |= carrier.kind != carrierList[0].kind;
}

size_t LatencyModel::estimatedTerms() const {
  size_t n = problem.numNodes(), edges = 0, pins = 0, weights = 0;
  for (Node v = 0; v < n; ++v) {
    edges += problem.successors(v).size();
    weights += problem.weights(v).size();
  }
  for (NetId net = 0; net < problem.numNets(); ++net)
    pins += problem.consumers(net).size();
  size_t each = (14 + slots) * n + 9 * edges + 10 * pins + 2 * weights;
  if (!whole)
    each += carrierList.size() * (4 * n + slots) + 2 * weights;
  size_t terms = each * slots + 4 * (n + edges) + 12 * pins;
  for (const auto &pool : problem.pools())
    if (pool.cores != kNone) {
      size_t cores = std::min<size_t>(pool.cores, n);
      terms += n * n * (2 * cores + 3);
    }
  return terms;
}

void LatencyModel::build() {
  if (noPlace)
    return;
  Time common = 0;
  for (Node v = 0; v < problem.numNodes(); ++v)
    for (KindId k = 0; k < problem.numKinds(); ++k)
      if (allowed(v, k))
        common = std::gcd(common, problem.time(v, k));
  for (NetId net = 0; net < problem.numNets(); ++net)
    for (const Carrier &carrier : carrierList)
      common = std::gcd(common, problem.cost(net, carrier.kind));
  chooseScale(common, kFinest);
  addPlaces();
  if (noPlace)
    return;
  if (slots > 0) {
    addCarriers();
    addLevels();
    addPayments();
    addLoads();
  }
  addMemory();
  addTimes();
  addCores();
  addReach();
  for (const std::vector<Node> &path : choosePaths())
    addAlong(path);
  Term value[] = {{total, 1}};
  if (question.minimise) {
    model.linear.setObjective(value);
    model.linear.setObjectiveLimit(timeScale.scaledLimit());
  }
  giveHint();
}

std::unique_ptr<PlacementModel>
modelLatency(const Instance &instance, const Question &question,
             uint32_t maxPieces, size_t mostTerms, std::string &reason) {
  auto model = std::make_unique<LatencyModel>(instance, question, maxPieces);
  if (!buildWithin(*model, mostTerms, reason))
    return nullptr;
  return model;
}

} // namespace placement::solver::mip
