//===- SweepModesTest.cpp - Every mode of the label sweep -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"
#include "RandomInstance.h"

#include "Solver/Contiguous/LabelSweep.h"
#include "Solver/Contiguous/LinearOrder.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace placement::solver;
using namespace placement::solver::contiguous;
using placement::solver::test::bruteForce;
using placement::solver::test::BruteForceAnswer;
using placement::solver::test::chooseLoadModel;
using placement::solver::test::randomInstance;
using placement::solver::test::RandomKnobs;

namespace {

uint64_t seedCount() {
  const char *text = std::getenv("PLACEMENT_FUZZ_SEEDS");
  return text ? std::strtoull(text, nullptr, 10) : 2000;
}

/// Adds a node with a time on accelerators and ten times that on CPUs, and
/// returns its index.
uint32_t addNode(InstanceData &data, double time, double size) {
  data.nodeIds.push_back(static_cast<int64_t>(data.nodeIds.size()));
  data.time.push_back(time);
  data.time.push_back(10 * time);
  data.size.push_back(size);
  data.backward.push_back(0);
  data.group.push_back(kNone);
  return static_cast<uint32_t>(data.nodeIds.size() - 1);
}

void addNet(InstanceData &data, uint32_t from, std::vector<uint32_t> to,
            double cost) {
  if (to.empty())
    return;
  data.netProducer.push_back(from);
  for (uint32_t t : to)
    data.netConsumers.push_back(t);
  data.netBegin.push_back(static_cast<uint32_t>(data.netConsumers.size()));
  data.netCost.push_back(cost);
  data.netCost.push_back(0);
}

/// A series of modules, each with identical parallel branches between two
/// single nodes; sometimes a mask that all branches read, a skip around the
/// module, twins inside a branch, a shared weight, tight memory.
InstanceData symmetricInstance(uint64_t seed) {
  contiguous::Random random(seed * 977 + 3);
  auto number = [&](uint32_t n) { return double(random.below(n)); };
  InstanceData data;
  data.source = "symmetric";
  data.machine.kinds = {{"acc", 1 + random.below(4)}, {"cpu", random.below(2)}};
  bool memory = random.below(3) == 0;
  uint32_t mask = random.below(2) ? addNode(data, number(3), 1) : kNone;
  std::vector<uint32_t> maskUsers;
  uint32_t last = addNode(data, number(5), 2);
  for (uint32_t module = 0, modules = 1 + random.below(2); module < modules;
       ++module) {
    uint32_t branches = 2 + random.below(modules == 1 ? 3 : 2);
    uint32_t length = 1 + random.below(modules == 1 ? 3 : 2);
    bool twins = random.below(3) == 0 && branches * (length + 1) < 8;
    std::vector<double> time, cost, size;
    for (uint32_t i = 0; i <= length; ++i) {
      time.push_back(number(8));
      cost.push_back(number(5));
      size.push_back(number(4));
    }
    std::vector<uint32_t> firsts, ends;
    for (uint32_t b = 0; b < branches; ++b) {
      std::vector<uint32_t> path;
      for (uint32_t i = 0; i < length; ++i)
        path.push_back(addNode(data, time[i], size[i]));
      firsts.push_back(path[0]);
      uint32_t twin = twins ? addNode(data, time[0], size[0]) : kNone;
      if (twins)
        firsts.push_back(twin);
      for (uint32_t i = 0; i + 1 < length; ++i) {
        addNet(data, path[i], {path[i + 1]}, cost[i]);
        if (i == 0 && twins)
          addNet(data, twin, {path[1]}, cost[0]);
      }
      if (mask != kNone)
        maskUsers.push_back(path.back());
      ends.push_back(path.back());
      if (twins && length == 1)
        ends.push_back(twin);
    }
    uint32_t join = addNode(data, number(4), 1);
    for (uint32_t end : ends)
      addNet(data, end, {join}, cost[length]);
    std::vector<uint32_t> users = firsts;
    if (random.below(2))
      users.push_back(join);
    addNet(data, last, users, number(4));
    if (random.below(3) == 0) {
      data.weightBytes.push_back(number(9));
      for (uint32_t user : firsts)
        data.weightUsers.push_back(user);
      data.weightBegin.push_back(
          static_cast<uint32_t>(data.weightUsers.size()));
    }
    last = join;
  }
  if (mask != kNone)
    addNet(data, mask, maskUsers, number(4));
  if (memory) {
    double total = 0;
    for (double s : data.size)
      total += s;
    data.machine.kinds[0].memory =
        static_cast<Bytes>(total / data.machine.kinds[0].count * 1.3) + 2;
  }
  return data;
}

/// One contracted problem with everything that a sweep needs.
struct Problem {
  explicit Problem(ClassGraph g)
      : graph(std::move(g)), capacity(graph), cover(coverByChains(graph)) {}
  ClassGraph graph;
  Capacity capacity;
  ChainCover cover;

