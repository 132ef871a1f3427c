//===- IterationSpace.h - Iterations of a structured op ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_EXTERNALMODELS_ITERATIONSPACE_H
#define PLACEMENT_LIB_ANALYSIS_EXTERNALMODELS_ITERATIONSPACE_H

#include "placement/Analysis/Work.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace placement {

/// Number of iterations of a structured op that are work.
///
/// StableHLO convolutions arrive as `tensor.pad`, or `tensor.insert_slice` into
/// a fill for dilations, and a convolution without padding. Taps that read
/// padding or holes are no work in XLA's count, so both are looked through:
/// where a window slides over a padded dimension, only positions inside of the
/// source count. Loops of dynamic extent count as one iteration, which is
/// assumed with `counter`.
int64_t countIterations(mlir::linalg::LinalgOp op, WorkCounter &counter);

} // namespace placement

#endif // PLACEMENT_LIB_ANALYSIS_EXTERNALMODELS_ITERATIONSPACE_H
