//===- CostModels.h - The cost models of this project -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_COSTMODELS_COSTMODELS_H
#define PLACEMENT_LIB_ANALYSIS_COSTMODELS_COSTMODELS_H

#include "placement/Analysis/CostModel.h"

namespace placement {

inline constexpr llvm::StringLiteral kProfileModelName = "profile";
inline constexpr llvm::StringLiteral kRooflineModelName = "roofline";
inline constexpr llvm::StringLiteral kFallbackModelName = "fallback";

/// Whether a `source` is one of the names above, whichever models run.
bool isBuiltinCostModel(llvm::StringRef name);

/// Measured times by signature, from a file (docs/formats/profile.schema.json).
/// One error at `loc` on a bad file.
mlir::FailureOr<std::unique_ptr<CostModel>>
createProfileModel(MachineOp machine, llvm::StringRef path, mlir::Location loc);

/// max(operations / peak rate, bytes / memory bandwidth) + launch cost, for
/// operations whose work is known.
std::unique_ptr<CostModel> createRooflineModel(MachineOp machine);

/// The same for operations whose work is a guess, so that their `source` tells.
std::unique_ptr<CostModel> createFallbackModel(MachineOp machine);

} // namespace placement

#endif // PLACEMENT_LIB_ANALYSIS_COSTMODELS_COSTMODELS_H
