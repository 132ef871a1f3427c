//===- PathBoundTest.cpp - The path bound on latency ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "Random.h"
#include "RandomPaths.h"
#include "Seeds.h"

#include "Solver/Latency/CoreBound.h"
#include "Solver/Latency/Makespan.h"
#include "Solver/Latency/PathProver.h"

#include <cmath>

using namespace placement::solver;
using namespace placement::solver::latency;
using namespace placement::solver::test;

namespace {

/// Keeps what a prover says.
class Board : public LatencyBoard {
public:
  explicit Board(const LatencyProblem &problem)
      : problem(problem), makespan(problem) {}
  Time value() const override { return bestValue; }
  const Placement *best() const override { return plan ? &*plan : nullptr; }
  Time bound() const override { return bestBound; }
  void onBound(Time bound, std::string_view) override {
    EXPECT_GT(bound, bestBound);
    bestBound = bound;
  }
  void onInfeasible(std::string_view) override { infeasible = true; }
  bool onIncumbent(const Placement &placement, std::string_view) override {
    Time made = isAllowed(problem, placement) ? makespan.evaluate(placement)
                                              : kInfiniteTime;
    if (made >= bestValue)
      return false;
    bestValue = made;
    plan = placement;
    return true;
  }

  const LatencyProblem &problem;
  Makespan makespan;
  Time bestValue = kInfiniteTime, bestBound = 0;
  std::optional<Placement> plan;
  bool infeasible = false;
};

/// The best of all placements; nothing where there are too many.
std::optional<Time> bestOfAll(const LatencyProblem &problem, double most) {
  uint32_t n = problem.numNodes();
  uint32_t places =
      problem.numPools() + problem.numDevices() * problem.piecesPerDevice();
  if (std::pow(places, n) > most)
    return std::nullopt;
  if (places == 0 || problem.stuckNode() != kNone)
    return kInfiniteTime;
  Makespan makespan(problem);
  Placement placement;
  placement.place.assign(n, 0);
  for (uint32_t d = 0; d < problem.numDevices(); ++d)
    for (uint32_t q = 0; q < problem.piecesPerDevice(); ++q)
      placement.deviceOf.push_back(d);
  Time best = kInfiniteTime;
  for (uint32_t v = 0; v < n;) {
    if (isAllowed(problem, placement))
      best = std::min(best, makespan.evaluate(placement));
    for (v = 0; v < n && ++placement.place[v] == places; ++v)
      placement.place[v] = 0;
  }
  return best;
}

TEST(MinCut, IsTheCheapestOfAllCuts) {
  forEachSeed(300, [](uint64_t seed) {
    Random random(seed);
    struct Arc {
      uint32_t from, to;
      Time capacity, back;
    };
    uint32_t n = random.between(1, 7);
    std::vector<Time> source(n), sink(n);
    std::vector<Arc> arcs;
    MinCut cut;
    cut.reset(n);
    for (uint32_t v = 0; v < n; ++v) {
      source[v] = random.chance(0.5) ? random.between(0, 9) : 0;
      sink[v] = random.chance(0.5) ? random.between(0, 9) : 0;
      cut.addSource(v, source[v]);
      cut.addSink(v, sink[v]);
    }
    for (int i = random.between(0, 12); i > 0 && n > 1; --i) {
      Arc arc{random.below(n), random.below(n), random.between(0, 9),
              random.between(0, 3)};
      if (random.chance(0.2))
        arc.capacity = MinCut::kUncuttable;
      if (arc.from == arc.to)
        continue;
      arcs.push_back(arc);
      cut.addArc(arc.from, arc.to, arc.capacity, arc.back);
    }
    // The second round goes on from the flow of the first.
    for (int round = 0; round < 3; ++round) {
      auto priceOf = [&](uint32_t set) {
        __int128 price = 0;
        for (uint32_t v = 0; v < n; ++v)
          price += set >> v & 1 ? sink[v] : source[v];
        for (const Arc &arc : arcs) {
          bool from = set >> arc.from & 1, to = set >> arc.to & 1;
          price += from && !to ? arc.capacity : !from && to ? arc.back : 0;
        }
        return price;
      };
      __int128 least = priceOf(0);
      for (uint32_t set = 1; set < uint32_t(1) << n; ++set)
        least = std::min(least, priceOf(set));
      ASSERT_EQ(cut.run(~uint64_t(0)), static_cast<Time>(least));
      uint32_t side = 0;
      for (uint32_t v = 0; v < n; ++v)
        side |= uint32_t(cut.besideSource(v)) << v;
      ASSERT_TRUE(priceOf(side) == least);
      for (uint32_t v = 0; v < n; ++v) {
        Time more = random.between(0, 5);
        sink[v] += more;
        cut.raiseSink(v, more);
      }
    }
  });
}

TEST(PathBound, IsNeverAboveTheBestPlan) {
  forEachSeed(3000, [](uint64_t seed) {
    RandomPaths made(seed);
    const LatencyProblem &problem = made.problem;
    std::optional<Time> best = bestOfAll(problem, 50000);
    if (!best)
      return;
    PathAtoms atoms(problem);
    for (int repeat = 0; repeat < 2; ++repeat) {
      Time limit = made.random.chance(0.5) ? *best : kInfiniteTime;
      PathBound bound(problem, atoms, made.chain(), limit, 1 << 20, Budget());
      ASSERT_TRUE(bound.isUsable());
      EXPECT_EQ(bound.run(~uint64_t(0), Budget(),
                          made.random.chance(0.3) ? *best : kInfiniteTime),
                Verdict::None);
      EXPECT_LE(bound.bound(), *best);
    }
  });
}

/// All paths together, with plans of their own, in one go and in slices.
TEST(PathProver, IsNeverAboveTheBestPlan) {
  forEachSeed(600, [](uint64_t seed) {
    RandomPaths made(seed);
    const LatencyProblem &problem = made.problem;
    std::optional<Time> best = bestOfAll(problem, 50000);
    if (!best)
      return;
    Board whole(problem), sliced(problem);
    PathProver prover(problem), slicedProver(problem);
    EXPECT_EQ(prover.run(~uint64_t(0), Budget(), whole), Verdict::None);
    while (slicedProver.run(20, Budget(), sliced) == Verdict::OutOfQuota)
      ;
    EXPECT_LE(whole.bestBound, *best);
    EXPECT_GE(whole.bestValue, *best);
    EXPECT_LE(sliced.bestBound, *best);
    EXPECT_GE(sliced.bestValue, *best);
    if (whole.infeasible || sliced.infeasible)
      EXPECT_EQ(*best, kInfiniteTime);
  });
}

TEST(PathBound, PaysMemoryOnTheHost) {
  // A chain of three alike, of which two fit: 1 + 1 work, 2 + 2 transfers in
  // and out for two of them as a piece, 10 for the third on the host.
  Builder b = Builder::accAndCpu(1, 1, 8);
  for (int v = 0; v < 3; ++v)
    b.node({1, 10}, 4);
  b.net(0, {1}, {2, 0});
  b.net(1, {2}, {2, 0});
  Instance instance = b.build();
  LatencyProblem problem(instance, {{0, 1}, 1, {kNone, kNone}, 0});
  Board board(problem);
  PathProver prover(problem);
  EXPECT_EQ(prover.run(~uint64_t(0), Budget(), board), Verdict::None);
  EXPECT_EQ(instance.toSourceTime(board.bestBound), 14);
  EXPECT_EQ(board.bestValue, board.bestBound);
}

TEST(CoreBound, CountsWhatFindsNoRoom) {
  // Room for six bytes: the first node and half of the second may leave two
  // cores; the third takes no memory, the fourth runs on hosts only.
  Builder b = Builder::accAndCpu(1, 1, 6);
  b.node({1, 80}, 4);
  b.node({1, 60}, 4);
  b.node({1, 1000}, 0);
  b.node({kNever, 7}, 1);
  Instance instance = b.build();
  LatencyProblem two(instance, {{0, 1}, 1, {kNone, 2}, 0});
  EXPECT_EQ(instance.toSourceTime(coreBound(two)), 18.5);
  LatencyProblem unlimited(instance, {{0, 1}, 1, {kNone, kNone}, 0});
  EXPECT_EQ(coreBound(unlimited), 0);
}

TEST(PathProver, ObeysItsLimits) {
  RandomPaths made(1);
  Board board(made.problem);
  PathProver prover(made.problem);
  std::atomic<bool> cancel = true;
  Budget budget;
  budget.cancel = &cancel;
  EXPECT_EQ(prover.run(~uint64_t(0), budget, board), Verdict::Cancelled);
  Budget late;
  late.deadline = std::chrono::steady_clock::now();
  EXPECT_EQ(prover.run(~uint64_t(0), late, board), Verdict::OutOfTime);
  EXPECT_EQ(prover.run(0, Budget(), board), Verdict::OutOfQuota);
  EXPECT_EQ(board.bestBound, 0);
}

} // namespace
