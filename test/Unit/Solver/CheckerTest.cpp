//===- CheckerTest.cpp - Every rule of a plan, broken once ----------------===//
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

/// In the source's unit, so that tests can write the numbers of the data.
double units(const Instance &instance, Time t) {
  return instance.toSourceTime(t);
}

/// Some violation holds the text, and there is exactly one.
void expectOnly(const CheckReport &report, const std::string &text) {
  EXPECT_FALSE(report.feasible());
  ASSERT_EQ(report.violations.size(), 1u) << report.violations.back();
  EXPECT_NE(report.violations[0].find(text), std::string::npos)
      << report.violations[0];
}

/// Two nodes in a row, one net of cost 3 between them.
Builder pair() {
  Builder b = Builder::accAndCpu(2, 1);
  b.node({1, 10});
  b.node({2, 20});
  b.net(0, {1}, {3, 0});
  return b;
}

const DeviceRef acc0{0, 0}, acc1{0, 1}, acc2{0, 2}, cpu0{1, 0};

TEST(Checker, LoadsOfACutNet) {
  Instance instance = pair().build();
  CheckReport report = check(instance, {{acc0, acc1}, {0, 1}}, true);
  ASSERT_TRUE(report.feasible());
  ASSERT_EQ(report.loads.size(), 2u);
  EXPECT_EQ(units(instance, report.loads[0].out), 3);
  EXPECT_EQ(units(instance, report.loads[0].in), 0);
  EXPECT_EQ(units(instance, report.loads[0].load), 4);
  EXPECT_EQ(units(instance, report.loads[1].in), 3);
  EXPECT_EQ(units(instance, report.loads[1].load), 5);
  EXPECT_EQ(report.loads[1].device, acc1);
  EXPECT_EQ(report.exactValue, 5);
  EXPECT_EQ(units(instance, report.value), 5);
}

TEST(Checker, CpuPaysItsOwnCost) {
  Instance instance = pair().build();
  CheckReport report = check(instance, {{acc0, cpu0}, {0, 1}}, true);
  ASSERT_TRUE(report.feasible());
  EXPECT_EQ(units(instance, report.loads[0].load), 4);
  EXPECT_EQ(units(instance, report.loads[1].load), 20);
}

TEST(Checker, UncutNetIsFree) {
  Instance instance = pair().build();
  CheckReport report = check(instance, {{acc1}, {0, 0}}, true);
  ASSERT_TRUE(report.feasible());
  EXPECT_EQ(units(instance, report.value), 3);
}

TEST(Checker, NetIsPaidOncePerReceiverAndOnceBySender) {
  Builder b({{"acc", 4}});
  for (int i = 0; i < 4; ++i)
    b.node({1});
  b.net(0, {1, 2, 3}, {5});
  Instance instance = b.build();
  CheckReport report =
      check(instance, {{{0, 0}, {0, 1}, {0, 2}}, {0, 1, 1, 2}}, true);
  ASSERT_TRUE(report.feasible());
  EXPECT_EQ(units(instance, report.loads[0].out), 5);
  EXPECT_EQ(units(instance, report.loads[1].in), 5);
  EXPECT_EQ(units(instance, report.loads[2].in), 5);
}

TEST(Checker, TwoNetsOfOneProducerArePaidApart) {
  Builder b({{"acc", 3}});
  for (int i = 0; i < 3; ++i)
    b.node({0});
  b.net(0, {1}, {5});
  b.net(0, {2}, {7});
  Instance instance = b.build();
  CheckReport report = check(instance, {{{0, 0}, {0, 1}}, {0, 0, 1}}, true);
  EXPECT_EQ(units(instance, report.loads[0].out), 7);
  report = check(instance, {{{0, 0}, {0, 1}}, {0, 1, 1}}, true);
  EXPECT_EQ(units(instance, report.loads[0].out), 12);
  EXPECT_EQ(units(instance, report.loads[1].in), 12);
}

