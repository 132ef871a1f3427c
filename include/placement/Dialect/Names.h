//===- Names.h - Names of discardable attributes -------------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_DIALECT_NAMES_H
#define PLACEMENT_DIALECT_NAMES_H

#include "llvm/ADT/StringRef.h"

namespace placement {

// On operations; device, stage and phase also on stage functions, device also
// on function arguments and results.
inline constexpr llvm::StringLiteral kDeviceAttrName = "placement.device";
inline constexpr llvm::StringLiteral kStageAttrName = "placement.stage";
inline constexpr llvm::StringLiteral kCostAttrName = "placement.cost";
inline constexpr llvm::StringLiteral kPinAttrName = "placement.pin";
inline constexpr llvm::StringLiteral kColocateAttrName = "placement.colocate";
inline constexpr llvm::StringLiteral kPhaseAttrName = "placement.phase";

// On functions.
inline constexpr llvm::StringLiteral kPlanAttrName = "placement.plan";
inline constexpr llvm::StringLiteral kMicrobatchAttrName =
    "placement.microbatch";

// On function arguments.
inline constexpr llvm::StringLiteral kRoleAttrName = "placement.role";
inline constexpr llvm::StringLiteral kRoleWeight = "weight";
inline constexpr llvm::StringLiteral kRoleActivation = "activation";

} // namespace placement

#endif // PLACEMENT_DIALECT_NAMES_H
