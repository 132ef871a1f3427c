//===- PieceFilter.h - Pieces that some good plan may have ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_PIECEFILTER_H
#define PLACEMENT_LIB_SOLVER_LATENCY_PIECEFILTER_H

#include "Solver/Latency/MixtureBound.h"

namespace placement::solver::latency {

/// Reduced-cost fixing. For the flow of a solved MixtureBound, computes the
/// least sum from the start to each ideal as well; a piece for which that, its
/// own part and the least sum behind it do not stay below `limit` is in no plan
/// below `limit`, and is taken out of the table. What is computed with the
/// table from then on holds for plans below the limit alone, also if only part
/// of the table has been looked at. Pieces that stay are kept in memory.
class PieceFilter {
public:
  PieceFilter(const IdealLattice &lattice, PieceTable &table,
              const PieceCounts &counts, const MixtureBound &bound, Time limit);

  /// Goes on for about `steps` steps. None: done. OutOfQuota: call again. Else
  /// the limit of the budget that was met. O(pieces * states) in all.
  Verdict run(uint64_t steps, const Budget &budget);
  /// Pieces looked at so far.
  uint64_t work() const { return spent; }

private:
  /// A way to be inside of a piece at a waist.
  struct Open {
    Time time = 0;
    Bytes bytes = 0, transient = 0;
  };

  void enter(uint32_t module);
  void sweep(uint32_t module, uint32_t ideal);
  void leave(uint32_t module);
  Time *row(uint32_t ideal) { return reach.data() + size_t(ideal) * states; }
  std::vector<Open> &at(std::vector<std::vector<Open>> &lists, uint32_t call,
                        uint32_t state) {
    return lists[size_t(call) * states + state];
  }
  bool fits(uint32_t call, Bytes bytes, Bytes transient) const;

  const IdealLattice &lattice;
  PieceTable &table;
  const PieceCounts &counts;
  const MixtureBound &bound;
  Time limit;
  size_t calls;
  uint32_t states;
  /// Where the sweep stands.
  uint32_t atModule = 0, atIdeal = 0;
  bool entered = false;
  uint64_t spent = 0;
  /// By ideal of the module and state.
  std::vector<Time> reach, before;
  std::vector<std::vector<Open>> openBefore, openAfter;
  std::vector<Piece> kept;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_PIECEFILTER_H
