//===- WindowTaps.cpp - In-bounds taps of a sliding window ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowTaps.h"

#include "placement/Analysis/Work.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace {

/// 128 bits: products of two extents cannot overflow.
using Wide = __int128;

Wide floorDiv(Wide value, Wide by) {
  Wide quotient = value / by;
  return quotient * by > value ? quotient - 1 : quotient;
}

/// The inverse of `value` modulo `modulus`; they have no common divisor.
/// Extended Euclid.
Wide invert(Wide value, Wide modulus) {
  Wide remainder = modulus, next = value % modulus;
  Wide factor = 0, nextFactor = 1;
  while (next != 0) {
    Wide quotient = remainder / next;
    std::tie(remainder, next) = std::pair(next, remainder - quotient * next);
    std::tie(factor, nextFactor) =
        std::pair(nextFactor, factor - quotient * nextFactor);
  }
  return factor < 0 ? factor + modulus : factor;
}

/// More positions than this are not walked.
constexpr int64_t kMaxPositions = int64_t(1) << 22;

} // namespace

int64_t placement::countInBoundsTaps(const WindowDimension &dimension) {
  const auto &[input, output, window, stride, padLow, windowDilation,
               baseDilation] = dimension;
  if (input == 0 || output == 0 || window == 0)
    return 0;
  // Outputs and taps have the same part in `o * stride + k * windowDilation`:
  // walk the shorter range, count in the other one.
  int64_t walked = window, walkedStep = windowDilation;
  int64_t counted = output, countedStep = stride;
  if (walked > counted) {
    std::swap(walked, counted);
    std::swap(walkedStep, countedStep);
  }
  if (walked > kMaxPositions)
    return multiplyCounts(window, output);

  // Positions on an element, not in a hole: i * countedStep + offset is a
  // multiple of the base dilation for every `period`-th i, or for none.
  Wide divisor = std::gcd(countedStep, baseDilation);
  Wide period = baseDilation / divisor;
  Wide inverse = invert(countedStep / divisor, period);
  Wide last = Wide(input - 1) * baseDilation;
  int64_t taps = 0;
  for (int64_t w = 0; w < walked; ++w) {
    Wide offset = Wide(w) * walkedStep - padLow;
    if (offset % divisor != 0)
      continue;
    // 0 <= i * countedStep + offset <= last.
    Wide lower = std::max<Wide>(0, -floorDiv(offset, countedStep));
    Wide upper =
        std::min<Wide>(counted - 1, floorDiv(last - offset, countedStep));
    if (lower > upper)
      continue;
    // Solve i * countedStep = -offset modulo the base dilation.
    Wide residue = -offset / divisor % period;
    if (residue < 0)
      residue += period;
    Wide first = residue * inverse % period;
    // Members of {first + j * period, j >= 0} up to a limit.
    auto upTo = [&](Wide limit) {
      return limit < first ? Wide(0) : (limit - first) / period + 1;
    };
    taps = addCounts(taps, static_cast<int64_t>(upTo(upper) - upTo(lower - 1)));
  }
  return taps;
}
