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

} // namespace

PieceFilter::PieceFilter(const IdealLattice &lattice, PieceTable &table,
                         const PieceCounts &counts, const MixtureBound &bound,
                         Time limit)
    : lattice(lattice), table(table), counts(counts), bound(bound),
      limit(limit), calls(lattice.graph().callKinds().size()),
      states(counts.numStates()) {}

bool PieceFilter::fits(uint32_t call, Bytes bytes, Bytes transient) const {
  Bytes memory = lattice.graph().callKinds()[call].memory;
  return bytes <= memory && transient <= memory - bytes;
}

/// From what arrives at the waist before a module.
void PieceFilter::enter(uint32_t m) {
  const Module &in = lattice.modules()[m];
  reach.assign(size_t(in.numIdeals) * states, kFar);
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
      spent += at(openBefore, part.call, s).size();
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
        ++spent;
        Open next{open.time + part.load, open.bytes + part.bytes,
                  std::max(open.transient, part.transient)};
        if (fits(part.call, next.bytes, next.transient))
          at(openAfter, part.call, s).push_back(next);
      }
}

/// Goes on from an ideal, whose row is final.
void PieceFilter::sweep(uint32_t m, uint32_t from) {
  const Module &in = lattice.modules()[m];
  const Time *here = row(from);
  bool useful = false;
  for (uint32_t s = 0; s < states; ++s)
    useful |= here[s] + bound.row(m, from)[s] < limit;
  if (!useful) {
    table.replace(m, from, {});
    return;
  }
  for (const Module::Step &step : in.stepsFrom(from)) {
    Time time = bound.hostStep(in.item(step.local));
    if (time >= kFar)
      continue;
    Time *there = row(step.to);
    for (uint32_t s = 0; s < states; ++s)
      there[s] = std::min(there[s], here[s] + time);
  }
  kept.clear();
  std::span<const Piece> pieces = table.pieces(m, from);
  spent += pieces.size() + 1;
  for (const Piece &piece : pieces) {
    Time time = bound.pieceStep(m, from, piece);
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
  table.replace(m, from, kept);
}

/// Pieces that begin in a module and go through its waist.
void PieceFilter::leave(uint32_t m) {
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

Verdict PieceFilter::run(uint64_t steps, const Budget &budget) {
  // Listing pieces is work as well.
  auto work = [&] { return spent + table.work(); };
  uint64_t until = work() + steps, checked = work();
  for (;; ++atModule, atIdeal = 0, entered = false) {
    const Module &in = lattice.modules()[atModule];
    if (!entered)
      enter(atModule);
    entered = true;
    for (; atIdeal < in.full(); ++atIdeal) {
      if (work() >= until)
        return Verdict::OutOfQuota;
      sweep(atModule, atIdeal);
      if (work() - checked < 100000)
        continue;
      checked = work();
      if (Verdict v = budget.limit(0); v != Verdict::Found) {
        ++atIdeal;
        return v;
      }
    }
    if (in.isLast)
      return Verdict::None;
    leave(atModule);
    before.assign(row(in.full()), row(in.full()) + states);
  }
}

} // namespace placement::solver::latency
