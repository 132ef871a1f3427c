//===- MipModelTest.cpp - Integer programs say what the checker says ------===//
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

#include "BruteForce.h"
#include "Random.h"
#include "RandomInstance.h"
#include "Seeds.h"

#include "Solver/Mip/PlacementModel.h"
#include "placement/Solver/Check/Checker.h"

#include <gtest/gtest.h>

using namespace placement::solver;
using namespace placement::solver::mip;
using namespace placement::solver::test;

namespace {

constexpr size_t kMostTerms = 1'000'000;
/// Values of all small problems are below.
constexpr Time kLoose = Time(1) << 59;

constexpr Communication kCommunications[] = {Communication::Sequential,
                                             Communication::HalfDuplex,
                                             Communication::FullDuplex};
constexpr Schedule kSchedules[] = {Schedule::OneForwardOneBackward,
                                   Schedule::GPipe};

Instance create(uint64_t seed, const RandomKnobs &knobs) {
  InstanceData data = randomInstance(seed, knobs);
  data.communication = kCommunications[seed % 3];
  // Stashes of later stages speak of 1F1B.
  data.schedule =
      kSchedules[data.inFlight == InFlight::SuffixStages ? 0 : seed / 3 % 2];
  return test::create(std::move(data));
}

/// Groups stay together, since classes of a model do; else anything goes.
Assignment randomAssignment(const Instance &instance, Random &random,
                            bool contiguous) {
  std::vector<DeviceRef> devices;
  for (KindId k = 0; k < instance.numKinds(); ++k)
    for (uint32_t i = 0; i < instance.machine().kinds[k].count; ++i)
      devices.push_back({k, i});
  for (size_t i = devices.size(); i-- > 1;)
    std::swap(devices[i], devices[random.below(i + 1)]);
  Assignment assignment;
  std::vector<uint32_t> stageOfGroup(instance.numGroups(), kNone);
  std::vector<uint32_t> wanted;
  uint32_t last = 0;
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    uint32_t stage;
    // Chains that mostly go on, so that some keep the order.
    if (contiguous && !random.chance(0.1))
      stage = last = std::min<uint32_t>(
          last + random.chance(0.3), static_cast<uint32_t>(devices.size() - 1));
    else
      stage = static_cast<uint32_t>(random.below(devices.size()));
    if (instance.group(v) != kNone) {
      uint32_t &of = stageOfGroup[instance.group(v)];
      if (of == kNone)
        of = stage;
      stage = of;
    }
    wanted.push_back(stage);
  }
  // Pins to one device are one class as well.
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (instance.pinIndex(v) != kNone && random.chance(0.9))
      for (uint32_t s = 0; s < devices.size(); ++s)
        if (devices[s] == DeviceRef{instance.pinKind(v), instance.pinIndex(v)})
          for (NodeId u = 0; u < instance.numNodes(); ++u)
            if (u == v || (instance.group(v) != kNone &&
                           instance.group(u) == instance.group(v)))
              wanted[u] = s;
  std::vector<uint32_t> renamed(devices.size(), kNone);
  for (uint32_t s = 0; s < devices.size(); ++s)
    if (std::find(wanted.begin(), wanted.end(), s) != wanted.end()) {
      renamed[s] = static_cast<uint32_t>(assignment.stages.size());
      assignment.stages.push_back(devices[s]);
    }
  for (uint32_t s : wanted)
    assignment.stageOf.push_back(renamed[s]);
  return assignment;
}

/// Whether all nodes of each class are together, so that encoding loses
/// nothing.
bool keepsClasses(const ThroughputModel &model, const Assignment &assignment) {
  std::vector<uint32_t> stage(model.problem().numClasses, kNone);
  for (size_t v = 0; v < assignment.stageOf.size(); ++v) {
    uint32_t &s = stage[model.problem().classOf[v]];
    if (s != kNone && s != assignment.stageOf[v])
      return false;
    s = assignment.stageOf[v];
  }
  return true;
}

struct Counts {
  size_t feasible = 0, broken = 0;
};

