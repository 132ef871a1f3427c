//===- PlacementOps.h - Operations of the placement dialect --- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_DIALECT_PLACEMENTOPS_H
#define PLACEMENT_DIALECT_PLACEMENTOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "placement/Dialect/PlacementAttrs.h"

namespace placement {
class DeviceKindOp;
class SolutionOp;
} // namespace placement

#define GET_OP_CLASSES
#include "placement/Dialect/PlacementOps.h.inc"

#endif // PLACEMENT_DIALECT_PLACEMENTOPS_H
