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
/// table from then on holds for plans below the limit alone. Pieces that stay
/// are kept in memory. None, or the limit of the budget that was met: the table
/// then holds what the part filtered so far leaves, and is still right.
/// O(pieces * states).
Verdict filterPieces(const IdealLattice &lattice, PieceTable &table,
                     const PieceCounts &counts, const MixtureBound &bound,
                     Time limit, const Budget &budget);

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_PIECEFILTER_H
