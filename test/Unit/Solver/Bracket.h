//===- Bracket.h - Between bound and value of a run -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_BRACKET_H
#define PLACEMENT_TEST_UNIT_SOLVER_BRACKET_H

#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace placement::solver::test {

inline constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// In the source's unit. Infinite where there is no plan.
struct Bracket {
  double bound = kInfinite, value = kInfinite;
};

inline Bracket leastOf(const Bracket &a, const Bracket &b) {
  return {std::min(a.bound, b.bound), std::min(a.value, b.value)};
}

/// The optimum of `lower` is at most that of `upper`.
inline void expectAtMost(const Bracket &lower, const Bracket &upper) {
  EXPECT_LE(lower.bound, upper.value * (1 + 1e-9));
}
inline void expectEqual(const Bracket &a, const Bracket &b) {
  expectAtMost(a, b);
  expectAtMost(b, a);
}

inline Bracket bracketOf(const Instance &instance, const Plan &plan) {
  if (plan.status == Status::Infeasible)
    return {};
  Bracket bracket{instance.toSourceTime(plan.bound), kInfinite};
  if (plan.hasAssignment())
    bracket.value = instance.toSourceTime(plan.value);
  return bracket;
}

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_BRACKET_H
