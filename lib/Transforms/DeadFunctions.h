//===- DeadFunctions.h - Erase functions without uses -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_DEADFUNCTIONS_H
#define PLACEMENT_LIB_TRANSFORMS_DEADFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace placement {

/// Erases those of `candidates` (functions of `module`) that are private and
/// that nothing alive refers to; all other operations of the module are alive.
/// A name in any symbol reference in any attribute or type is a use, so that
/// the answer is safe whatever unregistered operations mean. Linear.
void eraseDeadFunctions(mlir::ModuleOp module,
                        llvm::ArrayRef<mlir::func::FuncOp> candidates);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_DEADFUNCTIONS_H
