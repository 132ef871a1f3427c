//===- SymmetricRebuild.h - Chains from symmetric sweeps --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_SYMMETRICREBUILD_H
#define PLACEMENT_SOLVER_CONTIGUOUS_SYMMETRICREBUILD_H

#include "Solver/Contiguous/ChainCover.h"
#include "Solver/Contiguous/ClassGraph.h"
#include "Solver/Contiguous/Symmetry.h"

#include <vector>

namespace placement::solver::contiguous {

/// Turns the boundaries of a symmetric sweep into a chain. The sweep names each
/// boundary up to an automorphism only, so the stages between them are found
/// again: for each stage and group, the branches before the stage are matched
/// with the branches after it at least cost. What is shared by several branches
/// costs the same under every matching, so the cost of a matching is a sum over
/// branches, and the best one is an assignment problem.
///
/// `boundaries` are counts along the cover's chains in falling order of size,
/// without the whole graph and without the empty ideal; `kinds` are the kinds
/// of the stages in order. O(stages * groups * branches^3).
StageChain
rebuildSymmetric(const ClassGraph &graph, const ChainCover &cover,
                 const Symmetry &symmetry,
                 const std::vector<std::vector<uint16_t>> &boundaries,
                 const std::vector<KindId> &kinds);

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_SYMMETRICREBUILD_H
