//===- CountWork.h - Work of StableHLO ops in generic form ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_STABLEHLO_COUNTWORK_H
#define PLACEMENT_LIB_ANALYSIS_STABLEHLO_COUNTWORK_H

#include "StableHLO/OpTable.h"
#include "placement/Analysis/Work.h"

namespace placement::hlo {

/// The work of an unregistered op of the given kind, as XLA's HloCostAnalysis
/// counts it. Never fails: what is missing or malformed in an op (nothing has
/// verified it) is assumed with `counter` and then only bytes moved count.
Work countWork(mlir::Operation *op, WorkKind kind, WorkCounter &counter);

/// The same for the kinds that slide windows.
std::optional<Work> countConvolution(mlir::Operation *op, WorkCounter &counter);
std::optional<Work> countReduceWindow(mlir::Operation *op,
                                      WorkCounter &counter);
std::optional<Work> countSelectAndScatter(mlir::Operation *op,
                                          WorkCounter &counter);

/// How often `stablehlo.while` runs its body, where that is a constant: the
/// condition compares one carried value with a constant bound, the body adds a
/// constant to it, and it starts constant. jax writes loops of known length
/// this way.
std::optional<int64_t> getConstantTripCount(mlir::Operation *whileOp);

} // namespace placement::hlo

#endif // PLACEMENT_LIB_ANALYSIS_STABLEHLO_COUNTWORK_H
