//===- LatencyOracleTest.cpp - The oracles of latency agree ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The brute force decides what is right in all other tests of latency, so it is
// held against figures computed by hand and against a plainer enumeration.
//
//===----------------------------------------------------------------------===//

#include "LatencyOracle.h"
#include "Builder.h"
#include "RandomLatency.h"
#include "Seeds.h"

#include <gtest/gtest.h>

#include <cstdio>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

/// Whole times: scaling by a power of two keeps them exact.
double least(const Builder &builder, uint32_t maxPieces = 0) {
  Instance instance = builder.build();
  BruteForceAnswer answer = bruteForceLatency(instance, maxPieces);
  if (!answer.feasible)
    return kNever;
  LatencyVerdict verdict =
      latencyVerdict(instance, answer.assignment, maxPieces);
  EXPECT_TRUE(verdict.feasible);
  EXPECT_EQ(verdict.value, answer.value);
  return instance.toSourceTime(answer.value);
}

Builder latency(uint32_t accs, uint32_t cpus, Bytes memory = kUnlimitedBytes) {
  Builder b = Builder::accAndCpu(accs, cpus, memory);
  b.data.objective = Objective::Latency;
  // Also where no net has a cost.
  b.data.machine.kinds[0].host = false;
  return b;
}

/// a -> b -> c where only b cannot run on accelerators.
Builder sandwich(uint32_t accs) {
  Builder b = latency(accs, 1);
  b.node({1, 100});
  b.node({kNever, 2});
  b.node({1, 100});
  b.net(0, {1}, {3, 0});
  b.net(1, {2}, {5, 0});
  return b;
}

TEST(LatencyByHand, APieceReceivesRunsAndSends) {
  Builder b = latency(1, 1);
  b.node({2, kNever});
  b.node({3, kNever});
  b.net(kNone, {0, 1}, {10, 0}); // Once for the piece.
  b.net(0, {1}, {100, 0});       // Stays inside.
  b.net(1, {}, {7, 0}, /*onHost=*/true);
  EXPECT_EQ(least(b), 10 + 2 + 3 + 7);
}

TEST(LatencyByHand, PiecesOfOneDeviceMeetOnTheHost) {
  // 1 + out 3, then 2 on the host, then in 5 + 1.
  EXPECT_EQ(least(sandwich(2)), 4 + 2 + 6);
  // One device with one piece: the other end runs on the host for 100.
  EXPECT_EQ(least(sandwich(1)), 4 + 2 + 100);
  Builder two = sandwich(1);
  two.data.piecesPerDevice = 2;
  EXPECT_EQ(least(two), 4 + 2 + 6);
  EXPECT_EQ(least(two, /*maxPieces=*/1), 4 + 2 + 100);
  // What one piece hands to the next on the same device goes out and in.
  two.net(0, {2}, {7, 0});
  EXPECT_EQ(least(two), (1 + 3 + 7) + 2 + (5 + 7 + 1));
}

TEST(LatencyByHand, APieceIsReadyAsAWhole) {
  // The host node waits for the end of the piece that makes its input.
  Builder b = latency(1, 1);
  b.node({1, kNever});
  b.node({10, kNever});
  b.node({kNever, 4});
  b.net(0, {2}, {0, 0});
  EXPECT_EQ(least(b), 11 + 4);
  b.data.piecesPerDevice = 2;
  EXPECT_EQ(least(b), 11);
}

TEST(LatencyByHand, HostNodesRunSideBySideUnlessCoresAreBounded) {
  Builder b = latency(0, 2);
  for (double time : {3, 3, 2, 2, 2})
    b.node({kNever, time});
  EXPECT_EQ(least(b), 3);
  b.data.cores = 1;
  EXPECT_EQ(least(b), 12);
  b.data.cores = kMachineCores; // Two: 3 + 3 against 2 + 2 + 2.
  EXPECT_EQ(least(b), 6);
  b.data.cores = 3; // 3 + 2, 3 + 2, 2, or 3, 3 + 2, 2 + 2.
  EXPECT_EQ(least(b), 5);
}

