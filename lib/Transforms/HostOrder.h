//===- HostOrder.h - Order of operations on cores ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_HOSTORDER_H
#define PLACEMENT_LIB_TRANSFORMS_HOSTORDER_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

namespace placement {

/// Makes stages alone say in which order the nodes of a core run: IR has the
/// order of operations in a function and numbers of stages, and no ranks. A
/// stage whose nodes run in another order than that of the program is cut where
/// they go back in it. Nothing changes for plans without ranks. Sorts nodes by
/// rank, else linear.
void orderByStages(const solver::Instance &instance, solver::Plan &plan);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_HOSTORDER_H
