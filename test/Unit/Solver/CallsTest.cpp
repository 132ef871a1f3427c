//===- CallsTest.cpp - Stages of latency plans, call by call --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "Random.h"
#include "Seeds.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Calls.h"

#include <algorithm>
#include <map>
#include <set>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

const DeviceRef acc0{0, 0}, acc1{0, 1}, cpu0{1, 0};

Builder latency(uint32_t nodes, uint32_t pieces = 1, CoreLimit cores = {}) {
  Builder b = Builder::accAndCpu(2, 2);
  b.data.objective = Objective::Latency;
  b.data.piecesPerDevice = pieces;
  b.data.cores = cores;
  b.data.machine.kinds[0].host = false;
  b.data.machine.kinds[1].host = true;
  for (uint32_t v = 0; v < nodes; ++v)
    b.node({1, 10});
  return b;
}

Assignment arranged(const Instance &instance, Assignment assignment) {
  CheckReport report = check(instance, assignment, true);
  EXPECT_NE(report.value, kInfiniteTime);
  arrangeCalls(instance, report.timeline, assignment);
  EXPECT_TRUE(areCallsInOrder(instance, assignment));
  return assignment;
}

TEST(ArrangeCalls, HostNodesWithTheSamePiecesAroundThemShareAStage) {
  // 0, 1 before the piece {2}; 3, 4 after it; 5 beside it.
  Builder b = latency(6);
  b.net(0, {2}, {1, 0});
  b.net(1, {2}, {1, 0});
  b.net(2, {3, 4}, {1, 0});
  Assignment calls = arranged(b.build(), {{acc0, cpu0}, {1, 1, 0, 1, 1, 1}});
  ASSERT_EQ(calls.stages.size(), 4u);
  // All of 0, 1 and 5 start at zero; the first node decides.
  EXPECT_EQ(calls.stageOf, (std::vector<uint32_t>{0, 0, 2, 3, 3, 1}));
  EXPECT_EQ(calls.stages[2], acc0);
  EXPECT_EQ(calls.stages[3], cpu0);
  EXPECT_TRUE(calls.rank.empty());
}

TEST(ArrangeCalls, EverythingOnTheHostIsOneStage) {
  Builder b = latency(3);
  b.net(0, {1}, {1, 0});
  b.net(1, {2}, {1, 0});
  Assignment calls = arranged(b.build(), {{cpu0, cpu0}, {1, 0, 1}});
  EXPECT_EQ(calls.stages.size(), 1u);
}

TEST(ArrangeCalls, PiecesOfADeviceCountAsOneAfterTheOther) {
  // Node 0 is needed by the second piece only, node 1 by the first, and so by
  // the second as well.
  Builder b = latency(4, 2);
  b.net(1, {2}, {1, 0});
  b.net(0, {3}, {1, 0});
  Assignment calls = arranged(b.build(), {{cpu0, acc0, acc0}, {0, 0, 1, 2}});
  EXPECT_EQ(calls.stages.size(), 4u);
  EXPECT_LT(calls.stageOf[2], calls.stageOf[3]);
}

TEST(ArrangeCalls, RunsOfACoreEndWhereSomebodyNeedsThem) {
  // One core: 0, 1, 2 in a row; the piece {3} needs node 1.
  Builder b = latency(4, 1, CoreLimit(1));
  b.net(1, {3}, {1, 0});
  Assignment calls = arranged(b.build(), {{cpu0, acc0}, {0, 0, 0, 1}});
  ASSERT_EQ(calls.stages.size(), 3u);
  EXPECT_EQ(calls.stageOf[0], calls.stageOf[1]);
  EXPECT_NE(calls.stageOf[1], calls.stageOf[2]);
  EXPECT_EQ(calls.rank, (std::vector<uint32_t>{0, 1, 2, 0}));
}

TEST(ArrangeCalls, RunsOfACoreEndBeforeANodeThatWaits) {
  // Core 0 runs 0 and then 1, which waits for the piece {2}.
  Builder b = latency(3, 1, CoreLimit(1));
  b.data.time[2 * 2] = 100;
  b.net(2, {1}, {1, 0});
  Assignment calls = arranged(b.build(), {{cpu0, acc0}, {0, 0, 1}});
  EXPECT_EQ(calls.stages.size(), 3u);
  // Where nobody waits for it, it is one run.
  b.data.time[2 * 2] = 0;
  b.data.netCost = {0, 0};
  EXPECT_EQ(arranged(b.build(), {{cpu0, acc0}, {0, 0, 1}}).stages.size(), 2u);
}

TEST(CutIntoCalls, KeepsSetsThatCanRun) {
  Builder b = latency(4);
  for (uint32_t v = 0; v < 3; ++v)
    b.net(v, {v + 1}, {1, 0});
  Instance instance = b.build();
  Assignment calls{{acc0, acc1, cpu0}, {0, 0, 1, 2}};
  EXPECT_TRUE(canCallsRun(instance, calls));
  cutIntoCalls(instance, calls);
  EXPECT_EQ(calls.stages.size(), 3u);
  EXPECT_TRUE(check(instance, calls, true).feasible());
}

