//===- GatheringTest.cpp - Fewer transfers at the same value --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/Gathering.h"

#include "Random.h"
#include "RandomInstance.h"

#include "Solver/NonContiguous/PartState.h"

#include <gtest/gtest.h>

#include <set>

using namespace placement::solver;
using namespace placement::solver::noncontiguous;
using namespace placement::solver::test;

namespace {

/// Devices that hold members, summed over items.
size_t spread(const ClassGraph &graph, const DeviceMap &placement) {
  size_t sum = 0;
  for (ItemId i = 0; i < graph.numItems(); ++i) {
    std::set<DeviceId> touched;
    for (ClassId c : graph.items[i])
      touched.insert(placement[c]);
    sum += touched.size();
  }
  return sum;
}

TEST(Gathering, KeepsValuesDevicesAndRules) {
  size_t tried = 0, better = 0;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    RandomKnobs knobs;
    knobs.suffixStages = 0;
    InstanceData data = randomInstance(seed, knobs);
    chooseLoadModel(data, seed);
    Result<Instance> instance = Instance::create(std::move(data));
    ASSERT_TRUE(instance) << instance.error().message;
    ClassGraph graph = contiguous::contract(*instance, 0, /*ordered=*/false);
    DeviceTable devices(*instance, graph);
    DeviceMap placement(graph.numClasses);
    for (DeviceId &d : placement)
      d = random.below(devices.size());
    Time value = evaluate(graph, devices, placement);
    if (value == kInfiniteTime)
      continue;
    ++tried;
    DeviceMap gathered = gather(graph, devices, placement);
    EXPECT_EQ(gathered, gather(graph, devices, placement));
    EXPECT_LE(evaluate(graph, devices, gathered), value);
    std::set<DeviceId> before(placement.begin(), placement.end());
    std::set<DeviceId> after(gathered.begin(), gathered.end());
    EXPECT_TRUE(std::includes(before.begin(), before.end(), after.begin(),
                              after.end()));
    size_t was = spread(graph, placement), is = spread(graph, gathered);
    EXPECT_LE(is, was);
    better += is < was;
  }
  EXPECT_GT(tried, 300u);
  EXPECT_GT(better, tried / 10);
}

} // namespace
