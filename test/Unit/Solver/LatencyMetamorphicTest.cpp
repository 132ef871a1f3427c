//===- LatencyMetamorphicTest.cpp - Latency problems with related optima --===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two solvers are held to the same relations: brute force on small problems,
// which says whether the relation itself is right, and the engine on problems
// that are too large for it. The engine brackets the optimum by bound and
// value; brackets of ordered optima must not be the wrong way round.
//
//===----------------------------------------------------------------------===//

#include "Bracket.h"
#include "LatencyOracle.h"
#include "RandomLatency.h"
#include "Seeds.h"
#include "Transformations.h"

#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

/// Enough to be close to the optimum, seldom enough to prove it.
constexpr uint64_t kSteps = 20'000;

class LatencyMetamorphic : public testing::TestWithParam<const char *> {
protected:
  bool exact() const { return GetParam() == std::string("brute"); }

  void forEachSeed(const std::function<void(uint64_t)> &body) {
    test::forEachSeed(uint64_t(exact() ? 200 : 25), body);
  }

  /// Whole costs, which are exact at every scale.
  InstanceData problem(uint64_t seed, LatencyKnobs knobs = {}) const {
    knobs.base.wholeNumbers = 1;
    knobs.maxNodes = exact() ? 6 : 14;
    knobs.base.minForward = exact() ? 3 : 7;
    return randomLatencyInstance(seed + 50'000'000, knobs);
  }

  Bracket optimum(const InstanceData &data) const {
    Result<Instance> instance = Instance::create(data);
    // Random changes leave a node without a kind at times.
    if (!instance)
      return {};
    if (exact()) {
      BruteForceAnswer answer = bruteForceLatency(*instance);
      if (!answer.feasible)
        return {};
      double value = instance->toSourceTime(answer.value);
      return {value, value};
    }
    SolveOptions options;
    options.algorithm = "latency";
    options.provers = Provers::Own;
    options.workLimit = kSteps;
    Result<Plan> plan = solve(*instance, options);
    if (!plan) {
      ADD_FAILURE() << plan.error().message;
      return {};
    }
    return bracketOf(*instance, *plan);
  }

  /// Says of each kind what it is, so that changes of costs do not.
  static void sayHosts(InstanceData &data) {
    Result<Instance> instance = Instance::create(data);
    for (KindId k = 0; instance && k < data.numKinds(); ++k)
      data.machine.kinds[k].host = instance->isHost(k);
  }
};

TEST_P(LatencyMetamorphic, OrderAndNamesDoNotMatter) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed);
    expectEqual(optimum(data), optimum(shuffledCopy(data, seed)));
  });
}

TEST_P(LatencyMetamorphic, TheOrderOfKindsDoesNotMatter) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed);
    expectEqual(optimum(data), optimum(withKindsTurned(data)));
  });
}

TEST_P(LatencyMetamorphic, CostsScale) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed);
    Bracket one = optimum(data), three = optimum(scaledCopy(data, 3));
    expectEqual({one.bound * 3, one.value * 3}, three);
  });
}

TEST_P(LatencyMetamorphic, OneDeviceMoreNeverHurts) {
  forEachSeed([&](uint64_t seed) {
    Random random(seed);
    InstanceData data = problem(seed), more = data;
    // More of a kind without devices may make an unusable host usable; either
    // way nothing is lost.
    ++more.machine.kinds[random.below(data.numKinds())].count;
    expectAtMost(optimum(more), optimum(data));
  });
}

TEST_P(LatencyMetamorphic, MoreMemoryNeverHurts) {
  forEachSeed([&](uint64_t seed) {
    LatencyKnobs knobs;
    knobs.base.memory = 1;
    InstanceData data = problem(seed, knobs), more = data;
    for (DeviceKind &kind : more.machine.kinds)
      if (kind.memory != kUnlimitedBytes)
        kind.memory += 1 + Random(seed).below(20);
    expectAtMost(optimum(more), optimum(data));
  });
}

TEST_P(LatencyMetamorphic, MorePiecesNeverHurt) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed), more = data;
    more.piecesPerDevice += 1 + seed % 2;
    expectAtMost(optimum(more), optimum(data));
  });
}

TEST_P(LatencyMetamorphic, MoreCoresNeverHurt) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed), more = data, most = data;
    data.pinIndex.assign(data.pinIndex.size(), kNone);
    more = most = data;
    data.cores = 1 + seed % 2;
    more.cores = *data.cores + 1;
    most.cores.reset();
    expectAtMost(optimum(more), optimum(data));
    expectAtMost(optimum(most), optimum(more));
  });
}

/// As many cores as there are nodes are as good as any number.
TEST_P(LatencyMetamorphic, EnoughCoresAreUnlimited) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed);
    data.pinIndex.assign(data.pinIndex.size(), kNone);
    InstanceData enough = data;
    data.cores.reset();
    enough.cores = static_cast<uint32_t>(data.numNodes());
    expectEqual(optimum(data), optimum(enough));
  });
}

