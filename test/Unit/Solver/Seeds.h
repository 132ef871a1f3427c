//===- Seeds.h - Tests on many random problems ------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PLACEMENT_FUZZ_SEEDS sets how many problems such tests try, and
// PLACEMENT_FUZZ_FIRST the first seed. A failure names its own, so that
// FIRST=seed SEEDS=1 repeats it alone.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_SEEDS_H
#define PLACEMENT_TEST_UNIT_SOLVER_SEEDS_H

#include "placement/Solver/Model/Instance.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <string>

namespace placement::solver::test {

inline uint64_t fromEnvironment(const char *name, uint64_t fallback) {
  const char *text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : fallback;
}

/// Calls `body` for each seed, `count` of them unless the environment says
/// otherwise, until one has failed.
inline void forEachSeed(uint64_t count,
                        const std::function<void(uint64_t)> &body) {
  uint64_t first = fromEnvironment("PLACEMENT_FUZZ_FIRST", 0);
  count = fromEnvironment("PLACEMENT_FUZZ_SEEDS", count);
  for (uint64_t seed = first;
       seed < first + count && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("PLACEMENT_FUZZ_FIRST=" + std::to_string(seed));
    body(seed);
  }
}

/// Calls `body` for each seed, `share` of the 2,000 or of what the environment
/// says, until five have failed.
inline void forEachSeed(const std::function<void(uint64_t)> &body,
                        double share = 1) {
  uint64_t first = fromEnvironment("PLACEMENT_FUZZ_FIRST", 0);
  uint64_t count = fromEnvironment("PLACEMENT_FUZZ_SEEDS", 2000);
  if (count > 1)
    count = uint64_t(double(count) * share) + 1;
  auto failures = [] {
    return testing::UnitTest::GetInstance()
        ->current_test_info()
        ->result()
        ->total_part_count();
  };
  int failed = 0;
  for (uint64_t seed = first; seed < first + count && failed < 5; ++seed) {
    SCOPED_TRACE("PLACEMENT_FUZZ_FIRST=" + std::to_string(seed));
    int before = failures();
    body(seed);
    failed += failures() != before;
  }
}

/// The instance of data that must be right.
inline Instance create(InstanceData data) {
  Result<Instance> instance = Instance::create(std::move(data));
  if (!instance) {
    ADD_FAILURE() << instance.error().message;
    std::abort();
  }
  return std::move(*instance);
}

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_SEEDS_H
