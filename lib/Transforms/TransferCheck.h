//===- TransferCheck.h - Whether values are moved where needed --*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_TRANSFERCHECK_H
#define PLACEMENT_LIB_TRANSFORMS_TRANSFERCHECK_H

#include "PlacedFunction.h"

#include "placement/Analysis/PlacementGraph.h"

namespace placement {

/// Where a function has transfers, or calls its stages, checks that every value
/// is where it is used: activation arguments start at the host and results end
/// there, weights are everywhere, and everything else is moved by transfers
/// only. Without transfers there is nothing to check. Emits one error.
mlir::LogicalResult checkTransfers(const PlacedFunction &placed,
                                   const PlacementGraph &graph);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_TRANSFERCHECK_H
