//===- Infeasibility.h - Rules that no plan can keep ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_SEARCH_INFEASIBILITY_H
#define PLACEMENT_LIB_SOLVER_SEARCH_INFEASIBILITY_H

#include "placement/Solver/Model/Instance.h"

#include <string>
#include <vector>

namespace placement::solver {

/// Sentences that each prove, on their own, that no plan exists: a node or
/// group that no device can take (support, pins, memory), or more memory
/// needed than the machine has, in all or by nodes that only one kind can run.
/// Empty does not mean feasible. At most `limit` sentences;
/// O((nodes + pins of weights) kinds^2).
std::vector<std::string> findContradictions(const Instance &instance,
                                            size_t limit = 3);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_SEARCH_INFEASIBILITY_H
