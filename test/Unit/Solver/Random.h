//===- Random.h - Reproducible random numbers for tests ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_RANDOM_H
#define PLACEMENT_TEST_UNIT_SOLVER_RANDOM_H

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace placement::solver::test {

/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014). A seed gives the same numbers on every platform,
/// which the distributions of the standard library do not promise.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  uint64_t next() {
    uint64_t x = state += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }
  /// In [0, bound).
  uint32_t below(uint32_t bound) { return next() % bound; }
  /// In [low, high].
  int between(int low, int high) { return low + below(high - low + 1); }
  /// In [0, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  bool chance(double probability) { return unit() < probability; }
  double pick(std::initializer_list<double> values) {
    return values.begin()[below(values.size())];
  }
  template <typename T>
  void shuffle(std::vector<T> &values) {
    for (std::size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1], values[below(i)]);
  }

private:
  uint64_t state;
};

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_RANDOM_H
