//===- AlternativesTest.cpp - The K best plans against all plans ----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which plans count as distinct is read off the contracted graph; what plans
// there are, and what each costs, comes from plain enumeration and the checker.
//
//===----------------------------------------------------------------------===//

#include "Random.h"
#include "RandomInstance.h"
#include "Seeds.h"

#include "Solver/Contiguous/ChainRanking.h"
#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

using namespace placement::solver;
using placement::solver::contiguous::ClassGraph;
using placement::solver::test::fromEnvironment;
using placement::solver::test::randomInstance;
using placement::solver::test::RandomKnobs;

namespace {

/// Falling.
using Loads = std::vector<Time>;
/// By stage with a class that takes time: its kind and those classes.
using Cuts = std::vector<std::pair<KindId, std::vector<uint32_t>>>;

Loads loadsOf(const CheckReport &report) {
  Loads loads;
  for (const DeviceLoad &load : report.loads)
    loads.push_back(load.load);
  std::sort(loads.begin(), loads.end(), std::greater<>());
  return loads;
}

class AllPlans {
public:
  AllPlans(const Instance &instance, uint32_t maxStages)
      : instance(instance), maxStages(maxStages),
        graph(contiguous::mergeFollowers(
            contiguous::contract(instance, maxStages))),
        withTime(contiguous::classesWithTime(graph)) {}

  /// False when there are too many.
  bool enumerate(size_t most) {
    limit = most;
    stageOf.assign(graph.numClasses, kNone);
    stage(0);
    return plans <= limit;
  }

  Cuts cutsOf(const Assignment &assignment) const {
    Cuts cuts(assignment.stages.size());
    for (size_t s = 0; s < cuts.size(); ++s)
      cuts[s].first = assignment.stages[s].kind;
    std::vector<uint8_t> seen(graph.numClasses, 0);
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      uint32_t c = graph.classOf[v];
      if (withTime[c] && !seen[c])
        cuts[assignment.stageOf[v]].second.push_back(c);
      seen[c] = 1;
    }
    std::erase_if(cuts, [](const auto &cut) { return cut.second.empty(); });
    for (auto &cut : cuts)
      std::sort(cut.second.begin(), cut.second.end());
    return cuts;
  }

  /// The best loads of plans with these cuts.
  std::map<Cuts, Loads> best;

private:
  /// Fills stage s and those after it in every way.
  void stage(uint32_t s) {
    if (plans > limit)
      return;
    if (std::count(stageOf.begin(), stageOf.end(), kNone) == 0)
      return finish();
    uint32_t most = maxStages ? maxStages : kNone;
    if (s == most)
      return;
    for (KindId k = 0; k < instance.numKinds(); ++k) {
      if (std::count(kinds.begin(), kinds.end(), k) ==
          instance.machine().kinds[k].count)
        continue;
      kinds.push_back(k);
      fill(s, 0);
      kinds.pop_back();
    }
  }

  /// Decides for the classes from c on whether they are in stage s. Numbers are
  /// topological, so predecessors have been decided before.
  void fill(uint32_t s, uint32_t c) {
    if (c == graph.numClasses) {
      if (std::count(stageOf.begin(), stageOf.end(), s) > 0)
        stage(s + 1);
      return;
    }
    fill(s, c + 1);
    bool ready = stageOf[c] == kNone;
    for (uint32_t p : graph.preds[c])
      ready &= stageOf[p] != kNone;
    if (!ready || graph.timeOf(c, kinds[s]) == kUnsupported)
      return;
    stageOf[c] = s;
    fill(s, c + 1);
    stageOf[c] = kNone;
  }

  void finish() {
    ++plans;
    Assignment plan;
    std::vector<uint32_t> pinned(kinds.size(), kNone);
    std::map<KindId, std::vector<uint32_t>> taken;
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      uint32_t s = stageOf[graph.classOf[v]];
      plan.stageOf.push_back(s);
      if (instance.pinIndex(v) != kNone) {
        pinned[s] = instance.pinIndex(v);
        taken[kinds[s]].push_back(pinned[s]);
      }
    }
    for (size_t s = 0; s < kinds.size(); ++s) {
      uint32_t index = pinned[s];
      auto &used = taken[kinds[s]];
      for (uint32_t i = 0; index == kNone; ++i)
        if (std::count(used.begin(), used.end(), i) == 0) {
          index = i;
          used.push_back(i);
        }
      plan.stages.push_back({kinds[s], index});
    }
    CheckReport report = check(instance, plan, true);
    if (!report.feasible())
      return;
    Loads loads = loadsOf(report);
    auto [known, isNew] = best.try_emplace(cutsOf(plan), loads);
    if (!isNew)
      known->second = std::min(known->second, loads);
  }

  const Instance &instance;
  uint32_t maxStages;
  ClassGraph graph;
  std::vector<uint8_t> withTime;
  std::vector<uint32_t> stageOf;
  std::vector<KindId> kinds;
  size_t plans = 0, limit = 0;
};

