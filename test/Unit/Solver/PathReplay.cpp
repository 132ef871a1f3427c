//===- PathReplay.cpp - Checks a path bound from its figures --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PathReplaySets.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace placement::solver::test {
namespace {

constexpr Time kWall = Time(1) << 62;

/// A flow network as a list of arcs; source 0, sink 1.
class Flow {
public:
  explicit Flow(uint32_t nodes) : out(nodes) {}
  uint32_t add() {
    out.emplace_back();
    return static_cast<uint32_t>(out.size() - 1);
  }
  void arc(uint32_t from, uint32_t to, Time capacity) {
    out[from].push_back(static_cast<uint32_t>(head.size()));
    head.push_back(to);
    room.push_back(capacity);
    out[to].push_back(static_cast<uint32_t>(head.size()));
    head.push_back(from);
    room.push_back(0);
  }
  Time run() {
    Time value = 0;
    while (true) {
      std::vector<uint32_t> by(out.size(), kNone), queue = {0};
      for (size_t i = 0; i < queue.size() && by[1] == kNone; ++i)
        for (uint32_t a : out[queue[i]])
          if (room[a] > 0 && head[a] != 0 && by[head[a]] == kNone) {
            by[head[a]] = a;
            queue.push_back(head[a]);
          }
      if (by[1] == kNone)
        return value;
      Time amount = kWall;
      for (uint32_t v = 1; v != 0; v = head[by[v] ^ 1])
        amount = std::min(amount, room[by[v]]);
      for (uint32_t v = 1; v != 0; v = head[by[v] ^ 1]) {
        room[by[v]] -= amount;
        room[by[v] ^ 1] += amount;
      }
      value += amount;
    }
  }

private:
  std::vector<std::vector<uint32_t>> out;
  std::vector<uint32_t> head;
  std::vector<Time> room;
};

class Replayer {
public:
  Replayer(const Instance &instance, const PathReplayRules &rules,
           const PathCertificate &certificate)
      : instance(instance), rules(rules), certificate(certificate),
        n(static_cast<uint32_t>(instance.numNodes())),
        sets(instance, rules, certificate.chain) {}

  PathReplay run();

private:
  using Cut = PathCertificate::Cut;
  Time proofOf(const Cut &cut, size_t &at, std::vector<NodeId> &with,
               std::vector<NodeId> &without);
  Time cutOf(const Cut &cut, int64_t multiplier, const ReplayHull &hull,
             const std::vector<NodeId> &without) const;
  NodeSet outside(const Cut &cut, const ReplayHull &hull,
                  const std::vector<NodeId> &without) const;
  Time shortest(const std::map<std::array<uint32_t, 4>, Time> &priced) const;
  void addNets(Flow &flow, Time &base, const NodeSet &hull, const NodeSet &out,
               KindId k) const;
  void addMemory(Flow &flow, const NodeSet &hull, const NodeSet &out,
                 const Cut &cut, int64_t multiplier) const;

