//===- ProblemIO.h - Problems between IR and the solver core -- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_BRIDGE_PROBLEMIO_H
#define PLACEMENT_BRIDGE_PROBLEMIO_H

#include "mlir/IR/Builders.h"
#include "placement/Dialect/PlacementOps.h"
#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

namespace placement {

/// Writes an instance as a problem at the builder's insertion point. `machine`
/// names a `placement.machine` with the instance's kinds, counts and memory.
/// Importing the problem again gives an instance with the same fingerprint.
/// Linear in the size of the instance.
ProblemOp emitProblem(mlir::OpBuilder &builder, mlir::Location loc,
                      const solver::Instance &instance, llvm::StringRef name,
                      mlir::FlatSymbolRefAttr machine);

/// Validates a problem and converts it. Its nets carry their costs, so the
/// links of the machine play no part. `given` overrides what the problem says
/// of objective and models of load. On bad input emits one error at the problem
/// that names the element and the rule.
mlir::FailureOr<solver::Instance>
importProblem(ProblemOp problem, const solver::LoadModelOverride &given = {});

/// Makes the problem say the models of load that the instance has.
void writeLoadModel(ProblemOp problem, const solver::Instance &instance);

/// Replaces the solution of a problem by a plan for it.
SolutionOp emitSolution(ProblemOp problem, const solver::Instance &instance,
                        const solver::Plan &plan, bool contiguous);

/// The assignment that a solution with stages describes. Emits one error at
/// the solution when a node is in no stage or in two.
mlir::FailureOr<solver::Assignment>
importAssignment(SolutionOp solution, const solver::Instance &instance);

} // namespace placement

#endif // PLACEMENT_BRIDGE_PROBLEMIO_H
