//===- Passes.h - All passes and pipelines of the project ----- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TRANSFORMS_PASSES_H
#define PLACEMENT_TRANSFORMS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "placement/Analysis/PlacementGraph.h"
#include "placement/Dialect/PlacementDialect.h"

#include <limits>

namespace placement {

#define GEN_PASS_DECL
#include "placement/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "placement/Transforms/Passes.h.inc"

/// Registers the named pipelines; call once, beside registerPlacementPasses().
void registerPlacementPipelines();

} // namespace placement

#endif // PLACEMENT_TRANSFORMS_PASSES_H
