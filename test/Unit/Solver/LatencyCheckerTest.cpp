//===- LatencyCheckerTest.cpp - Every rule of calls, broken once ----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"

#include "placement/Solver/Check/Checker.h"

#include <algorithm>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

const DeviceRef acc0{0, 0}, acc1{0, 1}, cpu0{1, 0}, cpu1{1, 1};

/// A latency problem on kinds "acc" and "cpu".
Builder latency(uint32_t accs, uint32_t cpus, uint32_t pieces = 1,
                CoreLimit cores = {}) {
  Builder b = Builder::accAndCpu(accs, cpus);
  b.data.objective = Objective::Latency;
  b.data.piecesPerDevice = pieces;
  b.data.cores = cores;
  b.data.machine.kinds[0].host = false;
  b.data.machine.kinds[1].host = true;
  return b;
}

/// Nodes 0 -> 1 -> ... in a row; node v takes v + 1 on "acc" and ten times that
/// on "cpu", and its value costs 3.
Builder chain(Builder b, uint32_t nodes) {
  for (uint32_t v = 0; v < nodes; ++v)
    b.node({v + 1.0, 10.0 * (v + 1)});
  for (uint32_t v = 0; v + 1 < nodes; ++v)
    b.net(v, {v + 1}, {3, 0});
  return b;
}

CheckReport check(const Instance &instance, const Assignment &assignment) {
  return placement::solver::check(instance, assignment, /*contiguous=*/true);
}

double units(const Instance &instance, Time t) {
  return instance.toSourceTime(t);
}

/// The value of a feasible assignment, in the source's unit.
double valueOf(const Instance &instance, const Assignment &assignment) {
  CheckReport report = check(instance, assignment);
  EXPECT_TRUE(report.feasible())
      << (report.violations.empty() ? "" : report.violations[0]);
  EXPECT_EQ(units(instance, report.value), report.exactValue);
  return report.exactValue;
}

/// Some violation holds the text, and there is exactly one.
void expectOnly(const CheckReport &report, const std::string &text) {
  EXPECT_FALSE(report.feasible());
  ASSERT_FALSE(report.violations.empty());
  EXPECT_EQ(report.violations.size(), 1u) << report.violations.back();
  EXPECT_NE(report.violations[0].find(text), std::string::npos)
      << report.violations[0];
}

TEST(LatencyChecker, OnePieceRunsAsOneCall) {
  Instance instance = chain(latency(1, 1), 3).build();
  EXPECT_EQ(valueOf(instance, {{acc0}, {0, 0, 0}}), 6);
  EXPECT_EQ(valueOf(instance, {{cpu0}, {0, 0, 0}}), 60);
  // Node 0 ends at 10; in 3, 2 + 3, no value leaves.
  EXPECT_EQ(valueOf(instance, {{cpu0, acc0}, {0, 1, 1}}), 18);
  // Out 3 of the piece, then node 2 on the host.
  EXPECT_EQ(valueOf(instance, {{acc0, cpu0}, {0, 0, 1}}), 1 + 2 + 3 + 30);
}

TEST(LatencyChecker, TimelineSaysWhenEverythingRuns) {
  Instance instance = chain(latency(1, 1), 3).build();
  CheckReport report = check(instance, {{cpu0, acc0}, {0, 1, 1}});
  ASSERT_EQ(report.timeline.size(), 2u);
  const TimelineEntry &host = report.timeline[0], &call = report.timeline[1];
  EXPECT_EQ(host.device, cpu0);
  EXPECT_EQ(host.node, 0u);
  EXPECT_EQ(host.waitedFor, kNone);
  EXPECT_EQ(units(instance, host.finish), 10);
  EXPECT_EQ(call.device, acc0);
  EXPECT_TRUE(call.isPiece());
  EXPECT_EQ(call.stage, 1u);
  EXPECT_EQ(call.waitedFor, 0u);
  EXPECT_EQ(units(instance, call.start), 10);
  EXPECT_EQ(units(instance, call.in), 3);
  EXPECT_EQ(units(instance, call.compute), 5);
  EXPECT_EQ(units(instance, call.out), 0);
  EXPECT_EQ(call.exactStart, 10);
  EXPECT_EQ(call.exactFinish, 18);
}

