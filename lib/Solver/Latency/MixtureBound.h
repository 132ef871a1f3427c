//===- MixtureBound.h - The shortest plan for a mixture of paths *- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_MIXTUREBOUND_H
#define PLACEMENT_LIB_SOLVER_LATENCY_MIXTUREBOUND_H

#include "Solver/Latency/PathFlow.h"
#include "Solver/Latency/PieceCounts.h"
#include "Solver/Latency/PieceTable.h"

namespace placement::solver::latency {

/// For a flow f of paths (PathFlow): the least sum, over all plans, of
///
///   f(S) * load(S) over pieces S  +  f(v) * host time(v) over host nodes v,
///
/// where f(S) is the flow that enters S. A piece is convex, so each path enters
/// it at most once; along each path the plan's latency is at least the sum of
/// what it meets, and a mean of lower bounds is one. The least sum is found
/// exactly, from the end: a plan is a chain of ideals whose steps are host
/// nodes and pieces. Behind every ideal it also bounds what is still to come.
class MixtureBound {
public:
  /// What cannot be completed takes this long; two of them can be added.
  static constexpr Time kFar = Time(1) << 61;

  MixtureBound(const IdealLattice &lattice, PieceTable &table,
               const PieceCounts &counts);

  /// Begins to solve for a flow; what was solved before is gone.
  void begin(const PathFlow &flow);
  /// Goes on for about `steps` steps. None: solved. OutOfQuota: call again.
  /// Else the limit of the budget that was met. O(pieces * states) in all.
  Verdict run(uint64_t steps, const Budget &budget);
  /// The least sum, kFar where there is no plan at all.
  Time value() const { return row(0, 0)[0]; }
  /// A plan that attains it.
  PlanView plan();

  /// At least so much more is to come behind an ideal when `state` pieces are
  /// used and none is unfinished.
  const Time *row(uint32_t module, uint32_t ideal) const {
    return rest[module].data() + size_t(ideal) * counts.numStates();
  }
  /// The same at the waist behind a module, inside of a piece that holds so
  /// much.
  Time restOpen(uint32_t module, uint32_t call, uint32_t state, Bytes bytes,
                Bytes transient) const;
  /// Flow that leaves an ideal from each position of its frontier (at the
  /// position of sinks: that ended).
  std::span<const uint64_t> crossing(uint32_t module, uint32_t ideal) const {
    const Module &m = lattice.modules()[module];
    return {cross[module].data() + m.frontierBegin[ideal],
            m.frontierBegin[ideal + 1] - m.frontierBegin[ideal]};
  }
  /// What a host node and a piece add to the sum; kFar where the node cannot be
  /// on the host.
  Time hostStep(uint32_t item) const {
    Time time = lattice.graph().hostTime(item);
    return time == kUnsupported ? kFar : weigh(flow->throughItem(item), time);
  }
  Time pieceStep(uint32_t module, uint32_t from, const Piece &piece) const {
    return weigh(entering(module, from, piece), piece.load);
  }
  /// Time spent by part of the flow, rounded down.
  static Time weigh(uint64_t flow, Time time) {
    return static_cast<Time>(
        (static_cast<unsigned __int128>(flow) * static_cast<uint64_t>(time)) >>
        PathFlow::kBits);
  }
  uint64_t memory() const;
  /// Pieces looked at so far.
  uint64_t work() const { return spent; }

private:
  /// Ways to go on inside of a piece, cheapest first.
  struct OpenRest {
    Time time = 0;
    Bytes bytes = 0, transient = 0;
  };

  void beginModule(uint32_t module);
  void listCrossing(uint32_t module);
  void solveIdeal(uint32_t module, uint32_t ideal);
  void listOpenRest(uint32_t module);
  uint64_t entering(uint32_t module, uint32_t from, const Piece &piece) const;
  std::vector<OpenRest> &openRest(uint32_t module, uint32_t call,
                                  uint32_t state) {
    return open[module][size_t(call) * counts.numStates() + state];
  }

  const IdealLattice &lattice;
  PieceTable &table;
  const PieceCounts &counts;
  uint64_t spent = 0;
  /// Of `open`.
  uint64_t openBytes = 0;
  /// The module whose ideals are next, those from `atIdeal` on are done.
  uint32_t atModule = 0, atIdeal = 0;
  bool begun = false;
  std::optional<PathFlow> flow;
  std::vector<std::vector<Time>> rest;
  std::vector<std::vector<uint64_t>> cross;
  /// At the waist before each module.
  std::vector<std::vector<std::vector<OpenRest>>> open;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_MIXTUREBOUND_H
