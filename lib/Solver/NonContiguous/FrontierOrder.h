//===- FrontierOrder.h - Linear orders with a small frontier ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_FRONTIERORDER_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_FRONTIERORDER_H

#include "Solver/Contiguous/LabelSweep.h"
#include "Solver/Contiguous/LinearOrder.h"
#include "Solver/NonContiguous/DeviceTable.h"

namespace placement::solver::noncontiguous {

using contiguous::Budget;

/// Orders the classes so that few items of cost on `kind` are open at a time
/// (a member placed, another not): the states of the dynamic programs of
/// docs/Solvers.md, "Bounds along a linear order", double with each. Starts
/// from the program's order or a greedy one and anneals with `moves` moves of
/// short blocks. Items whose placed members are the same count once.
/// Deterministic by seed; ends early with the budget.
std::vector<ClassId> orderByFrontier(const ClassGraph &graph, KindId kind,
                                     uint64_t moves, uint64_t seed,
                                     const Budget &budget);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_FRONTIERORDER_H
