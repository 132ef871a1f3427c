//===- MetamorphicTest.cpp - Problems whose optima are related ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Both engines, under every model of load, on problems too large for brute
// force. An engine brackets the optimum by bound and value; brackets of
// problems with equal optima must meet, and those of ordered optima must not
// be the wrong way round. The contiguous engine's brackets are points.
//
//===----------------------------------------------------------------------===//

#include "Bracket.h"
#include "Random.h"
#include "RandomInstance.h"
#include "Seeds.h"
#include "Transformations.h"

#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

#include <functional>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

class Metamorphic : public testing::TestWithParam<const char *> {
protected:
  bool contiguous() const { return GetParam() == std::string("contiguous"); }

  void forEachSeed(const std::function<void(uint64_t)> &body) {
    // Annealing takes longer than a sweep of such problems.
    test::forEachSeed(uint64_t(contiguous() ? 150 : 40), body);
  }

  /// Whole costs, which are exact at every scale.
  InstanceData problem(uint64_t seed, RandomKnobs knobs = {}) const {
    knobs.wholeNumbers = 1;
    knobs.minForward = 5;
    knobs.suffixStages = contiguous() ? knobs.suffixStages : 0;
    InstanceData data = randomInstance(seed + 40'000'000, knobs);
    if (seed % 6 != 0)
      chooseLoadModel(data, seed);
    return data;
  }

  Bracket optimum(const InstanceData &data) const {
    Result<Instance> instance = Instance::create(data);
    // Random changes leave a node without a kind at times.
    if (!instance)
      return {};
    SolveOptions options;
    options.algorithm = GetParam();
    options.contiguous = contiguous();
    if (!contiguous())
      options.workLimit = 20'000;
    Result<Plan> plan = solve(*instance, options);
    if (!plan) {
      ADD_FAILURE() << plan.error().message;
      return {};
    }
    if (contiguous() && plan->status != Status::Infeasible) {
      EXPECT_EQ(plan->status, Status::Optimal);
    }
    return bracketOf(*instance, *plan);
  }
};

TEST_P(Metamorphic, OrderAndNamesDoNotMatter) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed);
    expectEqual(optimum(data), optimum(shuffledCopy(data, seed)));
  });
}

TEST_P(Metamorphic, CostsScale) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed);
    Bracket one = optimum(data), three = optimum(scaledCopy(data, 3));
    expectEqual({one.bound * 3, one.value * 3}, three);
  });
}

TEST_P(Metamorphic, OneDeviceMoreNeverHurts) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed), more = data;
    ++more.machine.kinds[Random(seed).below(data.numKinds())].count;
    expectAtMost(optimum(more), optimum(data));
  });
}

/// A pin never helps; and where a node is pinned to a kind in one problem and
/// kept off it in another, the better of the two is the problem itself.
TEST_P(Metamorphic, TheHalvesOfAPinMakeTheWhole) {
  forEachSeed([&](uint64_t seed) {
    Random random(seed);
    InstanceData data = problem(seed);
    NodeId v = random.below(data.numNodes());
    if (!data.pinKind.empty() && data.pinKind[v] != kNone)
      return;
    KindId kind = random.below(data.numKinds());
    InstanceData off = data;
    off.time[v * data.numKinds() + kind] = kInfinite;
    Bracket whole = optimum(data), on = optimum(pinnedCopy(data, v, kind)),
            without = optimum(off);
    expectAtMost(whole, on);
    expectAtMost(whole, without);
    expectEqual(whole, leastOf(on, without));
  });
}

TEST_P(Metamorphic, AFreeNodeChangesNothing) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed);
    expectEqual(optimum(data), optimum(withFreeNode(data)));
  });
}

TEST_P(Metamorphic, ANetInTwoHalvesChangesNothing) {
  forEachSeed([&](uint64_t seed) {
    InstanceData data = problem(seed);
    if (data.numNets() == 0)
      return;
    uint32_t n = Random(seed).below(data.numNets());
    expectEqual(optimum(data), optimum(withNetSplit(data, n)));
  });
}

TEST_P(Metamorphic, AnInferenceGraphReversedIsTheSame) {
  forEachSeed([&](uint64_t seed) {
    RandomKnobs knobs;
    knobs.training = 0;
    knobs.suffixStages = 0;
    knobs.singleConsumers = true;
    InstanceData data = problem(seed, knobs);
    expectEqual(optimum(data), optimum(reversedCopy(data)));
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, Metamorphic,
                         testing::Values("contiguous", "noncontiguous"),
                         [](const auto &info) {
                           return std::string(info.param);
                         });

} // namespace
