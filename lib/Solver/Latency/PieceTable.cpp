//===- PieceTable.cpp - All pieces between two ideals ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/PieceTable.h"

namespace placement::solver::latency {

PieceTable::PieceTable(const IdealLattice &lattice) : lattice(lattice) {
  uint32_t most = 0;
  for (const Module &module : lattice.modules()) {
    tables.emplace_back(module.numIdeals);
    most = std::max(most, module.numIdeals);
  }
  parts.resize(tables.size());
  stamp.assign(most, 0);
  sets.resize(most);
}

/// Adds `local` to the set J \ I, with the waist before the module where
/// `withEntry` is set; false where no piece can contain the result. `from` is
/// I, `at` is J. What the waist after the module pays is left out.
bool PieceTable::add(const Module &module, uint32_t from, uint32_t at,
                     uint32_t local, uint32_t call, bool withEntry,
                     Growing &set) const {
  const ItemGraph &graph = lattice.graph();
  uint32_t item = module.item(local);
  Time time = graph.callTime(item, call);
  if (time == kUnsupported)
    return false;
  auto inside = [&](uint32_t v) {
    return module.contains(at, v) && !module.contains(from, v);
  };
  auto someInside = [&](std::span<const uint32_t> list) {
    for (uint32_t v : list)
      if (inside(v))
        return true;
    return false;
  };
  if (uint32_t pin = graph.pin(item); pin != kNone) {
    if (set.pin != kNone && set.pin != pin)
      return false;
    set.pin = pin;
  }
  if (uint32_t bundle = module.bundleOf[local]; bundle != kNone) {
    std::span<const uint32_t> members = module.bundles[bundle];
    for (uint32_t v : members)
      if (module.contains(from, v))
        return false;
    if (someInside(members))
      --set.missing;
    else
      set.missing += static_cast<uint32_t>(members.size()) - 1;
  }
  set.bytes += graph.bytes(item);
  set.transient = std::max(set.transient, graph.transient(item));
  for (uint32_t w : module.weights[local])
    if (!someInside(module.weightUsers[w]))
      set.bytes += module.weightBytes[w];
  Bytes memory = graph.callKinds()[call].memory;
  if (set.bytes > memory || set.transient > memory - set.bytes)
    return false;

  set.load += time;
  for (uint32_t e : module.made[local])
    set.load += graph.cost(module.nets[e].item, call);
  for (uint32_t e : module.used[local]) {
    const Module::Net &net = module.nets[e];
    Time cost = graph.cost(net.item, call);
    bool isMade = net.producer == Module::kEntry
                      ? withEntry
                      : net.producer != kNone && inside(net.producer);
    if (!isMade) {
      if (!someInside(module.consumers[e]))
        set.load += cost;
      continue;
    }
    bool leaves = net.needed;
    for (uint32_t v : module.consumers[e])
      leaves = leaves || (v != local && !module.contains(at, v));
    if (!leaves)
      set.load -= cost;
  }
  std::span<const uint32_t> frontier = module.frontier(from);
  for (uint32_t u : module.before[local])
    for (uint32_t p = 0; p < frontier.size(); ++p)
      if (frontier[p] == u)
        set.waitsFor |= uint32_t(1) << p;
  return true;
}

/// The set of everything behind I; false where no piece can contain it.
bool PieceTable::growAll(const Module &module, uint32_t from, uint32_t call,
                         Growing &set) const {
  set = {};
  for (uint32_t at = from; at != module.full();) {
    const Module::Step &step = module.stepsFrom(at).front();
    if (!add(module, from, at, step.local, call, false, set))
      return false;
    at = step.to;
  }
  return set.missing == 0;
}

/// All sets J \ I from I that a piece can contain, into `reached` (by size) and
/// `sets`.
void PieceTable::grow(const Module &module, uint32_t from, uint32_t call,
                      bool withEntry) {
  ++stampNow;
  reached.assign(1, from);
  stamp[from] = stampNow;
  sets[from] = {};
  if (withEntry)
    for (uint32_t e : module.entryNets)
      if (!module.nets[e].needed)
        sets[from].load += lattice.graph().cost(module.nets[e].item, call);
  for (size_t i = 0; i < reached.size(); ++i) {
    uint32_t at = reached[i];
    for (const Module::Step &step : module.stepsFrom(at)) {
      if (stamp[step.to] == stampNow)
        continue;
      Growing set = sets[at];
      if (!add(module, from, at, step.local, call, withEntry, set))
        continue;
      stamp[step.to] = stampNow;
      sets[step.to] = set;
      reached.push_back(step.to);
    }
  }
  visited += reached.size();
}

void PieceTable::list(const Module &module, uint32_t ideal,
                      std::vector<Piece> &result) {
  result.clear();
  auto calls = static_cast<uint32_t>(lattice.graph().callKinds().size());
  for (uint32_t call = 0; call < calls; ++call) {
    grow(module, ideal, call, false);
    for (size_t i = 1; i < reached.size(); ++i) {
      uint32_t to = reached[i];
      const Growing &set = sets[to];
      if (set.missing != 0 || (to == module.full() && !module.isLast))
        continue;
      uint32_t makes = 0;
      std::span<const uint32_t> frontier = module.frontier(to);
      for (uint32_t p = 0; p < frontier.size(); ++p)
        if (frontier[p] < module.size && !module.contains(ideal, frontier[p]))
          makes |= uint32_t(1) << p;
      // Sinks come last.
      if (!frontier.empty() && frontier.back() == kNone)
        for (uint32_t v = 0; v < module.size; ++v)
          if (module.after[v].empty() && module.contains(to, v) &&
              !module.contains(ideal, v))
            makes |= uint32_t(1) << (frontier.size() - 1);
      result.push_back({set.load, to, call, set.waitsFor, makes});
    }
  }
}

std::span<const Piece> PieceTable::pieces(uint32_t m, uint32_t ideal) {
  Kept &known = tables[m][ideal];
  if (known.known)
    return known.pieces;
  list(lattice.modules()[m], ideal, scratch);
  if (kept + scratch.size() * sizeof(Piece) > memoryLimit)
    return scratch;
  replace(m, ideal, scratch);
  return known.pieces;
}

void PieceTable::replace(uint32_t m, uint32_t ideal,
                         std::span<const Piece> pieces) {
  Kept &known = tables[m][ideal];
  kept -= known.pieces.size() * sizeof(Piece);
  known.pieces.assign(pieces.begin(), pieces.end());
  known.pieces.shrink_to_fit();
  known.known = true;
  kept += known.pieces.size() * sizeof(Piece);
}

Verdict PieceTable::listParts(const Budget &budget) {
  auto calls = static_cast<uint32_t>(lattice.graph().callKinds().size());
  uint64_t checked = 0;
  for (uint32_t m = 0; m < parts.size(); ++m) {
    const Module &module = lattice.modules()[m];
    Parts &p = parts[m];
    auto keep = [&](std::vector<OpenPart> &list, uint32_t call, uint32_t at,
                    uint32_t ideal) {
      const Growing &set = sets[at];
      if (set.missing == 0)
        list.push_back(
            {set.load, set.bytes, set.transient, call, ideal, set.waitsFor});
    };
    p.beginOf.assign(1, 0);
    for (uint32_t i = 0; i < module.numIdeals; ++i) {
      if (!module.isLast && i != module.full())
        for (uint32_t call = 0; call < calls; ++call) {
          Growing set;
          if (growAll(module, i, call, set))
            p.begins.push_back(
                {set.load, set.bytes, set.transient, call, i, set.waitsFor});
        }
      p.beginOf.push_back(static_cast<uint32_t>(p.begins.size()));
      if (++checked % 1024 == 0)
        if (Verdict v = budget.limit(0); v != Verdict::Found)
          return v;
    }
    if (!module.hasEntry)
      continue;
    for (uint32_t call = 0; call < calls; ++call) {
      grow(module, 0, call, true);
      for (uint32_t at : reached)
        keep(at == module.full() && !module.isLast ? p.throughs : p.ends, call,
             at, at);
    }
  }
  return Verdict::None;
}

} // namespace placement::solver::latency
