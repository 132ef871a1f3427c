//===- NonContiguousTest.cpp - Devices that hold any nodes ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values and bounds against brute force on random problems. A run takes the
// seeds from PLACEMENT_FUZZ_FIRST on, PLACEMENT_FUZZ_SEEDS of them.
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"
#include "Random.h"
#include "RandomInstance.h"
#include "Seeds.h"

#include "Solver/NonContiguous/BoundProver.h"
#include "Solver/NonContiguous/PartState.h"
#include "Solver/NonContiguous/SlackMerge.h"
#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Search/Registry.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

/// Small enough to try every plan.
RandomKnobs smallKnobs() {
  RandomKnobs knobs;
  knobs.maxForward = 6;
  knobs.maxKinds = 2;
  knobs.maxCount = 2;
  knobs.suffixStages = 0;
  return knobs;
}

SolveOptions anywhere(const char *algorithm = "auto") {
  SolveOptions options;
  options.algorithm = algorithm;
  options.contiguous = false;
  // The problems are tiny; annealing for as long as on large ones is not
  // needed.
  options.workLimit = 20000;
  return options;
}

Plan solveAnywhere(const Instance &instance, const SolveOptions &options,
                   const Assignment *start = nullptr) {
  Result<Plan> plan = solve(instance, options, nullptr, start);
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    return {};
  }
  if (plan->hasAssignment()) {
    CheckReport report = check(instance, plan->assignment, false);
    EXPECT_TRUE(report.feasible());
    EXPECT_EQ(report.value, plan->value);
    EXPECT_LE(plan->bound, plan->value);
    EXPECT_EQ(plan->status == Status::Optimal, plan->bound == plan->value);
    Time best = 0;
    for (const FamilyBound &entry : plan->familyBounds)
      best = std::max(best, entry.bound);
    if (!plan->familyBounds.empty()) {
      EXPECT_EQ(best, plan->provenBound);
    }
  }
  return std::move(*plan);
}

/// a -> b -> c with times 4, 5, 4 and cheap nets.
InstanceData threeInARow() {
  InstanceData data;
  data.source = "row";
  data.machine.kinds.push_back({"acc", 2, kUnlimitedBytes, 0, 0});
  data.nodeIds = {0, 1, 2};
  data.time = {4, 5, 4};
  data.size = {1, 1, 1};
  data.backward = {0, 0, 0};
  data.group = {kNone, kNone, kNone};
  data.netProducer = {0, 1};
  data.netBegin = {0, 1, 2};
  data.netConsumers = {1, 2};
  data.netOnHost = {0, 0};
  data.netCost = {0.5, 0.25};
  return data;
}

TEST(NonContiguous, ADeviceHoldsSeveralPieces) {
  Instance instance = create(threeInARow());
  // Two pieces on one device are one set: it pays each net once.
  Assignment pieces{{{0, 0}, {0, 1}, {0, 0}}, {0, 1, 2}};
  CheckReport report = check(instance, pieces, false);
  ASSERT_TRUE(report.feasible());
  ASSERT_EQ(report.loads.size(), 2u);
  EXPECT_EQ(instance.toSourceTime(report.loads[0].load), 8.75);
  EXPECT_EQ(instance.toSourceTime(report.loads[1].load), 5.75);
  EXPECT_FALSE(check(instance, pieces, true).feasible());
  // 4 + 0.5 and 9 + 0.5, or 9 + 0.25 and 4 + 0.25, or 8.75.
  Plan plan = solveAnywhere(instance, anywhere());
  EXPECT_EQ(plan.status, Status::Optimal);
  EXPECT_EQ(plan.exactValue, 8.75);
}

/// Values are those of plans, bounds never exceed the optimum.
void compare(const Instance &instance, const BruteForceAnswer &truth,
             const Plan &plan) {
  EXPECT_LE(plan.bound, truth.value);
  if (plan.hasAssignment()) {
    EXPECT_GE(plan.value, truth.value);
  }
  if (plan.status == Status::Optimal) {
    EXPECT_EQ(plan.value, truth.value);
  }
  if (plan.status == Status::Infeasible) {
    EXPECT_FALSE(truth.feasible);
  }
  if (!truth.feasible) {
    EXPECT_FALSE(plan.hasAssignment());
  }
}

