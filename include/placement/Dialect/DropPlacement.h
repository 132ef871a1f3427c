//===- DropPlacement.h - Without a trace of placement -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_DIALECT_DROPPLACEMENT_H
#define PLACEMENT_DIALECT_DROPPLACEMENT_H

#include "mlir/IR/Operation.h"

namespace placement {

/// Drops each attribute of the placement dialect from the operations inside
/// `root`, `root` included, and from arguments and results of functions, and
/// erases the operations of the dialect inside. No result of these may be in
/// use: transfers have to be replaced before. Linear.
void dropPlacement(mlir::Operation *root);

} // namespace placement

#endif // PLACEMENT_DIALECT_DROPPLACEMENT_H
