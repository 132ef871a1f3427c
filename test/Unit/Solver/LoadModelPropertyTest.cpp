//===- LoadModelPropertyTest.cpp - The engine under all load models -------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random problems, one for each seed, as in PropertyTest.cpp and with the same
// variables of the environment.
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"
#include "Random.h"
#include "RandomInstance.h"
#include "Seeds.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

Plan solveWith(const Instance &instance, const char *algorithm,
               uint32_t maxStages = 0, double gap = 0) {
  SolveOptions options;
  options.algorithm = algorithm;
  options.maxStages = maxStages;
  options.gap = gap;
  Result<Plan> plan = solve(instance, options);
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    return {};
  }
  return std::move(*plan);
}

std::string modelOf(const Instance &instance) {
  return std::string(toString(instance.communication())) + ", " +
         toString(instance.schedule());
}

/// Proven optimal, or infeasible, with the value given.
void expectExact(const Instance &instance, const Plan &plan,
                 const BruteForceAnswer &truth) {
  SCOPED_TRACE(modelOf(instance));
  EXPECT_EQ(plan.status, truth.feasible ? Status::Optimal : Status::Infeasible);
  EXPECT_EQ(plan.value, truth.value);
  EXPECT_EQ(plan.proof, Proof::Engine);
  EXPECT_EQ(plan.stop, Stop::Finished);
  if (truth.feasible) {
    EXPECT_EQ(plan.bound, truth.value);
    EXPECT_EQ(chainValue(instance, plan.assignment), plan.value);
  }
}

Instance modelled(uint64_t seed, const RandomKnobs &knobs = {}) {
  InstanceData data = randomInstance(seed, knobs);
  chooseLoadModel(data, seed);
  return create(std::move(data));
}

TEST(LoadModels, BruteForcesAgree) {
  RandomKnobs knobs;
  knobs.maxForward = 4;
  knobs.maxKinds = 2;
  knobs.maxCount = 2;
  forEachSeed(
      [&](uint64_t seed) {
        Instance instance = modelled(seed, knobs);
        if (instance.numNodes() > 6)
          return;
        EXPECT_EQ(bruteForce(instance).value,
                  enumerateAssignments(instance).value);
      },
      0.25);
}

TEST(LoadModels, ContiguousEqualsBruteForce) {
  forEachSeed([](uint64_t seed) {
    Instance instance = modelled(seed);
    uint32_t maxStages = seed % 5 == 4 ? 1 + Random(seed).below(3) : 0;
    expectExact(instance, solveWith(instance, "contiguous", maxStages),
                bruteForce(instance, maxStages));
  });
}

/// Most of what is hard needs both passes.
TEST(LoadModels, ContiguousEqualsBruteForceInTraining) {
  RandomKnobs knobs;
  knobs.training = 1;
  knobs.minForward = 6;
  knobs.maxForward = 10;
  knobs.colocation = 0.1;
  forEachSeed(
      [&](uint64_t seed) {
        Instance instance = modelled(seed + 1000000, knobs);
        expectExact(instance, solveWith(instance, "contiguous"),
                    bruteForce(instance));
      },
      0.25);
}

/// Branches that are alike, whose images an engine may skip.
TEST(LoadModels, ContiguousEqualsBruteForceOnTwins) {
  RandomKnobs knobs;
  knobs.minForward = 6;
  knobs.maxForward = 11;
  knobs.branches = knobs.twins = 1;
  knobs.colocation = knobs.pins = knobs.orderEdges = 0.1;
  forEachSeed(
      [&](uint64_t seed) {
        Instance instance = modelled(seed + 2000000, knobs);
        expectExact(instance, solveWith(instance, "contiguous"),
                    bruteForce(instance));
      },
      0.25);
}

/// Long narrow problems, deep enough for every stage of an engine.
TEST(LoadModels, ContiguousEqualsBruteForceOnLongProblems) {
  RandomKnobs knobs;
  knobs.minForward = 12;
  knobs.maxForward = 20;
  knobs.maxKinds = 2;
  knobs.branches = 0.8;
  knobs.colocation = knobs.pins = knobs.orderEdges = 0.1;
  forEachSeed(
      [&](uint64_t seed) {
        Instance instance = modelled(seed + 3000000, knobs);
        BruteForceAnswer truth = bruteForce(instance, 0, 400);
        if (truth.ideals <= 400)
          expectExact(instance, solveWith(instance, "contiguous"), truth);
      },
      0.1);
}

TEST(LoadModels, HeuristicsKeepTheirWord) {
  forEachSeed(
      [](uint64_t seed) {
        Instance instance = modelled(seed);
        BruteForceAnswer truth = bruteForce(instance);
        for (const char *algorithm :
             {"linearised", "one-device", "equal-ops"}) {
          Plan plan = solveWith(instance, algorithm);
          EXPECT_LE(truth.value, plan.value) << algorithm;
          EXPECT_LE(plan.bound, truth.value) << algorithm;
          if (truth.feasible) {
            EXPECT_NE(plan.status, Status::Infeasible) << algorithm;
          }
        }
        Plan near = solveWith(instance, "contiguous", 0, 0.2);
        EXPECT_EQ(near.hasAssignment(), truth.feasible);
        EXPECT_LE(near.bound, truth.value);
        if (truth.feasible) {
          EXPECT_LE(near.gap(), 0.2 + 1e-9);
        }
      },
      0.25);
}

TEST(LoadModels, OrderAndNamesDoNotMatter) {
  forEachSeed(
      [](uint64_t seed) {
        InstanceData data = randomInstance(seed);
        chooseLoadModel(data, seed);
        Plan one = solveWith(create(data), "contiguous"),
             two = solveWith(create(shuffledCopy(data, seed)), "contiguous");
        EXPECT_EQ(one.status, two.status);
        EXPECT_EQ(one.value, two.value);
      },
      0.25);
}

/// Whatever overlaps more is never slower; GPipe is never faster than 1F1B, and
/// the same without a backward pass.
TEST(LoadModels, OptimaAreOrdered) {
  RandomKnobs knobs;
  knobs.suffixStages = 0;
  forEachSeed(
      [&](uint64_t seed) {
        Instance base = create(randomInstance(seed, knobs));
        bool training = false;
        for (NodeId v = 0; v < base.numNodes(); ++v)
          training |= base.isBackward(v);
        Time slowest = kInfiniteTime;
        for (Communication communication :
             {Communication::Sequential, Communication::HalfDuplex,
              Communication::FullDuplex}) {
          Time usual =
              solveWith(base.withLoadModel(communication,
                                           Schedule::OneForwardOneBackward),
                        "contiguous")
                  .value;
          Time gpipe =
              solveWith(base.withLoadModel(communication, Schedule::GPipe),
                        "contiguous")
                  .value;
          EXPECT_LE(usual, slowest);
          EXPECT_LE(usual, gpipe);
          if (!training) {
            EXPECT_EQ(usual, gpipe);
          }
          slowest = usual;
        }
      },
      0.1);
}

} // namespace
