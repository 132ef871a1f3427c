//===- PlacementToIREE.h - Placed programs for IREE -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_CONVERSION_PLACEMENTTOIREE_H
#define PLACEMENT_CONVERSION_PLACEMENTTOIREE_H

#include "mlir/IR/BuiltinOps.h"

namespace placement {

/// What can be called in a module for IREE.
enum class IREEForm {
  Program, ///< The whole function, on all devices.
  Stages,  ///< Each stage; the caller moves values between them.
};

/// How IREE's compiler learns of the devices of a module.
enum class IREEDevicesFrom {
  Flags,  ///< --iree-hal-target-device=NAME=...
  Module, ///< Globals of the module.
};

/// Whether every value in `module`, which convert-placement-to-iree made, is on
/// the device where it is used. IREE itself doesn't check. Reads nothing but
/// the module. Linear. Emits one error otherwise.
mlir::LogicalResult verifyIREEModule(mlir::ModuleOp module);

} // namespace placement

#endif // PLACEMENT_CONVERSION_PLACEMENTTOIREE_H