TEST(Checker, HostIsAPin) {
  Builder b({{"acc", 2}});
  b.node({1});
  b.node({1});
  b.net(kNone, {0}, {2});             // An argument.
  b.net(1, {}, {4}, /*onHost=*/true); // A result.
  b.net(0, {1}, {8}, /*onHost=*/true);
  b.net(kNone, {}, {16}); // Nobody reads it.
  Instance instance = b.build();
  CheckReport one = check(instance, {{{0, 0}}, {0, 0}}, true);
  EXPECT_EQ(units(instance, one.loads[0].in), 2);
  EXPECT_EQ(units(instance, one.loads[0].out), 12);
  CheckReport two = check(instance, {{{0, 0}, {0, 1}}, {0, 1}}, true);
  EXPECT_EQ(units(instance, two.loads[0].in), 2);
  EXPECT_EQ(units(instance, two.loads[0].out), 8);
  EXPECT_EQ(units(instance, two.loads[1].in), 8);
  EXPECT_EQ(units(instance, two.loads[1].out), 4);
}

TEST(Checker, DeviceWithSeveralStagesPaysOnTheirUnion) {
  Builder b({{"acc", 2}});
  for (int i = 0; i < 3; ++i)
    b.node({1});
  b.net(0, {2}, {5});
  b.net(0, {1}, {3});
  Instance instance = b.build();
  Assignment assignment{{{0, 0}, {0, 1}, {0, 0}}, {0, 1, 2}};
  CheckReport report = check(instance, assignment, /*contiguous=*/false);
  ASSERT_TRUE(report.feasible());
  ASSERT_EQ(report.loads.size(), 2u);
  EXPECT_EQ(units(instance, report.loads[0].out), 3);
  EXPECT_EQ(units(instance, report.loads[0].load), 5);
  expectOnly(check(instance, assignment, /*contiguous=*/true),
             "stages 0 and 2 are both on acc:0");
}

TEST(Checker, ExactSumsKeepSmallTerms) {
  Builder b({{"acc", 1}});
  b.node({1});
  b.node({1e16});
  for (int i = 0; i < 9; ++i)
    b.node({1});
  Instance instance = b.build();
  CheckReport report =
      check(instance, {{{0, 0}}, std::vector<uint32_t>(11, 0)}, true);
  EXPECT_EQ(report.exactValue, 1e16 + 10);
}

TEST(Checker, ShapeOfStages) {
  Instance instance = pair().build();
  CheckReport report = check(instance, {{acc0}, {0}}, true);
  EXPECT_FALSE(report.shapeOk);
  expectOnly(report, "assigns 1 nodes, but the instance has 2");
  report = check(instance, {{{2, 0}}, {0, 0}}, true);
  EXPECT_FALSE(report.shapeOk);
  expectOnly(report, "stage 0 is on device kind number 2");
  report = check(instance, {{acc0}, {0, 1}}, true);
  EXPECT_FALSE(report.shapeOk);
  expectOnly(report, "node 1 is in stage 1, but the plan has 1 stages");
  report = check(instance, {{}, {}}, true);
  EXPECT_FALSE(report.shapeOk);
}

TEST(Checker, DeviceBeyondTheCount) {
  Instance instance = pair().build();
  expectOnly(check(instance, {{acc0, acc2}, {0, 1}}, true),
             "uses device acc:2, but the machine has 2");
}

TEST(Checker, EmptyStage) {
  Instance instance = pair().build();
  expectOnly(check(instance, {{acc0, acc1}, {0, 0}}, true),
             "stage 1 holds no node");
  expectOnly(check(instance, {{acc0, acc1}, {0, 0}}, false),
             "stage 1 holds no node");
}

TEST(Checker, UnsupportedNode) {
  Builder b = pair();
  b.data.time[2] = kNever;
  Instance instance = b.build();
  expectOnly(check(instance, {{acc0}, {0, 0}}, true),
             "node 1 is on acc:0, but kind \"acc\" does not support it");
  EXPECT_TRUE(check(instance, {{acc0, cpu0}, {0, 1}}, true).feasible());
}

