//===- MipSolversTest.cpp - HiGHS and CP-SAT against brute force ----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random problems under every model of loads, contiguous and not, given to the
// real solvers without a start. Says so, or fails in CI, where one is missing.
//
//===----------------------------------------------------------------------===//

#include "AskSolver.h"
#include "BruteForce.h"
#include "RandomInstance.h"
#include "Seeds.h"

#include <gtest/gtest.h>

using namespace placement::solver;
using namespace placement::solver::mip;
using namespace placement::solver::test;

namespace {

constexpr size_t kMostTerms = 1'000'000;
constexpr Time kLoose = Time(1) << 59;
constexpr size_t kMostPlans = 3000;

/// A problem small enough to try every plan, with a model of loads of its own;
/// none where it is too large.
std::optional<Instance> smallProblem(uint64_t seed, bool contiguous,
                                     BruteForceAnswer &truth) {
  RandomKnobs knobs;
  knobs.maxForward = 5;
  knobs.maxKinds = 2;
  knobs.maxCount = 2;
  knobs.wholeNumbers = 0.7;
  if (!contiguous)
    knobs.suffixStages = 0;
  InstanceData data = randomInstance(seed, knobs);
  data.communication = static_cast<Communication>(seed % 3);
  if (data.inFlight != InFlight::SuffixStages && seed / 3 % 2)
    data.schedule = Schedule::GPipe;
  bool plain = data.communication == Communication::Sequential &&
               data.schedule == Schedule::OneForwardOneBackward;
  Result<Instance> instance = Instance::create(std::move(data));
  if (!instance) {
    ADD_FAILURE() << instance.error().message;
    return std::nullopt;
  }
  if (!contiguous) {
    truth = bruteForceAnywhere(*instance, kMostPlans);
    if (truth.ideals > kMostPlans)
      return std::nullopt;
  } else if (plain) {
    truth = bruteForce(*instance, 0, kMostPlans);
    if (truth.ideals > kMostPlans)
      return std::nullopt;
  } else {
    if (instance->numNodes() > 5)
      return std::nullopt;
    truth = enumerateAssignments(*instance);
  }
  return std::move(*instance);
}

class MipSolvers : public testing::TestWithParam<const char *> {
protected:
  /// As many solves as a run may take; one in both ways is two.
  void compareMany(uint64_t solves) {
    uint64_t seed = fromEnvironment("PLACEMENT_FUZZ_FIRST", 0);
    solves = fromEnvironment("PLACEMENT_FUZZ_SEEDS", solves);
    size_t infeasible = 0, exact = 0;
    for (uint64_t done = 0; done < solves && !HasFailure(); ++seed) {
      SCOPED_TRACE("PLACEMENT_FUZZ_FIRST=" + std::to_string(seed));
      bool contiguous = seed % 2 == 0;
      BruteForceAnswer truth;
      // Each pair of seeds is one model of loads.
      std::optional<Instance> instance =
          smallProblem(seed / 2, contiguous, truth);
      if (!instance)
        continue;
      Question question;
      question.limit = kLoose;
      question.contract = seed % 3 != 0;
      question.resolution = resolutionOf(GetParam());
      std::string reason;
      auto model = contiguous
                       ? modelChain(*instance, question, 0, kMostTerms, reason)
                       : modelAnywhere(*instance, question, kMostTerms, reason);
      // With a limit far above all values rounded times are all zero.
      if (model && truth.feasible) {
        question.limit = truth.value + truth.value / 3 + 1;
        model = contiguous
                    ? modelChain(*instance, question, 0, kMostTerms, reason)
                    : modelAnywhere(*instance, question, kMostTerms, reason);
      }
      ASSERT_TRUE(model) << reason;
      if (model->contradiction()) {
        EXPECT_FALSE(truth.feasible);
        continue;
      }
      std::optional<external::WorkerResult> result =
          askSolver(GetParam(), model->linear());
      if (!result)
        return missingSolver();
      compareWithTruth(*instance, *model, truth, *result, contiguous);
      ++done;
      infeasible += !truth.feasible;
      exact += model->exact();
    }
    std::printf("%zu without a plan, %zu in exact numbers\n", infeasible,
                exact);
  }
};

TEST_P(MipSolvers, AgreeWithBruteForce) {
  // CP-SAT's library takes a while to load for each.
  compareMany(std::string_view(GetParam()) == "highs" ? 350 : 150);
}

INSTANTIATE_TEST_SUITE_P(All, MipSolvers, testing::Values("highs", "cpsat"),
                         [](const auto &info) { return info.param; });

} // namespace
