//===- PlacementInterfaces.h - Op interfaces --------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_PLACEMENTINTERFACES_H
#define PLACEMENT_ANALYSIS_PLACEMENTINTERFACES_H

#include "placement/Analysis/Work.h"

#include "mlir/IR/OpDefinition.h"

#include "placement/Analysis/PlacementInterfaces.h.inc"

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace placement {

/// Registers the external models of WorkOpInterface for every upstream dialect
/// that has one: arith, complex, func, linalg, math, scf, tensor. They attach
/// when the dialect is loaded.
void registerWorkModels(mlir::DialectRegistry &registry);

} // namespace placement

#endif // PLACEMENT_ANALYSIS_PLACEMENTINTERFACES_H
