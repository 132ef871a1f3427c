//===- GreedyTest.cpp - Devices filled in topological order ---------------===//
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

Plan greedy(const Instance &instance, uint32_t maxStages = 0) {
  SolveOptions options;
  options.algorithm = "greedy";
  options.maxStages = maxStages;
  Result<Plan> plan = solve(instance, options);
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    return {};
  }
  return std::move(*plan);
}

/// Nodes in a row with these times, ten times as long on the CPU.
Builder rowOf(std::vector<double> times, uint32_t accs, uint32_t cpus = 1,
              Bytes memory = kUnlimitedBytes) {
  Builder b = Builder::accAndCpu(accs, cpus, memory);
  for (size_t v = 0; v < times.size(); ++v) {
    b.node({times[v], 10 * times[v]}, /*size=*/10);
    if (v)
      b.net(v - 1, {static_cast<uint32_t>(v)}, {0.5, 0});
  }
  return b;
}

using Stages = std::vector<uint32_t>;

std::vector<KindId> kindsOf(const Plan &plan) {
  std::vector<KindId> kinds;
  for (DeviceRef device : plan.assignment.stages)
    kinds.push_back(device.kind);
  return kinds;
}

TEST(Greedy, StopsAtTheShareOfWhatIsLeft) {
  // 12 over 3 is 4; the 9 left over 2 are 4.5; the last one takes the rest.
  Plan plan = greedy(rowOf({1, 2, 2, 2, 3, 1, 1}, 3).build());
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 0, 1, 1, 2, 2, 2}));
  EXPECT_EQ(kindsOf(plan), std::vector<KindId>({0, 0, 0}));
  EXPECT_EQ(plan.status, Status::Feasible);
  EXPECT_GT(plan.bound, 0);
  // One class a stage at least, and no stage more than there is work for.
  plan = greedy(rowOf({5, 1}, 3).build());
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 1}));
  plan = greedy(rowOf({1, 2, 2, 2, 3, 1, 1}, 3).build(), /*maxStages=*/2);
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 0, 0, 1, 1, 1, 1}));
}

TEST(Greedy, LeavesToTheCpuWhatAcceleratorsCannotHold) {
  // Two nodes an accelerator; the CPU takes the rest.
  Plan plan = greedy(rowOf({4, 1, 1, 1, 1, 1}, 2, 1, 20).build());
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 1, 1, 2, 2, 2}));
  EXPECT_EQ(kindsOf(plan), std::vector<KindId>({0, 0, 1}));
}

TEST(Greedy, ReturnsToTheFasterKindAsSoonAsItCan) {
  Builder b = rowOf({1, 1, 1, 1}, 2);
  b.data.time[2 * 1] = kNever;
  Plan plan = greedy(b.build());
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 1, 2, 2}));
  EXPECT_EQ(kindsOf(plan), std::vector<KindId>({0, 1, 0}));
}

TEST(Greedy, SaysWhereItIsStuck) {
  Builder b = rowOf({1, 1, 1, 1}, 3);
  b.data.time[2 * 1] = b.data.time[2 * 3] = kNever;
  Plan plan = greedy(b.build());
  EXPECT_FALSE(plan.hasAssignment());
  EXPECT_EQ(plan.status, Status::Unknown);
  expectContains(joined(plan), "After 3 stages no device is left that takes "
                               "node 3; the method does not go back.");
}

TEST(Greedy, KeepsPinsAndGroups) {
  Builder b = rowOf({1, 1, 1, 1}, 2);
  b.data.pinKind[0] = b.data.pinKind[1] = 0;
  b.data.pinIndex[0] = 1;
  b.data.pinIndex[1] = 0;
  Plan plan = greedy(b.build());
  EXPECT_EQ(plan.assignment.stages, (std::vector<DeviceRef>({{0, 1}, {0, 0}})));
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 1, 1, 1}));
  b = rowOf({1, 1, 1, 1}, 2);
  b.data.group[0] = b.data.group[2] = 0;
  plan = greedy(b.build());
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 0, 0, 1}));
}

TEST(Greedy, CountsStashesOfLaterStages) {
  // A stash of 10 a node: the last stage keeps one, the first two.
  Builder b = rowOf({1, 1, 1, 1}, 2, 0, 60);
  b.data.inFlight = InFlight::SuffixStages;
  b.data.stash = {10, 10, 10, 10};
  Plan plan = greedy(b.build());
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 0, 1, 1}));
  b.data.machine.kinds[0].memory = 50;
  EXPECT_FALSE(greedy(b.build()).hasAssignment());
}

} // namespace