  Verdict run(SweepOptions options, StageChain &chain) const {
    Budget budget;
    SweepFigures figures;
    return sweep(graph, capacity, cover, options, budget, chain, figures);
  }
};

/// A sweep that is to be exact says yes at the optimum, with a chain that is
/// worth it, and no just below. Where loads have several parts, a symmetric
/// sweep may fail to rebuild its chain, and the search does without.
void expectExact(const Problem &problem, SweepOptions options, Time optimum) {
  StageChain chain;
  options.limit = optimum;
  ASSERT_EQ(problem.run(options, chain), Verdict::Found);
  if (problem.graph.parts.single() || !options.symmetry)
    EXPECT_LE(evaluate(problem.graph, chain), optimum);
  options.limit = optimum - 1;
  EXPECT_EQ(problem.run(options, chain), Verdict::None);
}

void checkModes(const Instance &instance) {
  BruteForceAnswer answer = bruteForce(instance);
  ClassGraph graph = contract(instance, 0);
  if (graph.suffixStash)
    graph = graph.reversed();
  Problem plain(graph);
  if (!answer.feasible) {
    if (plain.capacity.lowerBound() == kInfiniteTime)
      return;
    StageChain chain;
    SweepOptions options;
    options.limit = kInfiniteTime / 4;
    EXPECT_EQ(plain.run(options, chain), Verdict::None);
    return;
  }
  Time optimum = answer.value;
  EXPECT_LE(plain.capacity.lowerBound(), optimum);
  for (unsigned words : {1u, 2u, 8u}) {
    SweepOptions options;
    options.maskWords = words;
    expectExact(plain, options, optimum);
  }
  if (!graph.suffixStash)
    expectExact(Problem(graph.reversed()), {}, optimum);
  // Reductions keep the optimum.
  Problem followed(mergeFollowers(graph));
  expectExact(followed, {}, optimum);
  Problem tight(mergeUnderLimit(followed.graph, optimum));
  expectExact(tight, {}, optimum);
  if (!graph.suffixStash)
    expectExact(Problem(tight.graph.reversed()), {}, optimum);

  Problem ordered(orderTwins(graph));
  Symmetry symmetry = findSymmetry(ordered.graph);
  for (unsigned words : {1u, 4u}) {
    SweepOptions options;
    options.maskWords = words;
    options.symmetry = &symmetry;
    expectExact(ordered, options, optimum);
  }
  // A relaxed sweep never refuses the optimum.
  for (Time divisor : {3, 20, 200})
    for (const Symmetry *s :
         {(const Symmetry *)nullptr, (const Symmetry *)&symmetry}) {
      SweepOptions options;
      options.limit = optimum;
      options.epsilon = optimum / divisor;
      options.symmetry = s;
      StageChain chain;
      EXPECT_EQ(ordered.run(options, chain), Verdict::Found);
    }
  // A restricted sweep never finds more than there is.
  for (uint32_t width : {1u, 3u}) {
    SweepOptions options;
    options.limit = optimum + optimum / 4;
    options.beamIdeals = options.beamLabels = width;
    StageChain chain;
    if (plain.run(options, chain) == Verdict::Found) {
      Time value = evaluate(plain.graph, chain);
      EXPECT_LE(value, options.limit);
      EXPECT_GE(value, optimum);
    }
    options.limit = optimum - 1;
    EXPECT_EQ(plain.run(options, chain), Verdict::None);
  }
}

void forSeeds(InstanceData (*make)(uint64_t), uint64_t count) {
  for (uint64_t seed = 0; seed < count; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Result<Instance> instance = Instance::create(make(seed));
    ASSERT_TRUE(instance) << instance.error().message;
    checkModes(*instance);
    if (testing::Test::HasFailure())
      return;
  }
}

TEST(SweepModes, AgreeWithBruteForceOnAnything) {
  forSeeds(
      [](uint64_t seed) {
        RandomKnobs knobs;
        knobs.maxForward = 8;
        return randomInstance(seed, knobs);
      },
      seedCount() / 2);
}

TEST(SweepModes, AgreeWithBruteForceOnSymmetricBranches) {
  forSeeds(symmetricInstance, seedCount());
}

TEST(SweepModes, AgreeWithBruteForceUnderOtherModels) {
  forSeeds(
      [](uint64_t seed) {
        RandomKnobs knobs;
        knobs.maxForward = 8;
        knobs.training = 0.7;
        InstanceData data = randomInstance(seed, knobs);
        chooseLoadModel(data, seed);
        return data;
      },
      seedCount() / 2);
}

TEST(SweepModes, AgreeWithBruteForceOnBranchesUnderOtherModels) {
  forSeeds(
      [](uint64_t seed) {
        InstanceData data = symmetricInstance(seed);
        chooseLoadModel(data, seed);
        return data;
      },
      seedCount() / 2);
}

TEST(SweepModes, SymmetryIsFound) {
  // Alive: most of these problems have branches that the engine recognises.
  size_t found = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Result<Instance> instance = Instance::create(symmetricInstance(seed));
    ASSERT_TRUE(instance);
    found += !findSymmetry(orderTwins(contract(*instance, 0))).empty();
  }
  EXPECT_GT(found, 60u);
}

} // namespace
