//===- WindowTaps.cpp - In-bounds taps of a sliding window ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowTaps.h"

#include "placement/Analysis/Work.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <numeric>

namespace {

/// 128 bits: products of two extents cannot overflow.
using Wide = __int128;

Wide floorDiv(Wide value, Wide by) {
  Wide quotient = value / by;
  return quotient * by > value ? quotient - 1 : quotient;
}

} // namespace

int64_t placement::countInBoundsTaps(const WindowDimension &dimension) {
  const auto &[input, output, window, stride, padLow, windowDilation,
               baseDilation] = dimension;
  if (input == 0 || output == 0)
    return 0;

  // Outputs o whose position o * stride + offset is a multiple of the base
  // dilation repeat with this period, from the first one on, which depends on
  // the offset modulo the base dilation.
  int64_t period = baseDilation / std::gcd(stride, baseDilation);
  llvm::SmallVector<int64_t> first(baseDilation, -1);
  for (int64_t o = 0; o < period; ++o) {
    int64_t residue = static_cast<int64_t>(Wide(o) * stride % baseDilation);
    first[(baseDilation - residue) % baseDilation] = o;
  }

  Wide last = Wide(input - 1) * baseDilation;
  int64_t taps = 0;
  for (int64_t k = 0; k < window; ++k) {
    Wide offset = Wide(k) * windowDilation - padLow;
    Wide residue = offset - floorDiv(offset, baseDilation) * baseDilation;
    int64_t start = first[static_cast<int64_t>(residue)];
    if (start < 0)
      continue;
    // 0 <= o * stride + offset <= last.
    Wide lower = std::max<Wide>(0, -floorDiv(offset, stride));
    Wide upper = std::min<Wide>(output - 1, floorDiv(last - offset, stride));
    if (lower > upper)
      continue;
    // Members of {start + j * period, j >= 0} up to a limit.
    auto upTo = [&](Wide limit) {
      return limit < start ? Wide(0) : (limit - start) / period + 1;
    };
    taps = addCounts(taps, static_cast<int64_t>(upTo(upper) - upTo(lower - 1)));
  }
  return taps;
}
