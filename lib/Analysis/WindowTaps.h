//===- WindowTaps.h - In-bounds taps of a sliding window --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_WINDOWTAPS_H
#define PLACEMENT_LIB_ANALYSIS_WINDOWTAPS_H

#include <cstdint>

namespace placement {

/// One spatial dimension of a convolution or window reduction. Tap k of output
/// o reads position `o * stride - padLow + k * windowDilation` of the input
/// after `baseDilation - 1` holes were put between its elements.
struct WindowDimension {
  int64_t input = 0;
  int64_t output = 0;
  int64_t window = 1;
  int64_t stride = 1;
  int64_t padLow = 0;
  int64_t windowDilation = 1;
  int64_t baseDilation = 1;

  bool isValid() const {
    return input >= 0 && output >= 0 && window >= 0 && stride >= 1 &&
           windowDilation >= 1 && baseDilation >= 1;
  }
};

/// Number of pairs (output, tap) that read an element of the input, neither
/// padding nor a hole: the work that a convolution really has. Takes time
/// linear in the smaller of window and output; where both are over 2^22, all
/// pairs count. The dimension must be valid.
int64_t countInBoundsTaps(const WindowDimension &dimension);

} // namespace placement

#endif // PLACEMENT_LIB_ANALYSIS_WINDOWTAPS_H
