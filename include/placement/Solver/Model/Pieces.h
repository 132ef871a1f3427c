//===- Pieces.h - Cut the sets of devices into stages -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_PIECES_H
#define PLACEMENT_SOLVER_MODEL_PIECES_H

#include "placement/Solver/Model/Assignment.h"
#include "placement/Solver/Model/Instance.h"

namespace placement::solver {

/// Whether pieces can run one after the other: along every forward edge the
/// stage number stays or rises, along every backward edge it stays or falls,
/// and a forward value that the backward pass uses on its own device is made in
/// the user's stage or an earlier one. Edges are those of nets and the order
/// edges. O(pins of nets).
bool arePiecesInOrder(const Instance &instance, const Assignment &assignment);

/// Replaces the stages by *pieces*: each device keeps its nodes, and has as
/// many stages as it takes for the rules of `arePiecesInOrder`. Which stage a
/// node had, but for its device, does not matter. Stage numbers then are an
/// order in which the forward pass can call the pieces, and the other way round
/// the backward pass; a backward node is never in an earlier piece than the
/// first forward node of its group, if that is on the same device.
///
/// There are few pieces in all (docs/Solvers.md, "Pieces"): one a device where
/// the devices depend on each other in no circle, the least number where two
/// do, and otherwise a number that merging any two pieces cannot lower (given
/// at most 512 of them): the least number for three and more is a shortest
/// common supersequence, which is NP-hard.
///
/// Every stage of `assignment` must hold a node and every node have a stage.
/// Deterministic. O((nodes + pins of nets) log nodes), and for the merging
/// O(pieces x connections of pieces).
void splitIntoPieces(const Instance &instance, Assignment &assignment);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_PIECES_H
