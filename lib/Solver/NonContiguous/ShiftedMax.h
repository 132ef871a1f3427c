//===- ShiftedMax.h - The inner loop of grid pricing ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_SHIFTEDMAX_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_SHIFTEDMAX_H

#include <cstddef>
#include <cstdint>

namespace placement::solver::noncontiguous {

/// target[j] = max(target[j], source[j] + gain) for j below `count`. Ranges do
/// not overlap. The same on every machine; wide where the processor is.
void shiftedMax(int32_t *target, const int32_t *source, int32_t gain,
                size_t count);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_SHIFTEDMAX_H