TEST(Checker, Pins) {
  Builder b = pair();
  b.data.nodeNames = {"", "relu"};
  b.data.pinKind[1] = 0;
  expectOnly(check(b.build(), {{cpu0}, {0, 0}}, true),
             "node 1 (\"relu\") is on cpu:0, but it is pinned to kind \"acc\"");
  EXPECT_TRUE(check(b.build(), {{acc0}, {0, 0}}, true).feasible());
  b.data.pinIndex[1] = 1;
  expectOnly(check(b.build(), {{acc0}, {0, 0}}, true),
             "pinned to kind \"acc\" number 1");
  EXPECT_TRUE(check(b.build(), {{acc1}, {0, 0}}, true).feasible());
}

TEST(Checker, Colocation) {
  Builder b = pair();
  b.data.group = {7, 7};
  expectOnly(check(b.build(), {{acc0, acc1}, {0, 1}}, true),
             "node 1 is on acc:1, but its group is with node 0 on acc:0");
  EXPECT_TRUE(check(b.build(), {{acc0}, {0, 0}}, true).feasible());
}

TEST(Checker, MemoryOfNodesWeightsAndTransients) {
  Builder b = Builder::accAndCpu(2, 1, 100);
  b.node({1, 1}, 10);
  b.node({1, 1}, 20);
  b.weight(30, {0, 1});
  b.weight(5, {1});
  b.data.transient = {7, 9};
  Instance together = b.build();
  CheckReport report = check(together, {{acc0}, {0, 0}}, true);
  EXPECT_TRUE(report.feasible());
  EXPECT_EQ(report.loads[0].memory, 10 + 20 + 30 + 5 + 9);
  report = check(together, {{acc0, acc1}, {0, 1}}, true);
  EXPECT_EQ(report.loads[0].memory, 10 + 30 + 7);
  EXPECT_EQ(report.loads[1].memory, 20 + 30 + 5 + 9);
  b.data.machine.kinds[0].memory = 74;
  EXPECT_TRUE(check(b.build(), {{acc0}, {0, 0}}, true).feasible());
  b.data.machine.kinds[0].memory = 73;
  expectOnly(check(b.build(), {{acc0}, {0, 0}}, true),
             "acc:0 needs 74 bytes, but kind \"acc\" has 73");
  EXPECT_TRUE(check(b.build(), {{cpu0}, {0, 0}}, true).feasible());
}

TEST(Checker, StashOfStagesInFlight) {
  Builder b({{"acc", 3, 100}});
  for (int i = 0; i < 3; ++i)
    b.node({1}, 1);
  b.data.stash = {10, 20, 30};
  Assignment assignment{{{0, 0}, {0, 1}, {0, 2}}, {0, 1, 2}};
  CheckReport single = check(b.build(), assignment, true);
  EXPECT_EQ(single.loads[0].memory, 1);
  b.data.inFlight = InFlight::SuffixStages;
  CheckReport suffix = check(b.build(), assignment, true);
  EXPECT_EQ(suffix.loads[0].memory, 1 + 3 * 10);
  EXPECT_EQ(suffix.loads[1].memory, 1 + 2 * 20);
  EXPECT_EQ(suffix.loads[2].memory, 1 + 30);
}

TEST(Checker, ForwardEdgesNeverGoBack) {
  Instance instance = pair().build();
  expectOnly(check(instance, {{acc0, acc1}, {1, 0}}, true),
             "node 0 in stage 1 feeds or precedes node 1 in the earlier stage");
  EXPECT_TRUE(check(instance, {{acc0, acc1}, {1, 0}}, false).feasible());
}

TEST(Checker, OrderEdgesCountAsEdges) {
  Builder b = Builder::accAndCpu(2, 0);
  b.node({1, 1});
  b.node({1, 1});
  EXPECT_TRUE(check(b.build(), {{acc0, acc1}, {1, 0}}, true).feasible());
  b.data.orderEdges = {{0, 1}};
  expectOnly(check(b.build(), {{acc0, acc1}, {1, 0}}, true), "precedes node 1");
}

