//===- InstanceTest.cpp - Every rule of problem data, broken once ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "RandomInstance.h"

#include <chrono>
#include <cmath>
#include <functional>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

/// A small valid problem with something of everything.
Builder sample() {
  Builder b = Builder::accAndCpu(2, 1, 1000);
  b.node({1, 10}, 5);
  b.node({2, kNever}, 6);
  b.node({3, 30}, 7);
  b.data.nodeIds = {10, 20, 30};
  b.data.nodeNames = {"embed", "", "head"};
  b.net(kNone, {0}, {1, 0});
  b.net(0, {1, 2}, {2, 0});
  b.net(1, {2}, {3, 0});
  b.weight(50, {0, 2});
  return b;
}

/// The data is refused with exactly this message.
void expectError(const std::function<void(InstanceData &)> &edit,
                 const std::string &message) {
  Builder b = sample();
  edit(b.data);
  EXPECT_EQ(b.error(), "test.json: " + message);
}

TEST(Instance, AcceptsTheSample) { EXPECT_EQ(sample().error(), ""); }

TEST(Instance, Lengths) {
  expectError(
      [](InstanceData &d) {
        Machine machine = d.machine;
        d = InstanceData();
        d.source = "test.json";
        d.machine = machine;
      },
      "there are no nodes; nothing can be placed");
  expectError([](InstanceData &d) { d.time.pop_back(); },
              "array 'time' has 5 entries; it needs 6");
  expectError([](InstanceData &d) { d.nodeNames.pop_back(); },
              "array 'nodeNames' has 2 entries; it needs 3");
  expectError([](InstanceData &d) { d.netCost.pop_back(); },
              "array 'netCost' has 5 entries; it needs 6");
  expectError([](InstanceData &d) { d.netBytes = {1}; },
              "array 'netBytes' has 1 entries; it needs 3");
  const std::string advice = " entries; give it 3 or leave it empty";
  expectError([](InstanceData &d) { d.size = {1}; },
              "array 'size' has 1" + advice);
  expectError([](InstanceData &d) { d.stash = {1}; },
              "array 'stash' has 1" + advice);
  expectError([](InstanceData &d) { d.transient = {1}; },
              "array 'transient' has 1" + advice);
  expectError([](InstanceData &d) { d.backward = {1}; },
              "array 'backward' has 1" + advice);
  expectError([](InstanceData &d) { d.group = {1}; },
              "array 'group' has 1" + advice);
  expectError([](InstanceData &d) { d.pinKind = {1}; },
              "array 'pinKind' has 1" + advice);
  expectError([](InstanceData &d) { d.pinIndex = {1}; },
              "array 'pinIndex' has 1" + advice);
  expectError([](InstanceData &d) { d.netOnHost = {1}; },
              "array 'netOnHost' has 1" + advice);
}

TEST(Instance, Offsets) {
  expectError([](InstanceData &d) { d.netBegin.pop_back(); },
              "array 'netBegin' has 3 entries; it needs 4");
  expectError([](InstanceData &d) { d.netBegin.clear(); },
              "array 'netBegin' has 0 entries; it needs 4");
  for (auto edit : {+[](InstanceData &d) { d.netBegin[0] = 1; },
                    +[](InstanceData &d) { d.netBegin[1] = 4; },
                    +[](InstanceData &d) { d.netBegin[3] = 3; },
                    +[](InstanceData &d) { d.netBegin[3] = 5; }})
    expectError(edit, "array 'netBegin' is not a list of offsets; it must "
                      "start with 0, never fall and end with 4");
  expectError([](InstanceData &d) { d.weightBegin[1] = 1; },
              "array 'weightBegin' is not a list of offsets; it must start "
              "with 0, never fall and end with 2");
}

