//===- PieceFilter.cpp - Pieces that some good plan may have --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/PieceFilter.h"

#include <tuple>

namespace placement::solver::latency {

namespace {

constexpr Time kFar = MixtureBound::kFar;

/// The sweep from the start, module by module.
class Filter {
public:
  Filter(const IdealLattice &lattice, PieceTable &table,
         const PieceCounts &counts, const MixtureBound &bound, Time limit)
      : lattice(lattice), table(table), counts(counts), bound(bound),
        limit(limit), calls(lattice.graph().callKinds().size()),
        states(counts.numStates()) {}

  Verdict run(const Budget &budget);

private:
  /// A way to be inside of a piece at a cut.
  struct Open {
    Time time = 0;
    Bytes bytes = 0, transient = 0;
  };

  void enter(uint32_t m);
  void sweep(uint32_t m, uint32_t ideal);
  void begin(uint32_t m);
  Time *row(uint32_t ideal) { return reach.data() + size_t(ideal) * states; }
  std::vector<Open> &at(std::vector<std::vector<Open>> &lists, uint32_t call,
                        uint32_t state) {
    return lists[size_t(call) * states + state];
  }
  bool fits(uint32_t call, Bytes bytes, Bytes transient) const {
    Bytes memory = lattice.graph().callKinds()[call].memory;
    return bytes <= memory && transient <= memory - bytes;
  }

  const IdealLattice &lattice;
  PieceTable &table;
  const PieceCounts &counts;
  const MixtureBound &bound;
  Time limit;
  size_t calls;
  uint32_t states;
  /// By ideal of the module and state.
  std::vector<Time> reach, before;
  std::vector<std::vector<Open>> openBefore, openAfter;
  std::vector<Piece> kept;
};

/// From what arrives at the cut before a module.
void Filter::enter(uint32_t m) {
  const Module &module = lattice.modules()[m];
  reach.assign(size_t(module.numIdeals) * states, kFar);
  openAfter.assign(calls * states, {});
  if (m == 0) {
    reach[0] = 0;
    return;
  }
  std::copy(before.begin(), before.end(), reach.begin());
  table.filterEnds(m, [&](const OpenPart &part) {
    bool useful = false;
    for (uint32_t s = 0; s < states; ++s) {
      Time least = kFar;
      for (const Open &open : at(openBefore, part.call, s))
        if (fits(part.call, open.bytes + part.bytes,
                 std::max(open.transient, part.transient)))
          least = std::min(least, open.time + part.load);
      if (least + bound.row(m, part.ideal)[s] >= limit)
        continue;
      useful = true;
      row(part.ideal)[s] = std::min(row(part.ideal)[s], least);
    }
    return useful;
  });
  for (const OpenPart &part : table.throughs(m))
    for (uint32_t s = 0; s < states; ++s)
      for (const Open &open : at(openBefore, part.call, s)) {
        Open next{open.time + part.load, open.bytes + part.bytes,
                  std::max(open.transient, part.transient)};
        if (fits(part.call, next.bytes, next.transient))
          at(openAfter, part.call, s).push_back(next);
      }
}

/// Goes on from an ideal, whose row is final.
void Filter::sweep(uint32_t m, uint32_t ideal) {
  const Module &module = lattice.modules()[m];
  const Time *here = row(ideal);
  bool useful = false;
  for (uint32_t s = 0; s < states; ++s)
    useful |= here[s] + bound.row(m, ideal)[s] < limit;
  if (!useful) {
    table.replace(m, ideal, {});
    return;
  }
  for (const Module::Step &step : module.stepsFrom(ideal)) {
    Time time = bound.hostStep(module.item(step.local));
    if (time >= kFar)
      continue;
    Time *there = row(step.to);
    for (uint32_t s = 0; s < states; ++s)
      there[s] = std::min(there[s], here[s] + time);
  }
  kept.clear();
  for (const Piece &piece : table.pieces(m, ideal)) {
    Time time = bound.pieceStep(m, ideal, piece);
    uint32_t stride = counts.stride(piece.call);
    const Time *rest = bound.row(m, piece.to) + stride;
    Time least = kFar;
    for (PieceCounts::Run run : counts.runs(piece.call))
      for (uint32_t s = run.begin; s < run.end; ++s)
        least = std::min(least, here[s] + rest[s]);
    if (least + time >= limit)
      continue;
    kept.push_back(piece);
    Time *there = row(piece.to) + stride;
    for (PieceCounts::Run run : counts.runs(piece.call))
      for (uint32_t s = run.begin; s < run.end; ++s)
        there[s] = std::min(there[s], here[s] + time);
  }
  table.replace(m, ideal, kept);
}

/// Pieces that begin in a module and go through its cut.
void Filter::begin(uint32_t m) {
  table.filterBegins(m, [&](const OpenPart &part) {
    bool useful = false;
    const Time *here = row(part.ideal);
    for (PieceCounts::Run run : counts.runs(part.call))
      for (uint32_t s = run.begin; s < run.end; ++s) {
        uint32_t next = s + counts.stride(part.call);
        Time time = here[s] + part.load;
        if (here[s] >= kFar ||
            time + bound.restOpen(m, part.call, next, part.bytes,
                                  part.transient) >=
                limit)
          continue;
        useful = true;
        at(openAfter, part.call, next)
            .push_back({time, part.bytes, part.transient});
      }
    return useful;
  });
  for (std::vector<Open> &list : openAfter) {
    std::sort(list.begin(), list.end(), [](const Open &a, const Open &b) {
      return std::tie(a.time, a.bytes, a.transient) <
             std::tie(b.time, b.bytes, b.transient);
    });
    std::vector<Open> result;
    for (const Open &open : list) {
      bool replaced = false;
      for (const Open &other : result)
        replaced |=
            other.bytes <= open.bytes && other.transient <= open.transient;
      if (!replaced)
        result.push_back(open);
    }
    list.swap(result);
  }
  openBefore.swap(openAfter);
}

Verdict Filter::run(const Budget &budget) {
  uint64_t checked = 0;
  for (uint32_t m = 0; m < lattice.modules().size(); ++m) {
    const Module &module = lattice.modules()[m];
    enter(m);
    for (uint32_t i = 0; i < module.full(); ++i) {
      sweep(m, i);
      if (++checked % 64 == 0)
        if (Verdict v = budget.limit(0); v != Verdict::Found)
          return v;
    }
    if (module.isLast)
      break;
    begin(m);
    before.assign(row(module.full()), row(module.full()) + states);
  }
  return Verdict::None;
}

} // namespace

Verdict filterPieces(const IdealLattice &lattice, PieceTable &table,
                     const PieceCounts &counts, const MixtureBound &bound,
                     Time limit, const Budget &budget) {
  return Filter(lattice, table, counts, bound, limit).run(budget);
}

} // namespace placement::solver::latency
