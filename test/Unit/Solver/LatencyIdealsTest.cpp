//===- LatencyIdealsTest.cpp - Path mixtures and labels -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "Random.h"
#include "RandomInstance.h"
#include "Seeds.h"

#include "Solver/Latency/IdealProver.h"
#include "Solver/Latency/Makespan.h"

using namespace placement::solver;
using namespace placement::solver::latency;
using namespace placement::solver::test;

namespace {

/// Believes placements only after checking them.
class TestBoard : public LatencyBoard {
public:
  explicit TestBoard(const LatencyProblem &problem)
      : problem(problem), makespan(problem) {}

  Time value() const override { return known; }
  const Placement *best() const override {
    return known == kInfiniteTime ? nullptr : &placement;
  }
  Time bound() const override { return proven; }
  void onBound(Time bound, std::string_view family) override {
    proven = std::max(proven, bound);
    (family == "labels" ? labels : mixture) = bound;
  }
  void onInfeasible(std::string_view) override { infeasible = true; }
  bool onIncumbent(const Placement &given, std::string_view) override {
    if (!isAllowed(problem, given))
      return false;
    Time time = makespan.evaluate(given);
    if (time >= known)
      return false;
    known = time;
    placement = given;
    return true;
  }

  bool infeasible = false;
  Time known = kInfiniteTime, proven = 0, mixture = 0, labels = 0;

private:
  const LatencyProblem &problem;
  Makespan makespan;
  Placement placement;
};

/// The best placement of all, by trying each: units on pools and devices with
/// q = 1; free devices of a kind are taken in order. Nodes on places with more.
class BruteForce {
public:
  explicit BruteForce(const LatencyProblem &problem)
      : problem(problem), makespan(problem) {
    uint32_t q = problem.piecesPerDevice();
    for (uint32_t d = 0; d < problem.numDevices(); ++d)
      for (uint32_t j = 0; j < q; ++j)
        placement.deviceOf.push_back(d);
    placement.place.assign(problem.numNodes(), 0);
    // Cores are not counted: a core for each node.
    placement.core.resize(problem.numNodes());
    placement.rank.resize(problem.numNodes());
  }
  Time run() {
    choose(0);
    return best;
  }
  uint64_t tried = 0;

private:
  void choose(uint32_t i) {
    bool units = problem.piecesPerDevice() == 1;
    if (i == (units ? problem.numUnits() : problem.numNodes())) {
      ++tried;
      if (isAllowed(problem, placement))
        best = std::min(best, makespan.evaluate(placement));
      return;
    }
    uint32_t places = problem.numPools() + placement.numPieces();
    for (uint32_t p = 0; p < places; ++p) {
      if (p >= problem.numPools() && units) {
        // An unused free device before this one of its kind?
        uint32_t d = p - problem.numPools();
        bool skip = false;
        for (uint32_t other = 0; other < d; ++other)
          skip |= problem.devices()[other].free && problem.devices()[d].free &&
                  problem.devices()[other].kind == problem.devices()[d].kind &&
                  use[problem.numPools() + other] == 0;
        if (skip)
          continue;
      }
      KindId kind =
          p < problem.numPools()
              ? problem.pools()[p].kind
              : problem.devices()[placement.deviceOf[p - problem.numPools()]]
                    .kind;
      std::vector<uint32_t> nodes = {i};
      if (units)
        nodes.assign(problem.members(i).begin(), problem.members(i).end());
      if (!problem.supports(nodes[0], kind))
        continue;
      for (uint32_t v : nodes)
        placement.place[v] = p;
      ++use[p];
      choose(i + 1);
      --use[p];
    }
  }