TEST(Instance, Machine) {
  expectError([](InstanceData &d) { d.machine.kinds[1].name = ""; },
              "device kind number 1 has no name; give it one");
  expectError([](InstanceData &d) { d.machine.kinds[1].name = "acc"; },
              "device kind \"acc\" is given twice; merge the two");
  expectError([](InstanceData &d) { d.machine.kinds[0].count = 1048577; },
              "device kind \"acc\": count is 1048577; at most 1048576 devices "
              "of a kind");
  expectError([](InstanceData &d) { d.machine.kinds[0].memory = -1; },
              "device kind \"acc\": memory is -1 bytes; it must not be "
              "negative");
  expectError([](InstanceData &d) { d.machine.kinds[0].latency = NAN; },
              "device kind \"acc\": link latency is nan; it must be finite and "
              "not negative");
  expectError([](InstanceData &d) { d.machine.kinds[0].bandwidth = -2; },
              "device kind \"acc\": link bandwidth is -2; it must be finite "
              "and not negative");
  expectError(
      [](InstanceData &d) {
        d.machine.kinds[0].count = d.machine.kinds[1].count = 0;
      },
      "the machine has no device; give at least one kind a count above zero");
  expectError([](InstanceData &d) { d.machine.kinds.clear(); },
              "the machine has no device; give at least one kind a count above "
              "zero");
}

TEST(Instance, Numbers) {
  const std::string time = "; it must be finite and not negative, or infinite "
                           "where the kind cannot run it";
  expectError([](InstanceData &d) { d.time[1] = NAN; },
              "node 10 (\"embed\"): time on \"cpu\" is nan" + time);
  expectError([](InstanceData &d) { d.time[2] = -1.5; },
              "node 20: time on \"acc\" is -1.5" + time);
  expectError([](InstanceData &d) { d.time[2] = -kNever; },
              "node 20: time on \"acc\" is -inf" + time);
  const std::string rule = "; it must be finite and not negative";
  expectError([](InstanceData &d) { d.size[0] = -1; },
              "node 10 (\"embed\"): size is -1 bytes" + rule);
  expectError([](InstanceData &d) { d.stash[0] = kNever; },
              "node 10 (\"embed\"): stash is inf bytes" + rule);
  expectError([](InstanceData &d) { d.transient[2] = NAN; },
              "node 30 (\"head\"): transient is nan bytes" + rule);
  expectError([](InstanceData &d) { d.netCost[0] = -1; },
              "net 0 (from the host): cost on \"acc\" is -1" + rule);
  expectError([](InstanceData &d) { d.netCost[3] = kNever; },
              "net 1 (of node 10 (\"embed\")): cost on \"cpu\" is inf" + rule);
  expectError([](InstanceData &d) { d.netBytes = {0, 0, NAN}; },
              "net 2 (of node 20): size is nan bytes" + rule);
  expectError([](InstanceData &d) { d.weightBytes[0] = -1; },
              "weight 0: size is -1 bytes" + rule);
}

TEST(Instance, Support) {
  const std::string message = "node 20: no device of the machine supports it; "
                              "give it a time on a kind with a device";
  expectError([](InstanceData &d) { d.time[2] = kNever; }, message);
  expectError([](InstanceData &d) { d.machine.kinds[0].count = 0; }, message);
}

TEST(Instance, Overflow) {
  expectError([](InstanceData &d) { d.time[0] = d.time[2] = 1.7e308; },
              "the sum of all times and net costs overflows; give them in a "
              "larger unit");
  const std::string bytes = "sizes, stashes, transients and weights add up to "
                            "more than 2^61 bytes; are they in bytes?";
  expectError([](InstanceData &d) { d.size[0] = 1e300; }, bytes);
  expectError([](InstanceData &d) { d.size[0] = d.size[1] = 0x1p60; }, bytes);
  expectError([](InstanceData &d) { d.stash[0] = 0x1p60; }, bytes);
  expectError([](InstanceData &d) { d.transient[0] = 0x1p61; }, bytes);
  expectError([](InstanceData &d) { d.weightBytes[0] = 0x1p61; }, bytes);
}

