//===- InstanceTest.cpp - Every rule of problem data, broken once ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"

#include <chrono>
#include <cmath>
#include <functional>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

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
