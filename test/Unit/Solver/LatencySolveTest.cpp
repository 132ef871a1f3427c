//===- LatencySolveTest.cpp - The one door for plans of one sample --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FakeAlgorithm.h"

#include "placement/Solver/Model/Calls.h"
#include "placement/Solver/Search/Registry.h"
#include "placement/Solver/Search/Solve.h"

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

const DeviceRef acc0{0, 0}, acc1{0, 1}, cpu0{1, 0};

/// `row` for latency: 1 + 2 + 3 + 4 on one accelerator, 2 for a cut.
Builder latencyRow(uint32_t pieces = 1, CoreLimit cores = {}) {
  Builder b = row();
  b.data.objective = Objective::Latency;
  b.data.piecesPerDevice = pieces;
  b.data.cores = cores;
  return b;
}

Outcome outcome(Assignment assignment) {
  Outcome result;
  result.assignment = std::move(assignment);
  return result;
}

Result<Plan> solveFake(const Instance &instance, const Outcome &outcome,
                       SolveOptions options = {},
                       const Assignment *warmStart = nullptr) {
  Registry::get().add(std::make_unique<Fake>(
      [outcome](const Instance &, const SolveOptions &, const Assignment *,
                Observer &) { return outcome; }));
  options.algorithm = "fake";
  return solve(instance, options, nullptr, warmStart);
}

std::string faultOf(const Instance &instance, const Outcome &outcome,
                    SolveOptions options = {}) {
  Result<Plan> plan = solveFake(instance, outcome, options);
  return plan ? std::string() : plan.error().message;
}

TEST(LatencySolve, ArrangesCallsAndTellsTheirTimes) {
  Instance instance = latencyRow().build();
  Result<Plan> plan =
      solveFake(instance, outcome({{cpu0, acc0, acc1}, {0, 1, 2, 0}}));
  ASSERT_TRUE(plan) << plan.error().message;
  // Node 0, the pieces {1} and {2}, node 3.
  EXPECT_EQ(plan->assignment.stages,
            (std::vector<DeviceRef>{cpu0, acc0, acc1, cpu0}));
  EXPECT_EQ(plan->assignment.stageOf, (std::vector<uint32_t>{0, 1, 2, 3}));
  EXPECT_TRUE(areCallsInOrder(instance, plan->assignment));
  EXPECT_EQ(plan->exactValue, 10 + (1 + 2 + 1) + (1 + 3 + 1) + 40);
  ASSERT_EQ(plan->timeline.size(), 4u);
  EXPECT_EQ(plan->timeline[2].stage, 2u);
  EXPECT_EQ(plan->timeline[2].exactStart, 14);
  expectContains(joined(*plan),
                 "The critical path has 2 calls (compute 5, in 2, out 2) and 2 "
                 "nodes on hosts (50); it ends with node 3 on cpu");
}

TEST(LatencySolve, BelievesNoMakespan) {
  Instance instance = latencyRow().build();
  Outcome right = outcome({{acc0}, {0, 0, 0, 0}});
  right.makespan = 10 * kUnit;
  EXPECT_EQ(faultOf(instance, right), "");
  right.makespan = 9 * kUnit;
  EXPECT_EQ(faultOf(instance, right),
            "internal error: test.json: algorithm \"fake\" says that its plan "
            "has value 9 us, but it has 10 us");
}

TEST(LatencySolve, RefusesPlansThatCannotRun) {
  Instance instance = latencyRow().build();
  expectContains(
      faultOf(instance, outcome({{acc0, acc1}, {0, 1, 0, 1}})),
      "internal error: test.json: algorithm \"fake\" returned a plan that "
      "breaks a rule: stage 0 on acc:0 waits for stage 1 on acc:1");
}

TEST(LatencySolve, LimitsThePiecesAndNotTheHosts) {
  Instance instance = latencyRow(2).build();
  SolveOptions options;
  options.maxStages = 2;
  Assignment assignment{{acc0, cpu0, acc0, cpu0}, {0, 1, 2, 3}};
  EXPECT_EQ(faultOf(instance, outcome(assignment), options), "");
  options.maxStages = 1;
  expectContains(faultOf(instance, outcome(assignment), options),
                 "it has 2 pieces, but at most 1 are allowed");
}