TEST(Instance, References) {
  expectError([](InstanceData &d) { d.nodeIds[2] = 10; },
              "node id 10 is given twice; ids must be unique");
  expectError([](InstanceData &d) { d.netProducer[1] = 3; },
              "net 1: producer is node number 3, but there are 3 nodes");
  expectError([](InstanceData &d) { d.netConsumers[0] = 7; },
              "net 0 (from the host): a consumer is node number 7, but there "
              "are 3 nodes");
  expectError([](InstanceData &d) { d.netConsumers[1] = 0; },
              "node 10 (\"embed\") consumes its own output; remove that edge, "
              "the graph must be acyclic");
  expectError([](InstanceData &d) { d.weightUsers[0] = 3; },
              "a user of a weight is node number 3, but there are 3 nodes");
  expectError([](InstanceData &d) { d.orderEdges = {{1, 3}}; },
              "an order edge names node number 3, but there are 3 nodes");
  expectError([](InstanceData &d) { d.orderEdges = {{1, 1}}; },
              "node 20 is ordered before itself; remove that edge, the graph "
              "must be acyclic");
}

TEST(Instance, Pins) {
  expectError([](InstanceData &d) { d.pinIndex[1] = 0; },
              "node 20: pinned to device 0 of no kind; name the kind too");
  expectError([](InstanceData &d) { d.pinKind[1] = 2; },
              "node 20: pinned to kind number 2, but there are 2 kinds");
  expectError(
      [](InstanceData &d) {
        d.pinKind[1] = 0;
        d.pinIndex[1] = 2;
      },
      "node 20: pinned to \"acc\" number 2, but the machine has 2 of them, "
      "counted from 0");
}

TEST(Instance, Cycles) {
  expectError(
      [](InstanceData &d) { d.orderEdges = {{2, 0}}; },
      "the graph has a cycle: node 10 (\"embed\") -> node 30 (\"head\") "
      "-> node 10 (\"embed\"); remove one of these edges");
  expectError(
      [](InstanceData &d) { d.orderEdges = {{2, 1}}; },
      "the graph has a cycle: node 20 -> node 30 (\"head\") -> node 20; "
      "remove one of these edges");
}

TEST(Instance, LongCyclesAreShortened) {
  Builder b({{"acc", 1}});
  for (uint32_t v = 0; v < 20; ++v) {
    b.node({1});
    b.net(v, {(v + 1) % 20}, {0});
  }
  EXPECT_NE(b.error().find("-> ... (12 more) -> "), std::string::npos)
      << b.error();
}

/// Nodes that only lead to a cycle or follow from it are not named.
TEST(Instance, CycleLeavesOutItsSurroundings) {
  Builder b({{"acc", 1}});
  for (int v = 0; v < 7; ++v)
    b.node({1});
  for (auto [from, to] :
       {std::pair(0u, 1u), {1, 2}, {2, 3}, {3, 1}, {3, 4}, {4, 5}, {6, 1}})
    b.net(from, {to}, {0});
  EXPECT_EQ(b.error(), "test.json: the graph has a cycle: node 1 -> node 2 -> "
                       "node 3 -> node 1; remove one of these edges");
}

TEST(Instance, BackwardNodesFeedNoForwardNode) {
  expectError([](InstanceData &d) { d.backward = {0, 1, 0}; },
              "backward node 20 comes before forward node 30 (\"head\"); what "
              "depends on the backward pass belongs to it: mark the second "
              "node backward");
}

TEST(Instance, SourcesWithoutANameAreCalledInstance) {
  Builder b = sample();
  b.data.source.clear();
  b.data.time.clear();
  EXPECT_EQ(b.error(), "instance: array 'time' has 0 entries; it needs 6");
}

