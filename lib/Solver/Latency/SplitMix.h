//===- SplitMix.h - Random numbers of a search ------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_SPLITMIX_H
#define PLACEMENT_LIB_SOLVER_LATENCY_SPLITMIX_H

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace placement::solver::latency {

/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014): the same numbers on every platform.
class SplitMix {
public:
  explicit SplitMix(uint64_t seed) : state(seed) {}

  uint64_t next() {
    uint64_t x = state += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }
  /// In [0, bound); bound is not zero.
  uint32_t below(size_t bound) {
    return static_cast<uint32_t>(((next() >> 32) * bound) >> 32);
  }
  /// In [0, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  bool chance(double probability) { return unit() < probability; }
  /// An exponentially distributed number, nearly: the logarithm is replaced by
  /// its piecewise linear interpolation between powers of two, since library
  /// logarithms differ between machines.
  double exponential() {
    uint64_t bits = next() | 1;
    int zeros = std::countl_zero(bits);
    uint64_t mantissa = (bits << zeros) << 1;
    double fraction = static_cast<double>(mantissa >> 11) * 0x1p-53;
    return 0.6931471805599453 * (zeros + 1 - fraction);
  }
  template <typename T>
  void shuffle(std::vector<T> &values) {
    for (size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1], values[below(i)]);
  }

private:
  uint64_t state;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_SPLITMIX_H
