//===- Merging.cpp - Nodes that can share a place -------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/Merging.h"

#include <numeric>

namespace placement::solver::latency {

Merging::Merging(const LatencyProblem &problem, Detail detail)
    : problem(problem), detail(detail), parent(problem.numNodes()),
      droppedNodes(problem.numNodes(), 0), leanNodes(problem.numNodes(), 0),
      queued(problem.numNodes(), 1), before(problem.numNodes()),
      after(problem.numNodes()), nodes(problem.numNodes()) {
  uint32_t n = problem.numNodes();
  std::iota(parent.begin(), parent.end(), 0);
  listBundles();
  for (uint32_t v = 0; v < n; ++v) {
    before[v].assign(problem.predecessors(v).begin(),
                     problem.predecessors(v).end());
    after[v].assign(problem.successors(v).begin(), problem.successors(v).end());
    nodes[v] = {v};
  }
  queue.assign(problem.order().rbegin(), problem.order().rend());
  while (!queue.empty()) {
    uint32_t v = queue.back();
    queue.pop_back();
    queued[v] = 0;
    while (parent[v] == v && !droppedNodes[v] && visit(v)) {
    }
  }
  for (uint32_t v = 0; v < n; ++v)
    parent[v] = find(v);
}

uint32_t Merging::find(uint32_t v) {
  while (parent[v] != v)
    v = parent[v] = parent[parent[v]];
  return v;
}

/// With q = 1 a unit that runs on a call device is in that device's only
/// piece, and so are all nodes that are pinned to the device.
void Merging::listBundles() {
  uint32_t n = problem.numNodes(), next = problem.numUnits();
  bundleOf.resize(n);
  std::vector<uint32_t> ofDevice(problem.numDevices(), kNone);
  for (uint32_t v = 0; v < n; ++v)
    if (problem.piecesPerDevice() > 1)
      bundleOf[v] = v;
    else if (problem.pinnedDevice(v) == kNone)
      bundleOf[v] = problem.unit(v);
    else if (uint32_t &bundle = ofDevice[problem.pinnedDevice(v)];
             bundle != kNone)
      bundleOf[v] = bundle;
    else
      bundleOf[v] = bundle = next++;
  bundleSize.assign(std::max(n, next), 0);
  for (uint32_t v = 0; v < n; ++v)
    ++bundleSize[bundleOf[v]];
}

/// The representatives in a list, once each, without `self`.
std::vector<uint32_t> &Merging::unique(std::vector<uint32_t> &list,
                                       uint32_t self) {
  for (uint32_t &v : list)
    v = find(v);
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  std::erase_if(list,
                [&](uint32_t v) { return v == self || droppedNodes[v] != 0; });
  return list;
}

bool Merging::canBeOnHost(uint32_t v) const {
  for (const LatencyProblem::Pool &pool : problem.pools())
    if (problem.supports(v, pool.kind))
      return true;
  return false;
}

/// On no pool that takes it.
bool Merging::takesNoHostTime(uint32_t v) const {
  for (uint32_t member : nodes[v])
    for (const LatencyProblem::Pool &pool : problem.pools())
      if (problem.supports(member, pool.kind) &&
          problem.time(member, pool.kind) != 0)
        return false;
  return true;
}

bool Merging::takesNoMemory(uint32_t v) const {
  return problem.ownBytes(v) == 0 && problem.transient(v) == 0 &&
         problem.weights(v).empty();
}

bool Merging::costs(uint32_t net) const {
  for (const LatencyProblem::Device &device : problem.devices())
    if (problem.cost(net, device.kind) != 0)
      return true;
  return false;
}

/// Rules 2, 3 and 6: v can follow `other`, its only neighbour.
bool Merging::isLonely(uint32_t v, uint32_t other, bool sink) const {
  if (nodes[v].size() != 1)
    return false;
  // A group with a member there: v is on that device already.
  bool isThere = false;
  if (problem.piecesPerDevice() > 1)
    for (uint32_t member : nodes[other])
      isThere |= problem.unit(member) == problem.unit(v);
  if (!isThere &&
      (bundleSize[bundleOf[v]] != 1 || problem.pinnedDevice(v) != kNone))
    return false;
  for (KindId k = 0; k < problem.numKinds(); ++k) {
    bool needed = true;
    for (uint32_t member : nodes[other])
      needed = needed && problem.supports(member, k);
    if (needed && problem.time(v, k) != 0)
      return false;
  }
  for (uint32_t net : problem.netsInto(v))
    if (problem.producer(net) == kNone && costs(net))
      return false;
  for (uint32_t net : problem.netsFrom(v))
    if (problem.neededByHost(net) && costs(net))
      return false;
  return isThere || takesNoMemory(v) || (sink && detail == Detail::Relaxed);
}

/// Rules 4 and 5: v can stay on a host and costs nobody anything there.
bool Merging::isFree(uint32_t v, bool sink) {
  if (nodes[v].size() != 1 || bundleSize[bundleOf[v]] != 1)
    return false;
  bool noTime = false;
  for (const LatencyProblem::Pool &pool : problem.pools())
    noTime |= problem.time(v, pool.kind) == 0;
  if (!noTime)
    return false;
  if (!sink) {
    for (uint32_t net : problem.netsFrom(v))
      if (costs(net))
        return false;
    return true;
  }
  for (uint32_t net : problem.netsInto(v)) {
    uint32_t producer = problem.producer(net);
    if (producer != kNone && !droppedNodes[find(producer)] &&
        !problem.neededByHost(net) && costs(net))
      return false;
  }
  return true;
}

void Merging::merge(uint32_t from, uint32_t into) {
  auto move = [](std::vector<uint32_t> &source, std::vector<uint32_t> &target) {
    target.insert(target.end(), source.begin(), source.end());
    std::vector<uint32_t>().swap(source);
  };
  move(before[from], before[into]);
  move(after[from], after[into]);
  move(nodes[from], nodes[into]);
  parent[from] = into;
}

/// Applies one rule around v, if one fits. Neighbours are looked at again.
bool Merging::visit(uint32_t v) {
  std::vector<uint32_t> &in = unique(before[v], v), &out = unique(after[v], v);
  auto again = [&](const std::vector<uint32_t> &list) {
    for (uint32_t w : list)
      if (!queued[w]) {
        queued[w] = 1;
        queue.push_back(w);
      }
  };
  if (out.empty() ? isFree(v, true) : in.empty() && isFree(v, false)) {
    again(in);
    again(out);
    droppedNodes[v] = 1;
    return true;
  }
  auto mergeWith = [&](uint32_t other) {
    again(in);
    again(out);
    bundleOf[v] = bundleOf[other];
    // The heavier list stays where it is.
    if (before[v].size() + after[v].size() + nodes[v].size() >
        before[other].size() + after[other].size() + nodes[other].size()) {
      merge(other, v);
      return;
    }
    merge(v, other);
    if (!queued[other]) {
      queued[other] = 1;
      queue.push_back(other);
    }
  };
  if (out.size() == 1) {
    uint32_t w = out[0];
    bool tight =
        bundleOf[v] == bundleOf[w] && (!canBeOnHost(v) || takesNoHostTime(v) ||
                                       unique(before[w], w).size() == 1);
    if (tight || (in.empty() && isLonely(v, w, false))) {
      mergeWith(w);
      return true;
    }
  }
  if (in.size() == 1) {
    uint32_t u = in[0];
    bool tight =
        bundleOf[v] == bundleOf[u] && (!canBeOnHost(v) || takesNoHostTime(v));
    if (tight || (out.empty() && isLonely(v, u, true))) {
      leanNodes[v] =
          !tight && !takesNoMemory(v) && problem.unit(v) != problem.unit(u);
      mergeWith(u);
      return true;
    }
  }
  return false;
}

} // namespace placement::solver::latency
