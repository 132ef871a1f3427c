//===- ResolveMachine.h - Which machine a module is placed on - -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_BRIDGE_RESOLVEMACHINE_H
#define PLACEMENT_BRIDGE_RESOLVEMACHINE_H

#include "mlir/IR/BuiltinOps.h"
#include "placement/Dialect/PlacementOps.h"

namespace placement {

/// Finds the machine for a module and makes sure that it stands in it, since
/// device attributes name it by symbol. In this order:
///
/// 1. `name`, when not empty: a `placement.machine` symbol of the module, else
///    a preset;
/// 2. `file`, when not empty: a machine description file;
/// 3. the only `placement.machine` of the module;
/// 4. the module's `dlti.target_system_spec`;
/// 5. the default preset, said in a remark.
///
/// A machine from anywhere else is inserted at the start of the module; an
/// equal one that is there already is used instead. Emits one error and fails
/// when both options are given, when a name is unknown (the message lists the
/// known ones), when several machines stand in the module and none is named,
/// when a file is bad, or when its symbol is taken by something else.
mlir::FailureOr<MachineOp> resolveMachine(mlir::ModuleOp module,
                                          llvm::StringRef name,
                                          llvm::StringRef file);

} // namespace placement

#endif // PLACEMENT_BRIDGE_RESOLVEMACHINE_H
