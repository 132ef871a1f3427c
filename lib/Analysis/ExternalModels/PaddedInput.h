//===- PaddedInput.h - What lies under a padded tensor ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_EXTERNALMODELS_PADDEDINPUT_H
#define PLACEMENT_LIB_ANALYSIS_EXTERNALMODELS_PADDEDINPUT_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace placement {

/// One dimension of a tensor that is a smaller one with padding around it and
/// holes in it: element i of the source is element `low + i * spacing`.
struct PaddedDimension {
  int64_t source = 0;
  int64_t low = 0;
  int64_t spacing = 1;
};

/// For each dimension of `value` what lies under its padding; nothing for a
/// dimension that isn't padded or of which that isn't known. Empty if `value`
/// has no padding at all. Understands what StableHLO convolutions become:
/// `tensor.pad` with a value that no window reduction is interested in (zero,
/// infinities, extreme integers), `tensor.insert_slice` into such a fill
/// (holes), and `tensor.extract_slice` (cropping) and `tensor.expand_shape`
/// (groups) of either.
llvm::SmallVector<std::optional<PaddedDimension>>
getPaddedDimensions(mlir::Value value);

} // namespace placement

#endif // PLACEMENT_LIB_ANALYSIS_EXTERNALMODELS_PADDEDINPUT_H