TEST(LatencyChecker, LoadsAreSumsOverPieces) {
  Instance instance = chain(latency(1, 1, 2), 3).build();
  CheckReport report = check(instance, {{acc0, cpu0, acc0}, {0, 1, 2}});
  ASSERT_TRUE(report.feasible());
  ASSERT_EQ(report.loads.size(), 2u);
  EXPECT_EQ(report.loads[0].exactCompute, 4);
  EXPECT_EQ(report.loads[0].exactIn, 3);
  EXPECT_EQ(report.loads[0].exactOut, 3);
  EXPECT_EQ(report.loads[0].exactLoad, 10);
  EXPECT_EQ(units(instance, report.loads[0].load), 10);
  EXPECT_EQ(report.loads[1].exactLoad, 20);
  EXPECT_EQ(report.exactValue, 1 + 3 + 20 + 3 + 3);
}

TEST(LatencyChecker, PiecesOfOneDevicePayForWhatTheyPass) {
  // As the paper's program charges it: through the host, out and in.
  Instance instance = chain(latency(1, 1, 2), 2).build();
  EXPECT_EQ(valueOf(instance, {{acc0, acc0}, {0, 1}}), 1 + 3 + 3 + 2);
}

TEST(LatencyChecker, PiecesOfOneDeviceRunOneByOne) {
  Builder b = latency(2, 1, 2);
  b.node({5, 50});
  b.node({7, 70});
  Instance instance = b.build();
  EXPECT_EQ(valueOf(instance, {{acc0, acc0}, {0, 1}}), 12);
  EXPECT_EQ(valueOf(instance, {{acc0, acc1}, {0, 1}}), 7);
}

TEST(LatencyChecker, ANetCountsOnceAPiece) {
  Builder b = latency(3, 1);
  for (int v = 0; v < 4; ++v)
    b.node({1, 1});
  b.net(0, {1, 2, 3}, {5, 0});
  Instance instance = b.build();
  // 1 + out 5, then in 5 + 1 + 1 for both, beside in 5 + 1.
  EXPECT_EQ(valueOf(instance, {{acc0, acc1, {0, 2}}, {0, 1, 1, 2}}), 13);
}

TEST(LatencyChecker, HostValuesArePaidByWhomTheyReachAndLeave) {
  Builder b = latency(1, 1);
  b.node({2, 10});
  b.net(kNone, {0}, {3, 0});
  b.net(0, {}, {4, 0}, /*onHost=*/true);
  Instance instance = b.build();
  EXPECT_EQ(valueOf(instance, {{acc0}, {0}}), 9);
  EXPECT_EQ(valueOf(instance, {{cpu0}, {0}}), 10);
}

TEST(LatencyChecker, OrderEdgesMakeWaitAndCostNothing) {
  Builder b = latency(2, 1);
  b.node({5, 50});
  b.node({7, 70});
  b.data.orderEdges = {{0, 1}};
  EXPECT_EQ(valueOf(b.build(), {{acc0, acc1}, {0, 1}}), 12);
}

TEST(LatencyChecker, UnlimitedCoresRunAllThatIsReady) {
  Builder b = latency(1, 1);
  for (int v = 0; v < 3; ++v)
    b.node({1, 10.0 + v});
  EXPECT_EQ(valueOf(b.build(), {{cpu0}, {0, 0, 0}}), 12);
}

TEST(LatencyChecker, OneCoreRunsByRank) {
  Builder b = latency(1, 2, 1, CoreLimit(kMachineCores));
  for (int v = 0; v < 3; ++v)
    b.node({1, 10.0});
  b.node({1, 1});
  b.net(2, {3}, {1, 0});
  Instance instance = b.build();
  // By node: 0, 1, 2 on one core, and then 3.
  EXPECT_EQ(valueOf(instance, {{cpu0, cpu1}, {0, 0, 0, 1}}), 31);
  EXPECT_EQ(valueOf(instance, {{cpu0, cpu1}, {0, 0, 0, 1}, {1, 2, 0, 9}}), 30);
  EXPECT_EQ(valueOf(instance, {{cpu0, cpu1}, {0, 1, 0, 1}}), 21);
  // Stages come before the order of nodes.
  EXPECT_EQ(valueOf(instance, {{cpu0, cpu0, cpu1}, {1, 1, 0, 2}}), 30);
}

TEST(LatencyChecker, NumberOfCoresOverridesTheMachine) {
  Builder b = latency(1, 1, 1, CoreLimit(2));
  b.node({1, 10});
  b.node({1, 10});
  Instance instance = b.build();
  EXPECT_EQ(valueOf(instance, {{cpu0, cpu1}, {0, 1}}), 10);
  expectOnly(check(instance, {{cpu0, {1, 2}}, {0, 1}}),
             "kind \"cpu\" has 2 cores, counted from 0");
}

