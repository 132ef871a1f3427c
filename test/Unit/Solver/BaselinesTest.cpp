//===- BaselinesTest.cpp - What holds for every baseline ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"
#include "FakeAlgorithm.h"
#include "RandomInstance.h"

#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

/// Methods whose plans are chains of stages, hence plans of either sort.
constexpr const char *kChains[] = {"one-device", "equal-ops", "equal-weights",
                                   "greedy", "pipedream"};

/// Methods whose devices may hold any nodes.
constexpr const char *kAnywhere[] = {"hill-climbing", "scotch", "metis"};

/// Problems with more maps of nodes to devices are left out: nothing is solved.
constexpr size_t kMostMaps = 20000;

SolveOptions optionsFor(const char *algorithm, bool contiguous) {
  SolveOptions options;
  options.algorithm = algorithm;
  options.contiguous = contiguous;
  return options;
}

/// The checker has looked at every plan that comes back.
void compare(const char *algorithm, bool contiguous) {
  size_t found = 0, feasible = 0;
  for (uint64_t seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE(std::string(algorithm) + ", seed " + std::to_string(seed));
    RandomKnobs knobs;
    // How many stashes a device holds follows from an order of stages, which
    // plans that need not be contiguous do not have.
    if (!contiguous) {
      knobs.maxForward = 5;
      knobs.suffixStages = 0;
    }
    Result<Instance> instance =
        Instance::create(randomInstance(seed + 7'000'000, knobs));
    ASSERT_TRUE(instance);
    BruteForceAnswer truth = contiguous
                                 ? bruteForce(*instance)
                                 : bruteForceAnywhere(*instance, kMostMaps);
    if (!contiguous && truth.ideals > kMostMaps)
      continue;
    SolveOptions options = optionsFor(algorithm, contiguous);
    Result<Plan> plan = solve(*instance, options);
    if (!plan) {
      expectContains(plan.error().message, "cannot solve this problem");
      continue;
    }
    EXPECT_LE(truth.value, plan->value);
    EXPECT_LE(plan->bound, truth.value);
    if (truth.feasible) {
      EXPECT_NE(plan->status, Status::Infeasible);
    }
    feasible += truth.feasible;
    found += plan->hasAssignment();
    if (seed % 10 == 0) {
      Result<Plan> again = solve(*instance, options);
      EXPECT_EQ(again->assignment.stageOf, plan->assignment.stageOf);
      EXPECT_EQ(again->assignment.stages, plan->assignment.stages);
    }
  }
  std::printf("%s, %s: %zu plans for %zu feasible problems\n", algorithm,
              contiguous ? "contiguous" : "anywhere", found, feasible);
  // Those that can be missing say so in a test of their own.
  if (std::string_view(algorithm) != "scotch" &&
      std::string_view(algorithm) != "metis") {
    EXPECT_GT(found, feasible / 4);
  }
}

TEST(Baselines, KeepAllRulesAndAreNeverBetterThanTheOptimum) {
  for (const char *algorithm : kChains)
    for (bool contiguous : {true, false})
      compare(algorithm, contiguous);
  for (const char *algorithm : kAnywhere)
    compare(algorithm, /*contiguous=*/false);
}

TEST(Baselines, SayWhenTheyNeedPlansAnywhere) {
  Instance instance = row().build();
  for (const char *algorithm : kAnywhere) {
    Result<Plan> plan = solve(instance, optionsFor(algorithm, true));
    ASSERT_FALSE(plan);
    if (plan.error().message.find("was built without") == std::string::npos) {
      expectContains(plan.error().message, "ask for contiguous=false");
    }
  }
}

void compareModels(const char *algorithm) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(std::string(algorithm) + ", seed " + std::to_string(seed));
    RandomKnobs knobs;
    knobs.maxForward = 4;
    knobs.suffixStages = 0;
    InstanceData data = randomInstance(seed + 7'500'000, knobs);
    data.communication = static_cast<Communication>(seed % 3);
    data.schedule = static_cast<Schedule>(seed / 3 % 2);
    Result<Instance> instance = Instance::create(data);
    ASSERT_TRUE(instance);
    BruteForceAnswer truth = bruteForceAnywhere(*instance, kMostMaps);
    if (truth.ideals > kMostMaps)
      continue;
    Result<Plan> plan = solve(*instance, optionsFor(algorithm, false));
    if (!plan) {
      expectContains(plan.error().message, "cannot solve this problem");
      continue;
    }
    EXPECT_LE(truth.value, plan->value);
    EXPECT_LE(plan->bound, truth.value);
  }
}

TEST(Baselines, AnswerUnderAllModelsOfLoad) {
  for (const char *algorithm : kChains)
    compareModels(algorithm);
  for (const char *algorithm : kAnywhere)
    compareModels(algorithm);
}

TEST(Baselines, MakeOnePlan) {
  Instance instance = row().build();
  for (const char *algorithm : kChains) {
    SolveOptions options = optionsFor(algorithm, true);
    options.alternatives = 2;
    Result<Plan> plan = solve(instance, options);
    ASSERT_FALSE(plan);
    expectContains(plan.error().message, "it makes one plan only; alternatives "
                                         "come from \"contiguous\" and "
                                         "\"linearised\"");
  }
}

} // namespace
