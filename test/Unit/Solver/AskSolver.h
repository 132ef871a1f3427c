//===- AskSolver.h - Real solvers in tests ----------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_ASKSOLVER_H
#define PLACEMENT_TEST_UNIT_SOLVER_ASKSOLVER_H

#include "BruteForce.h"

#include "Solver/External/WorkerProcess.h"
#include "Solver/Mip/PlacementModel.h"
#include "placement/Solver/Check/Checker.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string_view>

namespace placement::solver::test {

/// The answer of the solver, or none where it is missing.
inline std::optional<external::WorkerResult>
askSolver(const char *solver, const external::LinearModel &model) {
  external::WorkerOptions options;
  options.solver = solver;
  options.path = PLACEMENT_WORKER_PROGRAM;
  options.timeLimit = 60;
  external::WorkerResult result = external::run(model, options);
  if (result.status == external::WorkerStatus::Failed)
    return std::nullopt;
  return result;
}

/// Skips the test, or fails in CI.
inline void missingSolver() {
  if (std::getenv("CI"))
    FAIL() << "the solver is missing";
  GTEST_SKIP() << "the solver is missing";
}

/// As coefficients are in questions to the solver: HiGHS compares rows with a
/// tolerance, CP-SAT is exact.
inline int64_t resolutionOf(const char *solver) {
  return std::string_view(solver) == "highs" ? 1'000'000 : 0;
}

/// The answer to a question whose limit is above the optimum is that optimum,
/// but for what rounding allows, and its bound is not above it.
inline void compareWithTruth(const Instance &instance,
                             const mip::PlacementModel &model,
                             const BruteForceAnswer &truth,
                             const external::WorkerResult &result,
                             bool contiguous) {
  if (!truth.feasible) {
    EXPECT_EQ(result.status, external::WorkerStatus::Infeasible);
    return;
  }
  ASSERT_EQ(result.status, external::WorkerStatus::Optimal) << result.message;
  ASSERT_TRUE(result.bound);
  EXPECT_LE(model.boundOf(*result.bound), truth.value);
  std::optional<Assignment> plan = model.decode(result.values);
  ASSERT_TRUE(plan);
  CheckReport report = check(instance, *plan, contiguous);
  ASSERT_TRUE(report.feasible()) << report.violations.front();
  EXPECT_GE(report.value, truth.value);
  if (model.exact()) {
    EXPECT_EQ(report.value, truth.value);
    EXPECT_EQ(model.boundOf(result.objective), truth.value);
  } else {
    // A unit for each term of a load, or along a path, at most.
    EXPECT_LE(report.value, truth.value + 100 * model.scale().divisor);
  }
}

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_ASKSOLVER_H
