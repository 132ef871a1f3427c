//===- LatencySolversTest.cpp - HiGHS and CP-SAT on plans for latency -----===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random problems, with several pieces a device and bounded cores among them,
// given to the real solvers without a start, against brute force. Says so, or
// fails in CI, where a solver is missing. PLACEMENT_FUZZ_SEEDS sets another
// number of problems, PLACEMENT_FUZZ_FIRST the first seed.
//
//===----------------------------------------------------------------------===//

#include "AskSolver.h"
#include "Builder.h"
#include "LatencyOracle.h"
#include "RandomLatency.h"
#include "Seeds.h"

#include "Solver/Mip/PlacementModel.h"
#include "placement/Solver/Search/Solve.h"

using namespace placement::solver;
using namespace placement::solver::mip;
using namespace placement::solver::test;

namespace {

constexpr size_t kMostTerms = 1'000'000;
constexpr Time kLoose = Time(1) << 55;

class LatencySolvers : public testing::TestWithParam<const char *> {
protected:
  static std::unique_ptr<PlacementModel> model(const Instance &instance,
                                               const Question &question,
                                               uint32_t maxPieces) {
    std::string reason;
    auto result =
        modelLatency(instance, question, maxPieces, kMostTerms, reason);
    EXPECT_TRUE(result) << reason;
    return result;
  }
};

TEST_P(LatencySolvers, AgreeWithBruteForce) {
  // CP-SAT's library takes a while to load for each.
  uint64_t count = std::string_view(GetParam()) == "highs" ? 200 : 60;
  size_t infeasible = 0, exact = 0, bounded = 0;
  forEachSeed(count, [&](uint64_t seed) {
    Instance instance = create(randomLatencyInstance(seed));
    uint32_t maxPieces = randomMaxPieces(seed);
    BruteForceAnswer truth = bruteForceLatency(instance, maxPieces);
    Question question;
    question.limit = kLoose;
    if (truth.feasible)
      question.limit = truth.value + truth.value / 3 + 1;
    // What CP-SAT is asked with; it goes wrong far above.
    question.resolution = std::string_view(GetParam()) == "highs"
                              ? resolutionOf(GetParam())
                              : int64_t(1) << 28;
    auto program = model(instance, question, maxPieces);
    ASSERT_TRUE(program);
    infeasible += !truth.feasible;
    exact += program->exact();
    bounded += instance.data().cores.has_value();
    if (program->contradiction()) {
      EXPECT_FALSE(truth.feasible);
      return;
    }
    std::optional<external::WorkerResult> result =
        askSolver(GetParam(), program->linear());
    if (!result)
      return missingSolver();
    compareWithTruth(instance, *program, truth, *result, /*contiguous=*/true);
  });
  std::printf("%zu without a plan, %zu in exact numbers, %zu with bounded "
              "cores\n",
              infeasible, exact, bounded);
}

/// Two chains of six nodes; one step of the search does not find the best plan.
TEST_P(LatencySolvers, ImproveAPoorStart) {
  Builder b = Builder::accAndCpu(2, 1, 15);
  for (int chain = 0; chain < 2; ++chain)
    for (int i = 0; i < 6; ++i) {
      NodeId v = b.node({1.0 + i % 3, 7.0 + i % 4}, 4 - i % 2);
      if (i > 0)
        b.net(v - 1, {v}, {1, 0});
    }
  b.data.objective = Objective::Latency;
  Instance instance = b.build();
  SolveOptions options;
  options.algorithm = "latency-search";
  options.workLimit = 1;
  Result<Plan> start = solve(instance, options);
  ASSERT_TRUE(start) << start.error().message;
  options.algorithm =
      std::string_view(GetParam()) == "highs" ? "mip" : GetParam();
  options.worker = PLACEMENT_WORKER_PROGRAM;
  Result<Plan> plan = solve(instance, options);
  ASSERT_TRUE(plan) << plan.error().message;
  for (const std::string &note : plan->explanation)
    if (note.find("gave no answer") != std::string::npos)
      return missingSolver();
  EXPECT_LT(plan->value, start->value);
  EXPECT_LT(plan->gap(), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(All, LatencySolvers, testing::Values("highs", "cpsat"),
                         [](const auto &info) { return info.param; });

} // namespace