TEST(Instance, FillsOptionalArrays) {
  InstanceData data = sample().data;
  for (auto *array : {&data.size, &data.stash, &data.transient})
    array->clear();
  for (auto *array : {&data.group, &data.pinKind, &data.pinIndex})
    array->clear();
  data.backward.clear();
  data.netOnHost.clear();
  Result<Instance> instance = Instance::create(data);
  ASSERT_TRUE(instance) << instance.error().message;
  EXPECT_EQ(instance->size(2), 0);
  EXPECT_EQ(instance->stash(2), 0);
  EXPECT_EQ(instance->transient(2), 0);
  EXPECT_EQ(instance->group(2), kNone);
  EXPECT_EQ(instance->numGroups(), 0u);
  EXPECT_EQ(instance->pinKind(2), kNone);
  EXPECT_EQ(instance->pinIndex(2), kNone);
  EXPECT_FALSE(instance->isBackward(2));
  EXPECT_TRUE(instance->onHost(0)) << "implied without a producer";
  EXPECT_FALSE(instance->onHost(1));
}

TEST(Instance, BringsListsAndGroupsToOneForm) {
  Builder b({{"acc", 1}});
  for (int v = 0; v < 5; ++v)
    b.node({1});
  b.net(0, {3, 1, 3, 2, 1}, {0});
  b.net(1, {2}, {0});
  b.net(2, {4, 4}, {0});
  b.weight(1, {4, 0, 4});
  b.data.group = {900, 17, kNone, 900, 17};
  b.data.backward = {0, 0, 0, 255, 4};
  Instance instance = b.build();
  auto list = [](std::span<const uint32_t> span) {
    return std::vector<uint32_t>(span.begin(), span.end());
  };
  EXPECT_EQ(list(instance.consumers(0)), (std::vector<uint32_t>{1, 2, 3}));
  EXPECT_EQ(list(instance.consumers(1)), (std::vector<uint32_t>{2}));
  EXPECT_EQ(list(instance.consumers(2)), (std::vector<uint32_t>{4}));
  EXPECT_EQ(list(instance.weightUsers(0)), (std::vector<uint32_t>{0, 4}));
  EXPECT_EQ(instance.data().group, (std::vector<uint32_t>{0, 1, kNone, 0, 1}));
  EXPECT_EQ(instance.numGroups(), 2u);
  EXPECT_EQ(instance.data().backward, (std::vector<uint8_t>{0, 0, 0, 1, 1}));
  EXPECT_EQ(instance.data().netConsumers.size(), 5u);
}

TEST(Scaling, SmallNumbersKeepFortyBits) {
  Instance instance = sample().build();
  EXPECT_EQ(instance.timeExponent(), 40);
  EXPECT_EQ(instance.time(0, 0), Time(1) << 40);
  EXPECT_EQ(instance.time(1, 1), kUnsupported);
  EXPECT_FALSE(instance.supports(1, 1));
  EXPECT_EQ(instance.netCost(2, 0), Time(3) << 40);
  EXPECT_EQ(instance.toSourceTime(instance.time(2, 1)), 30);
}

TEST(Scaling, ZeroesAloneKeepFortyBits) {
  Builder b({{"acc", 1}});
  b.node({0});
  EXPECT_EQ(b.build().timeExponent(), 40);
}

TEST(Scaling, BytesAreRoundedUp) {
  Builder b = sample();
  b.data.size[0] = 2.25;
  b.data.weightBytes[0] = 0.5;
  Instance instance = b.build();
  EXPECT_EQ(instance.size(0), 3);
  EXPECT_EQ(instance.size(1), 6);
  EXPECT_EQ(instance.weightBytes(0), 1);
}

TEST(Scaling, TimesAreRoundedToNearest) {
  Builder b({{"acc", 1}});
  b.node({0x1p22});    // Leaves 2^-38 as the unit.
  b.node({0x1p-39});   // Half a unit goes up.
  b.node({0x1.8p-40}); // Less than half goes down.
  Instance instance = b.build();
  ASSERT_EQ(instance.timeExponent(), 38);
  EXPECT_EQ(instance.time(0, 0), Time(1) << 60);
  EXPECT_EQ(instance.time(1, 0), 1);
  EXPECT_EQ(instance.time(2, 0), 0);
}

