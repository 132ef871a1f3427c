//===- CutNetwork.cpp - Pieces about an interval as cuts ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A node that may join pays its time on the source's side. A net pays once when
// it has pins on both sides: with pins that are in or out for good that is one
// arc to the source or the sink, else two helper nodes. A node before the hull
// brings along what lies between it and the hull, as arcs that cannot be cut.
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/CutNetwork.h"

#include <bit>

namespace placement::solver::latency {

CutNetwork::CutNetwork(const LatencyProblem &problem, const PathAtoms &atoms,
                       const PathChain &chain)
    : problem(problem), atoms(atoms), chain(chain),
      hulls{PathHull(problem, atoms, chain, true),
            PathHull(problem, atoms, chain, false)},
      bytes(problem), state(problem.numNodes(), State::Unknown),
      variableOf(problem.numNodes(), kNone), netRound(problem.numNets(), 0),
      weightNode(problem.numWeights(), kNone) {}

uint32_t CutNetwork::shiftOf(Bytes memory) {
  return memory <= 0 ? 0 : std::bit_width(static_cast<uint64_t>(memory)) - 1;
}

Time CutNetwork::priceOf(Bytes amount, int64_t multiplier) const {
  return static_cast<Time>((static_cast<__int128>(amount) * multiplier) >>
                           scale);
}

bool CutNetwork::prepare(const Interval &where, const IntervalLayer &layer,
                         std::span<const uint32_t> with,
                         std::span<const uint32_t> without) {
  interval = where;
  kind = layer.kind;
  hull = &hulls[layer.several ? 1 : 0];
  limit = problem.instance().machine().kinds[kind].memory;
  scale = shiftOf(limit);
  built = false;
  currentPrice = -1;
  for (uint32_t v : touched)
    state[v] = State::Unknown;
  touched.clear();
  if (!holdsHull(with))
    return false;
  for (uint32_t v : without) {
    if (hull->isMember(v))
      return false;
    for (uint32_t m : atoms.members(atoms.of(v))) {
      state[m] = State::Out;
      touched.push_back(m);
    }
  }
  collect();
  shutOut();
  return true;
}

/// The hull and what it takes; false when no device can run it.
bool CutNetwork::holdsHull(std::span<const uint32_t> with) {
  hull->start(interval.first);
  hull->extendTo(interval.last);
  for (uint32_t v : with)
    hull->include(v);
  hull->lookAround();
  if (hull->isImpossible())
    return false;
  bytes.clear();
  device = kNone;
  for (uint32_t v : hull->members()) {
    if (!problem.supports(v, kind) || tiedOutside(v))
      return false;
    bytes.add(v);
    uint32_t pinned = problem.pinnedDevice(v);
    if (pinned != kNone) {
      if (device != kNone && device != pinned)
        return false;
      device = pinned;
    }
  }
  bytesOfHull = bytes.total();
  return bytesOfHull <= limit;
}

/// The neighbours of the interval on the chain are on other devices, or on
/// hosts, and so is what shares a device with them.
bool CutNetwork::tiedOutside(uint32_t v) const {
  return problem.piecesPerDevice() > 1 &&
         ((interval.first > 0 && atoms.areTied(v, chain[interval.first - 1])) ||
          (interval.last + 1 < chain.length() &&
           atoms.areTied(v, chain[interval.last + 1])));
}

/// Whether a node and what comes with it can join at all.
bool CutNetwork::admissible(uint32_t v) const {
  Bytes more = 0;
  for (uint32_t m : atoms.members(atoms.of(v))) {
    uint32_t pinned = problem.pinnedDevice(m);
    if (!chain.mayJoin(m, interval.first, interval.last) ||
        !problem.supports(m, kind) || tiedOutside(m) ||
        (pinned != kNone && device != kNone && pinned != device))
      return false;
    if (!bytes.holdsUnit(problem.unit(m)))
      more += problem.ownBytes(m);
  }
  return more <= limit - bytesOfHull;
}

void CutNetwork::visit(uint32_t v) {
  if (state[v] != State::Unknown || hull->isMember(v))
    return;
  State found = admissible(v) ? State::Free : State::Out;
  for (uint32_t m : atoms.members(atoms.of(v))) {
    if (state[m] == State::Unknown) {
      state[m] = found;
      touched.push_back(m);
    }
    if (found == State::Free)
      queue.push_back(m);
  }
}

/// Nodes that may join and hang together with the hull; others never pay.
void CutNetwork::collect() {
  queue.clear();
  ++round;
  auto visitNet = [&](uint32_t net) {
    if (netRound[net] == round)
      return;
    netRound[net] = round;
    used += problem.consumers(net).size() + 1;
    if (problem.producer(net) != kNone)
      visit(problem.producer(net));
    for (uint32_t v : problem.consumers(net))
      visit(v);
  };
  auto visitNets = [&](uint32_t v) {
    for (uint32_t net : problem.netsFrom(v))
      visitNet(net);
    for (uint32_t net : problem.netsInto(v))
      visitNet(net);
  };
  for (uint32_t v : hull->members())
    visitNets(v);
  for (size_t head = 0; head < queue.size(); ++head) {
    uint32_t v = queue[head];
    visitNets(v);
    if (hull->leadsIn(v))
      for (uint32_t w : problem.successors(v))
        if (hull->leadsIn(w))
          visit(w);
    if (hull->comesOut(v))
      for (uint32_t u : problem.predecessors(v))
        if (hull->comesOut(u))
          visit(u);
  }
}

void CutNetwork::expel(uint32_t v) {
  for (uint32_t m : atoms.members(atoms.of(v)))
    if (state[m] == State::Free) {
      state[m] = State::Out;
      pins.push_back(m);
    }
}

/// Nodes that would bring along one that cannot join.
void CutNetwork::shutOut() {
  pins.clear();
  auto needs = [&](uint32_t w) {
    return !hull->isMember(w) && state[w] != State::Free;
  };
  for (uint32_t v : queue) {
    if (state[v] != State::Free)
      continue;
    bool stuck = false;
    if (hull->leadsIn(v))
      for (uint32_t w : problem.successors(v))
        stuck |= hull->leadsIn(w) && needs(w);
    if (hull->comesOut(v))
      for (uint32_t u : problem.predecessors(v))
        stuck |= hull->comesOut(u) && needs(u);
    if (stuck)
      expel(v);
  }
  while (!pins.empty()) {
    uint32_t v = pins.back();
    pins.pop_back();
    if (hull->leadsIn(v))
      for (uint32_t u : problem.predecessors(v))
        if (state[u] == State::Free && hull->leadsIn(u))
          expel(u);
    if (hull->comesOut(v))
      for (uint32_t w : problem.successors(v))
        if (state[w] == State::Free && hull->comesOut(w))
          expel(w);
  }
}

void CutNetwork::build() {
  variables.clear();
  base = loadOfHull = 0;
  for (uint32_t v : hull->members())
    base += problem.time(v, kind);
  loadOfHull = base;
  for (uint32_t v : queue) {
    if (state[v] != State::Free)
      continue;
    std::span<const uint32_t> members = atoms.members(atoms.of(v));
    if (v != members.front())
      continue;
    Variable made{v, 0, 0};
    for (uint32_t m : members) {
      variableOf[m] = static_cast<uint32_t>(variables.size());
      made.compute += problem.time(m, kind);
      if (!bytes.holdsUnit(problem.unit(m)))
        made.bytes += problem.ownBytes(m);
    }
    variables.push_back(made);
  }
  cut.reset(static_cast<uint32_t>(variables.size()));
  for (uint32_t x = 0; x < variables.size(); ++x)
    cut.addSink(x, variables[x].compute);
  addNets();
  addImplications();
  addMemory();
  built = true;
  currentPrice = 0;
}

void CutNetwork::addNets() {
  ++round;
  auto once = [&](uint32_t net) {
    if (netRound[net] != round) {
      netRound[net] = round;
      addNet(net);
    }
  };
  auto ofNode = [&](uint32_t v) {
    for (uint32_t net : problem.netsFrom(v))
      once(net);
    for (uint32_t net : problem.netsInto(v))
      once(net);
  };
  for (uint32_t v : hull->members())
    ofNode(v);
  for (uint32_t v : queue)
    if (state[v] == State::Free)
      ofNode(v);
}

void CutNetwork::addNet(uint32_t net) {
  Time cost = problem.cost(net, kind);
  if (cost == 0)
    return;
  // The host is one more pin that is outside.
  uint32_t producer = problem.producer(net);
  bool out = producer == kNone || problem.neededByHost(net), in = false;
  pins.clear();
  auto pin = [&](uint32_t v) {
    if (hull->isMember(v))
      in = true;
    else if (state[v] == State::Free)
      pins.push_back(variableOf[v]);
    else
      out = true;
  };
  if (producer != kNone)
    pin(producer);
  for (uint32_t v : problem.consumers(net))
    pin(v);
  used += problem.consumers(net).size() + 1;
  std::sort(pins.begin(), pins.end());
  pins.erase(std::unique(pins.begin(), pins.end()), pins.end());
  if (in && (out || !pins.empty()))
    loadOfHull += cost;
  if (in && out) {
    base += cost;
    return;
  }
  if (pins.empty() || (!in && !out && pins.size() == 1))
    return;
  if (pins.size() == 1) {
    if (in)
      cut.addSource(pins[0], cost);
    else
      cut.addSink(pins[0], cost);
    return;
  }
  if (!in && !out && pins.size() == 2) {
    cut.addArc(pins[0], pins[1], cost, cost);
    return;
  }
  // `some` is beside the source if some pin is, `all` only if all are.
  uint32_t all = kNone, some = kNone;
  if (!out) {
    all = cut.addNode();
    for (uint32_t x : pins)
      cut.addArc(all, x, MinCut::kUncuttable);
  }
  if (!in) {
    some = cut.addNode();
    for (uint32_t x : pins)
      cut.addArc(x, some, MinCut::kUncuttable);
  }
  if (in)
    cut.addSource(all, cost);
  else if (out)
    cut.addSink(some, cost);
  else
    cut.addArc(some, all, cost);
}

void CutNetwork::addImplications() {
  auto imply = [&](uint32_t v, uint32_t w) {
    if (state[w] == State::Free && variableOf[v] != variableOf[w])
      cut.addArc(variableOf[v], variableOf[w], MinCut::kUncuttable);
  };
  for (uint32_t v : queue) {
    if (state[v] != State::Free)
      continue;
    if (hull->leadsIn(v))
      for (uint32_t w : problem.successors(v))
        if (hull->leadsIn(w))
          imply(v, w);
    if (hull->comesOut(v))
      for (uint32_t u : problem.predecessors(v))
        if (hull->comesOut(u))
          imply(v, u);
  }
}

/// Bytes of units, weights and transients beyond those of the hull->
void CutNetwork::addMemory() {
  parts.clear();
  std::vector<std::pair<Bytes, uint32_t>> transients;
  std::vector<uint32_t> weightsSeen;
  for (uint32_t x = 0; x < variables.size(); ++x)
    for (uint32_t v : atoms.members(atoms.of(variables[x].node))) {
      uint32_t unit = problem.unit(v);
      if (bytes.holdsUnit(unit))
        continue;
      // The first node of a unit in an atom speaks for it: with one piece a
      // device the unit is in the atom, else the atom is one node of it.
      std::span<const uint32_t> members = problem.members(unit);
      uint32_t holder = x;
      bool whole = atoms.members(atoms.of(v)).size() >= members.size();
      if (whole && v != members.front())
        continue;
      if (!whole) {
        // All nodes of the unit that are variables share one holder.
        uint32_t speaker = kNone;
        for (uint32_t m : members)
          if (state[m] == State::Free && !hull->isMember(m)) {
            speaker = m;
            break;
          }
        if (v != speaker)
          continue;
        holder = cut.addNode();
        for (uint32_t m : members)
          if (state[m] == State::Free)
            cut.addArc(variableOf[m], holder, MinCut::kUncuttable);
      }
      Bytes own = 0, transient = 0;
      for (uint32_t m : members) {
        own += problem.ownBytes(m);
        transient = std::max(transient, problem.transient(m));
        for (uint32_t w : problem.weights(m)) {
          if (bytes.holdsWeight(w))
            continue;
          if (weightNode[w] == kNone) {
            weightNode[w] = cut.addNode();
            weightsSeen.push_back(w);
            parts.push_back({weightNode[w], problem.weightBytes(w)});
          }
          cut.addArc(holder, weightNode[w], MinCut::kUncuttable);
        }
      }
      if (own > 0)
        parts.push_back({holder, own});
      if (transient > bytes.largestTransient())
        transients.push_back({transient, holder});
    }
  for (uint32_t w : weightsSeen)
    weightNode[w] = kNone;
  // Each step of the transient above the last one is a part of its own.
  std::sort(transients.begin(), transients.end());
  Bytes below = bytes.largestTransient();
  uint32_t step = kNone;
  for (auto [transient, holder] : transients) {
    if (transient > below) {
      uint32_t higher = cut.addNode();
      parts.push_back({higher, transient - below});
      if (step != kNone)
        cut.addArc(higher, step, MinCut::kUncuttable);
      step = higher;
      below = transient;
    }
    cut.addArc(holder, step, MinCut::kUncuttable);
  }
  Bytes total = bytesOfHull;
  for (const Part &part : parts)
    total += part.bytes;
  // All prices together stay below 2^61.
  __int128 most = (static_cast<__int128>(1) << (61 + std::min(scale, 62U))) /
                  std::max<Bytes>(total, 1);
  mostPrice = static_cast<int64_t>(
      std::min<__int128>(most, static_cast<__int128>(1) << 61));
}

CutNetwork::Cut CutNetwork::solve(int64_t multiplier, uint64_t steps) {
  if (!built || multiplier < currentPrice)
    build();
  if (multiplier > currentPrice)
    for (const Part &part : parts)
      cut.raiseSink(part.node, priceOf(part.bytes, multiplier) -
                                   priceOf(part.bytes, currentPrice));
  currentPrice = multiplier;
  Cut found;
  Time flow = cut.run(steps);
  found.complete = cut.complete();
  found.bound = base + flow;
  if (multiplier > 0)
    found.bound +=
        priceOf(bytesOfHull, multiplier) - priceOf(limit, multiplier);
  if (!found.complete)
    return found;
  found.load = base + flow;
  found.bytes = bytesOfHull;
  for (const Part &part : parts)
    if (cut.besideSource(part.node)) {
      found.load -= priceOf(part.bytes, multiplier);
      found.bytes += part.bytes;
    }
  return found;
}

std::vector<uint32_t> CutNetwork::piece() const {
  std::vector<uint32_t> nodes(hull->members().begin(), hull->members().end());
  for (uint32_t x = 0; x < variables.size(); ++x)
    if (cut.besideSource(x))
      for (uint32_t m : atoms.members(atoms.of(variables[x].node)))
        nodes.push_back(m);
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

} // namespace placement::solver::latency