TEST(LatencySolve, KeepsAGivenStart) {
  Instance instance = latencyRow().build();
  Assignment start{{acc1, acc0}, {1, 1, 0, 0}};
  Result<Plan> plan = solveFake(instance, Outcome(), {}, &start);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->exactValue, 12);
  EXPECT_EQ(plan->assignment.stages, (std::vector<DeviceRef>{acc0, acc1}));
  EXPECT_EQ(plan->timeline.size(), 2u);
  start.stageOf = {1, 0, 1, 0};
  plan = solveFake(instance, Outcome(), {}, &start);
  ASSERT_TRUE(plan) << plan.error().message;
  expectContains(joined(*plan), "The given start is not used: stage ");
}

TEST(LatencySolve, ProvesAndBounds) {
  Instance instance = latencyRow().build();
  Outcome proven = outcome({{acc0}, {0, 0, 0, 0}});
  proven.proof = Proof::Engine;
  proven.bound = 5 * kUnit;
  Result<Plan> plan = solveFake(instance, proven);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->status, Status::Feasible);
  EXPECT_EQ(plan->gap(), 0.5);
  proven.bound = 10 * kUnit;
  EXPECT_EQ(solveFake(instance, proven)->status, Status::Optimal);
  proven.bound = 10 * kUnit + 1;
  expectContains(faultOf(instance, proven), "claims the bound");
}

TEST(LatencySolve, SaysWhyThereIsNoPlan) {
  Builder b = latencyRow(2);
  Outcome none;
  none.infeasible = true;
  none.proof = Proof::Engine;
  SolveOptions options;
  options.maxStages = 3;
  expectContains(joined(*solveFake(b.build(), none, options)),
                 "no plan with at most 2 pieces on each device, and 3 in all, "
                 "fits in their memory and keeps the pins, groups and order");
  // Cores of a host may share a group, accelerators may not.
  b.data.machine.kinds[1].count = 2;
  b.data.cores = CoreLimit(kMachineCores);
  b.data.group = {0, 0, kNone, kNone};
  b.data.pinKind = {1, 1, kNone, kNone};
  b.data.pinIndex = {0, 1, kNone, kNone};
  EXPECT_EQ(solveFake(b.build(), Outcome())->status, Status::Unknown);
  b.data.pinKind = {0, 0, kNone, kNone};
  Result<Plan> plan = solveFake(b.build(), Outcome());
  EXPECT_EQ(plan->status, Status::Infeasible);
  expectContains(joined(*plan), "its pins name numbers 0 and 1");
}

TEST(LatencySolve, CountsTheMemoryOfAHostTogether) {
  // Three nodes that only the host can run: 3 x 7 on two times 10 bytes.
  Builder b = Builder({{"acc", 4, 100}, {"cpu", 2, 10}});
  b.data.objective = Objective::Latency;
  b.data.machine.kinds[0].host = false;
  for (int v = 0; v < 3; ++v)
    b.node({kNever, 1}, 7);
  Result<Plan> plan = solveFake(b.build(), Outcome());
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->status, Status::Infeasible);
  expectContains(joined(*plan),
                 "The nodes that only \"cpu\" can run need at least 21 bytes, "
                 "all its devices together have 20.");
  b.data.size[0] = 6;
  EXPECT_EQ(solveFake(b.build(), Outcome())->status, Status::Unknown);
  b.weight(1, {0, 1});
  EXPECT_EQ(solveFake(b.build(), Outcome())->status, Status::Infeasible);
}

TEST(LatencySolve, HasNoAlternatives) {
  SolveOptions options;
  options.alternatives = 2;
  EXPECT_EQ(faultOf(latencyRow().build(), Outcome(), options),
            "option alternatives is 2, but plans for latency have none; leave "
            "it out");
}

