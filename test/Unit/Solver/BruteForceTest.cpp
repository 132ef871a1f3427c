//===- BruteForceTest.cpp - The oracle itself -----------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"
#include "Builder.h"
#include "RandomInstance.h"

#include "placement/Solver/Check/Checker.h"

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

/// problem.md: convex sets would reach 10, chains of ideals 11.
TEST(BruteForce, ChainsAreNotJustConvexSets) {
  Builder b({{"acc", 2}});
  for (double time : {5, 4, 6, 5})
    b.node({time});
  b.net(0, {1}, {0});
  b.net(2, {3}, {0});
  Instance instance = b.build();
  BruteForceAnswer answer = bruteForce(instance);
  ASSERT_TRUE(answer.feasible);
  EXPECT_EQ(instance.toSourceTime(answer.value), 11);
  EXPECT_EQ(answer.ideals, 9u);
}

/// problem.md: an unsupported zero-time node before a heavy one.
TEST(BruteForce, UnsupportedZeroTimeNode) {
  Builder b = Builder::accAndCpu(1, 1);
  b.node({kNever, 0});
  b.node({2, 100});
  b.net(0, {1}, {0, 0});
  Instance instance = b.build();
  EXPECT_EQ(instance.toSourceTime(bruteForce(instance).value), 2);
}

TEST(BruteForce, GroupsInACycleMerge) {
  Builder b({{"acc", 2}});
  for (int i = 0; i < 4; ++i)
    b.node({1});
  for (uint32_t v = 0; v < 3; ++v)
    b.net(v, {v + 1}, {0});
  b.data.group = {0, kNone, 0, kNone};
  Instance instance = b.build();
  BruteForceAnswer answer = bruteForce(instance);
  EXPECT_EQ(answer.classes, 2u);
  EXPECT_EQ(instance.toSourceTime(answer.value), 3);
}

/// Every plan of the chain search passes the checker with its value, and the
/// plainest definition, every assignment that the checker accepts, agrees.
TEST(BruteForce, AgreesWithAllAssignments) {
  RandomKnobs knobs;
  knobs.maxForward = 3;
  knobs.maxKinds = 2;
  knobs.maxCount = 2;
  knobs.pins = 0.4;
  knobs.colocation = 0.4;
  knobs.orphans = 0.7;
  size_t infeasible = 0, tried = 0;
  for (uint64_t seed = 0; seed < 600; ++seed) {
    Result<Instance> instance = Instance::create(randomInstance(seed, knobs));
    ASSERT_TRUE(instance) << seed << ": " << instance.error().message;
    if (instance->numNodes() > 6)
      continue;
    ++tried;
    uint32_t maxStages = seed % 4 == 3 ? 2 : 0;
    BruteForceAnswer chains = bruteForce(*instance, maxStages),
                     all = enumerateAssignments(*instance, maxStages);
    ASSERT_EQ(chains.feasible, all.feasible) << "seed " << seed;
    ASSERT_EQ(chains.value, all.value) << "seed " << seed;
    infeasible += !all.feasible;
  }
  EXPECT_GT(tried, 300u);
  EXPECT_GT(infeasible, 10u);
  EXPECT_LT(infeasible, tried / 2);
}

TEST(BruteForce, PlansPassTheChecker) {
  size_t infeasible = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    Result<Instance> instance = Instance::create(randomInstance(seed));
    ASSERT_TRUE(instance) << seed << ": " << instance.error().message;
    BruteForceAnswer answer = bruteForce(*instance);
    if (!answer.feasible) {
      ++infeasible;
      continue;
    }
    CheckReport report = check(*instance, answer.assignment, true);
    ASSERT_TRUE(report.feasible())
        << "seed " << seed << ": " << report.violations.front();
    ASSERT_EQ(report.value, answer.value) << "seed " << seed;
  }
  EXPECT_GT(infeasible, 20u);
  EXPECT_LT(infeasible, 200u);
}

/// Every plan one mutation away from a best one: the checker accepts it with
/// the value of the definition, or both refuse it.
TEST(Checker, AgreesWithTheDefinitionOnMutants) {
  size_t accepted = 0, refused = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Result<Instance> instance = Instance::create(randomInstance(seed));
    ASSERT_TRUE(instance) << instance.error().message;
    Assignment plan = bruteForce(*instance).assignment;
    if (plan.stages.empty())
      continue;
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto compare = [&](const Assignment &mutant) {
      CheckReport report = check(*instance, mutant, /*contiguous=*/true);
      Time value = chainValue(*instance, mutant);
      ASSERT_TRUE(report.shapeOk);
      ASSERT_EQ(report.feasible(), value != kInfiniteTime)
          << (report.feasible() ? "" : report.violations.front());
      if (report.feasible()) {
        ASSERT_EQ(report.value, value);
      }
      ++(report.feasible() ? accepted : refused);
    };
    compare(plan);
    uint32_t stages = plan.stages.size();
    // Nodes, alone and with their groups, in every other stage.
    for (NodeId v = 0; v < instance->numNodes(); ++v)
      for (uint32_t s = 0; s < stages; ++s) {
        Assignment mutant = plan;
        mutant.stageOf[v] = s;
        compare(mutant);
        for (NodeId u = 0; u < instance->numNodes(); ++u)
          if (instance->group(v) != kNone &&
              instance->group(u) == instance->group(v))
            mutant.stageOf[u] = s;
        compare(mutant);
      }
    // Stages on every other device, also on one too many, and swapped.
    for (uint32_t s = 0; s < stages; ++s) {
      for (KindId kind = 0; kind < instance->numKinds(); ++kind)
        for (uint32_t i = 0; i <= instance->machine().kinds[kind].count; ++i) {
          Assignment mutant = plan;
          mutant.stages[s] = {kind, i};
          compare(mutant);
        }
      if (s > 0) {
        Assignment mutant = plan;
        std::swap(mutant.stages[s], mutant.stages[s - 1]);
        compare(mutant);
        for (uint32_t &stage : mutant.stageOf)
          stage = stage == s ? s - 1 : stage == s - 1 ? s : stage;
        compare(mutant);
        std::swap(mutant.stages[s], mutant.stages[s - 1]);
        compare(mutant);
        // Two stages as one; the device of the first stays, then goes.
        mutant = plan;
        for (uint32_t &stage : mutant.stageOf)
          stage = stage == s ? s - 1 : stage;
        compare(mutant);
        for (uint32_t &stage : mutant.stageOf)
          stage -= stage > s;
        mutant.stages.erase(mutant.stages.begin() + s);
        compare(mutant);
      }
    }
    if (HasFatalFailure())
      return;
  }
  EXPECT_GT(accepted, 1000u);
  EXPECT_GT(refused, 1000u);
  std::printf("%zu mutants accepted, %zu refused\n", accepted, refused);
}

} // namespace