TEST(NonContiguous, BracketsBruteForce) {
  size_t tried = 0, best = 0, optimal = 0, infeasible = 0;
  forEachSeed(500, [&](uint64_t seed) {
    Instance instance = create(randomInstance(seed, smallKnobs()));
    BruteForceAnswer truth = bruteForceAnywhere(instance, 20000);
    if (truth.ideals > 20000)
      return;
    Plan plan = solveAnywhere(instance, anywhere());
    compare(instance, truth, plan);
    ++tried;
    best += plan.value == truth.value;
    optimal += plan.status == Status::Optimal;
    infeasible += !truth.feasible;
  });
  std::printf("%zu problems: %zu with the best value, %zu proved, %zu without "
              "a plan\n",
              tried, best, optimal, infeasible);
  // Annealing with few moves is no exact search, but on problems this small it
  // misses hardly any.
  EXPECT_GE(best, tried * 90 / 100);
}

/// The bounds alone, with limits around the optimum.
TEST(NonContiguous, BoundsHoldAtAnyValue) {
  using namespace noncontiguous;
  size_t tried = 0, closed = 0;
  forEachSeed(200, [&](uint64_t seed) {
    Random random(seed);
    RandomKnobs knobs = smallKnobs();
    knobs.memory = 0;
    Instance instance = create(randomInstance(seed + 500000, knobs));
    BruteForceAnswer truth = bruteForceAnywhere(instance, 20000);
    if (truth.ideals > 20000 || !truth.feasible || truth.value == 0)
      return;
    ++tried;
    ClassGraph graph = contiguous::mergeFollowers(
        contiguous::contract(instance, 0, /*ordered=*/false));
    DeviceTable devices(instance, graph);
    // A plan that is worse than the best: bounds must not pass the optimum.
    DeviceMap placement =
        toDeviceMap(instance, graph, devices, truth.assignment);
    if (evaluate(graph, devices, placement) == kInfiniteTime)
      placement.assign(graph.numClasses, 0);
    Time value = truth.value + Time(truth.value * random.pick({0, 0, 0.1, 1}));
    Budget budget;
    BoundProver prover(graph, devices, placement, value, 0, budget,
                       /*work=*/200000, seed,
                       [&](Time bound, const char *family) {
                         EXPECT_LE(bound, truth.value) << family;
                       });
    if (random.chance(0.7))
      prover.count();
    prover.generateColumns(0);
    EXPECT_LE(prover.bound(), truth.value);
    closed += prover.bound() == truth.value;
  });
  std::printf("%zu problems, the bound is the optimum in %zu\n", tried, closed);
}

/// What the best plans below a limit keep together.
TEST(NonContiguous, ContractionKeepsTheOptimum) {
  using namespace noncontiguous;
  forEachSeed(500, [&](uint64_t seed) {
    Instance instance = create(randomInstance(seed + 700000, smallKnobs()));
    BruteForceAnswer truth = bruteForceAnywhere(instance, 5000);
    if (truth.ideals > 5000)
      return;
    ClassGraph graph = contiguous::mergeFollowers(
        contiguous::contract(instance, 0, /*ordered=*/false));
    Time limit = truth.feasible ? truth.value : kInfiniteTime / 4;
    for (const ClassGraph &merged : {graph, mergeWithinSlack(graph, limit)}) {
      DeviceTable devices(instance, merged);
      // All placements of classes.
      Time best = kInfiniteTime;
      DeviceMap placement(merged.numClasses, 0);
      while (devices.size()) {
        best = std::min(best, evaluate(merged, devices, placement));
        size_t c = 0;
        while (c < placement.size() && ++placement[c] == devices.size())
          placement[c++] = 0;
        if (c == placement.size())
          break;
      }
      EXPECT_EQ(best, truth.value);
    }
  });
}