TEST(LatencyEvaluate, CutsWhatWaitsForItself) {
  Instance instance = latencyRow().build();
  Result<Plan> plan =
      evaluate(instance, {{acc0, acc1}, {0, 1, 0, 1}}, /*contiguous=*/true);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->status, Status::Infeasible);
  ASSERT_EQ(plan->explanation.size(), 3u);
  expectContains(plan->explanation[0], "stage 0 on acc:0 waits for stage 1");
  expectContains(plan->explanation[1],
                 "acc:0 runs 2 pieces (stages 0, 2), but a device may run 1");
  EXPECT_EQ(plan->assignment.stages,
            (std::vector<DeviceRef>{acc0, acc1, acc0, acc1}));
  EXPECT_EQ(plan->exactValue, 10 + 3 * 2);
  EXPECT_EQ(plan->timeline.size(), 4u);
}

TEST(LatencyEvaluate, TellsCirclesOfCoresFromPieces) {
  // One core that is told to run node 1 before node 0.
  Instance instance = latencyRow(1, CoreLimit(1)).build();
  Result<Plan> plan =
      evaluate(instance, {{cpu0, acc0}, {0, 0, 1, 1}, {1, 0, 0, 0}}, true);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->status, Status::Infeasible);
  ASSERT_EQ(plan->explanation.size(), 1u);
  expectContains(plan->explanation[0], "node 1 on cpu:0 waits for node 0");
  EXPECT_EQ(plan->exactValue, 10 + 20 + 1 + 7);
  EXPECT_EQ(plan->assignment.rank, (std::vector<uint32_t>{0, 1, 0, 0}));
}

TEST(LatencyEvaluate, LeavesStagesInOrderAlone) {
  Instance instance = latencyRow().build();
  Assignment given{{cpu0, cpu0, acc0}, {0, 1, 2, 2}};
  Result<Plan> plan = evaluate(instance, given, true);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->assignment.stages, given.stages);
  given = {{acc0, cpu0}, {1, 1, 0, 0}};
  plan = evaluate(instance, given, true);
  EXPECT_EQ(plan->assignment.stages, (std::vector<DeviceRef>{cpu0, acc0}));
}

TEST(LatencyEvaluate, KeepsViolationsOfEmptyStages) {
  Instance instance = latencyRow().build();
  Result<Plan> plan =
      evaluate(instance, {{acc1, acc0, cpu0}, {2, 2, 1, 1}}, true);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->status, Status::Infeasible);
  EXPECT_EQ(plan->explanation,
            (std::vector<std::string>{"stage 0 holds no node"}));
}

TEST(LatencyInstance, ScalesForPiecesThatAllPay) {
  // A net with many consumers counts once for each, as each may be a piece.
  for (double cost : {1.0, 0x1p50, 0x1p58}) {
    Builder b = Builder::accAndCpu(1, 1);
    b.data.objective = Objective::Latency;
    b.data.piecesPerDevice = 64;
    Assignment assignment{{}, {}};
    std::vector<uint32_t> consumers;
    for (uint32_t v = 0; v < 64; ++v) {
      b.node({cost, 1});
      if (v > 0)
        consumers.push_back(v);
      assignment.stages.push_back({0, 0});
      assignment.stageOf.push_back(v);
    }
    b.net(0, consumers, {cost, 0});
    Instance instance = b.build();
    Result<Plan> plan = evaluate(instance, assignment, true);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->status, Status::Feasible);
    EXPECT_EQ(plan->exactValue, 128 * cost);
    EXPECT_EQ(instance.toSourceTime(plan->value), 128 * cost);
    EXPECT_LT(plan->value, Time(1) << 61);
  }
}

TEST(LatencyInstance, PinsOfCores) {
  Builder b = latencyRow(1, CoreLimit(4));
  b.data.pinKind = {1, kNone, kNone, kNone};
  b.data.pinIndex = {3, kNone, kNone, kNone};
  EXPECT_EQ(b.error(), "");
  b.data.pinIndex[0] = 4;
  EXPECT_EQ(b.error(), "test.json: node 0: pinned to \"cpu\" number 4, but "
                       "there are 4 cores, counted from 0");
  b.data.cores = CoreLimit(kMachineCores);
  b.data.pinIndex[0] = 1;
  EXPECT_EQ(b.error(), "test.json: node 0: pinned to \"cpu\" number 1, but the "
                       "machine has 1 of them, counted from 0");
}

} // namespace
