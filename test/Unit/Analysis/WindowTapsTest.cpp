//===- WindowTapsTest.cpp - In-bounds taps against the definition ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowTaps.h"

#include "gtest/gtest.h"

#include <limits>
#include <random>

using placement::countInBoundsTaps;
using placement::WindowDimension;

namespace {

/// The definition: every output, every tap.
int64_t countOneByOne(const WindowDimension &d) {
  int64_t taps = 0;
  for (int64_t o = 0; o < d.output; ++o)
    for (int64_t k = 0; k < d.window; ++k) {
      int64_t position = o * d.stride - d.padLow + k * d.windowDilation;
      taps += position >= 0 && position % d.baseDilation == 0 &&
              position / d.baseDilation < d.input;
    }
  return taps;
}

TEST(WindowTaps, MatchDefinition) {
  std::mt19937 random(17);
  auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  for (int i = 0; i < 20000; ++i) {
    WindowDimension d;
    d.input = pick(0, 12);
    d.output = pick(0, 12);
    d.window = pick(0, 7);
    d.stride = pick(1, 6);
    d.padLow = pick(-6, 12);
    d.windowDilation = pick(1, 5);
    d.baseDilation = pick(1, 6);
    ASSERT_TRUE(d.isValid());
    ASSERT_EQ(countInBoundsTaps(d), countOneByOne(d))
        << d.input << ' ' << d.output << ' ' << d.window << ' ' << d.stride
        << ' ' << d.padLow << ' ' << d.windowDilation << ' ' << d.baseDilation;
  }
}

TEST(WindowTaps, ExtremeExtents) {
  // A whole image as the window, as in gradients of weights: linear time.
  WindowDimension d;
  d.input = d.window = 1'000'000;
  d.output = 3;
  d.padLow = 1;
  EXPECT_EQ(countInBoundsTaps(d), 3'000'000 - 2);
  // A running sum over many elements; both are walked at most so far.
  d = {};
  d.input = d.output = d.window = 1 << 22;
  d.padLow = d.input - 1;
  EXPECT_EQ(countInBoundsTaps(d), d.input * (d.input + 1) / 2);
  ++d.window;
  EXPECT_EQ(countInBoundsTaps(d), d.input * (d.input + 1) / 2 + d.input - 1);
  d.input = d.output = d.window;
  EXPECT_EQ(countInBoundsTaps(d), d.window * d.output);
  // Large dilations.
  d = {};
  d.input = 5;
  d.baseDilation = int64_t(1) << 61;
  d.output = 9;
  d.stride = int64_t(1) << 60;
  EXPECT_EQ(countInBoundsTaps(d), 5);
  // Products beyond 64 bits.
  d = {};
  d.input = d.output = int64_t(1) << 62;
  d.stride = int64_t(1) << 62;
  d.windowDilation = int64_t(1) << 62;
  d.window = 3;
  EXPECT_EQ(countInBoundsTaps(d), 1);
  d.stride = 1;
  d.windowDilation = 1;
  d.window = 2;
  EXPECT_EQ(countInBoundsTaps(d), std::numeric_limits<int64_t>::max());
}

TEST(WindowTaps, Invalid) {
  WindowDimension d;
  d.stride = 0;
  EXPECT_FALSE(d.isValid());
  d = {};
  d.baseDilation = -1;
  EXPECT_FALSE(d.isValid());
  d = {};
  d.window = -1;
  EXPECT_FALSE(d.isValid());
}

} // namespace