TEST(NonContiguous, LoadsFollowMoves) {
  using namespace noncontiguous;
  forEachSeed(300, [&](uint64_t seed) {
    Random random(seed);
    RandomKnobs knobs = smallKnobs();
    knobs.maxForward = 12;
    knobs.memory = 1;
    knobs.unsupported = 0;
    Instance instance = create(randomInstance(seed + 900000, knobs));
    ClassGraph graph = contiguous::contract(instance, 0, /*ordered=*/false);
    DeviceTable devices(instance, graph);
    LoadState state(graph, devices);
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
    state.assign(placement);
    for (int step = 0; step < 50; ++step) {
      ClassId c = random.below(graph.numClasses);
      placement[c] = allowed(c);
      state.move(c, placement[c]);
    }
    CheckReport report = check(
        instance, toAssignment(instance, graph, devices, placement), false);
    Time value = 0;
    for (const DeviceLoad &load : report.loads)
      value = std::max(value, load.load);
    Time largest = 0;
    for (DeviceId d = 0; d < devices.size(); ++d)
      largest = std::max(largest, state.load(d));
    EXPECT_EQ(largest, value);
    EXPECT_EQ(state.value() == kInfiniteTime, !report.feasible());
  });
}

TEST(NonContiguous, NeverWorseThanTheContiguousOptimum) {
  forEachSeed(60, [](uint64_t seed) {
    RandomKnobs knobs;
    knobs.suffixStages = 0;
    Instance instance = create(randomInstance(seed, knobs));
    Result<Plan> chain = solve(instance, SolveOptions());
    ASSERT_TRUE(chain);
    for (const char *algorithm : {"local-search", "noncontiguous"}) {
      Plan plan = solveAnywhere(instance, anywhere(algorithm));
      EXPECT_LE(plan.value, chain->value) << algorithm;
    }
  });
}

TEST(NonContiguous, TakesAWarmStart) {
  forEachSeed(300, [](uint64_t seed) {
    Instance instance = create(randomInstance(seed, smallKnobs()));
    BruteForceAnswer truth = bruteForceAnywhere(instance, 5000);
    if (truth.ideals > 5000 || !truth.feasible)
      return;
    SolveOptions options = anywhere();
    options.workLimit = 0;
    Plan plan = solveAnywhere(instance, options, &truth.assignment);
    EXPECT_EQ(plan.value, truth.value);
  });
}

TEST(NonContiguous, ASeedGivesOnePlan) {
  forEachSeed(20, [](uint64_t seed) {
    RandomKnobs knobs;
    knobs.suffixStages = 0;
    Instance instance = create(randomInstance(seed, knobs));
    SolveOptions options = anywhere();
    options.seed = seed;
    Plan one = solveAnywhere(instance, options),
         two = solveAnywhere(instance, options);
    EXPECT_EQ(one.assignment.stages, two.assignment.stages);
    EXPECT_EQ(one.assignment.stageOf, two.assignment.stageOf);
    EXPECT_EQ(one.bound, two.bound);
    EXPECT_EQ(one.explanation, two.explanation);
  });
}

/// Small whole costs are exact at every scale.
RandomKnobs wholeKnobs() {
  RandomKnobs knobs = smallKnobs();
  knobs.wholeNumbers = 1;
  return knobs;
}

double optimum(InstanceData data) {
  Instance instance = create(std::move(data));
  BruteForceAnswer truth = bruteForceAnywhere(instance, 20000);
  Plan plan = solveAnywhere(instance, anywhere());
  if (truth.ideals <= 20000)
    compare(instance, truth, plan);
  return truth.feasible         ? instance.toSourceTime(truth.value)
         : truth.ideals > 20000 ? std::numeric_limits<double>::quiet_NaN()
                                : std::numeric_limits<double>::infinity();
}

