//===- LatencyDifferentialTest.cpp - Checker and engines against oracles --===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LatencyOracle.h"
#include "RandomLatency.h"
#include "Seeds.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Calls.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

#include <cstdio>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

/// Pieces are the one rule that `check` leaves to `solve`.
void expectSameVerdict(const Instance &instance, const Assignment &plan) {
  CheckReport report = check(instance, plan, /*contiguous=*/true);
  LatencyVerdict verdict = latencyVerdict(instance, plan);
  ASSERT_TRUE(report.shapeOk);
  EXPECT_EQ(report.feasible(), verdict.feasible)
      << (report.violations.empty() ? "" : report.violations.front());
  EXPECT_EQ(report.value, verdict.value);
  if (!verdict.acyclic) {
    EXPECT_TRUE(report.timeline.empty());
    return;
  }
  // One entry for each host node and each piece, at the start that the oracle
  // has for it.
  std::vector<uint8_t> seen(instance.numNodes(), 0);
  Time last = 0;
  for (const TimelineEntry &entry : report.timeline) {
    EXPECT_EQ(entry.finish - entry.start, entry.in + entry.compute + entry.out);
    last = std::max(last, entry.finish);
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      if (plan.stageOf[v] != entry.stage ||
          (entry.node != kNone && entry.node != v))
        continue;
      EXPECT_EQ(entry.start, verdict.start[v]);
      EXPECT_EQ(entry.isPiece(),
                !instance.isHost(plan.stages[plan.stageOf[v]].kind));
      ++seen[v];
    }
  }
  EXPECT_EQ(last, verdict.value);
  EXPECT_EQ(seen, std::vector<uint8_t>(instance.numNodes(), 1));
  // Whole numbers are their own rounding; others are off by little.
  EXPECT_NEAR(report.exactValue, instance.toSourceTime(report.value),
              1e-9 * (1 + report.exactValue));
}

TEST(LatencyChecker, SaysWhatTheDefinitionSays) {
  LatencyKnobs knobs;
  knobs.maxNodes = 9;
  size_t feasible = 0, acyclic = 0, total = 0;
  forEachSeed([&](uint64_t seed) {
    Instance instance = create(randomLatencyInstance(seed, knobs));
    Random random(seed);
    for (int i = 0; i < 5; ++i, ++total) {
      Assignment plan = randomLatencyPlan(instance, random);
      expectSameVerdict(instance, plan);
      LatencyVerdict verdict = latencyVerdict(instance, plan);
      feasible += verdict.feasible;
      acyclic += verdict.acyclic;
    }
  });
  std::printf("%zu of %zu plans keep all rules, %zu have no circle\n", feasible,
              total, acyclic);
}

TEST(LatencyChecker, AcceptsTheBestPlans) {
  forEachSeed(
      [&](uint64_t seed) {
        Instance instance = create(randomLatencyInstance(seed));
        BruteForceAnswer best = bruteForceLatency(instance);
        if (best.feasible)
          expectSameVerdict(instance, best.assignment);
      },
      0.5);
}

/// Calls that a program can make one by one, at the same times.
TEST(LatencyCalls, ArrangedAreInOrderAndKeepTheirTimes) {
  LatencyKnobs knobs;
  knobs.maxNodes = 10;
  knobs.base.minForward = 5;
  size_t arranged = 0, stages = 0;
  forEachSeed([&](uint64_t seed) {
    Instance instance = create(randomLatencyInstance(seed + 2'000'000, knobs));
    Random random(seed);
    for (int i = 0; i < 5; ++i) {
      Assignment plan = randomLatencyPlan(instance, random), calls = plan;
      LatencyVerdict before = latencyVerdict(instance, plan);
      EXPECT_EQ(canCallsRun(instance, plan), before.acyclic);
      if (!before.acyclic)
        continue;
      arrangeCalls(instance, check(instance, plan, true).timeline, calls);
      EXPECT_TRUE(areCallsInOrder(instance, calls));
      LatencyVerdict after = latencyVerdict(instance, calls);
      EXPECT_EQ(after.feasible, before.feasible);
      EXPECT_EQ(after.value, before.value);
      EXPECT_EQ(after.start, before.start);
      for (NodeId v = 0; v < instance.numNodes(); ++v)
        EXPECT_EQ(calls.stages[calls.stageOf[v]], plan.stages[plan.stageOf[v]]);
      ++arranged;
      stages += calls.stages.size();
    }
  });
  std::printf("%zu plans, %zu stages\n", arranged, stages);
}

