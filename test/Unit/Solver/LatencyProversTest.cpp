//===- LatencyProversTest.cpp - Families of bounds against brute force ----===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each family alone, with its own time, and with boards that know nothing, the
// best plan, or a poor one: what a family may leave out depends on the value
// that it has to beat.
//
//===----------------------------------------------------------------------===//

#include "LatencyOracle.h"
#include "RandomLatency.h"
#include "Seeds.h"

#include "Solver/Latency/LatencyProvers.h"
#include "Solver/Latency/Makespan.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>

using namespace placement::solver;
using namespace placement::solver::latency;
using namespace placement::solver::test;

namespace {

/// Holds all that is said against the optimum.
class Board final : public LatencyBoard {
public:
  Board(const LatencyProblem &problem, uint32_t maxPieces,
        const BruteForceAnswer &truth)
      : problem(problem), makespan(problem), maxPieces(maxPieces),
        truth(truth) {}

  Time value() const override { return known; }
  const Placement *best() const override {
    return known == kInfiniteTime ? nullptr : &placement;
  }
  Time bound() const override { return proven; }
  void onBound(Time bound, std::string_view family) override {
    EXPECT_LE(bound, truth.value) << family;
    proven = std::max(proven, bound);
  }
  void onInfeasible(std::string_view family) override {
    EXPECT_FALSE(truth.feasible) << family;
    infeasible = true;
  }
  bool onIncumbent(const Placement &given, std::string_view) override {
    if (!isAllowed(problem, given))
      return false;
    Time time = makespan.evaluate(given);
    if (time >= known)
      return false;
    LatencyVerdict verdict = latencyVerdict(
        problem.instance(), toAssignment(problem, given), maxPieces);
    EXPECT_TRUE(verdict.feasible);
    EXPECT_EQ(verdict.value, time);
    known = time;
    placement = given;
    return true;
  }

  bool closed() const { return infeasible || proven >= known; }

private:
  const LatencyProblem &problem;
  Makespan makespan;
  uint32_t maxPieces;
  const BruteForceAnswer &truth;
  Time known = kInfiniteTime, proven = 0;
  bool infeasible = false;
  Placement placement;
};

struct Tally {
  size_t runs = 0, closed = 0, tight = 0, finished = 0;
};

/// Runs every family on the problem, each with a board of its own.
void proveAll(const Instance &instance, uint32_t maxPieces, uint64_t seed,
              const BruteForceAnswer &truth,
              const std::optional<Assignment> &start,
              std::map<std::string, Tally> &tallies) {
  constexpr uint64_t kSlice = 20'000;
  constexpr int kSlices = 20;
  LatencyProblem problem(instance, termsOf(instance, maxPieces));
  for (auto &prover : createLatencyProvers(problem, seed)) {
    Board board(problem, maxPieces, truth);
    if (start)
      EXPECT_TRUE(board.onIncumbent(fromAssignment(problem, *start), "start"));
    Tally &tally = tallies[std::string(prover->family())];
    Verdict verdict = Verdict::OutOfQuota;
    for (int slice = 0;
         slice < kSlices && verdict == Verdict::OutOfQuota && !board.closed();
         ++slice)
      verdict = prover->run(kSlice, Budget(), board);
    EXPECT_TRUE(verdict == Verdict::None || verdict == Verdict::OutOfQuota ||
                verdict == Verdict::Found)
        << prover->family();
    ++tally.runs;
    tally.closed += board.closed();
    tally.tight += truth.feasible && board.bound() == truth.value;
    tally.finished += verdict == Verdict::None;
  }
}

/// A plan of a baseline, if it has one.
std::optional<Assignment> poorPlan(const Instance &instance,
                                   uint32_t maxPieces) {
  SolveOptions options;
  options.maxStages = maxPieces;
  for (const char *algorithm : {"one-device", "greedy", "max-load"}) {
    options.algorithm = algorithm;
    Result<Plan> plan = solve(instance, options);
    if (plan && plan->hasAssignment())
      return plan->assignment;
  }
  return std::nullopt;
}

void proveRandomProblems(const LatencyKnobs &knobs, double share) {
  std::map<std::string, Tally> cold, warm, misled;
  forEachSeed(
      [&](uint64_t seed) {
        Instance instance =
            create(randomLatencyInstance(seed + 60'000'000, knobs));
        uint32_t maxPieces = randomMaxPieces(seed);
        BruteForceAnswer truth = bruteForceLatency(instance, maxPieces);
        proveAll(instance, maxPieces, seed, truth, std::nullopt, cold);
        if (!truth.feasible)
          return;
        proveAll(instance, maxPieces, seed, truth, truth.assignment, warm);
        if (std::optional<Assignment> poor = poorPlan(instance, maxPieces))
          proveAll(instance, maxPieces, seed, truth, poor, misled);
      },
      share);
  for (auto [text, tallies] :
       {std::pair("knows nothing", &cold), std::pair("knows the best", &warm),
        std::pair("knows a poor plan", &misled)})
    for (const auto &[family, tally] : *tallies)
      std::printf("%s, %s: %zu runs, %zu closed, %zu bounds tight, %zu "
                  "finished\n",
                  text, family.c_str(), tally.runs, tally.closed, tally.tight,
                  tally.finished);
}

TEST(LatencyProvers, AreRightOnSmallProblems) {
  LatencyKnobs knobs;
  knobs.maxNodes = 6;
  proveRandomProblems(knobs, 1);
}

TEST(LatencyProvers, AreRightOnLargerProblems) {
  LatencyKnobs knobs;
  knobs.maxNodes = 8;
  knobs.base.minForward = 6;
  knobs.base.maxKinds = 2;
  knobs.bounded = 0.2;
  proveRandomProblems(knobs, 0.25);
}

TEST(LatencyProvers, AreRightWhereMemoryIsTight) {
  LatencyKnobs knobs;
  knobs.maxNodes = 7;
  knobs.base.minForward = 4;
  knobs.base.memory = 1;
  knobs.base.sharedWeights = knobs.base.transients = 0.6;
  knobs.base.colocation = knobs.base.pins = 0.5;
  proveRandomProblems(knobs, 0.5);
}

TEST(LatencyProvers, AreRightOnBranches) {
  LatencyKnobs knobs;
  knobs.maxNodes = 8;
  knobs.base.minForward = 6;
  knobs.base.branches = 1;
  knobs.base.maxKinds = 2;
  knobs.bounded = 0;
  proveRandomProblems(knobs, 0.25);
}

} // namespace