TEST(CutIntoCalls, CutsWhereDataLeavesAndComesBack) {
  Builder b = latency(3);
  b.net(0, {1}, {1, 0});
  b.net(1, {2}, {1, 0});
  Instance instance = b.build();
  Assignment calls{{acc0, cpu0}, {0, 1, 0}};
  EXPECT_FALSE(canCallsRun(instance, calls));
  cutIntoCalls(instance, calls);
  EXPECT_TRUE(canCallsRun(instance, calls));
  EXPECT_EQ(calls.stages, (std::vector<DeviceRef>{cpu0, acc0, acc0}));
  EXPECT_EQ(calls.stageOf, (std::vector<uint32_t>{1, 0, 2}));
}

TEST(CutIntoCalls, LeavesDevicesOutsideOfACircleAlone) {
  // acc0 and acc1 cross; acc2 has two parts, before and after them.
  Builder b = latency(6);
  b.data.machine.kinds[0].count = 3;
  b.net(0, {1}, {1, 0});
  b.net(2, {3}, {1, 0});
  b.net(1, {4}, {1, 0});
  b.net(3, {5}, {1, 0});
  Instance instance = b.build();
  Assignment calls{{acc0, acc1, {0, 2}}, {0, 1, 1, 0, 2, 2}};
  EXPECT_FALSE(canCallsRun(instance, calls));
  cutIntoCalls(instance, calls);
  EXPECT_TRUE(canCallsRun(instance, calls));
  EXPECT_EQ(calls.stages.size(), 4u);
}

TEST(CutIntoCalls, RanksNodesOfCoresAsTheyCanRun) {
  // The piece {0, 3} needs node 2, which must not wait behind node 1.
  Builder b = latency(4, 1, CoreLimit(1));
  b.net(0, {1}, {1, 0});
  b.net(2, {3}, {1, 0});
  Instance instance = b.build();
  Assignment calls{{acc0, cpu0}, {0, 1, 1, 0}};
  EXPECT_FALSE(canCallsRun(instance, calls));
  cutIntoCalls(instance, calls);
  EXPECT_TRUE(canCallsRun(instance, calls));
  EXPECT_EQ(calls.stages.size(), 2u);
  EXPECT_LT(calls.rank[2], calls.rank[1]);
}

// ---- random assignments ----

/// A random problem for latency without memory, pins and groups, and sets of
/// nodes on its devices.
struct RandomCalls {
  Instance instance;
  Assignment sets;
};

RandomCalls randomCalls(uint64_t seed) {
  Random random(seed);
  uint32_t nodes = 1 + random.below(24);
  uint32_t accs = 1 + random.below(3), cores = 1 + random.below(3);
  bool bounded = random.chance(0.5);
  Builder b = Builder::accAndCpu(accs, cores);
  b.data.objective = Objective::Latency;
  b.data.piecesPerDevice = kMostPiecesPerDevice;
  if (bounded)
    b.data.cores = CoreLimit(kMachineCores);
  b.data.machine.kinds[0].host = false;
  b.data.machine.kinds[1].host = true;
  for (uint32_t v = 0; v < nodes; ++v)
    b.node({double(random.below(5)), double(random.below(9))});
  for (uint32_t v = 0; v < nodes; ++v) {
    std::vector<uint32_t> consumers;
    for (uint32_t w = v + 1; w < nodes; ++w)
      if (random.chance(0.12))
        consumers.push_back(w);
    if (!consumers.empty())
      b.net(v, consumers, {double(random.below(4)), 0});
  }
  RandomCalls calls{b.build(), {}};
  std::vector<uint32_t> stageOf(accs + cores, kNone);
  for (uint32_t v = 0; v < nodes; ++v) {
    uint32_t device = random.below(accs + cores);
    if (!bounded)
      device = std::min(device, accs);
    if (stageOf[device] == kNone) {
      stageOf[device] = calls.sets.stages.size();
      calls.sets.stages.push_back(device < accs ? DeviceRef{0, device}
                                                : DeviceRef{1, device - accs});
    }
    calls.sets.stageOf.push_back(stageOf[device]);
  }
  return calls;
}