TEST(LatencyChecker, ARankAgainstTheDataIsACircle) {
  Builder b = chain(latency(1, 1, 1, CoreLimit(1)), 2);
  CheckReport report = check(b.build(), {{cpu0}, {0, 0}, {1, 0}});
  expectOnly(report, "node 0 on cpu:0 waits for node 1 on cpu:0, which waits "
                     "for the first");
  EXPECT_EQ(report.value, kInfiniteTime);
  EXPECT_TRUE(report.timeline.empty());
}

TEST(LatencyChecker, APieceMustBeConvex) {
  Instance instance = chain(latency(1, 1), 3).build();
  expectOnly(check(instance, {{acc0, cpu0}, {0, 1, 0}}),
             "stage 0 on acc:0 waits for node 1 on cpu, which waits for the "
             "first");
}

TEST(LatencyChecker, PiecesMustNotWaitForEachOther) {
  // Two chains that cross: convex sets alone do not suffice.
  Builder b = latency(2, 1);
  for (int v = 0; v < 4; ++v)
    b.node({1, 10});
  b.net(0, {1}, {1, 0});
  b.net(2, {3}, {1, 0});
  expectOnly(check(b.build(), {{acc0, acc1}, {0, 1, 1, 0}}),
             "stage 0 on acc:0 waits for stage 1 on acc:1, which waits for the "
             "first");
}

TEST(LatencyChecker, TheOrderOfPiecesOfADeviceMustFollowTheData) {
  Builder b = chain(latency(1, 1, 2), 2);
  expectOnly(check(b.build(), {{acc0, acc0}, {1, 0}}), "none of these");
}

TEST(LatencyChecker, TooManyPieces) {
  Builder b = chain(latency(1, 1), 3);
  CheckReport report = check(b.build(), {{acc0, cpu0, acc0}, {0, 1, 2}});
  expectOnly(report, "acc:0 runs 2 pieces (stages 0, 2), but a device may run "
                     "1");
  EXPECT_EQ(report.exactValue, 1 + 3 + 20 + 3 + 3);
}

TEST(LatencyChecker, HostsHaveNoNumberOfPieces) {
  Instance instance = chain(latency(1, 1), 3).build();
  EXPECT_EQ(valueOf(instance, {{cpu0, acc0, cpu0}, {0, 1, 2}}),
            10 + 3 + 2 + 3 + 30);
}

TEST(LatencyChecker, MemoryOfADeviceHoldsAllItsPieces) {
  Builder b = chain(latency(1, 1, 2), 3);
  b.data.machine.kinds[0].memory = 12;
  b.data.size = {5, 1, 7};
  Assignment assignment{{acc0, cpu0, acc0}, {0, 1, 2}};
  EXPECT_TRUE(check(b.build(), assignment).feasible());
  b.weight(2, {0, 2});
  expectOnly(check(b.build(), assignment),
             "acc:0 needs 14 bytes, but kind \"acc\" has 12");
}

TEST(LatencyChecker, StashesCountOnceAndTransientsTheLargest) {
  Builder b = chain(latency(1, 1), 2);
  b.data.machine.kinds[0].memory = 25;
  b.data.stash = {10, 20};
  b.data.transient = {5, 4};
  EXPECT_TRUE(check(b.build(), {{acc0}, {0, 0}}).feasible());
  b.data.inFlight = InFlight::SuffixStages;
  expectOnly(check(b.build(), {{acc0}, {0, 0}}), "acc:0 needs 35 bytes");
}

TEST(LatencyChecker, CoresShareTheMemoryOfTheMachine) {
  Builder b = latency(1, 2, 1, CoreLimit(3));
  b.data.machine.kinds[1].memory = 10;
  for (int v = 0; v < 3; ++v)
    b.node({1, 1}, 7);
  Instance instance = b.build();
  EXPECT_TRUE(check(instance, {{cpu0, cpu0, acc0}, {0, 1, 2}}).feasible());
  expectOnly(
      check(instance, {{cpu0, cpu1, {1, 2}}, {0, 1, 2}}),
      "all nodes on \"cpu\" together need 21 bytes, but kind \"cpu\" has "
      "20");
}

