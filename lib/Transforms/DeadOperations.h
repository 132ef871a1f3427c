//===- DeadOperations.h - Erase operations without effect -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_DEADOPERATIONS_H
#define PLACEMENT_LIB_TRANSFORMS_DEADOPERATIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace placement {

/// Erases the pure operations of the body of `function`, nested ones left
/// alone, whose results nobody uses, and then those that only such operations
/// used. Every compiler behind drops them, so they must not be paid for; and
/// each is a sink that a search would have to put somewhere. A remark says how
/// many there were. Linear in the IR.
void eraseDeadOperations(mlir::func::FuncOp function);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_DEADOPERATIONS_H
