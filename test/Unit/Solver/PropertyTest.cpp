//===- PropertyTest.cpp - Algorithms against brute force ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random problems, one for each seed. PLACEMENT_FUZZ_SEEDS sets how many
// (2,000 unless set), PLACEMENT_FUZZ_FIRST the first; a failure names its seed,
// so that FIRST=seed SEEDS=1 repeats it alone.
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"
#include "Random.h"
#include "RandomInstance.h"
#include "Seeds.h"
#include "Transformations.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Search/Registry.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

/// What a plan must keep whatever the algorithm, beyond what solve() checks.
Plan solveWith(const Instance &instance, SolveOptions options,
               const Assignment *warmStart = nullptr) {
  Result<Plan> plan = solve(instance, options, nullptr, warmStart);
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    return {};
  }
  EXPECT_EQ(plan->fingerprint, instance.fingerprint());
  if (plan->hasAssignment()) {
    CheckReport report = check(instance, plan->assignment, true);
    EXPECT_TRUE(report.feasible());
    EXPECT_EQ(report.value, plan->value);
    EXPECT_LE(plan->bound, plan->value);
    if (options.maxStages != 0) {
      EXPECT_LE(plan->assignment.stages.size(), options.maxStages);
    }
  }
  return std::move(*plan);
}

SolveOptions optionsFor(const char *algorithm, uint32_t maxStages = 0) {
  SolveOptions options;
  options.algorithm = algorithm;
  options.maxStages = maxStages;
  return options;
}

uint32_t maxStagesFor(uint64_t seed) {
  return seed % 5 == 4 ? 1 + Random(seed).below(3) : 0;
}

/// Proven optimal, or infeasible, with the value given.
void expectExact(const Plan &plan, const BruteForceAnswer &truth) {
  if (truth.feasible) {
    EXPECT_EQ(plan.status, Status::Optimal);
    EXPECT_EQ(plan.value, truth.value);
    EXPECT_EQ(plan.bound, truth.value);
  } else {
    EXPECT_EQ(plan.status, Status::Infeasible);
    EXPECT_FALSE(plan.hasAssignment());
    EXPECT_FALSE(plan.explanation.empty());
  }
  EXPECT_EQ(plan.proof, Proof::Engine);
  EXPECT_EQ(plan.stop, Stop::Finished);
}

/// The optimum in the source's unit; infinite where there is none.
double optimum(InstanceData data) {
  Instance instance = create(std::move(data));
  Plan plan = solveWith(instance, optionsFor("contiguous"));
  EXPECT_TRUE(plan.status == Status::Optimal ||
              plan.status == Status::Infeasible);
  return plan.hasAssignment() ? instance.toSourceTime(plan.value)
                              : std::numeric_limits<double>::infinity();
}

// Small whole costs are exact at every scale, so that values of different
// instances can be compared.
RandomKnobs wholeKnobs() {
  RandomKnobs knobs;
  knobs.wholeNumbers = 1;
  return knobs;
}

TEST(OneDevice, EqualsBruteForceOfOneStage) {
  forEachSeed([](uint64_t seed) {
    Instance instance = create(randomInstance(seed));
    expectExact(solveWith(instance, optionsFor("one-device", 1)),
                bruteForce(instance, 1));
  });
}

TEST(OneDevice, IsNeverBetterThanTheOptimum) {
  forEachSeed([](uint64_t seed) {
    Instance instance = create(randomInstance(seed));
    Plan plan = solveWith(instance, optionsFor("one-device"));
    BruteForceAnswer truth = bruteForce(instance);
    EXPECT_LE(truth.value, plan.value);
    EXPECT_LE(plan.bound, truth.value);
    if (truth.feasible) {
      EXPECT_NE(plan.status, Status::Infeasible);
    }
  });
}

TEST(Contiguous, EqualsBruteForce) {
  forEachSeed([](uint64_t seed) {
    Instance instance = create(randomInstance(seed));
    uint32_t maxStages = maxStagesFor(seed);
    expectExact(solveWith(instance, optionsFor("contiguous", maxStages)),
                bruteForce(instance, maxStages));
  });
}

/// Wider and denser problems than the default, fewer of them.
TEST(Contiguous, EqualsBruteForceOnLargerProblems) {
  RandomKnobs knobs;
  knobs.minForward = 10;
  knobs.maxForward = 12;
  knobs.colocation = 0.1;
  forEachSeed(
      [&](uint64_t seed) {
        Instance instance = create(randomInstance(seed + 1000000, knobs));
        expectExact(solveWith(instance, optionsFor("contiguous")),
                    bruteForce(instance));
      },
      0.1);
}