/// Convex sets are not enough: {a, d}, {b, c} has no chain.
TEST(Checker, ConvexSetsWithACyclicQuotient) {
  Builder b({{"acc", 2}});
  for (double time : {5, 4, 6, 5})
    b.node({time});
  b.net(0, {1}, {0});
  b.net(2, {3}, {0});
  EXPECT_EQ(check(b.build(), {{{0, 0}, {0, 1}}, {0, 1, 1, 0}}, true)
                .violations.size(),
            1u);
}

TEST(Checker, BackwardNodesFollowTheirGroups) {
  Builder b({{"acc", 2}});
  b.node({1});
  b.node({1});
  b.data.group = {0, 1};
  b.backward({1}, 1);
  b.backward({1}, 0);
  b.net(0, {1}, {0});
  b.net(1, {2}, {0});
  b.net(2, {3}, {0}); // From the last stage back to the first: no rule.
  Instance instance = b.build();
  EXPECT_TRUE(
      check(instance, {{{0, 0}, {0, 1}}, {0, 1, 1, 0}}, true).feasible());
  expectOnly(check(instance, {{{0, 0}, {0, 1}}, {0, 1, 1, 1}}, true),
             "node 3 is on acc:1, but its group is with node 0");
}

TEST(Checker, TheBackwardPassHasAnOrderOfItsOwn) {
  Builder b({{"acc", 2}});
  b.node({1});
  b.node({1});
  b.data.group = {0, 1};
  b.backward({1}, 0);
  b.backward({1}, 1);
  b.net(2, {3}, {0}); // To a later stage, and the other way round.
  EXPECT_TRUE(
      check(b.build(), {{{0, 0}, {0, 1}}, {0, 1, 0, 1}}, true).feasible());
  EXPECT_TRUE(
      check(b.build(), {{{0, 0}, {0, 1}}, {1, 0, 1, 0}}, true).feasible());
}

TEST(Checker, EdgesOfOrphansAreMirrored) {
  Builder b({{"acc", 3}});
  b.node({1});
  b.node({1});
  b.data.group = {0, 1};
  b.backward({1}, 1);     // 2
  b.backward({1}, 5);     // 3, an orphan in a group of its own.
  b.backward({1}, kNone); // 4, an orphan without a group.
  b.backward({1}, 0);     // 5
  b.net(0, {1}, {0});
  b.net(1, {2}, {0});
  b.net(2, {3}, {0});
  b.net(3, {4}, {0});
  b.net(4, {5}, {0});
  Instance instance = b.build();
  std::vector<DeviceRef> stages = {{0, 0}, {0, 1}, {0, 2}};
  EXPECT_TRUE(check(instance, {stages, {0, 2, 2, 1, 1, 0}}, true).feasible());
  EXPECT_TRUE(check(instance, {stages, {0, 2, 2, 2, 1, 0}}, true).feasible());
  expectOnly(check(instance, {stages, {0, 2, 2, 1, 2, 0}}, true),
             "backward node 3 in stage 1 feeds or precedes node 4 in the later "
             "stage 2");
  expectOnly(check(instance, {stages, {0, 1, 1, 2, 0, 0}}, true),
             "backward node 2 in stage 1 feeds or precedes node 3");
  expectOnly(check(instance, {stages, {1, 2, 2, 1, 0, 1}}, true),
             "backward node 4 in stage 0 feeds or precedes node 5");
}

TEST(Checker, ForwardEdgesIntoOrphansAreFree) {
  Builder b({{"acc", 2}});
  b.node({1});
  b.backward({1});
  b.net(0, {1}, {0});
  EXPECT_TRUE(check(b.build(), {{{0, 0}, {0, 1}}, {1, 0}}, true).feasible());
}

TEST(Checker, SentencesAreLimited) {
  Builder b = Builder::accAndCpu(1, 1);
  for (int i = 0; i < 50; ++i) {
    b.node({kNever, 1});
  }
  Assignment assignment{{{0, 0}}, std::vector<uint32_t>(50, 0)};
  EXPECT_EQ(check(b.build(), assignment, true).violations.size(), 20u);
  EXPECT_EQ(check(b.build(), assignment, true, 3).violations.size(), 3u);
  EXPECT_FALSE(check(b.build(), assignment, true, 0).feasible());
}

} // namespace