TEST(NonContiguous, NamesAndScaleDoNotMatter) {
  forEachSeed(60, [](uint64_t seed) {
    InstanceData data = randomInstance(seed, wholeKnobs()), twice = data;
    for (double &time : twice.time)
      time *= 2;
    for (double &cost : twice.netCost)
      cost *= 2;
    double value = optimum(data);
    if (std::isnan(value))
      return;
    EXPECT_EQ(optimum(shuffledCopy(data, seed)), value);
    EXPECT_EQ(optimum(twice), 2 * value);
  });
}

TEST(NonContiguous, OneDeviceMoreNeverHurtsAndOnePinNeverHelps) {
  forEachSeed(60, [](uint64_t seed) {
    Random random(seed);
    InstanceData data = randomInstance(seed, wholeKnobs());
    double value = optimum(data);
    InstanceData more = data;
    ++more.machine.kinds[random.below(data.numKinds())].count;
    InstanceData pinned = data;
    pinned.pinKind.resize(data.numNodes(), kNone);
    pinned.pinIndex.resize(data.numNodes(), kNone);
    NodeId v = random.below(data.numNodes());
    if (pinned.pinKind[v] == kNone)
      pinned.pinKind[v] = random.below(data.numKinds());
    double better = optimum(more), worse = optimum(pinned);
    if (std::isnan(value) || std::isnan(better) || std::isnan(worse))
      return;
    EXPECT_LE(better, value);
    EXPECT_GE(worse, value);
  });
}

TEST(NonContiguous, LimitsEndWithWhatIsKnown) {
  RandomKnobs knobs;
  knobs.minForward = knobs.maxForward = 30;
  knobs.memory = knobs.unsupported = knobs.pins = knobs.colocation = 0;
  InstanceData data = randomInstance(3, knobs);
  Instance instance = create(data);
  SolveOptions options;
  options.contiguous = false;
  options.timeLimit = 0;
  Plan plan = solveAnywhere(instance, options);
  EXPECT_NE(plan.stop, Stop::Finished);
  EXPECT_NE(plan.status, Status::Optimal);

  std::atomic<bool> cancelled = true;
  options = SolveOptions();
  options.contiguous = false;
  options.cancel = &cancelled;
  EXPECT_EQ(solveAnywhere(instance, options).stop, Stop::Cancelled);

  options = SolveOptions();
  options.contiguous = false;
  options.memoryLimit = 1;
  EXPECT_EQ(solveAnywhere(instance, options).stop, Stop::Memory);
}

TEST(NonContiguous, RefusesWhatItCannotModel) {
  Instance instance = create(threeInARow());
  SolveOptions options = anywhere("local-search");
  options.contiguous = true;
  EXPECT_FALSE(solve(instance, options));
  InstanceData data = threeInARow();
  data.inFlight = InFlight::SuffixStages;
  data.stash = {1, 1, 1};
  data.machine.kinds[0].memory = 5;
  EXPECT_FALSE(solve(create(data), anywhere()));
  // Memory that suffices for any order does no harm.
  data.machine.kinds[0].memory = 100;
  EXPECT_TRUE(solve(create(data), anywhere()));
}

TEST(NonContiguous, UsesNoMoreDevicesThanAllowed) {
  InstanceData data = threeInARow();
  SolveOptions options = anywhere();
  options.maxStages = 1;
  Plan plan = solveAnywhere(create(data), options);
  EXPECT_EQ(plan.exactValue, 13);
  EXPECT_EQ(plan.loads.size(), 1u);
  // Pins that name more devices leave no plan.
  data.pinKind = {0, kNone, 0};
  data.pinIndex = {0, kNone, 1};
  plan = solveAnywhere(create(data), options);
  EXPECT_EQ(plan.status, Status::Infeasible);
  options.maxStages = 2;
  EXPECT_EQ(solveAnywhere(create(data), options).exactValue, 9.25);
}

TEST(NonContiguous, IsWhatAutoChooses) {
  Instance instance = create(threeInARow());
  EXPECT_EQ(solveAnywhere(instance, anywhere()).algorithm, "noncontiguous");
}

} // namespace