/// The sum of what all devices of a plan can pay, in units of 2^-exponent.
__int128 total(const Instance &instance, int exponent) {
  auto rounded = [&](double value) {
    return __int128(std::round(std::ldexp(value, exponent)));
  };
  const InstanceData &data = instance.data();
  size_t kinds = data.numKinds();
  __int128 sum = 0;
  for (double time : data.time)
    if (std::isfinite(time))
      sum += rounded(time);
  for (NetId n = 0; n < data.numNets(); ++n)
    for (size_t k = 0; k < kinds; ++k) {
      uint32_t pins = instance.consumers(n).size() +
                      (instance.producer(n) != kNone ? 1 : 0);
      uint32_t payers =
          std::max(1u, std::min(pins, data.machine.kinds[k].count));
      sum += rounded(data.netCost[n * kinds + k]) * payers;
    }
  return sum;
}

TEST(Scaling, ExponentIsTheLargestThatFits) {
  const __int128 limit = __int128(1) << 61;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    InstanceData data = randomInstance(seed);
    double factor =
        std::ldexp(1.0 + double(seed % 7) / 10, int(seed % 200) - 60);
    for (double &time : data.time)
      time *= factor;
    for (double &cost : data.netCost)
      cost *= factor;
    Result<Instance> instance = Instance::create(data);
    ASSERT_TRUE(instance) << instance.error().message;
    int e = instance->timeExponent();
    ASSERT_LE(e, 40);
    ASSERT_LT(total(*instance, e), limit) << "seed " << seed;
    if (e < 40) {
      ASSERT_GE(total(*instance, e + 1), limit) << "seed " << seed;
    }
    for (NodeId v = 0; v < instance->numNodes(); ++v)
      for (KindId k = 0; k < instance->numKinds(); ++k)
        if (instance->supports(v, k)) {
          ASSERT_LE(std::fabs(instance->toSourceTime(instance->time(v, k)) -
                              data.time[v * instance->numKinds() + k]),
                    std::ldexp(0.5, -e));
        }
  }
}

/// Also figures of kinds without a device must fit.
TEST(Scaling, KindsWithoutDevicesCount) {
  Builder b = Builder::accAndCpu(1, 0);
  b.node({1, 1});
  b.node({1, 1});
  b.net(0, {1}, {1, 0x1p50});
  Instance instance = b.build();
  EXPECT_EQ(instance.timeExponent(), 10);
  EXPECT_EQ(instance.netCost(0, 1), Time(1) << 60);
}

TEST(Scaling, HugeNumbersHaveNegativeExponents) {
  Builder b({{"acc", 1}});
  b.node({1e300});
  b.node({1e-300});
  Instance instance = b.build();
  EXPECT_LT(instance.timeExponent(), -900);
  EXPECT_EQ(instance.time(1, 0), 0);
  EXPECT_NEAR(instance.toSourceTime(instance.time(0, 0)) / 1e300, 1, 1e-15);
}

/// On every machine, in every version: plans in files carry it.
TEST(Fingerprint, IsPinned) {
  EXPECT_EQ(sample().build().fingerprint(), "2be1d33c545fcfe8b144ee974142425a");
}

TEST(Fingerprint, IgnoresNames) {
  std::string expected = sample().build().fingerprint();
  auto expectSame = [&](const std::function<void(InstanceData &)> &edit) {
    Builder b = sample();
    edit(b.data);
    EXPECT_EQ(b.build().fingerprint(), expected);
  };
  expectSame([](InstanceData &d) { d.source = "other.json"; });
  expectSame([](InstanceData &d) { d.nodeIds = {3, 2, 1}; });
  expectSame([](InstanceData &d) { d.nodeNames.clear(); });
  expectSame([](InstanceData &d) { d.machine.name = "fleet"; });
  expectSame([](InstanceData &d) { d.machine.kinds[0].name = "gpu"; });
  expectSame([](InstanceData &d) { d.netConsumers = {0, 2, 1, 2}; });
  expectSame([](InstanceData &d) { d.netBytes = {1, 2, 3}; });
  expectSame([](InstanceData &d) { d.time[0] += 0x1p-50; });
}