TEST_P(LatencyMetamorphic, AnotherEdgeNeverHelps) {
  forEachSeed([&](uint64_t seed) {
    Random random(seed);
    InstanceData data = problem(seed), more = data;
    auto n = static_cast<uint32_t>(data.numNodes());
    more.orderEdges.push_back({random.below(n), random.below(n)});
    // One that closes a circle is refused, and has no plan.
    expectAtMost(optimum(data), optimum(more));
  });
}

TEST_P(LatencyMetamorphic, ALongerNodeNeverHelps) {
  forEachSeed([&](uint64_t seed) {
    Random random(seed);
    InstanceData data = problem(seed), more = data;
    NodeId v = random.below(static_cast<uint32_t>(data.numNodes()));
    for (KindId k = 0; k < data.numKinds(); ++k)
      more.time[v * data.numKinds() + k] += random.below(4);
    expectAtMost(optimum(data), optimum(more));
  });
}

TEST_P(LatencyMetamorphic, ADearerNetNeverHelps) {
  forEachSeed([&](uint64_t seed) {
    Random random(seed);
    InstanceData data = problem(seed);
    if (data.numNets() == 0)
      return;
    sayHosts(data);
    InstanceData more = data;
    NetId n = random.below(static_cast<uint32_t>(data.numNets()));
    for (KindId k = 0; k < data.numKinds(); ++k)
      if (data.machine.kinds[k].host == false)
        more.netCost[n * data.numKinds() + k] += random.below(4);
    expectAtMost(optimum(data), optimum(more));
  });
}

/// A pin never helps; and where a node is pinned to a kind in one problem and
/// kept off it in another, the better of the two is the problem itself.
TEST_P(LatencyMetamorphic, TheHalvesOfAPinMakeTheWhole) {
  forEachSeed([&](uint64_t seed) {
    Random random(seed);
    InstanceData data = problem(seed);
    NodeId v = random.below(static_cast<uint32_t>(data.numNodes()));
    if (!data.pinKind.empty() && data.pinKind[v] != kNone)
      return;
    KindId kind = random.below(static_cast<uint32_t>(data.numKinds()));
    InstanceData off = data;
    off.time[v * data.numKinds() + kind] = kInfinite;
    Bracket whole = optimum(data), on = optimum(pinnedCopy(data, v, kind)),
            without = optimum(off);
    expectAtMost(whole, on);
    expectAtMost(whole, without);
    expectEqual(whole, leastOf(on, without));
  });
}

TEST_P(LatencyMetamorphic, AGroupNeverHelps) {
  forEachSeed([&](uint64_t seed) {
    Random random(seed);
    InstanceData data = problem(seed), more = data;
    auto n = static_cast<uint32_t>(data.numNodes());
    NodeId a = random.below(n), b = random.below(n);
    uint32_t group = more.group[a] == kNone ? 1'000'000 : more.group[a];
    uint32_t other = more.group[b];
    for (NodeId v = 0; v < n; ++v)
      if (v == a || v == b || (other != kNone && more.group[v] == other))
        more.group[v] = group;
    expectAtMost(optimum(data), optimum(more));
  });
}

TEST_P(LatencyMetamorphic, AFreeNodeChangesNothing) {
  forEachSeed([&](uint64_t seed) {
    // It can join any node in its piece, or stand alone on a host.
    InstanceData data = problem(seed);
    expectEqual(optimum(data), optimum(withFreeNode(data)));
  });
}

TEST_P(LatencyMetamorphic, ANetInTwoHalvesChangesNothing) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed);
    if (data.numNets() == 0)
      return;
    sayHosts(data);
    NetId n = Random(seed).below(static_cast<uint32_t>(data.numNets()));
    expectEqual(optimum(data), optimum(withNetSplit(data, n)));
  });
}

/// A node split into two in a row that share a group, the second of which makes
/// what the first made: together they are the node, on every kind.
TEST_P(LatencyMetamorphic, ANodeInTwoGroupedHalvesIsNeverBetter) {
  forEachSeed([&](uint64_t seed) {
    Random random(seed);
    InstanceData data = problem(seed);
    NodeId v = random.below(static_cast<uint32_t>(data.numNodes()));
    InstanceData halves = withNodeSplit(data, v);
    // With one piece a device the halves are in one piece, or both on a host;
    // with bounded cores others may come between them there.
    if (data.piecesPerDevice == 1 && !data.cores)
      expectEqual(optimum(data), optimum(halves));
    else
      expectAtMost(optimum(halves), optimum(data));
  });
}

TEST_P(LatencyMetamorphic, AnInferenceGraphReversedIsTheSame) {
  forEachSeed([&](uint64_t seed) {
    LatencyKnobs knobs;
    knobs.base.training = 0;
    knobs.base.suffixStages = 0;
    knobs.base.singleConsumers = true;
    InstanceData data = problem(seed, knobs);
    expectEqual(optimum(data), optimum(reversedCopy(data)));
  });
}

INSTANTIATE_TEST_SUITE_P(Solvers, LatencyMetamorphic,
                         testing::Values("brute", "latency"),
                         [](const auto &info) {
                           return std::string(info.param);
                         });

} // namespace
