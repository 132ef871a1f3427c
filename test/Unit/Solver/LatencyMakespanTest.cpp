//===- LatencyMakespanTest.cpp - The engines' view of latency -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "Random.h"
#include "RandomInstance.h"

#include "Solver/Latency/Makespan.h"

#include <set>

using namespace placement::solver;
using namespace placement::solver::latency;
using namespace placement::solver::test;

namespace {

/// Kinds "acc" and "cpu", the second a host.
LatencyTerms terms(uint32_t q = 1, uint32_t cores = kNone) {
  return {{0, 1}, q, {kNone, cores}, 0};
}

/// A chain and a side branch: 0 -> 1 -> 3, 0 -> 2 -> 3; every net costs.
Builder diamond(uint32_t accs, Bytes memory = kUnlimitedBytes) {
  Builder b = Builder::accAndCpu(accs, 1, memory);
  b.node({1, 10}, 4);
  b.node({2, 20}, 4);
  b.node({3, 30}, 4);
  b.node({4, 40}, 4);
  b.net(0, {1, 2}, {1, 0});
  b.net(1, {3}, {2, 0});
  b.net(2, {3}, {3, 0});
  return b;
}

double valueOf(const Instance &instance, const LatencyTerms &terms,
               const Placement &placement) {
  LatencyProblem problem(instance, terms);
  EXPECT_TRUE(isAllowed(problem, placement));
  Makespan makespan(problem);
  Time value = makespan.evaluate(placement);
  return value == kInfiniteTime ? kNever : instance.toSourceTime(value);
}

/// What Makespan computes, by definition and slowly.
Time byDefinition(const LatencyProblem &problem, const Placement &placement) {
  uint32_t n = problem.numNodes(), pools = problem.numPools();
  // Vertices: host nodes are sets of one.
  std::vector<std::set<uint32_t>> sets(n + placement.numPieces());
  std::vector<uint32_t> at(n);
  for (uint32_t v = 0; v < n; ++v) {
    at[v] = placement.place[v] < pools ? v : n + placement.place[v] - pools;
    sets[at[v]].insert(v);
  }
  std::vector<Time> work(sets.size(), 0), start(sets.size(), 0);
  std::set<std::pair<uint32_t, uint32_t>> edges;
  for (uint32_t x = 0; x < sets.size(); ++x) {
    for (uint32_t v : sets[x]) {
      KindId kind = x < n ? problem.pools()[placement.place[v]].kind
                          : problem.devices()[placement.deviceOf[x - n]].kind;
      work[x] += problem.time(v, kind);
      for (uint32_t w : problem.successors(v))
        if (at[w] != x)
          edges.insert({x, at[w]});
    }
    if (x < n)
      continue;
    KindId kind = problem.devices()[placement.deviceOf[x - n]].kind;
    for (uint32_t net = 0; net < problem.numNets(); ++net) {
      uint32_t producer = problem.producer(net);
      bool made = producer != kNone && sets[x].count(producer);
      bool used = false, elsewhere = problem.neededByHost(net);
      for (uint32_t c : problem.consumers(net)) {
        used |= sets[x].count(c) != 0;
        elsewhere |= sets[x].count(c) == 0;
      }
      if ((made && elsewhere) || (!made && used))
        work[x] += problem.cost(net, kind);
    }
    for (uint32_t y = x + 1; y < sets.size(); ++y)
      if (!sets[x].empty() && !sets[y].empty() &&
          placement.deviceOf[x - n] == placement.deviceOf[y - n])
        edges.insert({x, y});
  }
  for (uint32_t a = 0; a < n; ++a)
    for (uint32_t b = 0; b < n; ++b)
      if (problem.boundedCores() && placement.place[a] < pools &&
          placement.place[a] == placement.place[b] &&
          problem.pools()[placement.place[a]].cores != kNone &&
          placement.core[a] == placement.core[b] &&
          placement.rank[a] < placement.rank[b])
        edges.insert({a, b});
  for (size_t round = 0; round <= sets.size(); ++round)
    for (auto [x, y] : edges)
      start[y] = std::max(start[y], start[x] + work[x]);
  // Acyclic where vertices without open predecessors use up all.
  std::set<uint32_t> left;
  for (uint32_t x = 0; x < sets.size(); ++x)
    if (!sets[x].empty())
      left.insert(x);
  for (bool progress = true; progress;) {
    progress = false;
    for (uint32_t x : std::set<uint32_t>(left)) {
      bool waits = false;
      for (auto [from, to] : edges)
        waits |= to == x && left.count(from);
      if (!waits) {
        left.erase(x);
        progress = true;
      }
    }
  }
  if (!left.empty())
    return kInfiniteTime;
  Time value = 0;
  for (uint32_t x = 0; x < sets.size(); ++x)
    value = std::max(value, start[x] + work[x]);
  return value;
}

TEST(LatencyProblemTest, ListsWhatEnginesNeed) {
  Builder b = diamond(3, 10);
  b.data.group = {kNone, 0, kNone, 0};
  b.data.time[2 * 2] = kNever; // node 2 off the accelerators
  b.data.pinKind[0] = 0;
  b.data.pinIndex[0] = 2;
  b.data.orderEdges.emplace_back(0, 1);
  b.data.orderEdges.emplace_back(1, 2);
  Instance instance = b.build();
  LatencyProblem problem(instance, terms());
  EXPECT_EQ(problem.numDevices(), 3u);
  EXPECT_FALSE(problem.devices()[2].free);
  EXPECT_TRUE(problem.devices()[1].free);
  EXPECT_EQ(problem.numPools(), 1u);
  EXPECT_EQ(problem.maxPieces(), 3u);
  EXPECT_EQ(problem.numUnits(), 3u);
  EXPECT_EQ(problem.unit(1), problem.unit(3));
  EXPECT_FALSE(problem.supports(0, 1));
  EXPECT_EQ(problem.pinnedDevice(0), 2u);
  EXPECT_EQ(problem.pinnedDevice(1), kNone);
  EXPECT_FALSE(problem.supports(2, 0));
  ASSERT_EQ(problem.successors(0).size(), 2u);
  ASSERT_EQ(problem.predecessors(2).size(), 2u);
  EXPECT_EQ(problem.predecessors(2)[1], 1u);
  EXPECT_EQ(problem.order().size(), 4u);
  EXPECT_TRUE(problem.additiveMemory());
  EXPECT_EQ(problem.stuckNode(), kNone);
}

TEST(LatencyProblemTest, AUnitTooLargeForAKindIsNotSupportedThere) {
  Builder b = diamond(1, 10);
  b.data.group = {0, 0, 0, kNone};
  Instance instance = b.build();
  LatencyProblem problem(instance, terms());
  EXPECT_FALSE(problem.supports(1, 0));
  EXPECT_TRUE(problem.supports(1, 1));
  EXPECT_TRUE(problem.supports(3, 0));
}

TEST(LatencyProblemTest, MoreDevicesThanNodesAreLeftOut) {
  Builder b = diamond(1000);
  b.data.pinKind[1] = 0;
  b.data.pinIndex[1] = 900;
  Instance instance = b.build();
  LatencyProblem problem(instance, terms());
  EXPECT_EQ(problem.numDevices(), 5u);
  EXPECT_EQ(problem.devices()[problem.pinnedDevice(1)].index, 900u);
  // Another device of an assignment becomes one that is listed.
  Assignment given;
  given.stages = {{0, 777}, {0, 900}, {1, 0}};
  given.stageOf = {0, 1, 2, 2};
  Placement placement = fromAssignment(problem, given);
  EXPECT_TRUE(isAllowed(problem, placement));
  Assignment back = toAssignment(problem, placement);
  EXPECT_EQ(back.stages.size(), 3u);
  EXPECT_EQ(back.stages[back.stageOf[1]].index, 900u);
  EXPECT_NE(back.stages[back.stageOf[0]].index, 900u);
  EXPECT_EQ(back.stages[back.stageOf[2]].kind, 1u);
}

TEST(LatencyMakespanTest, HostNodesRunAsSoonAsTheyCan) {
  Instance instance = diamond(1).build();
  EXPECT_EQ(valueOf(instance, terms(), {{0, 0, 0, 0}, {}, {}, {}}), 80);
}

TEST(LatencyMakespanTest, OnOneCoreTheyQueue) {
  Instance instance = diamond(1).build();
  LatencyTerms one = terms(1, 1);
  EXPECT_EQ(
      valueOf(instance, one, {{0, 0, 0, 0}, {}, {0, 0, 0, 0}, {0, 1, 2, 3}}),
      100);
  // Against the order of the data: a circle.
  EXPECT_EQ(
      valueOf(instance, one, {{0, 0, 0, 0}, {}, {0, 0, 0, 0}, {1, 0, 2, 3}}),
      kNever);
}

TEST(LatencyMakespanTest, APiecePaysForWhatCrosses) {
  Instance instance = diamond(2).build();
  // {1, 3}: needs 2, so it waits for it: 10 + 30, in 1 + 3, work 6.
  EXPECT_EQ(valueOf(instance, terms(), {{0, 1, 0, 1}, {0}, {}, {}}), 50);
  // All in one call.
  EXPECT_EQ(valueOf(instance, terms(), {{1, 1, 1, 1}, {0}, {}, {}}), 10);
  // 0 and 3 in one piece, 1 between them: a circle.
  EXPECT_EQ(valueOf(instance, terms(), {{1, 0, 1, 1}, {0}, {}, {}}), kNever);
}

TEST(LatencyMakespanTest, ValuesBetweenPiecesOfADeviceGoThroughTheHost) {
  Instance instance = diamond(1).build();
  // {0}: 1 + out 1; {1, 2, 3}: in 1 + 9.
  Placement placement{{1, 2, 2, 2}, {0, 0}, {}, {}};
  EXPECT_EQ(valueOf(instance, terms(2), placement), 12);
  LatencyProblem problem(instance, terms(1));
  EXPECT_FALSE(isAllowed(problem, placement));
  // The order of pieces is that of their numbers.
  EXPECT_EQ(valueOf(instance, terms(2), {{2, 1, 1, 1}, {0, 0}, {}, {}}),
            kNever);
}

TEST(LatencyMakespanTest, MemoryCountsAllPiecesOfADevice) {
  Instance instance = diamond(2, 8).build();
  LatencyProblem problem(instance, terms(2));
  EXPECT_TRUE(isAllowed(problem, {{1, 2, 0, 0}, {0, 0}, {}, {}}));
  EXPECT_FALSE(isAllowed(problem, {{1, 2, 2, 0}, {0, 0}, {}, {}}));
  EXPECT_TRUE(isAllowed(problem, {{1, 2, 2, 0}, {0, 1}, {}, {}}));
}

TEST(LatencyMakespanTest, AgreesWithTheDefinition) {
  RandomKnobs knobs;
  knobs.suffixStages = 0;
  knobs.pins = 0;
  int circles = 0, finite = 0;
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    InstanceData data = randomInstance(seed, knobs);
    Random random(seed);
    for (double &time : data.time)
      if (!(time < kNever))
        time = 1;
    Result<Instance> instance = Instance::create(data);
    ASSERT_TRUE(instance) << instance.error().message;
    LatencyTerms t;
    for (KindId k = 0; k < instance->numKinds(); ++k) {
      t.host.push_back(k == 0 || random.chance(0.2));
      t.cores.push_back(random.chance(0.5) ? kNone : 2);
    }
    t.piecesPerDevice = random.between(1, 3);
    LatencyProblem problem(*instance, t);
    uint32_t n = problem.numNodes();
    Makespan makespan(problem);
    Placement placement;
    for (uint32_t d = 0; d < problem.numDevices(); ++d)
      for (uint32_t j = 0; j < problem.piecesPerDevice(); ++j)
        placement.deviceOf.push_back(d);
    random.shuffle(placement.deviceOf);
    uint32_t places = problem.numPools() + placement.numPieces();
    // Runs of the order keep a good share without circles.
    for (int sample = 0; sample < 5; ++sample) {
      placement.place.assign(n, 0);
      placement.core.assign(n, 0);
      placement.rank.assign(n, 0);
      uint32_t place = random.below(places), i = 0;
      for (uint32_t v : problem.order()) {
        if (random.chance(0.4))
          place = random.below(places);
        KindId kind =
            place < problem.numPools()
                ? problem.pools()[place].kind
                : problem
                      .devices()[placement.deviceOf[place - problem.numPools()]]
                      .kind;
        placement.place[v] = problem.supports(v, kind) ? place : 0;
        if (!problem.supports(v, problem.pools()[0].kind))
          place = 0;
        placement.core[v] = random.below(2);
        placement.rank[v] = i++;
      }
      bool supported = true;
      for (uint32_t v = 0; v < n; ++v) {
        uint32_t p = placement.place[v];
        supported &= problem.supports(
            v,
            p < problem.numPools()
                ? problem.pools()[p].kind
                : problem.devices()[placement.deviceOf[p - problem.numPools()]]
                      .kind);
      }
      if (!supported)
        continue;
      Time expected = byDefinition(problem, placement);
      ASSERT_EQ(makespan.evaluate(placement), expected) << "seed " << seed;
      if (expected != kInfiniteTime) {
        Placement renamed = placement;
        renumber(problem, makespan, renamed);
        ASSERT_EQ(makespan.evaluate(renamed), expected) << "seed " << seed;
        ASSERT_EQ(isAllowed(problem, renamed), isAllowed(problem, placement));
      }
      (expected == kInfiniteTime ? circles : finite)++;
    }
  }
  EXPECT_GT(circles, 100);
  EXPECT_GT(finite, 500);
}

} // namespace
