//===- PartitionersTest.cpp - Scotch and METIS ----------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "FakeAlgorithm.h"

#include "Solver/Baselines/ForkedCall.h"
#include "Solver/Baselines/PartitionGraph.h"
#include "placement/Solver/Search/Registry.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <thread>
#include <unistd.h>

using namespace placement::solver;
using namespace placement::solver::test;
using namespace placement::solver::baselines;

namespace {

using Numbers = std::vector<int32_t>;

ForkedAnswer call(const std::function<Numbers()> &work,
                  contiguous::Budget budget = {}) {
  return callForked(work, 1000, budget);
}

TEST(ForkedCall, BringsNumbersBack) {
  Numbers numbers(1000, 7);
  ForkedAnswer answer = call([&] { return numbers; });
  EXPECT_EQ(answer.numbers, numbers);
  EXPECT_EQ(answer.failure, "");
}

TEST(ForkedCall, SurvivesWhateverTheLibraryDoes) {
  EXPECT_EQ(call([] { return Numbers(); }).failure, "it gave no answer");
  EXPECT_EQ(call([]() -> Numbers { ::_exit(3); }).failure, "it gave no answer");
  EXPECT_EQ(call([]() -> Numbers { throw 1; }).failure, "it gave no answer");
  EXPECT_EQ(call([]() -> Numbers {
              ::raise(SIGKILL);
              return {1};
            }).failure,
            "it ended with signal 9");
  // More than was agreed: the child meets a closed pipe.
  EXPECT_EQ(callForked([] { return Numbers(1 << 20, 1); }, 10, {}).failure,
            "it ended with signal 13");
}

TEST(ForkedCall, LeavesHandlersAndOutputAlone) {
  testing::internal::CaptureStdout();
  ForkedAnswer answer = call([] {
    ::signal(SIGTERM, SIG_IGN);
    std::printf("***You are trying to partition too little!\n");
    std::fflush(stdout);
    return Numbers{1};
  });
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(answer.numbers, Numbers{1});
  struct sigaction now = {};
  ::sigaction(SIGTERM, nullptr, &now);
  EXPECT_NE(now.sa_handler, SIG_IGN);
}

TEST(ForkedCall, EndsAtLimits) {
  auto hang = []() -> Numbers {
    for (;;)
      ::pause();
  };
  contiguous::Budget budget;
  budget.deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(30);
  EXPECT_EQ(call(hang, budget).stop, Stop::Time);
  std::atomic<bool> cancel = false;
  budget = {};
  budget.cancel = &cancel;
  std::thread stopper([&] { cancel = true; });
  EXPECT_EQ(call(hang, budget).stop, Stop::Cancelled);
  stopper.join();
}

TEST(PartitionGraph, ScalesDownIntoThirtyTwoBits) {
  EXPECT_EQ(scaleDown({1, 0, 3}, 10), Numbers({1, 0, 3}));
  EXPECT_EQ(scaleDown({Time(1) << 60, Time(1) << 60, 1}, 100),
            Numbers({50, 50, 0}));
  EXPECT_EQ(scaleDown({}, 100), Numbers());
}

TEST(PartitionGraph, HasClassesAndWhatNetsBetweenThemCost) {
  Builder b = Builder::accAndCpu(2, 1);
  for (int v = 0; v < 4; ++v)
    b.node({1.0 + v, 10}, 5);
  b.data.group[0] = b.data.group[1] = 0;
  b.net(0, {1, 2, 3}, {2, 0});
  b.net(1, {2}, {1, 0});
  b.net(2, {3}, {0, 0});
  b.net(kNone, {2}, {9, 0});
  b.weight(7, {2, 3});
  Instance instance = b.build();
  contiguous::ClassGraph graph = contiguous::contract(instance, 0, false);
  PartitionGraph result = partitionGraph(instance, graph, 0);
  ASSERT_EQ(result.size(), 3);
  uint32_t ab = graph.classOf[0], c = graph.classOf[2], d = graph.classOf[3];
  // The group with each of the others; nets that cost nothing and the host's
  // tie nobody.
  EXPECT_EQ(result.neighbours.size(), 4u);
  auto costOf = [&](uint32_t from, uint32_t to) {
    for (int32_t i = result.begin[from]; i < result.begin[from + 1]; ++i)
      if (result.neighbours[i] == static_cast<int32_t>(to))
        return result.cost[i];
    return 0;
  };
  EXPECT_NEAR(double(costOf(ab, c)) / costOf(ab, d), 1.5, 1e-6);
  EXPECT_EQ(costOf(ab, c), costOf(c, ab));
  EXPECT_EQ(costOf(c, d), 0);
  // What the host sends is paid in any case, with the class that it goes to.
  EXPECT_NEAR(double(result.compute[c]) / result.compute[d], 3.0, 1e-6);
  EXPECT_NEAR(double(result.compute[ab]) / result.compute[d], 0.75, 1e-6);
  EXPECT_EQ(result.memory[ab], 10);
  EXPECT_EQ(result.memory[c], 12);
  EXPECT_EQ(result.memory[d], 5);
}

/// A ring of cheap nets with expensive pairs in it.
Builder pairs(uint32_t accs, size_t nodes) {
  Builder b = Builder::accAndCpu(accs, 1, 1000);
  for (size_t v = 0; v < nodes; ++v)
    b.node({1, 10}, 10);
  for (uint32_t v = 0; v + 1 < nodes; ++v)
    b.net(v, {v + 1}, {v % 2 ? 0.125 : 8, 0});
  return b;
}

class Partitioners : public testing::TestWithParam<const char *> {
protected:
  void SetUp() override { use(GetParam()); }

