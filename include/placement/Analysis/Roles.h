//===- Roles.h - Which arguments are weights --------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_ROLES_H
#define PLACEMENT_ANALYSIS_ROLES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SmallVector.h"

namespace placement {

struct Roles {
  /// Argument -> whether it is a weight.
  llvm::SmallVector<uint8_t> isWeight;
  /// Arguments without `placement.role`, by what they were taken to be.
  llvm::SmallVector<unsigned> defaultActivations, defaultWeights;
};

/// `placement.role` decides. Of the arguments without one, those of integer
/// (or index) elements are activations and the others weights; if that leaves
/// no activation at all, the last argument is one.
Roles findRoles(mlir::func::FuncOp function);

} // namespace placement

#endif // PLACEMENT_ANALYSIS_ROLES_H
