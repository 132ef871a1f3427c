//===- Passes.h - From placed programs to other forms -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_CONVERSION_PASSES_H
#define PLACEMENT_CONVERSION_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "placement/Conversion/PlacementToIREE.h"
#include "placement/Conversion/PlacementToMPMD/MPMDForm.h"

namespace placement {

#define GEN_PASS_DECL
#include "placement/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "placement/Conversion/Passes.h.inc"

} // namespace placement

#endif // PLACEMENT_CONVERSION_PASSES_H
