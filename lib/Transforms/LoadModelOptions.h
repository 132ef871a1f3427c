//===- LoadModelOptions.h - Options for objectives and loads ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_LOADMODELOPTIONS_H
#define PLACEMENT_LIB_TRANSFORMS_LOADMODELOPTIONS_H

#include "placement/Solver/Model/LoadModel.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Support/LLVM.h"

namespace placement {

/// Options of a pass that say what the value of a plan is: empty texts and zero
/// stand for what the problem says.
struct LoadModelTexts {
  llvm::StringRef objective, communication, schedule;
  uint32_t microbatches = 0;
  uint32_t subgraphsPerDevice = 0;
  llvm::StringRef cores;
};

/// What the options ask for. One error by `emitError` where one has no such
/// value.
mlir::FailureOr<solver::LoadModelOverride>
readLoadModel(const LoadModelTexts &texts,
              llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_LOADMODELOPTIONS_H
