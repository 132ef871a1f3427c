//===- ItemPlacement.h - From items back to nodes and devices ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_ITEMPLACEMENT_H
#define PLACEMENT_LIB_SOLVER_LATENCY_ITEMPLACEMENT_H

#include "Solver/Latency/PathFlow.h"

namespace placement::solver::latency {

/// A plan in terms of nodes, devices and cores. Pieces and, with bounded cores,
/// host nodes take a device or core in the order of their starts if there were
/// enough of them: one that is idle by then, else the one that is idle first.
/// Breaks a rule only where the item graph leaves it out; `isAllowed` tells.
Placement toPlacement(const ItemGraph &graph, const PlanView &plan);

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_ITEMPLACEMENT_H
