//===- InitAll.h - Registers everything a tool needs ---------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_INITALL_H
#define PLACEMENT_INITALL_H

#include "placement/Analysis/PlacementInterfaces.h"
#include "placement/Conversion/Passes.h"
#include "placement/Dialect/PlacementDialect.h"
#include "placement/Transforms/Passes.h"

namespace placement {

/// The dialect of this project. Upstream dialects are the tool's choice.
inline void registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<PlacementDialect>();
}

/// Interfaces that this project attaches to the operations of other dialects;
/// they take effect when those dialects are loaded.
inline void registerAllExternalModels(mlir::DialectRegistry &registry) {
  registerWorkModels(registry);
}

/// Passes and named pipelines. Call once in a process.
inline void registerAllPasses() {
  registerPlacementPasses();
  registerPlacementConversionPasses();
  registerPlacementPipelines();
}

} // namespace placement

#endif // PLACEMENT_INITALL_H
