//===- LatencyBaselinesTest.cpp - Baselines under latency -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "FakeAlgorithm.h"

#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

Builder latency(uint32_t accs, Bytes memory = kUnlimitedBytes) {
  Builder b = Builder::accAndCpu(accs, 2, memory);
  b.data.objective = Objective::Latency;
  b.data.machine.kinds[0].host = false;
  return b;
}

Plan run(const Builder &builder, const char *algorithm) {
  Instance instance = builder.build();
  SolveOptions options;
  options.algorithm = algorithm;
  Result<Plan> plan = solve(instance, options);
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    std::abort();
  }
  return std::move(*plan);
}

/// Nodes 0 -> 1 -> ... of size 2, each output for 1.
Builder chain(size_t nodes, uint32_t accs, Bytes memory) {
  Builder b = latency(accs, memory);
  for (size_t i = 0; i < nodes; ++i)
    b.node({1, 10}, 2);
  for (uint32_t i = 0; i + 1 < nodes; ++i)
    b.net(i, {i + 1}, {1, 0});
  return b;
}

TEST(LatencyGreedyTest, FillsDevicesUpToTheirMemoryAndLeavesTheRestToTheHost) {
  Plan plan = run(chain(6, 2, 4), "greedy");
  // Two nodes a device, and two on the host: 2 + out, in + 2 + out, 10 + 10.
  EXPECT_EQ(plan.exactValue, 3 + 4 + 20);
}

TEST(LatencyGreedyTest, WhatIsUnsupportedEndsADevice) {
  Builder b = chain(4, 3, 100);
  b.data.time[1 * 2 + 0] = kNever;
  Plan plan = run(b, "greedy");
  EXPECT_EQ(plan.exactValue, (1 + 1) + 10 + (1 + 2));
}

/// A branch is followed to its end before the next one.
TEST(LatencyGreedyTest, FollowsOneBranchBeforeTheNext) {
  Builder b = latency(2, 4);
  for (int i = 0; i < 5; ++i)
    b.node({1, 10}, i == 0 ? 0 : 2);
  b.net(0, {1, 2}, {0, 0});
  b.net(1, {3}, {1, 0});
  b.net(2, {4}, {1, 0});
  Plan plan = run(b, "greedy");
  EXPECT_EQ(plan.assignment.stageOf[1], plan.assignment.stageOf[3]);
  EXPECT_EQ(plan.assignment.stageOf[2], plan.assignment.stageOf[4]);
  EXPECT_NE(plan.assignment.stageOf[1], plan.assignment.stageOf[2]);
}

TEST(LatencyGreedyTest, SaysWhatHasNoPlace) {
  Builder b = chain(6, 2, 4);
  b.data.machine.kinds[1].memory = 1; // Two cores: two bytes.
  Plan plan = run(b, "greedy");
  EXPECT_FALSE(plan.hasAssignment());
  ASSERT_FALSE(plan.explanation.empty());
  expectContains(plan.explanation.front(), "the method does not go back");
}

TEST(MaxLoadTest, IsTheThroughputOptimumRunForOneSample) {
  // Throughput cuts in the middle; one call would be faster.
  Plan plan = run(chain(8, 2, 100), "max-load");
  EXPECT_EQ(plan.exactValue, (4 + 1) + (1 + 4));
  EXPECT_EQ(run(chain(8, 2, 100), "one-device").exactValue, 8);
}

TEST(MaxLoadTest, IsForLatencyOnly) {
  SolveOptions options;
  options.algorithm = "max-load";
  Result<Plan> plan = solve(row().build(), options);
  ASSERT_FALSE(plan);
  expectContains(plan.error().message, "it knows the objective latency only");
}

TEST(LatencyBaselinesTest, HaveNoAlternatives) {
  SolveOptions options;
  options.alternatives = 3;
  for (const char *algorithm : {"greedy", "max-load", "one-device"}) {
    options.algorithm = algorithm;
    EXPECT_FALSE(solve(chain(3, 2, 100).build(), options)) << algorithm;
  }
}

/// Sets of throughput that depend on each other in a circle take more calls
/// than a device may run.
TEST(LatencyBaselinesTest, TooManyCallsAreNoPlanAndHaveALatencyAllTheSame) {
  Builder b = latency(2, 4);
  // 0 -> 1 -> 2 -> 3, with 0 and 2 on one device and 1 and 3 on the other.
  for (double size : {3, 1, 1, 3})
    b.node({1, kNever}, size);
  b.data.group = {0, 1, 0, 1};
  for (uint32_t i = 0; i < 3; ++i)
    b.net(i, {i + 1}, {0.5, 0});
  Plan plan = run(b, "hill-climbing");
  EXPECT_FALSE(plan.hasAssignment());
  std::string text;
  for (const std::string &sentence : plan.explanation)
    text += sentence;
  expectContains(text, "though its latency would be 7");
  expectContains(text, "runs 2 pieces");
  b.data.piecesPerDevice = 2;
  EXPECT_EQ(run(b, "hill-climbing").exactValue, 7);
}

/// The device that a pin names is not a core, though it has a number.
TEST(LatencyBaselinesTest, PinsToDevicesAreNoCores) {
  Builder b = chain(3, 4, 100);
  b.data.pinKind = {0, kNone, kNone};
  b.data.pinIndex = {3, kNone, kNone};
  b.data.cores = 1;
  for (const char *algorithm : {"one-device", "greedy", "max-load"})
    EXPECT_TRUE(run(b, algorithm).hasAssignment()) << algorithm;
}

TEST(LatencyBaselinesTest, BoundedCoresAreUsedInTurn) {
  Builder b = latency(0);
  for (double time : {4, 3, 2, 2})
    b.node({kNever, time});
  b.data.cores = 2;
  EXPECT_EQ(run(b, "one-device").exactValue, 6);
  b.data.cores = 1;
  EXPECT_EQ(run(b, "one-device").exactValue, 11);
}

} // namespace