TEST(Fingerprint, IgnoresLabelsOfGroups) {
  Builder one = sample(), two = sample();
  one.data.group = {5, 5, 2};
  two.data.group = {0, 0, 9};
  EXPECT_EQ(one.build().fingerprint(), two.build().fingerprint());
  two.data.group = {0, 9, 9};
  EXPECT_NE(one.build().fingerprint(), two.build().fingerprint());
}

TEST(Fingerprint, SeesEveryOtherChange) {
  std::vector<std::string> seen = {sample().build().fingerprint()};
  auto expectNew = [&](const std::function<void(InstanceData &)> &edit) {
    Builder b = sample();
    edit(b.data);
    std::string fingerprint = b.build().fingerprint();
    EXPECT_EQ(fingerprint.size(), 32u);
    for (const std::string &other : seen)
      EXPECT_NE(fingerprint, other) << "change number " << seen.size();
    seen.push_back(fingerprint);
  };
  expectNew([](InstanceData &d) { d.time[0] += 1; });
  expectNew([](InstanceData &d) { d.time[1] = kNever; });
  expectNew([](InstanceData &d) { d.size[1] += 1; });
  expectNew([](InstanceData &d) { d.stash[1] += 1; });
  expectNew([](InstanceData &d) { d.transient[1] += 1; });
  expectNew([](InstanceData &d) { d.backward[2] = 1; });
  expectNew([](InstanceData &d) { d.group[1] = 1; });
  expectNew([](InstanceData &d) { d.pinKind[0] = 0; });
  expectNew([](InstanceData &d) { d.pinKind[0] = 1; });
  expectNew([](InstanceData &d) {
    d.pinKind[0] = 0;
    d.pinIndex[0] = 0;
  });
  expectNew([](InstanceData &d) { d.netCost[0] += 1; });
  expectNew([](InstanceData &d) { d.netOnHost[1] = 1; });
  expectNew([](InstanceData &d) { d.netProducer[2] = 0; });
  expectNew([](InstanceData &d) { d.netConsumers[0] = 1; });
  expectNew([](InstanceData &d) { d.netBegin[1] = 2; });
  expectNew([](InstanceData &d) { d.weightBytes[0] += 1; });
  expectNew([](InstanceData &d) { d.weightUsers[1] = 1; });
  expectNew([](InstanceData &d) { d.orderEdges = {{0, 1}}; });
  expectNew([](InstanceData &d) { d.machine.kinds[0].count = 3; });
  expectNew([](InstanceData &d) { d.machine.kinds[0].memory = 999; });
  expectNew([](InstanceData &d) { d.inFlight = InFlight::SuffixStages; });
  expectNew([](InstanceData &d) {
    for (double &time : d.time)
      time *= 0x1p40;
    for (double &cost : d.netCost)
      cost *= 0x1p40;
  });
}

TEST(Instance, IsFast) {
  Builder b({{"acc", 4}, {"cpu", 1}});
  const uint32_t nodes = 50000;
  for (uint32_t v = 0; v < nodes; ++v)
    b.node({1.5 + v % 7, 10}, 100);
  for (uint32_t v = 0; v + 3 < nodes; ++v)
    b.net(v, {v + 1, v + 3}, {0.25, 0});
  auto start = std::chrono::steady_clock::now();
  Instance instance = b.build();
  instance.fingerprint();
  double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  RecordProperty("milliseconds", std::to_string(seconds * 1e3));
  // A few milliseconds; the limit only catches a change of complexity.
  EXPECT_LT(seconds, 2);
  std::printf("create and fingerprint 50000 nodes: %.1f ms\n", seconds * 1e3);
}

} // namespace
