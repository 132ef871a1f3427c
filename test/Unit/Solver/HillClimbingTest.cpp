//===- HillClimbingTest.cpp - Local search with restarts ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "FakeAlgorithm.h"
#include "RandomInstance.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

SolveOptions climbing() {
  SolveOptions options;
  options.algorithm = "hill-climbing";
  options.contiguous = false;
  return options;
}

Plan climb(const Instance &instance) {
  Result<Plan> plan = solve(instance, climbing());
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    return {};
  }
  return std::move(*plan);
}

TEST(HillClimbing, FindsTheBalanceOfAFewNodes) {
  Builder b = Builder::accAndCpu(2, 1);
  for (double time : {4, 3, 3, 2})
    b.node({time, 100 * time});
  Plan plan = climb(b.build());
  EXPECT_EQ(plan.exactValue, 6);
  // The CPU is left alone, as in the paper, though it would help.
  b.data.time[2 * 3 + 1] = 3;
  b.data.time[2 * 2] = 4;
  plan = climb(b.build());
  EXPECT_EQ(plan.exactValue, 7);
  for (DeviceRef device : plan.assignment.stages)
    EXPECT_EQ(device.kind, 0u);
}

TEST(HillClimbing, UsesOtherKindsWhereItMust) {
  Builder b = Builder::accAndCpu(2, 2);
  for (int v = 0; v < 4; ++v)
    b.node({1, 10});
  b.data.time[2 * 1] = b.data.time[2 * 2] = kNever;
  b.data.pinKind[3] = 1;
  b.data.pinIndex[3] = 1;
  Plan plan = climb(b.build());
  // Three nodes on two CPUs, one of them pinned.
  EXPECT_EQ(plan.exactValue, 20);
  EXPECT_EQ(plan.assignment.stages[plan.assignment.stageOf[3]],
            (DeviceRef{1, 1}));
}

TEST(HillClimbing, LowersExcessFirst) {
  // Balanced by time, the two large nodes would be together.
  Builder b = Builder::accAndCpu(2, 0, 100);
  b.node({1, 1}, 60);
  b.node({1, 1}, 60);
  b.node({2, 2}, 10);
  Plan plan = climb(b.build());
  ASSERT_TRUE(plan.hasAssignment());
  EXPECT_EQ(plan.exactValue, 3);
  // Transients: the largest of a device counts.
  b.data.transient = {30, 0, 40};
  EXPECT_FALSE(climb(b.build()).hasAssignment());
  b.data.transient = {30, 30, 30};
  EXPECT_TRUE(climb(b.build()).hasAssignment());
}

TEST(HillClimbing, SaysWhichRuleIsBroken) {
  Builder b = Builder::accAndCpu(2, 1, 100);
  for (int v = 0; v < 4; ++v)
    b.node({1, 10}, 60);
  Plan plan = climb(b.build());
  EXPECT_FALSE(plan.hasAssignment());
  EXPECT_EQ(plan.status, Status::Unknown);
  expectContains(joined(plan), "What the method ends with is no plan, though "
                               "its value would be ");
  expectContains(joined(plan), " bytes, but kind \"acc\" has 100");
}

TEST(HillClimbing, EndsAtALocalOptimum) {
  RandomKnobs knobs;
  knobs.maxKinds = 1;
  knobs.memory = knobs.unsupported = knobs.pins = 0;
  knobs.colocation = 0;
  knobs.training = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    InstanceData data = randomInstance(seed, knobs);
    data.communication = static_cast<Communication>(seed % 3);
    Result<Instance> instance = Instance::create(data);
    ASSERT_TRUE(instance);
    Plan plan = climb(*instance);
    ASSERT_TRUE(plan.hasAssignment());
    for (NodeId v = 0; v < instance->numNodes(); ++v)
      for (uint32_t i = 0; i < instance->machine().kinds[0].count; ++i) {
        // A stage of its own, so that no stage of the others is renumbered.
        Assignment moved = plan.assignment;
        moved.stageOf[v] = static_cast<uint32_t>(moved.stages.size());
        moved.stages.push_back({0, i});
        EXPECT_GE(check(*instance, moved, false).value, plan.value);
      }
  }
}

TEST(HillClimbing, HonoursLimits) {
  Instance instance = row().build();
  SolveOptions options = climbing();
  std::atomic<bool> cancel = true;
  options.cancel = &cancel;
  EXPECT_EQ(solve(instance, options)->stop, Stop::Cancelled);
  options = climbing();
  options.timeLimit = 0;
  EXPECT_EQ(solve(instance, options)->stop, Stop::Time);
  options = climbing();
  options.memoryLimit = 1;
  Result<Plan> plan = solve(instance, options);
  EXPECT_EQ(plan->stop, Stop::Memory);
  EXPECT_FALSE(plan->hasAssignment());
  options = climbing();
  options.workLimit = 3;
  plan = solve(instance, options);
  EXPECT_EQ(plan->stop, Stop::Time);
  EXPECT_TRUE(plan->hasAssignment());
}

} // namespace
