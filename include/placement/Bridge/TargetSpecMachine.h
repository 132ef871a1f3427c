//===- TargetSpecMachine.h - Machines from DLTI target specs -- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_BRIDGE_TARGETSPECMACHINE_H
#define PLACEMENT_BRIDGE_TARGETSPECMACHINE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "placement/Dialect/PlacementOps.h"

namespace placement {

/// Builds a machine, `@target_system`, from a module's
/// `dlti.target_system_spec`. Each device of the spec becomes a kind with the
/// device's id as name and these optional entries; entries of other owners are
/// left alone, an unknown `placement.` entry is an error.
///
/// | key                  | value                | without it       |
/// |----------------------|----------------------|------------------|
/// | `placement.count`    | integer              | one device       |
/// | `placement.memory`   | integer, bytes       | no limit         |
/// | `placement.link`     | #placement.link      | transfers free   |
/// | `placement.roofline` | #placement.roofline  | profile only     |
///
/// Returns a null op when the module has no such spec.
mlir::FailureOr<mlir::OwningOpRef<MachineOp>>
machineFromTargetSpec(mlir::ModuleOp module);

} // namespace placement

#endif // PLACEMENT_BRIDGE_TARGETSPECMACHINE_H