TEST(LatencyByHand, PinsNameCores) {
  Builder b = latency(0, 2);
  for (double time : {3, 2, 2})
    b.node({kNever, time});
  b.data.cores = 2;
  EXPECT_EQ(least(b), 4);
  b.data.pinKind = {1, 1, kNone};
  b.data.pinIndex = {0, 0, kNone};
  EXPECT_EQ(least(b), 5);
  b.data.cores.reset(); // Unlimited width has no cores to name.
  EXPECT_EQ(least(b), 3);
}

TEST(LatencyByHand, OrderEdgesCostNothing) {
  Builder b = latency(2, 1);
  b.node({4, kNever});
  b.node({5, kNever});
  EXPECT_EQ(least(b), 5);
  b.data.orderEdges = {{0, 1}};
  EXPECT_EQ(least(b), 9);
}

TEST(LatencyByHand, MemoryIsOfTheDeviceAndOfTheWholeHost) {
  Builder b = latency(1, 2, 10);
  b.node({1, 20}, 6);
  b.node({1, 20}, 5);
  EXPECT_EQ(least(b), 20);
  b.data.piecesPerDevice = 2; // Does not help: memory is the device's.
  EXPECT_EQ(least(b), 20);
  b.data.machine.kinds[0].memory = 11;
  EXPECT_EQ(least(b), 2);
  // A core's memory is no limit of its own, the pool of both is.
  b.data.machine.kinds[0].count = 0;
  b.data.machine.kinds[1].memory = 6;
  EXPECT_EQ(least(b), 20);
  b.data.machine.kinds[1].memory = 5;
  EXPECT_EQ(least(b), kNever);
}

TEST(LatencyByHand, GroupsShareADeviceOrAHostKind) {
  Builder b = sandwich(2);
  b.data.group = {0, kNone, 0};
  EXPECT_EQ(least(b), 202); // Both on the host, whose 1st and 3rd take 100.
  b.data.piecesPerDevice = 2;
  EXPECT_EQ(least(b), 12);
}

TEST(LatencyByHand, StashesCountOnce) {
  Builder b = latency(1, 1, 5);
  b.node({1, 9}, 3);
  b.data.stash[0] = 3;
  EXPECT_EQ(least(b), 1);
  b.data.inFlight = InFlight::SuffixStages;
  EXPECT_EQ(least(b), 9);
  b.data.machine.kinds[0].memory = 6;
  EXPECT_EQ(least(b), 1);
}

void expectSame(const Instance &instance, uint32_t maxPieces) {
  BruteForceAnswer search = bruteForceLatency(instance, maxPieces),
                   all = enumerateLatency(instance, maxPieces);
  EXPECT_EQ(search.feasible, all.feasible);
  EXPECT_EQ(search.value, all.value);
  if (!search.feasible)
    return;
  LatencyVerdict verdict =
      latencyVerdict(instance, search.assignment, maxPieces);
  EXPECT_TRUE(verdict.feasible);
  EXPECT_EQ(verdict.value, search.value);
}

TEST(LatencyOracles, AgreeOnThreeNodes) {
  LatencyKnobs knobs;
  knobs.maxNodes = 3;
  size_t feasible = 0, total = 0;
  forEachSeed(
      [&](uint64_t seed) {
        Instance instance = create(randomLatencyInstance(seed, knobs));
        expectSame(instance, randomMaxPieces(seed));
        feasible += bruteForceLatency(instance).feasible;
        ++total;
      },
      0.25);
  std::printf("%zu of %zu have a plan\n", feasible, total);
}

TEST(LatencyOracles, AgreeOnFourNodesAndFewDevices) {
  LatencyKnobs knobs;
  knobs.maxNodes = 4;
  knobs.base.minForward = 4;
  knobs.base.training = 0;
  knobs.base.maxKinds = knobs.base.maxCount = 2;
  forEachSeed(
      [&](uint64_t seed) {
        InstanceData data = randomLatencyInstance(seed + 1'000'000, knobs);
        if (data.cores)
          data.cores = 1;
        data.pinIndex.assign(data.pinIndex.size(), kNone);
        expectSame(create(std::move(data)), randomMaxPieces(seed));
      },
      0.015);
}

} // namespace
