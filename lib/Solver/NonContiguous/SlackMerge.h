//===- SlackMerge.h - What plans below a limit keep together ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_SLACKMERGE_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_SLACKMERGE_H

#include "Solver/Contiguous/ClassGraph.h"

namespace placement::solver::noncontiguous {

/// Merges what no placement with every load at most `limit` separates: items
/// that only one device could pay for (`mergeUnderLimit`), and items that cost
/// more time than all devices have to spare (docs/Solvers.md, "Contraction
/// under a limit"). Exact for such placements; repeats until nothing changes.
contiguous::ClassGraph mergeWithinSlack(contiguous::ClassGraph graph,
                                        Time limit);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_SLACKMERGE_H
