//===- LatencySearchPartsTest.cpp - Cuts, orders and states ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "RandomInstance.h"
#include "Seeds.h"

#include "Solver/Latency/LatencySearch.h"
#include "Solver/Latency/Makespan.h"

#include <numeric>

using namespace placement::solver;
using namespace placement::solver::latency;
using namespace placement::solver::test;

namespace {

/// A random problem whose second kind is a host.
InstanceData randomLatency(uint64_t seed, bool training = true) {
  RandomKnobs knobs;
  knobs.maxKinds = 2;
  knobs.suffixStages = 0;
  knobs.training = training ? 0.5 : 0;
  InstanceData data = randomInstance(seed, knobs);
  data.objective = Objective::Latency;
  data.machine.kinds[0].host = false;
  for (size_t k = 1; k < data.numKinds(); ++k) {
    data.machine.kinds[k].host = true;
    for (size_t net = 0; net < data.numNets(); ++net)
      data.netCost[net * data.numKinds() + k] = 0;
  }
  return data;
}

/// Turns of all devices, each once.
std::vector<DeviceTurn> allTurns(const LatencyProblem &problem) {
  std::vector<DeviceTurn> turns;
  uint32_t q = problem.piecesPerDevice();
  for (uint32_t d = 0; d < problem.numDevices(); ++d) {
    uint32_t slot = problem.numPools() + d * q;
    turns.push_back({d, problem.devices()[d].memory, slot, slot + q - 1});
  }
  return turns;
}

TEST(LatencyBlockOrder, EveryIntervalCanBeACall) {
  int checked = 0;
  forEachSeed(100, [&](uint64_t seed) {
    Result<Instance> instance = Instance::create(randomLatency(seed));
    ASSERT_TRUE(instance) << instance.error().message;
    LatencyProblem problem(*instance, termsOf(*instance, 0));
    if (problem.numPools() == 0 || problem.numDevices() == 0)
      return;
    BlockOrder blocks(problem, /*folded=*/false);
    SplitMix random(seed);
    std::vector<uint32_t> order;
    blocks.shuffle(random, order);
    ASSERT_EQ(order.size(), blocks.numBlocks());
    Placement placement;
    placement.deviceOf = {0};
    placement.place.assign(problem.numNodes(), 0);
    SearchState state(problem);
    for (uint32_t i = 0; i < order.size(); ++i)
      for (uint32_t j = i; j < order.size(); ++j) {
        bool taken = true;
        std::fill(placement.place.begin(), placement.place.end(), 0);
        for (uint32_t b = i; b <= j; ++b)
          for (uint32_t v : blocks.members(order[b])) {
            placement.place[v] = problem.numPools();
            taken &= problem.supports(v, problem.devices()[0].kind);
          }
        for (uint32_t v = 0; v < problem.numNodes(); ++v)
          taken &= placement.place[v] != 0 ||
                   problem.supports(v, problem.pools()[0].kind);
        if (!taken)
          continue;
        Makespan makespan(problem);
        EXPECT_NE(makespan.evaluate(placement), kInfiniteTime);
        ++checked;
      }
  });
  if (!std::getenv("PLACEMENT_FUZZ_SEEDS"))
    EXPECT_GT(checked, 200);
}

TEST(LatencyBlockOrder, FoldsTheBackwardPass) {
  // f0 -> f1 -> f2 -> b2 -> b1 -> b0, groups of a forward and a backward node.
  Builder b = Builder::accAndCpu(1, 1);
  for (uint32_t i = 0; i < 3; ++i)
    b.node({1, 1});
  for (uint32_t i = 3; i-- > 0;)
    b.backward({1, 1}, i);
  b.data.group = {0, 1, 2, 2, 1, 0};
  for (uint32_t i = 0; i < 5; ++i)
    b.net(i, {i + 1}, {1, 0});
  Instance instance = b.build();
  LatencyProblem problem(instance, {{0, 1}, 2, {kNone, kNone}, 0});
  EXPECT_EQ(BlockOrder(problem, false).numBlocks(), 1u);
  BlockOrder folded(problem, true);
  ASSERT_EQ(folded.numBlocks(), 3u);
  SplitMix random(1);
  std::vector<uint32_t> order;
  folded.shuffle(random, order);
  for (uint32_t i = 0; i < 3; ++i) {
    ASSERT_EQ(folded.members(order[i]).size(), 2u);
    EXPECT_EQ(folded.members(order[i])[0], i);
    EXPECT_EQ(folded.members(order[i])[1], 5 - i);
  }
}

TEST(LatencySegmentation, SumsAreNeverBelowTheMakespan) {
  int cuts = 0;
  forEachSeed(300, [&](uint64_t seed) {
    InstanceData data = randomLatency(seed);
    data.piecesPerDevice = 1 + seed % 2;
    Result<Instance> instance = Instance::create(data);
    ASSERT_TRUE(instance) << instance.error().message;
    LatencyProblem problem(*instance, termsOf(*instance, 0));
    for (bool folded : {false, true}) {
      BlockOrder blocks(problem, folded);
      Segmentation cutter(problem, blocks);
      SearchState state(problem);
      SplitMix random(seed);
      std::vector<uint32_t> order, slots;
      blocks.shuffle(random, order);
      Time sum = cutter.run(order, 1, allTurns(problem), {}, slots);
      if (sum == kInfiniteTime)
        continue;
      ++cuts;
      state.assign(slots);
      Energy energy = state.evaluate();
      EXPECT_LE(energy.makespan, sum);
      Placement placement = state.placement();
      Makespan makespan(problem);
      EXPECT_EQ(makespan.evaluate(placement), energy.makespan);
      EXPECT_EQ(isAllowed(problem, placement), energy.allowed());
    }
  });
  if (!std::getenv("PLACEMENT_FUZZ_SEEDS"))
    EXPECT_GT(cuts, 150);
}

TEST(LatencySegmentation, IsExactOnAChain) {
  // Room for two nodes a call: hosts take the middle one of five.
  Builder b = Builder::accAndCpu(2, 1, 10);
  for (int i = 0; i < 5; ++i)
    b.node({1, 10}, 5);
  for (uint32_t i = 0; i < 4; ++i)
    b.net(i, {i + 1}, {1, 0});
  Instance instance = b.build();
  LatencyProblem problem(instance, {{0, 1}, 1, {kNone, kNone}, 0});
  BlockOrder blocks(problem, false);
  Segmentation cutter(problem, blocks);
  std::vector<uint32_t> order(5), slots;
  std::iota(order.begin(), order.end(), 0);
  EXPECT_EQ(
      instance.toSourceTime(cutter.run(order, 1, allTurns(problem), {}, slots)),
      3 + 10 + 3);
  EXPECT_EQ(slots, (std::vector<uint32_t>{1, 1, 0, 2, 2}));
  // In chunks of two there is no better way than one call and three nodes.
  EXPECT_EQ(
      instance.toSourceTime(cutter.run(order, 2, allTurns(problem), {}, slots)),
      3 + 4 + 10);
}

TEST(LatencySearchState, MovesAreUndone) {
  Builder b = Builder::accAndCpu(2, 1);
  for (int i = 0; i < 4; ++i)
    b.node({1, 10}, 5);
  b.data.group = {0, kNone, 0, kNone};
  b.data.pinKind[3] = 1;
  b.net(0, {1}, {1, 0});
  b.net(1, {2}, {1, 0});
  b.net(2, {3}, {1, 0});
  Instance instance = b.build();
  LatencyProblem problem(instance, {{0, 1}, 2, {kNone, kNone}, 0});
  SearchState state(problem);
  // Slots: the pool, two of each device.
  std::vector<uint32_t> start = {1, 0, 2, 0};
  state.assign(start);
  EXPECT_NE(state.evaluate().makespan, kInfiniteTime);
  state.keep();
  // The group keeps its piece numbers on the other device.
  ASSERT_TRUE(state.move(0, 3));
  EXPECT_EQ(state.slot(2), 4u);
  EXPECT_FALSE(state.move(3, 3));
  state.undo();
  EXPECT_EQ(std::vector(state.all().begin(), state.all().end()), start);
  // Both to the pool.
  ASSERT_TRUE(state.move(2, 0));
  EXPECT_EQ(state.slot(0), 0u);
}

TEST(LatencySearchState, CoresGoToTheLongestRest) {
  // Three nodes are ready, one core: the head of the long chain comes first.
  Builder b = Builder::accAndCpu(0, 1);
  b.node({kNever, 1});
  b.node({kNever, 1});
  b.node({kNever, 1});
  b.node({kNever, 5});
  b.net(2, {3}, {0, 0});
  Instance instance = b.build();
  LatencyProblem problem(instance, {{0, 1}, 1, {kNone, 2}, 0});
  SearchState state(problem);
  state.assign(std::vector<uint32_t>(4, 0));
  EXPECT_EQ(instance.toSourceTime(state.evaluate().makespan), 6);
  Placement placement = state.placement();
  EXPECT_LT(placement.rank[2], placement.rank[1]);
  EXPECT_TRUE(isAllowed(problem, placement));
}

TEST(LatencySearchState, ListSchedulesAreWhatTheyClaim) {
  forEachSeed(200, [&](uint64_t seed) {
    InstanceData data = randomLatency(seed);
    data.cores = 1 + seed % 3;
    // A pin to a core that is not there.
    Result<Instance> instance = Instance::create(data);
    if (!instance)
      return;
    LatencyProblem problem(*instance, termsOf(*instance, 0));
    SearchState state(problem);
    std::vector<uint32_t> slots(problem.numNodes());
    SplitMix random(seed);
    for (int sample = 0; sample < 10; ++sample) {
      bool placed = true;
      for (uint32_t u = 0; u < problem.numUnits(); ++u) {
        uint32_t slot = random.chance(0.7) && state.numPools() != 0
                            ? 0
                            : random.below(state.numSlots());
        for (uint32_t v : problem.members(u)) {
          slots[v] = slot;
          placed &= state.canTake(v, slot);
        }
      }
      if (!placed)
        continue;
      state.assign(slots);
      Energy energy = state.evaluate();
      if (energy.makespan == kInfiniteTime)
        continue;
      Placement placement = state.placement();
      Makespan makespan(problem);
      EXPECT_EQ(makespan.evaluate(placement), energy.makespan);
      EXPECT_EQ(isAllowed(problem, placement), energy.allowed());
    }
  });
}

TEST(LatencySearchParts, PiecesOfNoUseAreDropped) {
  // The two nodes of no time might as well be in one call, or on the host.
  Builder b = Builder::accAndCpu(3, 1);
  b.node({1, 10});
  b.node({0, 0});
  b.node({0, 0});
  b.net(0, {1}, {0, 0});
  b.net(1, {2}, {0, 0});
  Instance instance = b.build();
  LatencyProblem problem(instance, {{0, 1}, 1, {kNone, kNone}, 0});
  LatencySearch search(problem, 1);
  search.start({{1, 2, 3}, {0, 1, 2}, {}, {}});
  search.dropPieces();
  EXPECT_EQ(instance.toSourceTime(search.value()), 1);
  std::vector<uint32_t> place = search.placement().place;
  std::sort(place.begin(), place.end());
  place.erase(std::unique(place.begin(), place.end()), place.end());
  std::erase(place, 0);
  EXPECT_EQ(place.size(), 1u);
}

} // namespace
