//===- AlgorithmsTest.cpp - Registry, trivial plan, contradictions --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FakeAlgorithm.h"

#include "placement/Solver/Search/Registry.h"
#include "placement/Solver/Search/Solve.h"

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

/// The sentences of an instance that nobody can solve.
std::string whyInfeasible(const Builder &b) {
  SolveOptions options;
  options.algorithm = "one-device";
  Result<Plan> plan = solve(b.build(), options);
  if (!plan)
    return plan.error().message;
  EXPECT_EQ(plan->status, Status::Infeasible);
  EXPECT_EQ(plan->proof, Proof::Engine);
  return joined(*plan);
}

TEST(Infeasible, NamesTheContradiction) {
  Builder memory = row();
  memory.data.machine.kinds.pop_back();
  memory.data.machine.kinds[0].memory = 50;
  memory.data.time = {1, 2, 3, 4};
  memory.data.netCost = {1, 1, 1};
  memory.data.size[2] = 51;
  memory.data.transient[2] = 2;
  memory.weight(10, {2, 3});
  expectContains(whyInfeasible(memory),
                 "No device can take node 2: \"acc\": it "
                 "needs 63 bytes of 50.");
  memory.data.size = {30, 30, 30, 1};
  memory.data.transient[2] = 0;
  expectContains(whyInfeasible(memory),
                 "The nodes need at least 101 bytes, all devices together have "
                 "100.");

  // A full machine is no contradiction.
  memory.data.size = {30, 30, 30, 0};
  SolveOptions options;
  options.algorithm = "one-device";
  Result<Plan> plan = solve(memory.build(), options);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->status, Status::Unknown);

  memory.data.inFlight = InFlight::SuffixStages;
  memory.data.stash[1] = 1;
  expectContains(whyInfeasible(memory), "need at least 101 bytes");
  memory.data.stash[1] = 21;
  expectContains(whyInfeasible(memory),
                 "No device can take node 1: \"acc\": it "
                 "needs 51 bytes of 50.");

  Builder pins = row();
  pins.data.group = {4, 4, kNone, kNone};
  pins.data.pinKind[0] = 0;
  pins.data.pinKind[1] = 1;
  expectContains(whyInfeasible(pins),
                 "No device can take node 0 and its group of 2 nodes: \"acc\": "
                 "node 1 is pinned to another kind, \"cpu\": node 0 is pinned "
                 "to another kind.");
  pins.data.pinKind[1] = 0;
  pins.data.pinIndex = {0, 1, kNone, kNone};
  expectContains(whyInfeasible(pins), "its pins name numbers 0 and 1");

  Builder support = row();
  support.data.pinKind[1] = 0;
  support.data.time[2] = kNever;
  expectContains(whyInfeasible(support),
                 "No device can take node 1: \"acc\": node 1 is not supported, "
                 "\"cpu\": node 1 is pinned to another kind.");
}

TEST(OneDeviceAlgorithm, TakesTheBestKindThatHoldsEverything) {
  Builder b = row();
  b.net(kNone, {0}, {5, 1});
  auto solveIt = [&] {
    SolveOptions options;
    options.algorithm = "one-device";
    Result<Plan> plan = solve(b.build(), options);
    EXPECT_TRUE(plan);
    return std::move(*plan);
  };
  Plan plan = solveIt();
  EXPECT_EQ(plan.assignment.stages, (std::vector<DeviceRef>{{0, 0}}));
  EXPECT_EQ(plan.value, 15 * kUnit);
  EXPECT_EQ(plan.status, Status::Feasible);
  b.data.machine.kinds[0].memory = 39;
  plan = solveIt();
  EXPECT_EQ(plan.assignment.stages, (std::vector<DeviceRef>{{1, 0}}));
  EXPECT_EQ(plan.value, 101 * kUnit);
  expectContains(joined(plan), "A device of kind \"acc\" cannot hold "
                               "everything: it needs 40 bytes of 39.");
  b.data.machine.kinds[0].memory = 40;
  b.data.pinKind[3] = 0;
  b.data.pinIndex[3] = 1;
  EXPECT_EQ(solveIt().assignment.stages, (std::vector<DeviceRef>{{0, 1}}));
  b.data.pinKind[2] = 1;
  plan = solveIt();
  EXPECT_EQ(plan.status, Status::Unknown) << "other plans may exist";
}

TEST(OneDeviceAlgorithm, IsExactWhereOneStageIsAllThereIs) {
  Builder b = Builder::accAndCpu(3, 0, 100);
  b.node({1, 1}, 50);
  b.node({2, 1}, 40);
  b.data.inFlight = InFlight::SuffixStages;
  b.data.stash = {5, 4};
  b.data.transient = {1, 1};
  b.weight(1, {0});
  b.weight(50, {}); // Nobody uses it.
  SolveOptions options;
  options.algorithm = "one-device";
  options.maxStages = 1;
  Result<Plan> plan = solve(b.build(), options);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->status, Status::Infeasible) << "101 bytes";
  b.data.stash[0] = 4;
  plan = solve(b.build(), options);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->status, Status::Optimal);
  EXPECT_EQ(plan->proof, Proof::Engine);
  EXPECT_EQ(plan->value, 3 * kUnit);
  EXPECT_EQ(plan->loads[0].memory, 100);
  options.maxStages = 2;
  plan = solve(b.build(), options);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->status, Status::Feasible);
}

TEST(Plan, WordsOfTheContract) {
  EXPECT_STREQ(toString(Status::Optimal), "optimal");
  EXPECT_STREQ(toString(Status::Feasible), "feasible");
  EXPECT_STREQ(toString(Status::Infeasible), "infeasible");
  EXPECT_STREQ(toString(Status::Unknown), "unknown");
  EXPECT_STREQ(toString(Stop::Finished), "finished");
  EXPECT_STREQ(toString(Stop::Gap), "gap");
  EXPECT_STREQ(toString(Stop::Time), "time");
  EXPECT_STREQ(toString(Stop::Memory), "memory");
  EXPECT_STREQ(toString(Stop::Cancelled), "cancelled");
  EXPECT_STREQ(toString(Proof::Certified), "certified");
  EXPECT_STREQ(toString(Proof::Engine), "engine");
  EXPECT_STREQ(toString(Proof::Claimed), "claimed");
  EXPECT_STREQ(toString(Proof::None), "none");
}

TEST(Plan, Gap) {
  Plan plan;
  EXPECT_EQ(plan.gap(), 1) << "nothing is known";
  plan.value = 0;
  EXPECT_EQ(plan.gap(), 0);
  plan.value = 10;
  plan.bound = 8;
  EXPECT_DOUBLE_EQ(plan.gap(), 0.2);
}

TEST(Registry, ReplacesByNameAndKeepsOrder) {
  Registry registry;
  size_t before = registry.all().size();
  EXPECT_EQ(registry.find("fake"), nullptr);
  registry.add(std::make_unique<Fake>(Answer()));
  EXPECT_EQ(registry.all().size(), before + 1);
  const Algorithm *first = registry.find("fake");
  registry.add(std::make_unique<Fake>(Answer()));
  EXPECT_EQ(registry.all().size(), before + 1);
  EXPECT_NE(registry.find("fake"), first);
  EXPECT_EQ(registry.all().back().get(), registry.find("fake"));
  for (const std::unique_ptr<Algorithm> &algorithm : registry.all())
    EXPECT_FALSE(algorithm->description().empty());
}

} // namespace
