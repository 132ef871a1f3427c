//===- StageFunctions.h - Stages in functions of their own ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_STAGEFUNCTIONS_H
#define PLACEMENT_ANALYSIS_STAGEFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

namespace placement {

/// The stage function that `op` calls: one of one block with
/// `placement.device` and `placement.stage`, as placement-outline-stages makes
/// them. Null if it calls none. `symbols` holds the symbols of the module.
mlir::func::FuncOp lookupStageFunction(mlir::Operation *op,
                                       mlir::SymbolTable &symbols);

} // namespace placement

#endif // PLACEMENT_ANALYSIS_STAGEFUNCTIONS_H