void compare(const Instance &instance, const ThroughputModel &model,
             const Assignment &assignment, bool contiguous, Counts &counts) {
  if (!keepsClasses(model, assignment))
    return;
  CheckReport report = check(instance, assignment, contiguous);
  std::vector<int64_t> values = model.encode(assignment);
  ASSERT_FALSE(values.empty());
  bool solves = model.linear().isFeasible(values);
  if (report.feasible()) {
    EXPECT_TRUE(solves);
  }
  // Devices of a kind are alike, so a plan may come back on others of the
  // kind, which is how it could have kept its pins.
  std::optional<Assignment> back = model.decode(values);
  bool keepsRules = false;
  if (back) {
    report = check(instance, *back, contiguous);
    keepsRules = report.feasible();
  }
  if (solves) {
    EXPECT_TRUE(keepsRules)
        << (report.violations.empty() ? "" : report.violations.front());
  }
  (solves ? counts.feasible : counts.broken) += 1;
  if (solves) {
    EXPECT_EQ(model.linear().objectiveOf(values) * model.scale().divisor,
              report.value);
  }
}

void compareMany(uint64_t seeds, bool contiguous) {
  Counts counts;
  forEachSeed(seeds, [&](uint64_t seed) {
    RandomKnobs knobs;
    knobs.maxForward = 7;
    if (!contiguous)
      knobs.suffixStages = 0;
    Instance instance = create(seed, knobs);
    Question question;
    question.limit = kLoose;
    question.contract = false;
    std::string reason;
    auto model = contiguous
                     ? modelChain(instance, question, 0, kMostTerms, reason)
                     : modelAnywhere(instance, question, kMostTerms, reason);
    ASSERT_TRUE(model) << reason;
    if (model->contradiction())
      return;
    Random random(seed);
    for (int i = 0; i < 40; ++i)
      compare(instance, *model, randomAssignment(instance, random, contiguous),
              contiguous, counts);
  });
  std::printf("%zu plans that keep all rules, %zu that break one\n",
              counts.feasible, counts.broken);
}

TEST(MipModel, AnywhereSaysWhatTheCheckerSays) { compareMany(400, false); }

TEST(MipModel, ChainSaysWhatTheCheckerSays) { compareMany(400, true); }

/// The best plan, found by trying all of a small problem.
BruteForceAnswer best(const Instance &instance, bool contiguous) {
  if (!contiguous)
    return bruteForceAnywhere(instance, 3000);
  bool plain = instance.communication() == Communication::Sequential &&
               instance.schedule() == Schedule::OneForwardOneBackward;
  if (plain)
    return bruteForce(instance, 0, 3000);
  return instance.numNodes() <= 6 ? enumerateAssignments(instance)
                                  : BruteForceAnswer();
}

/// Contracted, limited and rounded models keep the best plan and call no plan
/// better than it is.
void relax(uint64_t seeds, bool contiguous) {
  forEachSeed(seeds, [&](uint64_t seed) {
    RandomKnobs knobs;
    knobs.maxForward = 6;
    knobs.maxKinds = 2;
    knobs.maxCount = 2;
    if (!contiguous)
      knobs.suffixStages = 0;
    Instance instance = create(seed, knobs);
    BruteForceAnswer truth = best(instance, contiguous);
    if (!truth.feasible || truth.value == 0)
      return;
    for (int64_t resolution : {0, 1000, 20}) {
      Question question;
      question.limit = truth.value;
      question.resolution = resolution;
      question.hint = &truth.assignment;
      std::string reason;
      auto model = contiguous
                       ? modelChain(instance, question, 0, kMostTerms, reason)
                       : modelAnywhere(instance, question, kMostTerms, reason);
      ASSERT_TRUE(model) << reason;
      ASSERT_FALSE(model->contradiction());
      const std::vector<int64_t> &hint = model->linear().hintValues();
      ASSERT_FALSE(hint.empty());
      // A merged class may have its nodes apart in this best plan.
      if (!keepsClasses(*model, truth.assignment))
        continue;
      EXPECT_TRUE(model->linear().isFeasible(hint)) << resolution << contiguous;
      EXPECT_LE(model->boundOf(model->linear().objectiveOf(hint)), truth.value);
      EXPECT_EQ(model->boundOf(model->scale().scaledLimit() + 1),
                truth.value + 1);
    }
  });
}

TEST(MipModel, RoundingKeepsTheBestPlan) {
  relax(200, false);
  relax(200, true);
}

} // namespace
