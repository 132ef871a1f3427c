//===- AnywhereDifferentialTest.cpp - Any plans against brute force -------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The engines for plans that need not be contiguous on 10,000 random problems
// with every feature, under every model of load. PLACEMENT_FUZZ_SEEDS sets
// another number, PLACEMENT_FUZZ_FIRST the first seed; a failure names its own.
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"
#include "Random.h"
#include "RandomInstance.h"
#include "Seeds.h"

#include "Solver/NonContiguous/PartState.h"
#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

constexpr size_t kMostPlans = 3000;

/// Five of six problems have another model of load than the default.
Instance problem(uint64_t seed) {
  RandomKnobs knobs;
  knobs.maxForward = 5;
  knobs.suffixStages = 0;
  InstanceData data = randomInstance(seed, knobs);
  if (seed % 6 != 0)
    chooseLoadModel(data, seed);
  return create(std::move(data));
}

uint32_t deviceLimit(uint64_t seed) { return seed % 5 == 4 ? 1 + seed % 2 : 0; }

TEST(AnywhereDifferential, TheOracleAgreesWithTheChecker) {
  forEachSeed(500, [](uint64_t seed) {
    Instance instance = problem(seed);
    BruteForceAnswer truth = bruteForceAnywhere(instance, kMostPlans);
    if (!truth.feasible)
      return;
    CheckReport report = check(instance, truth.assignment, false);
    EXPECT_TRUE(report.feasible());
    EXPECT_EQ(report.value, truth.value);
  });
}

TEST(AnywhereDifferential, EnginesKeepTheirWord) {
  size_t tried = 0, best = 0, optimal = 0, without = 0;
  forEachSeed(11'200, [&](uint64_t seed) {
    Instance instance = problem(seed);
    uint32_t limit = deviceLimit(seed);
    BruteForceAnswer truth = bruteForceAnywhere(instance, kMostPlans, limit);
    if (truth.ideals > kMostPlans)
      return;
    SolveOptions options;
    options.contiguous = false;
    options.algorithm = seed % 2 ? "noncontiguous" : "local-search";
    options.seed = seed;
    options.maxStages = limit;
    // The problems are tiny.
    options.workLimit = 8'000;
    Result<Plan> plan = solve(instance, options);
    ASSERT_TRUE(plan) << plan.error().message;
    ++tried;
    without += !truth.feasible;
    best += plan->value == truth.value;
    optimal += plan->status == Status::Optimal;
    EXPECT_LE(plan->bound, truth.value);
    EXPECT_GE(plan->value, truth.value);
    EXPECT_EQ(plan->status == Status::Optimal,
              plan->hasAssignment() && plan->bound == plan->value);
    if (plan->status == Status::Infeasible) {
      EXPECT_FALSE(truth.feasible);
      EXPECT_FALSE(plan->explanation.empty());
    }
    if (!plan->hasAssignment())
      return;
    CheckReport report = check(instance, plan->assignment, false);
    EXPECT_TRUE(report.feasible());
    EXPECT_EQ(report.value, plan->value);
    if (limit) {
      EXPECT_LE(report.loads.size(), limit);
    }
  });
  std::printf("%zu problems: %zu with the best value, %zu proved, %zu without "
              "a plan\n",
              tried, best, optimal, without);
  EXPECT_GE(best, tried * 97 / 100);
}

/// Two nodes on two devices of which one may be used: column generation does
/// not see that limit, and the plan with both devices covers each class just
/// once.
TEST(AnywhereDifferential, BoundsEndWhereARelaxedPlanFitsExactly) {
  RandomKnobs knobs;
  knobs.maxForward = 12;
  knobs.suffixStages = 0;
  knobs.wholeNumbers = 1;
  Instance instance = create(randomInstance(900024, knobs));
  SolveOptions options;
  options.contiguous = false;
  options.algorithm = "noncontiguous";
  options.seed = 900024;
  options.maxStages = 1;
  options.workLimit = 100'000'000;
  Result<Plan> plan = solve(instance, options);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->stop, Stop::Finished);
  EXPECT_LT(plan->bound, plan->value);
}

/// Loads by device and pass after many moves are those of the definitions.
TEST(AnywhereDifferential, LoadsFollowMovesUnderEveryModel) {
  using namespace noncontiguous;
  forEachSeed(600, [&](uint64_t seed) {
    Random random(seed);
    RandomKnobs knobs;
    knobs.maxForward = 12;
    knobs.suffixStages = 0;
    knobs.memory = 0.7;
    knobs.unsupported = 0;
    InstanceData data = randomInstance(seed + 600000, knobs);
    chooseLoadModel(data, seed);
    Instance instance = create(data);
    ClassGraph graph = contiguous::contract(instance, 0, /*ordered=*/false);
    DeviceTable devices(instance, graph);
    auto allowed = [&](ClassId c) {
      for (int tries = 0; tries < 100; ++tries)
        if (DeviceId d = random.below(devices.size());
            devices.allows(graph, c, d))
          return d;
      return kNone;
    };
    DeviceMap placement;
    for (ClassId c = 0; c < graph.numClasses; ++c)
      placement.push_back(allowed(c));
    if (std::count(placement.begin(), placement.end(), kNone))
      return;
    PartState state(graph, devices);
    state.assign(placement);
    for (int step = 0; step < 50; ++step) {
      ClassId c = random.below(graph.numClasses);
      placement[c] = allowed(c);
      state.move(c, placement[c]);
    }
    CheckReport report = check(
        instance, toAssignment(instance, graph, devices, placement), false);
    bool gpipe = instance.schedule() == Schedule::GPipe;
    Time value = 0, second = 0;
    for (const DeviceLoad &load : report.loads) {
      PassTimes times = state.times(devices.find(load.device));
      EXPECT_EQ(times[0], gpipe ? load.forward : load.load);
      EXPECT_EQ(times[1], gpipe ? load.backward : 0);
      value = std::max(value, times[0]);
      second = std::max(second, times[1]);
    }
    EXPECT_EQ(value + second, report.value);
    EXPECT_EQ(state.value(), report.feasible() ? report.value : kInfiniteTime);
    EXPECT_EQ(evaluate(graph, devices, placement), state.value());
  });
}

} // namespace
