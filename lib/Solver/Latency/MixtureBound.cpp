//===- MixtureBound.cpp - The shortest plan for a mixture of paths --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/MixtureBound.h"

#include <bit>
#include <tuple>

namespace placement::solver::latency {

MixtureBound::MixtureBound(const IdealLattice &lattice, PieceTable &table,
                           const PieceCounts &counts)
    : lattice(lattice), table(table), counts(counts) {}

uint64_t MixtureBound::memory() const {
  uint64_t bytes = openBytes;
  for (size_t m = 0; m < rest.size(); ++m)
    bytes += rest[m].size() * sizeof(Time) + cross[m].size() * sizeof(uint64_t);
  return bytes;
}

void MixtureBound::listCrossing(uint32_t m) {
  const Module &module = lattice.modules()[m];
  std::vector<uint64_t> &result = cross[m];
  result.assign(module.frontiers.size(), 0);
  auto leaving = [&](uint32_t ideal, uint32_t from,
                     std::span<const uint32_t> list) {
    uint64_t sum = 0;
    for (uint32_t w : list) {
      if (module.contains(ideal, w))
        continue;
      std::span<const uint32_t> before = module.before[w];
      for (uint32_t k = 0; k < before.size(); ++k)
        if (before[k] == from)
          sum += flow->into(module.item(w), k);
    }
    return sum;
  };
  std::vector<uint32_t> entryConsumers;
  for (uint32_t v = 0; v < module.size; ++v)
    for (uint32_t u : module.before[v])
      if (u == Module::kEntry)
        entryConsumers.push_back(v);
  for (uint32_t i = 0; i < module.numIdeals; ++i) {
    std::span<const uint32_t> frontier = module.frontier(i);
    for (size_t p = 0; p < frontier.size(); ++p) {
      uint64_t &sum = result[module.frontierBegin[i] + p];
      uint32_t v = frontier[p];
      if (v == Module::kEntry)
        sum = leaving(i, v, entryConsumers);
      else if (v != kNone)
        sum = v + 1 == module.size && !module.isLast
                  ? PathFlow::kOne
                  : leaving(i, v, module.after[v]);
      else
        for (uint32_t w = 0; w < module.size; ++w)
          if (module.after[w].empty() && module.contains(i, w))
            sum += flow->throughItem(module.item(w));
    }
  }
}

/// The flow that enters a piece leaves it or ends in it.
uint64_t MixtureBound::entering(uint32_t m, uint32_t from,
                                const Piece &piece) const {
  const Module &module = lattice.modules()[m];
  std::span<const uint64_t> leaves = crossing(m, piece.to);
  uint64_t sum = 0;
  for (uint32_t bits = piece.makes; bits != 0; bits &= bits - 1)
    sum += leaves[std::countr_zero(bits)];
  if ((piece.makes >> (leaves.size() - 1) & 1) != 0 &&
      module.frontier(piece.to).back() == kNone) {
    std::span<const uint32_t> before = module.frontier(from);
    if (!before.empty() && before.back() == kNone)
      sum -= crossing(m, from).back();
  }
  return sum;
}

Time MixtureBound::restOpen(uint32_t m, uint32_t call, uint32_t state,
                            Bytes bytes, Bytes transient) const {
  Bytes memory = lattice.graph().callKinds()[call].memory;
  for (const OpenRest &way :
       open[m + 1][size_t(call) * counts.numStates() + state]) {
    Bytes held = bytes + way.bytes,
          largest = std::max(transient, way.transient);
    if (held <= memory && largest <= memory - held)
      return way.time;
  }
  return kFar;
}

void MixtureBound::listOpenRest(uint32_t m) {
  const Module &module = lattice.modules()[m];
  uint32_t states = counts.numStates();
  auto calls = static_cast<uint32_t>(lattice.graph().callKinds().size());
  open[m].assign(size_t(calls) * states, {});
  std::vector<OpenRest> ways, longer, merged;
  for (uint32_t call = 0; call < calls; ++call)
    for (uint32_t s = 0; s < states; ++s) {
      ways.clear();
      auto before = [](const OpenRest &a, const OpenRest &b) {
        return std::tie(a.time, a.bytes, a.transient) <
               std::tie(b.time, b.bytes, b.transient);
      };
      for (const OpenPart &end : table.ends(m))
        if (Time time = end.load + row(m, end.ideal)[s];
            end.call == call && time < kFar)
          ways.push_back({time, end.bytes, end.transient});
      std::sort(ways.begin(), ways.end(), before);
      // What a part adds to all ways behind it leaves these in order.
      if (!module.isLast)
        for (const OpenPart &through : table.throughs(m)) {
          if (through.call != call)
            continue;
          longer.clear();
          for (const OpenRest &way : openRest(m + 1, call, s))
            longer.push_back({through.load + way.time,
                              through.bytes + way.bytes,
                              std::max(through.transient, way.transient)});
          merged.resize(ways.size() + longer.size());
          std::merge(ways.begin(), ways.end(), longer.begin(), longer.end(),
                     merged.begin(), before);
          ways.swap(merged);
        }
      spent += ways.size();
      std::vector<OpenRest> &kept = openRest(m, call, s);
      Bytes memory = lattice.graph().callKinds()[call].memory;
      // A way smaller than all others is of use. Without transients the last
      // way that was kept is the smallest, so one look tells for the rest.
      Bytes least = kUnlimitedBytes;
      for (const OpenRest &way : ways) {
        bool useless = way.bytes > memory;
        if (!useless && way.bytes >= least)
          for (size_t k = kept.size(); k-- > 0 && !useless; ++spent)
            useless = kept[k].bytes <= way.bytes &&
                      kept[k].transient <= way.transient;
        if (useless)
          continue;
        kept.push_back(way);
        least = std::min(least, way.bytes);
      }
      openBytes += kept.capacity() * sizeof(OpenRest);
    }
}

void MixtureBound::solveIdeal(uint32_t m, uint32_t ideal) {
  const Module &module = lattice.modules()[m];
  uint32_t states = counts.numStates();
  Time *here = rest[m].data() + size_t(ideal) * states;
  std::fill(here, here + states, kFar);
  for (const Module::Step &step : module.stepsFrom(ideal)) {
    Time time = hostStep(module.item(step.local));
    const Time *there = row(m, step.to);
    for (uint32_t s = 0; s < states; ++s)
      here[s] = std::min(here[s], time + there[s]);
  }
  std::span<const Piece> pieces = table.pieces(m, ideal);
  spent += pieces.size() + 1;
  for (const Piece &piece : pieces) {
    Time time = pieceStep(m, ideal, piece);
    uint32_t stride = counts.stride(piece.call);
    const Time *there = row(m, piece.to) + stride;
    for (PieceCounts::Run run : counts.runs(piece.call))
      for (uint32_t s = run.begin; s < run.end; ++s)
        here[s] = std::min(here[s], time + there[s]);
  }
  for (const OpenPart &part : table.begins(m, ideal))
    for (PieceCounts::Run run : counts.runs(part.call))
      for (uint32_t s = run.begin; s < run.end; ++s)
        here[s] =
            std::min(here[s], part.load + restOpen(m, part.call,
                                                   s + counts.stride(part.call),
                                                   part.bytes, part.transient));
  for (uint32_t s = 0; s < states; ++s)
    here[s] = std::min(here[s], kFar);
}

void MixtureBound::begin(const PathFlow &given) {
  auto modules = static_cast<uint32_t>(lattice.modules().size());
  flow.emplace(given);
  rest.assign(modules, {});
  cross.assign(modules, {});
  open.assign(modules, {});
  openBytes = 0;
  atModule = modules - 1;
  begun = false;
}

void MixtureBound::beginModule(uint32_t m) {
  const Module &in = lattice.modules()[m];
  uint32_t states = counts.numStates();
  rest[m].resize(size_t(in.numIdeals) * states);
  listCrossing(m);
  Time *end = rest[m].data() + size_t(in.full()) * states;
  if (in.isLast)
    std::fill(end, end + states, 0);
  else
    std::copy(row(m + 1, 0), row(m + 1, 0) + states, end);
  atIdeal = in.full();
  begun = true;
}

Verdict MixtureBound::run(uint64_t steps, const Budget &budget) {
  // Listing pieces is work as well.
  auto work = [&] { return spent + table.work(); };
  uint64_t until = work() + steps, checked = work();
  while (true) {
    if (!begun)
      beginModule(atModule);
    while (atIdeal > 0) {
      if (work() >= until)
        return Verdict::OutOfQuota;
      solveIdeal(atModule, --atIdeal);
      if (work() - checked < 100000)
        continue;
      checked = work();
      if (Verdict v =
              budget.limit(memory() + table.memory() + lattice.memory());
          v != Verdict::Found)
        return v;
    }
    if (lattice.modules()[atModule].hasEntry)
      listOpenRest(atModule);
    if (atModule == 0)
      return Verdict::None;
    --atModule;
    begun = false;
  }
}

PlanView MixtureBound::plan() {
  const ItemGraph &graph = lattice.graph();
  PlanView result;
  result.pieceOf.assign(graph.size(), kNone);
  if (value() >= kFar)
    return result;
  uint32_t m = 0, ideal = 0, state = 0;
  // Of the piece that the last waist is in.
  bool isOpen = false;
  OpenPart held;
  Time left = value();
  auto putInto = [&](uint32_t module, uint32_t from, uint32_t to) {
    const Module &in = lattice.modules()[module];
    auto piece = static_cast<uint32_t>(result.loads.size()) - 1;
    for (uint32_t v = 0; v < in.size; ++v)
      if (in.contains(to, v) && !in.contains(from, v))
        result.pieceOf[in.item(v)] = piece;
  };
  auto beginPiece = [&](uint32_t call, Time load) {
    result.callOf.push_back(call);
    result.loads.push_back(load);
    state += counts.stride(call);
  };
  auto goOn = [&] {
    for (const OpenPart &end : table.ends(m)) {
      Bytes bytes = held.bytes + end.bytes;
      Bytes largest = std::max(held.transient, end.transient);
      Bytes memory = graph.callKinds()[held.call].memory;
      if (end.call != held.call || bytes > memory || largest > memory - bytes ||
          end.load + row(m, end.ideal)[state] != left)
        continue;
      result.loads.back() += end.load;
      putInto(m, 0, end.ideal);
      left -= end.load;
      ideal = end.ideal;
      isOpen = false;
      return;
    }
    for (const OpenPart &through : table.throughs(m)) {
      OpenPart next = held;
      next.bytes += through.bytes;
      next.transient = std::max(held.transient, through.transient);
      if (through.call != held.call ||
          through.load +
                  restOpen(m, held.call, state, next.bytes, next.transient) !=
              left)
        continue;
      result.loads.back() += through.load;
      putInto(m, 0, lattice.modules()[m].full());
      left -= through.load;
      held = next;
      ++m;
      return;
    }
  };
  auto step = [&] {
    const Module &module = lattice.modules()[m];
    for (const Module::Step &next : module.stepsFrom(ideal)) {
      Time time = hostStep(module.item(next.local));
      if (time >= kFar || time + row(m, next.to)[state] != left)
        continue;
      left -= time;
      ideal = next.to;
      return;
    }
    for (const Piece &piece : table.pieces(m, ideal)) {
      if (counts.more(state, piece.call) == kNone)
        continue;
      Time time = pieceStep(m, ideal, piece);
      if (time + row(m, piece.to)[counts.more(state, piece.call)] != left)
        continue;
      beginPiece(piece.call, piece.load);
      putInto(m, ideal, piece.to);
      left -= time;
      ideal = piece.to;
      return;
    }
    for (const OpenPart &part : table.begins(m, ideal)) {
      uint32_t next = counts.more(state, part.call);
      if (next == kNone || part.load + restOpen(m, part.call, next, part.bytes,
                                                part.transient) !=
                               left)
        continue;
      beginPiece(part.call, part.load);
      putInto(m, ideal, module.full());
      left -= part.load;
      held = part;
      isOpen = true;
      ++m;
      ideal = 0;
      return;
    }
  };
  while (true) {
    if (isOpen) {
      goOn();
      continue;
    }
    if (ideal != lattice.modules()[m].full())
      step();
    else if (lattice.modules()[m].isLast)
      return result;
    else {
      ++m;
      ideal = 0;
    }
  }
}

} // namespace placement::solver::latency
