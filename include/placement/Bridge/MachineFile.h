//===- MachineFile.h - Machines from JSON files --------------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_BRIDGE_MACHINEFILE_H
#define PLACEMENT_BRIDGE_MACHINEFILE_H

#include "mlir/IR/OwningOpRef.h"
#include "placement/Dialect/PlacementOps.h"

namespace placement {

/// Reads a machine description (docs/formats/machine.schema.json), whose
/// figures have the units of the IR: microseconds, bytes, rates per second. On
/// bad input emits one error at `loc` that names the file, the element and the
/// rule.
mlir::FailureOr<mlir::OwningOpRef<MachineOp>>
readMachineFile(llvm::StringRef path, mlir::Location loc);

/// The same from text; `path` is for messages.
mlir::FailureOr<mlir::OwningOpRef<MachineOp>>
parseMachineFile(llvm::StringRef text, llvm::StringRef path,
                 mlir::Location loc);

} // namespace placement

#endif // PLACEMENT_BRIDGE_MACHINEFILE_H
