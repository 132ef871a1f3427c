//===- PathReplaySets.cpp - Sets about a chain by definition --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PathReplaySets.h"

#include <algorithm>
#include <set>

namespace placement::solver::test {

PathReplaySets::PathReplaySets(const Instance &instance,
                               const PathReplayRules &rules,
                               const std::vector<uint32_t> &chain)
    : instance(instance), chain(chain),
      n(static_cast<uint32_t>(instance.numNodes())), successors(n),
      predecessors(n), after(n), piecesPerDevice(rules.piecesPerDevice) {
  findOrder();
  findUnits(rules);
}

/// Who comes after whom, from every node anew.
void PathReplaySets::findOrder() {
  auto edge = [&](NodeId from, NodeId to) {
    successors[from].push_back(to);
    predecessors[to].push_back(from);
  };
  for (NetId e = 0; e < instance.numNets(); ++e)
    if (instance.producer(e) != kNone)
      for (NodeId w : instance.consumers(e))
        edge(instance.producer(e), w);
  for (auto [from, to] : instance.data().orderEdges)
    edge(from, to);
  for (NodeId v = 0; v < n; ++v) {
    after[v].assign(n, 0);
    after[v][v] = 1;
    std::vector<NodeId> queue = {v};
    for (size_t i = 0; i < queue.size(); ++i)
      for (NodeId w : successors[queue[i]])
        if (!after[v][w]) {
          after[v][w] = 1;
          queue.push_back(w);
        }
  }
}

void PathReplaySets::findUnits(const PathReplayRules &rules) {
  unit.assign(n, kNone);
  pinned.assign(n, kNone);
  pinnedKind.assign(n, kNone);
  for (NodeId v = 0; v < n; ++v) {
    if (unit[v] != kNone)
      continue;
    uint32_t made = static_cast<uint32_t>(units.size());
    units.emplace_back();
    for (NodeId w = v; w < n; ++w)
      if (w == v || (instance.group(v) != kNone &&
                     instance.group(w) == instance.group(v))) {
        unit[w] = made;
        units.back().push_back(w);
      }
  }
  supported.assign(size_t(n) * instance.numKinds(), 1);
  for (NodeId v = 0; v < n; ++v)
    for (NodeId w : unitOf(v)) {
      uint32_t kind = instance.pinKind(w);
      if (kind != kNone && !rules.host[kind] && instance.pinIndex(w) != kNone) {
        pinned[v] = instance.pinIndex(w);
        pinnedKind[v] = kind;
      }
      for (KindId k = 0; k < instance.numKinds(); ++k)
        if (!instance.supports(w, k) || (kind != kNone && kind != k))
          supported[v * instance.numKinds() + k] = 0;
    }
  // A unit with two devices runs on hosts at most; its pins say no more.
  for (const std::vector<NodeId> &members : units) {
    std::set<uint32_t> devices;
    for (NodeId w : members)
      if (instance.pinKind(w) != kNone && !rules.host[instance.pinKind(w)] &&
          instance.pinIndex(w) != kNone)
        devices.insert(instance.pinIndex(w));
    if (devices.size() > 1)
      for (NodeId w : members)
        for (KindId k = 0; k < instance.numKinds(); ++k)
          supported[w * instance.numKinds() + k] = 0;
  }
  // Nor does a unit run where it alone is too large; all devices of a host kind
  // are one memory.
  for (const std::vector<NodeId> &members : units) {
    NodeSet set(n, 0);
    for (NodeId w : members)
      set[w] = 1;
    __int128 bytes = bytesOf(set);
    for (KindId k = 0; k < instance.numKinds(); ++k) {
      const DeviceKind &kind = instance.machine().kinds[k];
      if (bytes > __int128(kind.memory) * (rules.host[k] ? kind.count : 1))
        for (NodeId w : members)
          supported[w * instance.numKinds() + k] = 0;
    }
  }
  atom.resize(n);
  for (NodeId v = 0; v < n; ++v)
    atom[v] = rules.piecesPerDevice > 1 ? v : unit[v];
  if (rules.piecesPerDevice == 1)
    for (NodeId v = 0; v < n; ++v)
      for (NodeId w = 0; w < v; ++w)
        if (shareDevice(v, w) && atom[v] != atom[w])
          std::replace(atom.begin(), atom.end(), atom[v], atom[w]);
}

std::string PathReplaySets::chainFault() const {
  if (chain.empty())
    return "no chain";
  for (size_t i = 0; i < chain.size(); ++i) {
    if (chain[i] >= n)
      return "no such node in the chain";
    if (i > 0 && (chain[i] == chain[i - 1] || !after[chain[i - 1]][chain[i]]))
      return "the chain is none";
  }
  return {};
}

ReplayHull PathReplaySets::emptyHull() const {
  return {NodeSet(n, 0), NodeSet(n, 0), NodeSet(n, 0)};
}

void PathReplaySets::grow(ReplayHull &hull, NodeId start, bool several) const {
  std::vector<NodeId> queue = {start};
  for (size_t at = 0; at < queue.size(); ++at) {
    NodeId v = queue[at];
    if (hull.set[v])
      continue;
    hull.set[v] = 1;
    for (NodeId w = 0; w < n && !several; ++w) {
      hull.before[w] |= after[w][v];
      hull.behind[w] |= after[v][w];
      if (!hull.set[w] &&
          ((hull.before[w] && hull.behind[w]) || together(v, w)))
        queue.push_back(w);
    }
  }
}

void PathReplaySets::lookAround(ReplayHull &hull, uint32_t first,
                                uint32_t last) const {
  for (NodeId v = 0; v < n; ++v) {
    hull.before[v] |= after[v][chain[first]];
    hull.behind[v] |= after[chain[last]][v];
  }
}

bool PathReplaySets::isStrange(NodeId v, uint32_t first, uint32_t last) const {
  return (first > 0 && after[v][chain[first - 1]]) ||
         (last + 1 < chain.size() && after[chain[last + 1]][v]);
}

bool PathReplaySets::isElsewhere(NodeId v, uint32_t first,
                                 uint32_t last) const {
  return piecesPerDevice > 1 &&
         ((first > 0 && shareDevice(v, chain[first - 1])) ||
          (last + 1 < chain.size() && shareDevice(v, chain[last + 1])));
}

Time PathReplaySets::crossing(uint32_t first, uint32_t last, KindId k) const {
  Time least = kInfiniteTime;
  for (uint32_t i = first; i < last; ++i) {
    Time sum = 0;
    for (NetId e = 0; e < instance.numNets(); ++e) {
      auto users = instance.consumers(e);
      if (instance.producer(e) == chain[i] &&
          std::find(users.begin(), users.end(), chain[i + 1]) != users.end())
        sum += instance.netCost(e, k);
    }
    least = std::min(least, sum);
  }
  return least;
}

bool PathReplaySets::canRun(const NodeSet &set, uint32_t first, uint32_t last,
                            KindId k) const {
  std::set<uint32_t> devices;
  for (NodeId v = 0; v < n; ++v)
    if (set[v]) {
      if (isStrange(v, first, last) || isElsewhere(v, first, last) ||
          !supports(v, k))
        return false;
      if (pinned[v] != kNone)
        devices.insert(pinned[v]);
    }
  return devices.size() <= 1 &&
         bytesOf(set) <= instance.machine().kinds[k].memory;
}

Bytes PathReplaySets::ownBytes(NodeId v) const {
  return instance.size(v) +
         (instance.data().inFlight != InFlight::Single ? instance.stash(v) : 0);
}

Bytes PathReplaySets::bytesOf(const NodeSet &set) const {
  Bytes sum = 0, transient = 0;
  NodeSet held(n, 0);
  for (const std::vector<NodeId> &members : units)
    if (std::any_of(members.begin(), members.end(),
                    [&](NodeId v) { return set[v] != 0; }))
      for (NodeId v : members) {
        held[v] = 1;
        sum += ownBytes(v);
        transient = std::max(transient, instance.transient(v));
      }
  for (uint32_t w = 0; w < instance.numWeights(); ++w) {
    auto users = instance.weightUsers(w);
    if (std::any_of(users.begin(), users.end(),
                    [&](NodeId v) { return held[v] != 0; }))
      sum += instance.weightBytes(w);
  }
  return sum + transient;
}

Time PathReplaySets::plain(const NodeSet &hull, uint32_t first, uint32_t last,
                           KindId k) const {
  Time sum = 0;
  for (NodeId v = 0; v < n; ++v)
    if (hull[v])
      sum += instance.time(v, k);
  for (NetId e = 0; e < instance.numNets(); ++e) {
    bool in = false, out = instance.producer(e) == kNone || instance.onHost(e);
    auto pin = [&](NodeId v) {
      in |= hull[v] != 0;
      out |= !hull[v] && isStrange(v, first, last);
    };
    if (instance.producer(e) != kNone)
      pin(instance.producer(e));
    for (NodeId v : instance.consumers(e))
      pin(v);
    sum += in && out ? instance.netCost(e, k) : 0;
  }
  return sum;
}

} // namespace placement::solver::test