  /// Skips the test where the library is not there, and fails in CI.
  void use(const char *algorithm) {
    options.algorithm = algorithm;
    options.contiguous = false;
    std::string reason = Registry::get().find(algorithm)->unsupportedReason(
        row().build(), options);
    if (reason.find("was built without") == std::string::npos)
      return;
    if (std::getenv("CI"))
      FAIL() << reason;
    GTEST_SKIP() << reason;
  }
  Plan partition(const Instance &instance) {
    Result<Plan> plan = solve(instance, options);
    if (!plan) {
      ADD_FAILURE() << plan.error().message;
      return {};
    }
    return std::move(*plan);
  }
  SolveOptions options;
};

TEST_P(Partitioners, KeepExpensiveNetsWhole) {
  Plan plan = partition(pairs(4, 16).build());
  ASSERT_TRUE(plan.hasAssignment());
  for (NodeId v = 0; v < 16; v += 2)
    EXPECT_EQ(plan.assignment.stageOf[v], plan.assignment.stageOf[v + 1]);
  EXPECT_EQ(plan.assignment.stages.size(), 4u);
  for (const DeviceLoad &load : plan.loads)
    EXPECT_EQ(load.exactCompute, 4);
}

TEST_P(Partitioners, AnswerTheSameAgain) {
  Instance instance = pairs(3, 40).build();
  Plan first = partition(instance), second = partition(instance);
  EXPECT_EQ(first.assignment.stageOf, second.assignment.stageOf);
  EXPECT_EQ(first.assignment.stages, second.assignment.stages);
}

TEST_P(Partitioners, KeepPinsAndGroups) {
  Builder b = pairs(3, 12);
  b.data.pinKind[0] = b.data.pinKind[11] = 0;
  b.data.pinIndex[0] = 2;
  b.data.pinIndex[11] = 0;
  b.data.group[1] = b.data.group[8] = 0;
  Plan plan = partition(b.build());
  ASSERT_TRUE(plan.hasAssignment()) << joined(plan);
  EXPECT_EQ(plan.assignment.stages[plan.assignment.stageOf[0]],
            (DeviceRef{0, 2}));
  EXPECT_EQ(plan.assignment.stages[plan.assignment.stageOf[11]],
            (DeviceRef{0, 0}));
}

TEST_P(Partitioners, TakeSmallAndOddGraphs) {
  // Fewer classes than devices, no nets, no time.
  for (size_t nodes : {1, 2, 3}) {
    Builder b = Builder::accAndCpu(4, 1);
    for (size_t v = 0; v < nodes; ++v)
      b.node({v == 1 ? 0.0 : 1.0, 10});
    EXPECT_TRUE(partition(b.build()).hasAssignment());
    std::fill(b.data.time.begin(), b.data.time.end(), 0);
    EXPECT_TRUE(partition(b.build()).hasAssignment());
  }
  Builder heavy = pairs(2, 6);
  heavy.data.time[0] = 1e15;
  EXPECT_TRUE(partition(heavy.build()).hasAssignment());
}

TEST_P(Partitioners, RefuseWhatTheirKindDoesNotTake) {
  Builder b = pairs(2, 4);
  b.data.time[2 * 2] = kNever;
  Result<Plan> plan = solve(b.build(), options);
  ASSERT_FALSE(plan);
  expectContains(plan.error().message,
                 "it puts everything on the devices of the fastest kind, and "
                 "node 2 or what has to be with it cannot be on \"acc\"");
}

TEST_P(Partitioners, SayWhatMemoryLacks) {
  Builder b = pairs(2, 8);
  b.data.machine.kinds[0].memory = 30;
  Plan plan = partition(b.build());
  EXPECT_FALSE(plan.hasAssignment());
  EXPECT_EQ(plan.status, Status::Unknown);
  expectContains(joined(plan), "What the method ends with is no plan, though "
                               "its value would be ");
  expectContains(joined(plan), "needs 40 bytes, but kind \"acc\" has 30");
}

TEST_P(Partitioners, HonourLimits) {
  Instance instance = pairs(2, 8).build();
  options.timeLimit = 0;
  EXPECT_EQ(partition(instance).stop, Stop::Time);
  options.timeLimit = 60;
  options.memoryLimit = 100;
  EXPECT_EQ(partition(instance).stop, Stop::Memory);
}

INSTANTIATE_TEST_SUITE_P(Baselines, Partitioners,
                         testing::Values("scotch", "metis"),
                         [](const auto &info) { return info.param; });

class Metis : public Partitioners {
  void SetUp() override { use("metis"); }
};

/// Four nodes have most of the bytes, little work and expensive nets.
TEST_F(Metis, TakesMemoryAsASecondConstraint) {
  Builder b({{"acc", 2, 130}});
  for (int v = 0; v < 24; ++v)
    b.node({v < 4 ? 0.01 : 1}, v < 4 ? 40 : 2);
  for (uint32_t v = 0; v + 1 < 24; ++v)
    b.net(v, {v + 1}, {v < 3 ? 1.0 : 0.01});
  Plan plan = partition(b.build());
  EXPECT_TRUE(plan.hasAssignment()) << joined(plan);
}

} // namespace