/// Long narrow problems, deep enough for every stage of an engine.
TEST(Contiguous, EqualsBruteForceOnLongProblems) {
  RandomKnobs knobs;
  knobs.minForward = 14;
  knobs.maxForward = 26;
  knobs.maxKinds = 2;
  knobs.branches = 0.8;
  knobs.colocation = knobs.pins = knobs.orderEdges = 0.1;
  const size_t maxIdeals = 1000;
  size_t tried = 0;
  forEachSeed(
      [&](uint64_t seed) {
        Instance instance = create(randomInstance(seed + 3000000, knobs));
        BruteForceAnswer truth = bruteForce(instance, 0, maxIdeals);
        if (truth.ideals > maxIdeals)
          return;
        ++tried;
        expectExact(solveWith(instance, optionsFor("contiguous")), truth);
      },
      0.1);
  std::printf("%zu long problems of at most %zu ideals\n", tried, maxIdeals);
}

/// Branches that are alike, whose images an engine may skip.
TEST(Contiguous, EqualsBruteForceOnTwins) {
  RandomKnobs knobs;
  knobs.minForward = 6;
  knobs.maxForward = 12;
  knobs.branches = knobs.twins = 1;
  knobs.colocation = knobs.pins = knobs.orderEdges = 0.1;
  forEachSeed(
      [&](uint64_t seed) {
        Instance instance = create(randomInstance(seed + 2000000, knobs));
        expectExact(solveWith(instance, optionsFor("contiguous")),
                    bruteForce(instance));
      },
      0.25);
}

TEST(Contiguous, StopsWithinTheGap) {
  forEachSeed(
      [](uint64_t seed) {
        Instance instance = create(randomInstance(seed));
        SolveOptions options = optionsFor("contiguous");
        options.gap = 0.2;
        Plan plan = solveWith(instance, options);
        BruteForceAnswer truth = bruteForce(instance);
        EXPECT_EQ(plan.hasAssignment(), truth.feasible);
        EXPECT_LE(plan.bound, truth.value);
        if (truth.feasible) {
          EXPECT_LE(plan.gap(), options.gap + 1e-9);
        }
      },
      0.25);
}

/// A plan some random legal steps away: stages on unused devices are added and
/// units of colocated nodes change their stages.
Assignment wander(const Instance &instance, Assignment plan, Random &random) {
  for (int step = 0; step < 30; ++step) {
    Assignment next = plan;
    if (random.chance(0.3)) {
      KindId kind = random.below(instance.numKinds());
      if (instance.machine().kinds[kind].count == 0)
        continue;
      uint32_t at = random.below(next.stages.size() + 1),
               index = random.below(instance.machine().kinds[kind].count);
      next.stages.insert(next.stages.begin() + at, {kind, index});
      for (uint32_t &stage : next.stageOf)
        stage += stage >= at;
      next.stageOf[random.below(instance.numNodes())] = at;
    }
    NodeId v = random.below(instance.numNodes());
    uint32_t to = random.below(next.stages.size());
    for (NodeId u = 0; u < instance.numNodes(); ++u)
      if (u == v || (instance.group(v) != kNone &&
                     instance.group(u) == instance.group(v)))
        next.stageOf[u] = to;
    if (check(instance, next, true).feasible())
      plan = std::move(next);
  }
  return plan;
}

TEST(Contiguous, TakesAWarmStart) {
  forEachSeed(
      [](uint64_t seed) {
        Random random(seed);
        Instance instance = create(randomInstance(seed));
        BruteForceAnswer truth = bruteForce(instance),
                         single = bruteForce(instance, 1);
        std::vector<Assignment> starts;
        if (single.feasible)
          starts.push_back(single.assignment);
        if (truth.feasible) {
          starts.push_back(truth.assignment);
          for (int i = 0; i < 3; ++i)
            starts.push_back(wander(instance, truth.assignment, random));
        }
        for (const Assignment &start : starts)
          expectExact(solveWith(instance, optionsFor("contiguous"), &start),
                      truth);
      },
      0.25);
}

TEST(Contiguous, IsDeterministic) {
  forEachSeed(
      [](uint64_t seed) {
        Instance instance = create(randomInstance(seed));
        Plan one = solveWith(instance, optionsFor("contiguous")),
             two = solveWith(instance, optionsFor("contiguous"));
        EXPECT_EQ(one.assignment.stages, two.assignment.stages);
        EXPECT_EQ(one.assignment.stageOf, two.assignment.stageOf);
        EXPECT_EQ(one.explanation, two.explanation);
      },
      0.1);
}

