//===- ScalingTest.cpp - Costs as integers, and fingerprints --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "RandomInstance.h"

#include <cmath>
#include <functional>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

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

} // namespace
