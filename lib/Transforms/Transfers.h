//===- Transfers.h - Values that change device ------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A placed function is one block in which every operation but transfers and the
// return carries placement.device and placement.stage, with one device for each
// stage. An operation with regions is one operation: what its regions capture
// it uses itself.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_TRANSFERS_H
#define PLACEMENT_LIB_TRANSFORMS_TRANSFERS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "placement/Dialect/PlacementAttrs.h"

namespace placement {

/// Calls `visit` with each operand of `op`, or of an operation inside it, that
/// is defined in the block of `op` or is an argument of that block. Linear in
/// the operations inside.
void forEachBlockOperand(mlir::Operation *op,
                         llvm::function_ref<void(mlir::OpOperand &)> visit);

/// Whether every operation of `function` is placed, each stage on one device.
/// Emits one error otherwise.
llvm::LogicalResult verifyPlaced(mlir::func::FuncOp function);

/// Makes every value that a placed function uses away from its place go
/// through a placement.transfer, one for each value and destination, right
/// before the first use there. Activations come from the host, results go to
/// the host, weights are wherever they are used. Says so on arguments and
/// results (placement.role, placement.device). Linear. Fails with one error,
/// nothing changed, for a value that cannot be moved or a transfer that
/// contradicts the placement.
llvm::LogicalResult insertTransfers(mlir::func::FuncOp function);

/// Whether every operation of a placed function uses values of its own device
/// only, as after `insertTransfers`. Emits one error otherwise.
llvm::LogicalResult verifyTransfers(mlir::func::FuncOp function);

/// Replaces each transfer inside `root` by the value that it moves.
void removeTransfers(mlir::Operation *root);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_TRANSFERS_H
