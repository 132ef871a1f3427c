//===- Contradictions.h - Answers that cannot all be right ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_SEARCH_CONTRADICTIONS_H
#define PLACEMENT_LIB_SOLVER_SEARCH_CONTRADICTIONS_H

#include "placement/Solver/Model/Comparison.h"

#include <vector>

namespace placement::solver {

/// What a reader of the table must not overlook: plans that are better than
/// ours under the same rules, and proofs that a plan contradicts (`fault`). A
/// contiguous plan counts among any plans where it keeps their rules. Two
/// remarks for each kind of plans at most. Linear in rows times nodes.
std::vector<ComparisonRemark> findRemarks(const ComparedInstance &compared);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_SEARCH_CONTRADICTIONS_H