TEST(LatencyCalls, SetsAreCutIntoCallsThatRun) {
  LatencyKnobs knobs;
  knobs.maxNodes = 10;
  knobs.base.minForward = 5;
  size_t kept = 0, cut = 0;
  forEachSeed(
      [&](uint64_t seed) {
        Instance instance =
            create(randomLatencyInstance(seed + 3'000'000, knobs));
        Random random(seed);
        for (int i = 0; i < 5; ++i) {
          Assignment sets = randomLatencyPlan(instance, random), calls = sets;
          cutIntoCalls(instance, calls);
          EXPECT_TRUE(latencyVerdict(instance, calls).acyclic);
          for (NodeId v = 0; v < instance.numNodes(); ++v)
            EXPECT_EQ(calls.stages[calls.stageOf[v]],
                      sets.stages[sets.stageOf[v]]);
          (calls.stages.size() > sets.stages.size() ? cut : kept) += 1;
        }
      },
      0.5);
  std::printf("%zu plans cut into more calls, %zu not\n", cut, kept);
}

/// An algorithm that knows only some problems may refuse them; what it says of
/// others has to fit the optimum.
struct Tally {
  size_t refused = 0, plans = 0, optimal = 0, proven = 0, infeasible = 0,
         total = 0;
  void print(const char *name) const {
    std::printf("%s: %zu problems, %zu refused; %zu plans, %zu of them best, "
                "%zu proven; %zu proven infeasible\n",
                name, total, refused, plans, optimal, proven, infeasible);
  }
};

void expectFits(const Instance &instance, const SolveOptions &options,
                const BruteForceAnswer &truth, Tally &tally) {
  ++tally.total;
  Result<Plan> plan = solve(instance, options);
  if (!plan) {
    ++tally.refused;
    EXPECT_NE(plan.error().message.find("cannot solve this problem"),
              std::string::npos)
        << plan.error().message;
    return;
  }
  EXPECT_LE(truth.value, plan->value);
  EXPECT_LE(plan->bound, truth.value);
  EXPECT_LE(plan->provenBound, plan->bound);
  for (const FamilyBound &family : plan->familyBounds)
    EXPECT_LE(family.bound, truth.value) << family.family;
  if (plan->status == Status::Optimal) {
    EXPECT_EQ(plan->value, truth.value);
    EXPECT_EQ(plan->bound, truth.value);
    ++tally.proven;
  }
  if (plan->status == Status::Infeasible) {
    EXPECT_FALSE(truth.feasible);
    ++tally.infeasible;
  }
  if (!plan->hasAssignment())
    return;
  ++tally.plans;
  tally.optimal += plan->value == truth.value;
  // The plan as it is arranged means the same.
  LatencyVerdict verdict =
      latencyVerdict(instance, plan->assignment, options.maxStages);
  EXPECT_TRUE(verdict.feasible);
  EXPECT_EQ(verdict.value, plan->value);
}

/// Search that does not prove its value would go on for long.
constexpr uint64_t kSteps = 20'000;

SolveOptions optionsFor(const char *algorithm, uint64_t seed) {
  SolveOptions options;
  options.algorithm = algorithm;
  options.provers = Provers::Own;
  options.maxStages = randomMaxPieces(seed);
  options.workLimit = kSteps;
  return options;
}

struct Sample {
  const char *name;
  LatencyKnobs knobs;
  double share;
};

std::vector<Sample> samples() {
  LatencyKnobs small, large, wide, forced;
  small.maxNodes = 5;
  large.maxNodes = 8;
  large.base.minForward = 6;
  large.base.maxKinds = 2;
  wide.maxNodes = 7;
  wide.base.branches = 1;
  wide.bounded = 0;
  wide.base.maxKinds = 2;
  // Tight memory and several pieces a device.
  forced.maxNodes = 6;
  forced.base.memory = 1;
  forced.base.pins = forced.base.colocation = 0.5;
  return {{"small", small, 1},
          {"large", large, 0.05},
          {"branches", wide, 0.15},
          {"tight", forced, 0.3}};
}

/// `share` of the usual number of problems.
void compareWithTruth(const char *algorithm, bool exact, double share = 1) {
  Tally tally;
  for (const Sample &sample : samples())
    forEachSeed(
        [&](uint64_t seed) {
          SCOPED_TRACE(sample.name);
          Instance instance = create(randomLatencyInstance(seed, sample.knobs));
          SolveOptions options = optionsFor(algorithm, seed);
          BruteForceAnswer truth =
              bruteForceLatency(instance, options.maxStages);
          size_t proven = tally.proven + tally.infeasible;
          expectFits(instance, options, truth, tally);
          if (exact)
            EXPECT_EQ(tally.proven + tally.infeasible, proven + 1);
        },
        sample.share * share);
  tally.print(algorithm);
}

TEST(LatencyEngine, FitsTheOptimum) {
  compareWithTruth("latency", /*exact=*/false, 0.3);
}

TEST(LatencySearch, FitsTheOptimum) {
  compareWithTruth("latency-search", /*exact=*/false, 0.1);
}

TEST(LatencyBaselines, FitTheOptimum) {
  for (const char *name : {"one-device", "equal-ops", "equal-weights", "greedy",
                           "pipedream", "hill-climbing", "max-load"})
    compareWithTruth(name, /*exact=*/false, 0.1);
}

} // namespace
