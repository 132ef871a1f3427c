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

#include "Random.h"
#include "RandomInstance.h"
#include "Transformations.h"

#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <limits>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// In the source's unit. Infinite where there is no plan.
struct Bracket {
  double bound = kInfinite, value = kInfinite;
};

Bracket leastOf(const Bracket &a, const Bracket &b) {
  return {std::min(a.bound, b.bound), std::min(a.value, b.value)};
}

/// The optimum of `lower` is at most that of `upper`.
void expectAtMost(const Bracket &lower, const Bracket &upper) {
  EXPECT_LE(lower.bound, upper.value * (1 + 1e-9));
}
void expectEqual(const Bracket &a, const Bracket &b) {
  expectAtMost(a, b);
  expectAtMost(b, a);
}

class Metamorphic : public testing::TestWithParam<const char *> {
protected:
  bool contiguous() const { return GetParam() == std::string("contiguous"); }

  void forEachSeed(const std::function<void(uint64_t)> &body) {
    const char *seeds = std::getenv("PLACEMENT_FUZZ_SEEDS");
    const char *from = std::getenv("PLACEMENT_FUZZ_FIRST");
    uint64_t first = from ? std::strtoull(from, nullptr, 10) : 0;
    // Annealing takes longer than a sweep of such problems.
    uint64_t count = contiguous() ? 150 : 40;
    if (seeds)
      count = std::strtoull(seeds, nullptr, 10);
    for (uint64_t seed = first; seed < first + count && !HasFailure(); ++seed) {
      SCOPED_TRACE("PLACEMENT_FUZZ_FIRST=" + std::to_string(seed));
      body(seed);
    }
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
    if (plan->status == Status::Infeasible)
      return {};
    if (contiguous()) {
      EXPECT_EQ(plan->status, Status::Optimal);
    }
    Bracket bracket{instance->toSourceTime(plan->bound), kInfinite};
    if (plan->hasAssignment())
      bracket.value = instance->toSourceTime(plan->value);
    return bracket;
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
