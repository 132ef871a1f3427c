//===- AnnotateCosts.h - Price every operation of a function ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TRANSFORMS_ANNOTATECOSTS_H
#define PLACEMENT_TRANSFORMS_ANNOTATECOSTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "placement/Dialect/PlacementOps.h"

namespace placement {

/// Writes `placement.cost` on every top-level operation of `function` but its
/// terminator, as the pass placement-annotate-costs does, remarks included.
/// Emits one error and fails on a bad profile, or on an operation without a
/// price. WorkOpInterface must be registered (registerWorkModels).
mlir::LogicalResult annotateCosts(mlir::func::FuncOp function,
                                  MachineOp machine,
                                  llvm::StringRef profilePath);

/// The same for a function that may have been priced before, maybe for another
/// machine: without a profile, costs that came from one are kept if all kinds
/// of the machine were priced then, and when no cost changes, nothing is said.
mlir::LogicalResult updateCosts(mlir::func::FuncOp function, MachineOp machine,
                                llvm::StringRef profilePath);

} // namespace placement

#endif // PLACEMENT_TRANSFORMS_ANNOTATECOSTS_H
