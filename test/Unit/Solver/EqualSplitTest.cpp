//===- EqualSplitTest.cpp - Baselines that cut into equal parts -----------===//
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

Plan solveWith(const char *algorithm, const Instance &instance,
               uint32_t maxStages = 0) {
  SolveOptions options;
  options.algorithm = algorithm;
  options.maxStages = maxStages;
  Result<Plan> plan = solve(instance, options);
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    return {};
  }
  return std::move(*plan);
}

/// Nodes in a row with these sizes; the first kind is the fastest.
Builder rowOf(std::vector<double> sizes, uint32_t accs = 3,
              Bytes memory = kUnlimitedBytes) {
  Builder b = Builder::accAndCpu(accs, 4, memory);
  for (size_t v = 0; v < sizes.size(); ++v) {
    b.node({1, 10}, sizes[v]);
    if (v)
      b.net(v - 1, {static_cast<uint32_t>(v)}, {0.5, 0});
  }
  return b;
}

using Stages = std::vector<uint32_t>;

TEST(EqualOps, CutsEquallyManyNodes) {
  Plan plan = solveWith("equal-ops", rowOf({0, 0, 0, 0, 0, 0, 0}).build());
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 0, 1, 1, 1, 2, 2}));
  EXPECT_EQ(plan.status, Status::Feasible);
  for (DeviceRef device : plan.assignment.stages)
    EXPECT_EQ(device.kind, 0u);
  // No more stages than nodes, or than asked for.
  plan = solveWith("equal-ops", rowOf({0, 0}).build());
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 1}));
  plan = solveWith("equal-ops", rowOf({0, 0, 0, 0}).build(), 2);
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 0, 1, 1}));
}

TEST(EqualWeights, CutsEqualBytes) {
  Plan plan =
      solveWith("equal-weights", rowOf({60, 10, 0, 0, 50, 20, 40}).build());
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 1, 1, 1, 1, 2, 2}));
  // A weight counts where it is used first.
  Builder b = rowOf({0, 0, 0, 0}, 2);
  b.weight(10, {1, 3});
  b.weight(10, {2});
  plan = solveWith("equal-weights", b.build());
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 0, 1, 1}));
}

TEST(EqualWeights, WantsBytes) {
  SolveOptions options;
  options.algorithm = "equal-weights";
  Result<Plan> plan = solve(rowOf({0, 0}).build(), options);
  ASSERT_FALSE(plan);
  expectContains(plan.error().message,
                 "no node and no shared weight of the problem has bytes; use "
                 "\"equal-ops\"");
}

TEST(EqualOps, MovesCutsWhereMemoryIsTight) {
  // Two a stage would need 110 bytes in the first.
  Plan plan =
      solveWith("equal-ops", rowOf({60, 50, 20, 20, 20, 20}, 3, 100).build());
  EXPECT_EQ(plan.assignment.stageOf, Stages({0, 1, 1, 1, 2, 2}));
  plan = solveWith("equal-ops", rowOf({60, 60, 60, 60}, 3, 100).build());
  EXPECT_FALSE(plan.hasAssignment());
  expectContains(joined(plan), "On devices of kind \"acc\" no split of the "
                               "program order into 3 stages keeps the memory "
                               "and the pins of every device.");
}

TEST(EqualOps, KeepsPins) {
  Builder b = rowOf({0, 0, 0, 0, 0, 0});
  b.data.pinKind[0] = b.data.pinKind[1] = 0;
  b.data.pinIndex[0] = 2;
  b.data.pinIndex[1] = 0;
  Plan plan = solveWith("equal-ops", b.build());
  ASSERT_TRUE(plan.hasAssignment());
  EXPECT_EQ(plan.assignment.stages[plan.assignment.stageOf[0]],
            (DeviceRef{0, 2}));
  EXPECT_EQ(plan.assignment.stages[plan.assignment.stageOf[1]],
            (DeviceRef{0, 0}));
  b.data.pinKind[5] = 1;
  plan = solveWith("equal-ops", b.build());
  EXPECT_FALSE(plan.hasAssignment());
  expectContains(joined(plan),
                 "Devices of kind \"acc\" cannot hold all stages: "
                 "they do not take node 5");
}

} // namespace
