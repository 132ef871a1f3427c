//===- LoadModelOptions.h - Options for models of load ----------*- C++ -*-===//
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

/// What the options of a pass say about the models of load; an empty text or
/// zero says nothing. Emits one error for a word that is not known.
mlir::FailureOr<solver::LoadModelOverride>
readLoadModel(llvm::StringRef communication, llvm::StringRef schedule,
              uint32_t microbatches,
              llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_LOADMODELOPTIONS_H