  const LatencyProblem &problem;
  Makespan makespan;
  Placement placement;
  std::vector<uint32_t> use = std::vector<uint32_t>(1000, 0);
  Time best = kInfiniteTime;
};

RandomKnobs smallKnobs() {
  RandomKnobs knobs;
  knobs.minForward = 1;
  knobs.maxForward = 7;
  knobs.maxKinds = 3;
  knobs.maxCount = 2;
  knobs.training = 0.2;
  knobs.suffixStages = 0;
  return knobs;
}

LatencyTerms randomTerms(const Instance &instance, Random &random) {
  LatencyTerms terms;
  size_t kinds = instance.numKinds();
  terms.cores.assign(kinds, kNone);
  for (KindId k = 0; k < kinds; ++k)
    terms.host.push_back(k + 1 == kinds ? random.chance(0.85)
                                        : random.chance(0.2));
  if (random.chance(0.2))
    terms.maxPieces = random.between(1, 3);
  return terms;
}

/// All that a prover says about one problem, against brute force.
void compare(const LatencyProblem &problem, bool isExact) {
  Time optimum = BruteForce(problem).run();
  for (bool known : {false, true}) {
    TestBoard board(problem);
    if (known && optimum != kInfiniteTime)
      board.known = optimum + 1;
    IdealProver prover(problem);
    // In one go, and in many slices.
    uint64_t slice = known ? 200 : uint64_t(1) << 40;
    Verdict verdict = Verdict::OutOfQuota;
    for (int i = 0; i < 1000000 && verdict == Verdict::OutOfQuota; ++i)
      verdict = prover.run(slice, Budget(), board);
    ASSERT_EQ(verdict, Verdict::None);
    if (optimum == kInfiniteTime) {
      EXPECT_TRUE(board.infeasible || !isExact);
      continue;
    }
    ASSERT_FALSE(board.infeasible);
    ASSERT_LE(board.proven, optimum);
    if (isExact) {
      ASSERT_EQ(board.proven, optimum);
      ASSERT_EQ(board.known, optimum);
    }
  }
}

/// Nothing that the item graph leaves out (see ItemGraph) matters.
bool isExactFor(const LatencyProblem &problem) {
  for (const LatencyProblem::Pool &pool : problem.pools())
    if (pool.memory != kUnlimitedBytes)
      return false;
  if (problem.numPools() < 2)
    return problem.piecesPerDevice() == 1;
  for (uint32_t u = 0; u < problem.numUnits(); ++u)
    if (problem.members(u).size() > 1)
      return false;
  return problem.piecesPerDevice() == 1;
}

TEST(LatencyIdealsTest, EqualsBruteForce) {
  int exact = 0, solved = 0;
  forEachSeed(600, [&](uint64_t seed) {
    Result<Instance> instance =
        Instance::create(randomInstance(seed, smallKnobs()));
    ASSERT_TRUE(instance) << instance.error().message;
    Random random(seed);
    LatencyProblem problem(*instance, randomTerms(*instance, random));
    if (problem.numUnits() > 8)
      return;
    ++solved;
    exact += isExactFor(problem);
    compare(problem, isExactFor(problem));
  });
  EXPECT_GE(exact, solved / 3);
}

/// Modules of parallel chains between waists, with little memory: pieces that
/// begin in one module and end in another.
InstanceData randomSeries(uint64_t seed) {
  Random random(seed);
  uint32_t kinds = random.chance(0.25) ? 2 : 1;
  std::vector<DeviceKind> machine;
  for (uint32_t k = 0; k < kinds; ++k)
    machine.push_back({"acc" + std::to_string(k),
                       static_cast<uint32_t>(random.between(1, 3)),
                       static_cast<Bytes>(random.between(4, 12))});
  machine.push_back({"cpu", 1});
  Builder b(machine);
  bool transients = random.chance(0.3);
  auto add = [&] {
    std::vector<double> times;
    double host = random.between(0, 12);
    for (uint32_t k = 0; k < kinds; ++k)
      times.push_back(
          random.chance(0.1) ? kNever : random.between(0, 1 + int(host) / 2));
    times.push_back(host);
    NodeId v = b.node(times, random.between(0, 3));
    if (transients && random.chance(0.4))
      b.data.transient[v] = random.between(0, 3);
    return v;
  };
  std::vector<std::vector<uint32_t>> consumers;
  auto connect = [&](uint32_t from, uint32_t to) {
    consumers.resize(std::max<size_t>(consumers.size(), from + 1));
    consumers[from].push_back(to);
  };
  uint32_t most = 8, last = add();
  while (b.data.numNodes() < most) {
    int branches = random.between(1, 3);
    std::vector<uint32_t> ends;
    for (int i = 0; i < branches && b.data.numNodes() + 1 < most; ++i) {
      uint32_t at = last;
      for (int length = random.between(1, 2);
           length > 0 && b.data.numNodes() + 1 < most; --length) {
        uint32_t v = add();
        connect(at, v);
        at = v;
      }
      ends.push_back(at);
    }
    uint32_t join = add();
    for (uint32_t v : ends)
      connect(v, join);
    if (ends.empty() || random.chance(0.3))
      connect(last, join);
    last = join;
  }
  for (uint32_t v = 0; v < consumers.size(); ++v) {
    if (consumers[v].empty())
      continue;
    std::vector<double> costs;
    for (uint32_t k = 0; k < kinds; ++k)
      costs.push_back(random.between(0, 4));
    costs.push_back(0);
    b.net(v, consumers[v], costs, random.chance(0.1));
  }
  if (random.chance(0.2)) {
    uint32_t a = random.below(most - 1);
    b.data.group[a] = b.data.group[a + 1] = 0;
  }
  if (random.chance(0.2))
    b.weight(random.between(1, 3),
             {random.below(most / 2), most / 2 + random.below(most / 2)});
  return b.data;
}

TEST(LatencyIdealsTest, PiecesReachOverWaists) {
  forEachSeed(150, [&](uint64_t seed) {
    Result<Instance> instance = Instance::create(randomSeries(seed));
    ASSERT_TRUE(instance) << instance.error().message;
    LatencyTerms terms;
    terms.host.assign(instance->numKinds(), 0);
    terms.host.back() = 1;
    terms.cores.assign(instance->numKinds(), kNone);
    LatencyProblem problem(*instance, terms);
    compare(problem, true);
  });
}

/// Several pieces a device and bounded cores: bounds hold, plans are allowed.
TEST(LatencyIdealsTest, BoundsHoldWhereTheGraphIsRelaxed) {
  int tight = 0, all = 0;
  forEachSeed(300, [&](uint64_t seed) {
    RandomKnobs knobs = smallKnobs();
    knobs.maxForward = 4;
    knobs.maxKinds = 2;
    Result<Instance> instance = Instance::create(randomInstance(seed, knobs));
    ASSERT_TRUE(instance) << instance.error().message;
    Random random(seed);
    LatencyTerms terms = randomTerms(*instance, random);
    terms.piecesPerDevice = random.between(2, 3);
    LatencyProblem problem(*instance, terms);
    if (problem.numNodes() > 5 || problem.numDevices() > 3)
      return;
    Time optimum = BruteForce(problem).run();
    // As many cores as a pin may name.
    if (random.chance(0.5))
      terms.cores.assign(instance->numKinds(), 2);
    LatencyProblem asked(*instance, terms);
    TestBoard board(asked);
    IdealProver prover(asked);
    ASSERT_EQ(prover.run(uint64_t(1) << 40, Budget(), board), Verdict::None);
    if (optimum == kInfiniteTime)
      return;
    ASSERT_FALSE(board.infeasible);
    ASSERT_LE(board.proven, optimum);
    ASSERT_GE(board.known, optimum);
    ++all;
    tight += board.known == board.proven;
  });
  EXPECT_GE(tight, all / 2);
}

} // namespace