void compare(const Instance &instance, uint32_t maxStages, uint32_t count,
             const AllPlans &all) {
  SolveOptions options;
  options.alternatives = count;
  options.maxStages = maxStages;
  Result<Plan> plan = solve(instance, options);
  ASSERT_TRUE(plan) << plan.error().message;
  if (all.best.empty()) {
    EXPECT_EQ(plan->status, Status::Infeasible);
    EXPECT_TRUE(plan->alternatives.empty());
    return;
  }
  EXPECT_EQ(plan->status, Status::Optimal);
  EXPECT_TRUE(plan->alternativesExact);
  ASSERT_EQ(plan->alternatives.size(),
            std::min<size_t>(count, all.best.size()));
  EXPECT_EQ(plan->alternatives[0].assignment.stageOf, plan->assignment.stageOf);

  // All others are ordered by their loads.
  Cuts first = all.cutsOf(plan->assignment);
  std::vector<Loads> expected;
  for (const auto &[cuts, loads] : all.best)
    if (cuts != first)
      expected.push_back(loads);
  std::sort(expected.begin(), expected.end());
  ASSERT_TRUE(all.best.contains(first));
  EXPECT_EQ(plan->value, all.best.at(first)[0]);
  std::map<Cuts, size_t> seen;
  for (size_t i = 0; i < plan->alternatives.size(); ++i) {
    const Alternative &alternative = plan->alternatives[i];
    CheckReport report = check(instance, alternative.assignment, true);
    EXPECT_TRUE(report.feasible());
    EXPECT_EQ(report.value, alternative.value);
    auto [known, isNew] = seen.emplace(all.cutsOf(alternative.assignment), i);
    EXPECT_TRUE(isNew) << i << " cuts like " << known->second;
    if (i) {
      EXPECT_EQ(loadsOf(report), expected[i - 1]) << "alternative " << i;
    }
  }
}

/// Compares on `share` of the seeds; says how many could be enumerated.
size_t compareMany(const RandomKnobs &knobs, uint64_t offset, double share) {
  uint64_t seeds = fromEnvironment("PLACEMENT_FUZZ_SEEDS", 2000);
  if (seeds > 1)
    seeds = uint64_t(double(seeds) * share) + 1;
  uint64_t begin = fromEnvironment("PLACEMENT_FUZZ_FIRST", 0);
  size_t compared = 0, infeasible = 0;
  for (uint64_t seed = begin; seed < begin + seeds; ++seed) {
    SCOPED_TRACE("PLACEMENT_FUZZ_FIRST=" + std::to_string(seed));
    Result<Instance> instance =
        Instance::create(randomInstance(seed + offset, knobs));
    if (!instance) {
      ADD_FAILURE() << instance.error().message;
      break;
    }
    test::Random random(seed);
    uint32_t maxStages = random.chance(0.2) ? 1 + random.below(3) : 0;
    AllPlans all(*instance, maxStages);
    if (!all.enumerate(20'000))
      continue;
    ++compared;
    infeasible += all.best.empty();
    compare(*instance, maxStages, 2 + random.below(12), all);
    if (testing::Test::HasFailure())
      break;
  }
  std::printf("%zu of %zu problems compared, %zu of them infeasible\n",
              compared, size_t(seeds), infeasible);
  return compared;
}

TEST(Alternatives, AreTheBestOfAllPlans) {
  RandomKnobs knobs;
  knobs.maxForward = 7;
  size_t compared = compareMany(knobs, 0, 1);
  // Most of the default 2,000 are small enough.
  if (fromEnvironment("PLACEMENT_FUZZ_SEEDS", 2000) >= 2000) {
    EXPECT_GE(compared, 1000u);
  }
}

/// Pinned, in groups, with memory that differs by stage.
TEST(Alternatives, AreTheBestOfAllPlansInTraining) {
  RandomKnobs knobs;
  knobs.maxForward = 7;
  knobs.training = knobs.memory = 1;
  knobs.suffixStages = 0.7;
  knobs.pins = 0.5;
  compareMany(knobs, 5'000'000, 0.5);
}

/// Branches that are alike, so that many plans tie in all their loads.
TEST(Alternatives, AreTheBestOfAllPlansWithTwins) {
  RandomKnobs knobs;
  knobs.maxForward = 8;
  knobs.maxKinds = 2;
  knobs.branches = knobs.twins = knobs.wholeNumbers = 1;
  compareMany(knobs, 6'000'000, 0.25);
}

} // namespace