/// Any number of cores: for each piece and each host node, whether the node
/// comes after the piece, before it or neither, as nodes depend on each other
/// (and pieces follow each other on devices), and as stages do.
void expectSameWaits(const Instance &instance, const Assignment &calls) {
  size_t stages = calls.stages.size(), nodes = instance.numNodes();
  auto isPiece = [&](uint32_t s) {
    return !instance.isHost(calls.stages[s].kind);
  };
  // Vertices are stages and host nodes; stages of hosts stand for themselves.
  auto vertex = [&](NodeId v, bool byStage) {
    uint32_t s = calls.stageOf[v];
    return byStage || isPiece(s) ? s : stages + v;
  };
  auto closure = [&](bool byStage) {
    std::vector<std::vector<uint8_t>> reach(
        stages + nodes, std::vector<uint8_t>(stages + nodes, 0));
    for (NetId n = 0; n < instance.numNets(); ++n)
      for (NodeId w : instance.consumers(n))
        reach[vertex(instance.producer(n), byStage)][vertex(w, byStage)] = 1;
    for (uint32_t s = 0; s < stages; ++s)
      for (uint32_t t = s + 1; t < stages; ++t)
        if (isPiece(s) && calls.stages[s] == calls.stages[t])
          reach[s][t] = 1;
    for (size_t via = 0; via < reach.size(); ++via)
      for (auto &row : reach)
        if (row[via])
          for (size_t to = 0; to < row.size(); ++to)
            row[to] |= reach[via][to];
    return reach;
  };
  auto byNode = closure(false), byStage = closure(true);
  std::set<std::vector<uint32_t>> around;
  size_t hostStages = 0;
  for (uint32_t s = 0; s < stages; ++s)
    hostStages += !isPiece(s);
  for (NodeId v = 0; v < nodes; ++v) {
    uint32_t own = calls.stageOf[v];
    if (isPiece(own))
      continue;
    std::vector<uint32_t> pieces;
    for (uint32_t s = 0; s < stages; ++s) {
      if (!isPiece(s))
        continue;
      EXPECT_EQ(byNode[s][stages + v], byStage[s][own]);
      EXPECT_EQ(byNode[stages + v][s], byStage[own][s]);
      pieces.push_back(byNode[s][stages + v] + 2 * byNode[stages + v][s]);
    }
    around.insert(pieces);
  }
  EXPECT_EQ(hostStages, around.size());
}

/// Bounded cores: when a program is through that starts each stage once all
/// stages that it needs are through and its device is free.
Time runByStages(const Instance &instance, const Assignment &calls,
                 const std::vector<TimelineEntry> &timeline) {
  size_t stages = calls.stages.size();
  std::vector<std::set<uint32_t>> before(stages);
  for (NetId n = 0; n < instance.numNets(); ++n)
    for (NodeId w : instance.consumers(n))
      if (uint32_t from = calls.stageOf[instance.producer(n)];
          from != calls.stageOf[w])
        before[calls.stageOf[w]].insert(from);
  std::vector<Time> length(stages, 0), through(stages, 0);
  for (const TimelineEntry &entry : timeline)
    length[entry.stage] += entry.in + entry.compute + entry.out;
  std::map<std::pair<uint32_t, uint32_t>, Time> freeAt;
  Time last = 0;
  for (uint32_t s = 0; s < stages; ++s) {
    Time &device = freeAt[{calls.stages[s].kind, calls.stages[s].index}];
    Time start = device;
    for (uint32_t t : before[s])
      start = std::max(start, through[t]);
    through[s] = device = start + length[s];
    last = std::max(last, device);
  }
  return last;
}

TEST(ArrangeCalls, RandomSetsKeepTheirValueAndWaitForNothing) {
  forEachSeed(400, [](uint64_t seed) {
    RandomCalls random = randomCalls(seed);
    const Instance &instance = random.instance;
    Assignment calls = random.sets;
    cutIntoCalls(instance, calls);
    CheckReport before = check(instance, calls, true);
    ASSERT_TRUE(before.feasible()) << before.violations.front();
    if (canCallsRun(instance, random.sets))
      EXPECT_EQ(calls.stages.size(), random.sets.stages.size());

    Assignment arranged = calls;
    arrangeCalls(instance, before.timeline, arranged);
    CheckReport after = check(instance, arranged, true);
    ASSERT_TRUE(after.feasible()) << after.violations.front();
    EXPECT_EQ(after.value, before.value);
    EXPECT_EQ(after.exactValue, before.exactValue);
    EXPECT_TRUE(areCallsInOrder(instance, arranged));
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      EXPECT_EQ(arranged.stages[arranged.stageOf[v]],
                calls.stages[calls.stageOf[v]]);
    if (instance.cores(1))
      EXPECT_LE(runByStages(instance, arranged, after.timeline), after.value);
    else
      expectSameWaits(instance, arranged);

    Assignment again = arranged;
    arrangeCalls(instance, after.timeline, again);
    EXPECT_EQ(again.stages, arranged.stages);
    EXPECT_EQ(again.stageOf, arranged.stageOf);
    EXPECT_EQ(again.rank, arranged.rank);
  });
}

TEST(ArrangeCalls, ManyPiecesAndNodes) {
  // More pieces than bits of a word: chains acc, host, acc, host, ...
  constexpr uint32_t kLength = 400;
  Builder b = latency(kLength, 64);
  b.data.machine.kinds[0].count = 4;
  for (uint32_t v = 0; v + 1 < kLength; ++v)
    b.net(v, {v + 1}, {1, 0});
  Instance instance = b.build();
  Assignment calls{{cpu0}, {}};
  for (uint32_t v = 0; v < kLength; ++v) {
    calls.stageOf.push_back(v % 2 == 1 ? 0 : calls.stages.size());
    if (v % 2 == 0)
      calls.stages.push_back({0, v / 2 % 4});
  }
  EXPECT_EQ(arranged(instance, calls).stages.size(), kLength);
}

} // namespace