TEST(Contiguous, OrderAndNamesDoNotMatter) {
  forEachSeed(
      [](uint64_t seed) {
        InstanceData data = randomInstance(seed);
        Instance one = create(data), two = create(shuffledCopy(data, seed));
        Plan first = solveWith(one, optionsFor("contiguous")),
             second = solveWith(two, optionsFor("contiguous"));
        EXPECT_EQ(first.status, second.status);
        EXPECT_EQ(first.value, second.value);
      },
      0.5);
}

TEST(Contiguous, TwiceTheCostIsTwiceTheValue) {
  forEachSeed(
      [](uint64_t seed) {
        InstanceData data = randomInstance(seed), twice = data;
        for (double &time : twice.time)
          time *= 2;
        for (double &cost : twice.netCost)
          cost *= 2;
        Instance one = create(data), two = create(twice);
        Plan first = solveWith(one, optionsFor("contiguous")),
             second = solveWith(two, optionsFor("contiguous"));
        EXPECT_EQ(first.status, second.status);
        if (!first.hasAssignment())
          return;
        EXPECT_NEAR(second.exactValue, 2 * first.exactValue,
                    1e-10 * first.exactValue);
        if (two.timeExponent() == one.timeExponent() - 1) {
          EXPECT_EQ(first.value, second.value);
        }
      },
      0.25);
}

TEST(Contiguous, OneDeviceMoreNeverHurts) {
  forEachSeed(
      [](uint64_t seed) {
        InstanceData data = randomInstance(seed, wholeKnobs());
        double before = optimum(data);
        ++data.machine.kinds[Random(seed).below(data.numKinds())].count;
        EXPECT_LE(optimum(data), before);
      },
      0.25);
}

TEST(Contiguous, OnePinMoreNeverHelps) {
  forEachSeed(
      [](uint64_t seed) {
        Random random(seed);
        InstanceData data = randomInstance(seed, wholeKnobs());
        double before = optimum(data);
        data.pinKind.resize(data.numNodes(), kNone);
        data.pinIndex.resize(data.numNodes(), kNone);
        NodeId v = random.below(data.numNodes());
        if (data.pinKind[v] == kNone)
          data.pinKind[v] = random.below(data.numKinds());
        uint32_t count = data.machine.kinds[data.pinKind[v]].count;
        if (count > 0 && data.pinIndex[v] == kNone && random.chance(0.5))
          data.pinIndex[v] = random.below(count);
        EXPECT_GE(optimum(data), before);
      },
      0.25);
}

TEST(Contiguous, AnInferenceGraphReversedHasTheSameValue) {
  RandomKnobs knobs;
  knobs.training = 0;
  knobs.suffixStages = 0;
  knobs.singleConsumers = true;
  forEachSeed(
      [&](uint64_t seed) {
        InstanceData data = randomInstance(seed, knobs);
        Instance one = create(data), two = create(reversedCopy(data));
        Plan first = solveWith(one, optionsFor("contiguous")),
             second = solveWith(two, optionsFor("contiguous"));
        EXPECT_EQ(first.status, second.status);
        EXPECT_EQ(first.value, second.value);
      },
      0.5);
}

TEST(Linearised, IsNeverBetterThanTheOptimum) {
  size_t optimal = 0, total = 0;
  forEachSeed([&](uint64_t seed) {
    Instance instance = create(randomInstance(seed));
    uint32_t maxStages = maxStagesFor(seed);
    Plan plan = solveWith(instance, optionsFor("linearised", maxStages));
    BruteForceAnswer truth = bruteForce(instance, maxStages);
    EXPECT_LE(truth.value, plan.value);
    EXPECT_LE(plan.bound, truth.value);
    if (truth.feasible) {
      EXPECT_NE(plan.status, Status::Infeasible);
    }
    total += truth.feasible;
    optimal += plan.value == truth.value;
  });
  RecordProperty("optimal", int(optimal));
  RecordProperty("total", int(total));
}

/// These tests would pass unseen if an algorithm were missing.
TEST(Registry, HoldsTheBuiltInAlgorithms) {
  for (const char *name :
       {"contiguous", "linearised", "one-device", "equal-ops", "equal-weights"})
    EXPECT_TRUE(Registry::get().find(name)) << name;
}

TEST(Contiguous, IsWhatAutoChooses) {
  Instance instance = create(randomInstance(1));
  EXPECT_EQ(solveWith(instance, optionsFor("auto")).algorithm, "contiguous");
}

} // namespace