TEST(LatencyChecker, SupportOfNodes) {
  Builder b = latency(1, 1);
  b.node({kNever, 1});
  expectOnly(check(b.build(), {{acc0}, {0}}),
             "node 0 is on acc:0, but kind \"acc\" does not support it");
}

TEST(LatencyChecker, PinsOfDevicesAndCores) {
  Builder b = latency(2, 2);
  b.node({1, 1});
  b.data.pinKind = {1};
  b.data.pinIndex = {1};
  expectOnly(check(b.build(), {{acc0}, {0}}),
             "node 0 is on acc:0, but it is pinned to kind \"cpu\"");
  // Cores without number are all alike.
  EXPECT_TRUE(check(b.build(), {{cpu0}, {0}}).feasible());
  b.data.cores = CoreLimit(kMachineCores);
  EXPECT_TRUE(check(b.build(), {{cpu1}, {0}}).feasible());
  expectOnly(check(b.build(), {{cpu0}, {0}}),
             "node 0 is on cpu:0, but it is pinned to kind \"cpu\" number 1");
  b.data.pinKind = {0};
  expectOnly(check(b.build(), {{acc0}, {0}}),
             "pinned to kind \"acc\" number 1");
}

TEST(LatencyChecker, GroupsShareADeviceOrAHost) {
  Builder b = chain(latency(2, 2, 2, CoreLimit(2)), 3);
  b.data.group = {0, kNone, 0};
  Instance instance = b.build();
  EXPECT_TRUE(check(instance, {{acc0, cpu0, acc0}, {0, 1, 2}}).feasible());
  EXPECT_TRUE(check(instance, {{cpu0, acc0, cpu1}, {0, 1, 2}}).feasible());
  expectOnly(check(instance, {{acc0, cpu0, acc1}, {0, 1, 2}}),
             "node 2 is on acc:1, but its group is with node 0 on acc:0");
  expectOnly(check(instance, {{acc0, cpu0}, {0, 1, 1}}),
             "node 2 is on cpu:0, but its group is with node 0 on acc:0");
}

TEST(LatencyChecker, DevicesOfTheMachine) {
  Builder b = chain(latency(1, 1), 2);
  expectOnly(check(b.build(), {{acc0, acc1}, {0, 1}}),
             "the plan uses device acc:1, but the machine has 1 devices");
  expectOnly(check(b.build(), {{acc0, cpu1}, {0, 1}}),
             "any number of cores, and its nodes are all on device 0");
  b.data.machine.kinds[1].count = 0;
  expectOnly(check(b.build(), {{acc0, cpu0}, {0, 1}}),
             "the plan uses device cpu:0, but the machine has 0 devices");
}

TEST(LatencyChecker, EmptyStages) {
  Builder b = chain(latency(2, 1), 2);
  expectOnly(check(b.build(), {{acc0, acc1}, {0, 0}}), "stage 1 holds no node");
}

TEST(LatencyChecker, WrongShapes) {
  Instance instance = chain(latency(2, 1), 2).build();
  EXPECT_FALSE(check(instance, {{acc0}, {0}}).shapeOk);
  EXPECT_FALSE(check(instance, {{acc0}, {0, 1}}).shapeOk);
  EXPECT_FALSE(check(instance, {{{7, 0}}, {0, 0}}).shapeOk);
  CheckReport report = check(instance, {{acc0}, {0, 0}, {1}});
  EXPECT_FALSE(report.shapeOk);
  expectOnly(report, "the plan ranks 1 nodes");
}

TEST(LatencyChecker, SeveralHostAndCallKinds) {
  Builder b({{"slow", 1}, {"fast", 1}, {"cpu", 1}, {"dsp", 1}});
  b.data.objective = Objective::Latency;
  for (int v = 0; v < 4; ++v)
    b.node({4, 1, 10, 5});
  for (uint32_t v = 0; v < 3; ++v)
    b.net(v, {v + 1}, {1, 2, 0, 0});
  Instance instance = b.build();
  EXPECT_FALSE(instance.isHost(0));
  EXPECT_FALSE(instance.isHost(1));
  EXPECT_TRUE(instance.isHost(2));
  EXPECT_TRUE(instance.isHost(3));
  EXPECT_EQ(valueOf(instance, {{{0, 0}, {1, 0}, {2, 0}, {3, 0}}, {0, 1, 2, 3}}),
            (4 + 1) + (2 + 1 + 2) + 10 + 5);
}

} // namespace
