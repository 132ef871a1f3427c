//===- LatencyModelTest.cpp - The program of latency, plan by plan --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// No solver takes part: plans of random problems are put into the model, which
// has to call them solutions exactly if the checker calls them feasible, with
// the checker's value.
//
//===----------------------------------------------------------------------===//

#include "LatencyOracle.h"
#include "RandomLatency.h"
#include "Seeds.h"

#include "Solver/Mip/PlacementModel.h"
#include "placement/Solver/Check/Checker.h"

#include <gtest/gtest.h>

using namespace placement::solver;
using namespace placement::solver::mip;
using namespace placement::solver::test;

namespace {

constexpr size_t kMostTerms = 10'000'000;
/// Values of all small problems are below.
constexpr Time kLoose = Time(1) << 55;

/// Encoding keeps the first node of each group where groups are apart.
bool keepsGroups(const Instance &instance, const Assignment &plan) {
  std::vector<uint32_t> first(instance.numGroups(), kNone);
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    if (instance.group(v) == kNone)
      continue;
    uint32_t stage = plan.stageOf[v];
    uint32_t &of = first[instance.group(v)];
    if (of == kNone)
      of = stage;
    // With several pieces a device, a group may be in two pieces of one.
    if (plan.stages[of].kind != plan.stages[stage].kind)
      return false;
    if (!instance.isHost(plan.stages[of].kind) &&
        (instance.piecesPerDevice() == 1
             ? of != stage
             : plan.stages[of] != plan.stages[stage]))
      return false;
  }
  return true;
}

uint32_t piecesOf(const Instance &instance, const Assignment &plan) {
  uint32_t pieces = 0;
  for (DeviceRef device : plan.stages)
    pieces += !instance.isHost(device.kind);
  return pieces;
}

/// The first row that does not hold, for messages.
std::string describeBroken(const external::LinearModel &linear,
                           const std::vector<int64_t> &values) {
  for (const auto &row : linear.allRows()) {
    if (row.condition != external::LinearModel::kUnconditional &&
        (values[row.condition] != 0) != row.when)
      continue;
    int64_t sum = 0;
    std::string text;
    for (const external::Term &term : linear.termsOf(row)) {
      sum += term.coefficient * values[term.column];
      text += " " + std::to_string(term.coefficient) + "*x" +
              std::to_string(term.column) + "(" +
              std::to_string(values[term.column]) + ")";
    }
    if (sum < row.lower || sum > row.upper)
      return "row" + text + " is " + std::to_string(sum) + " and not from " +
             std::to_string(row.lower) + " to " + std::to_string(row.upper);
  }
  return "a bound or the limit";
}

struct Counts {
  size_t feasible = 0, broken = 0, tooMany = 0;
};

void compare(const Instance &instance, uint32_t maxPieces,
             const PlacementModel &model, const Assignment &plan,
             Counts &counts) {
  if (!keepsGroups(instance, plan))
    return;
  CheckReport report = check(instance, plan, /*contiguous=*/true);
  bool feasible = report.feasible() &&
                  (maxPieces == 0 || piecesOf(instance, plan) <= maxPieces);
  std::vector<int64_t> values = model.encode(plan);
  if (values.empty()) {
    EXPECT_FALSE(feasible);
    ++counts.tooMany;
    return;
  }
  bool solves = model.linear().isFeasible(values);
  EXPECT_TRUE(solves || !feasible) << describeBroken(model.linear(), values);
  if (!solves) {
    ++counts.broken;
    return;
  }
  ++counts.feasible;
  // Devices that are alike may have changed places, which is how a plan could
  // come to keep its rules.
  std::optional<Assignment> back = model.decode(values);
  ASSERT_TRUE(back);
  CheckReport again = check(instance, *back, true);
  EXPECT_TRUE(again.feasible())
      << (again.violations.empty() ? "" : again.violations.front());
  ASSERT_TRUE(model.exact());
  Time value = model.linear().objectiveOf(values) * model.scale().divisor;
  EXPECT_LE(again.value, value);
  // Where there are as many cores as nodes the model gives each its own, and
  // nodes that take no time may run earlier on their core.
  if (instance.data().cores) {
    EXPECT_TRUE(!feasible || value <= report.value);
    return;
  }
  EXPECT_EQ(again.value, value);
  if (feasible) {
    EXPECT_EQ(value, report.value);
  }
}

TEST(LatencyModel, SaysWhatTheCheckerSays) {
  Counts counts;
  forEachSeed(1500, [&](uint64_t seed) {
    LatencyKnobs knobs;
    knobs.maxNodes = 8;
    Instance instance = create(randomLatencyInstance(seed, knobs));
    uint32_t maxPieces = randomMaxPieces(seed);
    Question question;
    question.limit = kLoose;
    std::string reason;
    auto model =
        modelLatency(instance, question, maxPieces, kMostTerms, reason);
    ASSERT_TRUE(model) << reason;
    if (model->contradiction())
      return;
    Random random(seed);
    for (int i = 0; i < 40 && !testing::Test::HasFailure(); ++i)
      compare(instance, maxPieces, *model, randomLatencyPlan(instance, random),
              counts);
  });
  std::printf("%zu plans that keep all rules, %zu that break one, %zu with too "
              "many pieces\n",
              counts.feasible, counts.broken, counts.tooMany);
}

/// Limited and rounded models keep the best plan and call no plan better than
/// it is.
TEST(LatencyModel, RoundingKeepsTheBestPlan) {
  size_t none = 0, best = 0;
  forEachSeed(400, [&](uint64_t seed) {
    Instance instance = create(randomLatencyInstance(seed));
    uint32_t maxPieces = randomMaxPieces(seed);
    BruteForceAnswer truth = bruteForceLatency(instance, maxPieces);
    if (!truth.feasible) {
      ++none;
      return;
    }
    ++best;
    for (int64_t resolution : {0, 1000, 20}) {
      Question question;
      question.limit = truth.value;
      question.resolution = resolution;
      question.hint = &truth.assignment;
      std::string reason;
      auto model =
          modelLatency(instance, question, maxPieces, kMostTerms, reason);
      ASSERT_TRUE(model) << reason;
      ASSERT_FALSE(model->contradiction());
      const std::vector<int64_t> &hint = model->linear().hintValues();
      ASSERT_FALSE(hint.empty());
      EXPECT_TRUE(model->linear().isFeasible(hint))
          << resolution << ": " << describeBroken(model->linear(), hint);
      EXPECT_LE(model->boundOf(model->linear().objectiveOf(hint)), truth.value);
      EXPECT_EQ(model->boundOf(model->scale().scaledLimit() + 1),
                truth.value + 1);
      std::optional<Assignment> back = model->decode(hint);
      ASSERT_TRUE(back);
      CheckReport report = check(instance, *back, true);
      EXPECT_TRUE(report.feasible());
    }
  });
  std::printf("%zu with a plan, %zu without\n", best, none);
}

} // namespace