  const Instance &instance;
  const PathReplayRules &rules;
  const PathCertificate &certificate;
  uint32_t n;
  PathReplaySets sets;
  std::string fault;
};

/// Nodes that a piece with the hull cannot hold.
NodeSet Replayer::outside(const Cut &cut, const ReplayHull &hull,
                          const std::vector<NodeId> &without) const {
  Bytes limit = instance.machine().kinds[cut.kind].memory;
  Bytes held = sets.bytesOf(hull.set);
  uint32_t device = kNone;
  for (NodeId v = 0; v < n; ++v)
    if (hull.set[v] && sets.pinnedTo(v) != kNone)
      device = sets.pinnedTo(v);
  NodeSet out(n, 0);
  for (NodeId v = 0; v < n; ++v) {
    if (hull.set[v])
      continue;
    Bytes more = 0;
    for (NodeId w = 0; w < n; ++w) {
      if (!sets.together(v, w))
        continue;
      bool inHull = false;
      for (NodeId m : sets.unitOf(w))
        inHull |= hull.set[m] != 0;
      more += inHull ? 0 : sets.ownBytes(w);
      out[v] |= sets.isStrange(w, cut.first, cut.last) ||
                sets.isElsewhere(w, cut.first, cut.last) ||
                !sets.supports(w, cut.kind) ||
                (device != kNone && sets.pinnedTo(w) != kNone &&
                 sets.pinnedTo(w) != device) ||
                std::find(without.begin(), without.end(), w) != without.end();
    }
    out[v] |= more > limit - held;
  }
  // What would bring along one that is outside is outside too.
  for (bool changed = true; changed;) {
    changed = false;
    for (NodeId v = 0; v < n; ++v) {
      if (hull.set[v] || out[v])
        continue;
      bool stuck = false;
      for (NodeId w : sets.next(v))
        stuck |= out[w] && hull.before[v] && hull.before[w];
      for (NodeId w : sets.previous(v))
        stuck |= out[w] && hull.behind[v] && hull.behind[w];
      for (NodeId w = 0; w < n; ++w)
        stuck |= out[w] && sets.together(v, w);
      out[v] = stuck;
      changed |= stuck;
    }
  }
  return out;
}

void Replayer::addNets(Flow &flow, Time &base, const NodeSet &hull,
                       const NodeSet &out, KindId k) const {
  for (NetId e = 0; e < instance.numNets(); ++e) {
    std::set<NodeId> pins(instance.consumers(e).begin(),
                          instance.consumers(e).end());
    if (instance.producer(e) != kNone)
      pins.insert(instance.producer(e));
    bool in = false, away = instance.producer(e) == kNone || instance.onHost(e);
    for (NodeId v : pins) {
      in |= hull[v] != 0;
      away |= out[v] != 0;
    }
    Time cost = instance.netCost(e, k);
    if (in && away) {
      base += cost;
      continue;
    }
    // One node is beside the source if any pin is, one only if all are.
    uint32_t some = flow.add(), all = flow.add();
    if (in)
      flow.arc(0, some, kWall);
    if (away)
      flow.arc(all, 1, kWall);
    flow.arc(some, all, cost);
    for (NodeId v : pins)
      if (!hull[v] && !out[v]) {
        flow.arc(v + 2, some, kWall);
        flow.arc(all, v + 2, kWall);
      }
  }
}

void Replayer::addMemory(Flow &flow, const NodeSet &hull, const NodeSet &out,
                         const Cut &cut, int64_t multiplier) const {
  auto price = [&](Bytes bytes) {
    return static_cast<Time>((__int128(bytes) * multiplier) >> cut.shift);
  };
  std::vector<std::vector<uint32_t>> weightsOf(n);
  for (uint32_t w = 0; w < instance.numWeights(); ++w)
    for (NodeId v : instance.weightUsers(w))
      weightsOf[v].push_back(w);
  auto isHeld = [&](const std::vector<NodeId> &unit) {
    return std::any_of(unit.begin(), unit.end(),
                       [&](NodeId v) { return hull[v] != 0; });
  };
  Bytes transientHeld = 0;
  NodeSet weightHeld(instance.numWeights(), 0);
  for (const std::vector<NodeId> &unit : sets.allUnits())
    if (isHeld(unit))
      for (NodeId v : unit) {
        transientHeld = std::max(transientHeld, instance.transient(v));
        for (uint32_t w : weightsOf[v])
          weightHeld[w] = 1;
      }
  // A unit is held where one of its nodes is, each weight and each step of the
  // transient where one of its units is.
  std::map<uint32_t, uint32_t> weightNode;
  std::map<Bytes, std::vector<uint32_t>> transients;
  for (const std::vector<NodeId> &unit : sets.allUnits()) {
    bool usable = std::any_of(unit.begin(), unit.end(),
                              [&](NodeId v) { return !out[v]; });
    if (isHeld(unit) || !usable)
      continue;
    uint32_t holder = flow.add();
    Bytes own = 0, transient = 0;
    for (NodeId v : unit) {
      if (!out[v])
        flow.arc(v + 2, holder, kWall);
      own += sets.ownBytes(v);
      transient = std::max(transient, instance.transient(v));
      for (uint32_t w : weightsOf[v])
        if (!weightHeld[w]) {
          if (!weightNode.contains(w)) {
            weightNode[w] = flow.add();
            flow.arc(weightNode[w], 1, price(instance.weightBytes(w)));
          }
          flow.arc(holder, weightNode[w], kWall);
        }
    }
    flow.arc(holder, 1, price(own));
    if (transient > transientHeld)
      transients[transient].push_back(holder);
  }
  Bytes below = transientHeld;
  uint32_t lower = kNone;
  for (const auto &[transient, holders] : transients) {
    uint32_t step = flow.add();
    flow.arc(step, 1, price(transient - below));
    if (lower != kNone)
      flow.arc(step, lower, kWall);
    for (uint32_t holder : holders)
      flow.arc(holder, step, kWall);
    lower = step;
    below = transient;
  }
}

/// The least load, with a price on memory, of sets about the hull.
Time Replayer::cutOf(const Cut &cut, int64_t multiplier, const ReplayHull &hull,
                     const std::vector<NodeId> &without) const {
  NodeSet out = outside(cut, hull, without);
  Flow flow(n + 2);
  Time base = 0;
  auto isFree = [&](NodeId v) { return !hull.set[v] && !out[v]; };
  for (NodeId v = 0; v < n; ++v) {
    if (hull.set[v])
      base += instance.time(v, cut.kind);
    if (!isFree(v))
      continue;
    flow.arc(v + 2, 1, instance.time(v, cut.kind));
    // Along with v comes what lies between it and the hull.
    for (NodeId w : sets.next(v))
      if (isFree(w) && hull.before[v] && hull.before[w])
        flow.arc(v + 2, w + 2, kWall);
    for (NodeId w : sets.previous(v))
      if (isFree(w) && hull.behind[v] && hull.behind[w])
        flow.arc(v + 2, w + 2, kWall);
    for (NodeId w = 0; w < n; ++w)
      if (w != v && isFree(w) && sets.together(v, w))
        flow.arc(v + 2, w + 2, kWall);
  }
  addNets(flow, base, hull.set, out, cut.kind);
  if (multiplier > 0) {
    auto price = [&](Bytes bytes) {
      return static_cast<Time>((__int128(bytes) * multiplier) >> cut.shift);
    };
    addMemory(flow, hull.set, out, cut, multiplier);
    base += price(sets.bytesOf(hull.set)) -
            price(instance.machine().kinds[cut.kind].memory);
  }
  return base + flow.run();
}

/// What the subtree of the proof at `at` proves about pieces with and without
/// those nodes.
Time Replayer::proofOf(const Cut &cut, size_t &at, std::vector<NodeId> &with,
                       std::vector<NodeId> &without) {
  if (at >= cut.proof.size()) {
    fault = "a proof ends too early";
    return 0;
  }
  PathCutStep step = cut.proof[at++];
  if (step.node != kNone) {
    if (step.node >= n) {
      fault = "no such node in a proof";
      return 0;
    }
    with.push_back(step.node);
    Time first = proofOf(cut, at, with, without);
    with.pop_back();
    if (!fault.empty())
      return 0;
    without.push_back(step.node);
    Time second = proofOf(cut, at, with, without);
    without.pop_back();
    return std::min(first, second);
  }
  if (step.multiplier < 0) {
    fault = "a negative multiplier";
    return 0;
  }
  ReplayHull hull = sets.emptyHull();
  for (uint32_t i = cut.first; i <= cut.last; ++i)
    sets.grow(hull, certificate.chain[i], cut.several);
  for (NodeId v : with)
    sets.grow(hull, v, cut.several);
  if (cut.several)
    sets.lookAround(hull, cut.first, cut.last);
  if (!sets.canRun(hull.set, cut.first, cut.last, cut.kind))
    return kInfiniteTime;
  for (NodeId v : without)
    if (hull.set[v])
      return kInfiniteTime;
  // Sums of prices must not overflow.
  Bytes all = sets.bytesOf(NodeSet(n, 1));
  __int128 most = (__int128(all) * step.multiplier) >> cut.shift;
  if (most > kWall / 2) {
    fault = "a multiplier is too large";
    return 0;
  }
  return cutOf(cut, step.multiplier, hull, without);
}

/// Along the chain, with pieces counted by kind and in all.
Time Replayer::shortest(
    const std::map<std::array<uint32_t, 4>, Time> &priced) const {
  const std::vector<uint32_t> &chain = certificate.chain;
  uint32_t length = static_cast<uint32_t>(chain.size());
  uint32_t kinds = static_cast<uint32_t>(instance.numKinds());
  using State = std::vector<uint32_t>;
  std::vector<std::map<State, Time>> best(length + 1);
  best[0][State(kinds, 0)] = 0;
  auto offer = [](std::map<State, Time> &at, const State &state, Time value) {
    auto [found, isNew] = at.try_emplace(state, value);
    if (!isNew)
      found->second = std::min(found->second, value);
  };
  for (uint32_t i = 0; i < length; ++i) {
    Time onHost = kInfiniteTime;
    for (KindId k = 0; k < kinds; ++k)
      if (rules.host[k] && instance.machine().kinds[k].count > 0 &&
          sets.supports(chain[i], k))
        onHost = std::min(onHost, instance.time(chain[i], k));
    // By kind and end, of one piece and of several.
    std::vector<std::vector<Time>> loads[2];
    for (bool several : {false, true}) {
      loads[several].resize(kinds);
      if (several && rules.piecesPerDevice == 1)
        break;
      ReplayHull hull = sets.emptyHull();
      bool fits = true;
      for (uint32_t j = i; j < length && fits; ++j) {
        sets.grow(hull, chain[j], several);
        fits = false;
        for (KindId k = 0; k < kinds; ++k) {
          const DeviceKind &kind = instance.machine().kinds[k];
          Time load = kInfiniteTime;
          if (!rules.host[k] && kind.count > 0 && (!several || j > i) &&
              sets.canRun(hull.set, i, j, k)) {
            load = sets.plain(hull.set, i, j, k) +
                   (several ? sets.crossing(i, j, k) : 0);
            auto cut = priced.find({i, j, k, several});
            if (cut != priced.end())
              load = std::max(load, cut->second);
          }
          // Longer intervals take no less memory.
          fits |= !rules.host[k] && sets.bytesOf(hull.set) <= kind.memory;
          loads[several][k].push_back(load);
        }
      }
    }
    for (const auto &[state, value] : best[i]) {
      if (onHost != kInfiniteTime)
        offer(best[i + 1], state, value + onHost);
      uint32_t pieces = 0;
      for (uint32_t used : state)
        pieces += used;
      for (bool several : {false, true})
        for (KindId k = 0; k < kinds; ++k) {
          State more(state);
          more[k] += several ? 2 : 1;
          if (more[k] > uint64_t(instance.machine().kinds[k].count) *
                            rules.piecesPerDevice ||
              (rules.maxPieces != 0 &&
               pieces + (several ? 2 : 1) > rules.maxPieces))
            continue;
          const std::vector<Time> &row = loads[several][k];
          for (uint32_t j = i; j - i < row.size(); ++j)
            if (row[j - i] != kInfiniteTime)
              offer(best[j + 1], more, value + row[j - i]);
        }
    }
  }
  Time shortest = kInfiniteTime;
  for (const auto &[_, value] : best[length])
    shortest = std::min(shortest, value);
  return shortest;
}

PathReplay Replayer::run() {
  if (fault = sets.chainFault(); !fault.empty())
    return {0, fault};
  std::map<std::array<uint32_t, 4>, Time> priced;
  for (const Cut &cut : certificate.cuts) {
    if (cut.first > cut.last || cut.last >= certificate.chain.size() ||
        cut.kind >= instance.numKinds() || rules.host[cut.kind] ||
        (cut.several &&
         (rules.piecesPerDevice == 1 || cut.first == cut.last)) ||
        cut.shift > 62)
      return {0, "a cut is about nothing"};
    std::vector<NodeId> with, without;
    size_t at = 0;
    Time load = proofOf(cut, at, with, without);
    if (fault.empty() && at != cut.proof.size())
      fault = "a proof goes on after its end";
    if (!fault.empty())
      return {0, fault};
    if (cut.several && load != kInfiniteTime)
      load += sets.crossing(cut.first, cut.last, cut.kind);
    Time &known = priced[{cut.first, cut.last, cut.kind, cut.several}];
    known = std::max(known, load);
  }
  return {shortest(priced), {}};
}

} // namespace

PathReplay replay(const Instance &instance, const PathReplayRules &rules,
                  const PathCertificate &certificate) {
  return Replayer(instance, rules, certificate).run();
}

} // namespace placement::solver::test
