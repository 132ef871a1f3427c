//===- SolveTest.cpp - The one door, and who tries to slip through --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FakeAlgorithm.h"

#include "placement/Solver/Search/Registry.h"
#include "placement/Solver/Search/Solve.h"

#include <functional>
#include <new>
#include <stdexcept>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

const Assignment halves{{{0, 0}, {0, 1}}, {0, 0, 1, 1}};
const Assignment single{{{0, 0}}, {0, 0, 0, 0}};

Outcome outcome(const Assignment &assignment, Time bound = 0,
                Proof proof = Proof::None, Stop stop = Stop::Finished) {
  Outcome result;
  result.assignment = assignment;
  result.bound = bound;
  result.proof = proof;
  result.stop = stop;
  return result;
}

Outcome noPlan(bool infeasible, Proof proof, Stop stop = Stop::Finished) {
  Outcome result;
  result.infeasible = infeasible;
  result.proof = proof;
  result.stop = stop;
  return result;
}

Result<Plan> solveFake(const Instance &instance, Answer answer,
                       SolveOptions options = {},
                       const Assignment *warmStart = nullptr) {
  Registry::get().add(std::make_unique<Fake>(std::move(answer)));
  options.algorithm = "fake";
  return solve(instance, options, nullptr, warmStart);
}

Result<Plan> solveFake(const Instance &instance, const Outcome &outcome,
                       SolveOptions options = {},
                       const Assignment *warmStart = nullptr) {
  return solveFake(
      instance,
      [outcome](const Instance &, const SolveOptions &, const Assignment *,
                Observer &) { return outcome; },
      options, warmStart);
}

/// solve() refuses the answer as an internal fault.
void expectFault(const Instance &instance, const Outcome &outcome,
                 const std::string &text, SolveOptions options = {},
                 const Assignment *warmStart = nullptr) {
  Result<Plan> plan = solveFake(instance, outcome, options, warmStart);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().message,
            "internal error: test.json: algorithm \"fake\" " + text);
}

TEST(Solve, ValueComesFromTheChecker) {
  Instance instance = row().build();
  Result<Plan> plan = solveFake(instance, outcome(halves));
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->status, Status::Feasible);
  EXPECT_EQ(plan->value, 8 * kUnit);
  EXPECT_EQ(plan->exactValue, 8);
  EXPECT_EQ(plan->bound, 0);
  EXPECT_EQ(plan->proof, Proof::None);
  EXPECT_EQ(plan->gap(), 1);
  EXPECT_EQ(plan->algorithm, "fake");
  EXPECT_EQ(plan->fingerprint, instance.fingerprint());
  ASSERT_EQ(plan->loads.size(), 2u);
  EXPECT_EQ(plan->loads[1].in, kUnit);
  EXPECT_EQ(plan->loads[1].memory, 20);
  expectContains(joined(*plan), "The bottleneck is acc:1 with 8 us: compute 7, "
                                "in 1, out 0.");
}

TEST(Solve, OptimalNeedsAProvenBound) {
  Instance instance = row().build();
  auto status = [&](Time bound, Proof proof) {
    Result<Plan> plan = solveFake(instance, outcome(halves, bound, proof));
    EXPECT_TRUE(plan);
    return plan->status;
  };
  EXPECT_EQ(status(8 * kUnit, Proof::Engine), Status::Optimal);
  EXPECT_EQ(status(8 * kUnit, Proof::Certified), Status::Optimal);
  EXPECT_EQ(status(8 * kUnit, Proof::Claimed), Status::Feasible);
  EXPECT_EQ(status(8 * kUnit, Proof::None), Status::Feasible);
  EXPECT_EQ(status(8 * kUnit - 1, Proof::Engine), Status::Feasible);
}

TEST(Solve, BoundsWithoutProofAreDropped) {
  Result<Plan> plan =
      solveFake(row().build(), outcome(halves, 100 * kUnit, Proof::None));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->bound, 0);
}

TEST(Solve, CatchesWrongAnswers) {
  Instance instance = row().build();
  expectFault(instance, outcome(halves, 8 * kUnit + 1, Proof::Engine),
              "claims the bound 8 us, but a plan has value 8 us");
  expectFault(instance, outcome({{{0, 0}}, {0, 0}}),
              "returned a plan that breaks a rule: the plan assigns 2 nodes, "
              "but the instance has 4");
  expectFault(instance, outcome({{{0, 1}, {0, 1}}, {0, 0, 1, 1}}),
              "returned a plan that breaks a rule: stages 0 and 1 are both on "
              "acc:1; a contiguous plan has one stage on a device");
  expectFault(instance, outcome({{{0, 0}, {0, 1}}, {0, 1, 0, 1}}),
              "returned a plan that breaks a rule: node 1 in stage 1 feeds or "
              "precedes node 2 in the earlier stage 0; forward edges of a "
              "contiguous plan never go back");
  Outcome both = outcome(halves, 0, Proof::Engine);
  both.infeasible = true;
  expectFault(instance, both, "calls the problem infeasible and solves it");
  expectFault(instance, noPlan(true, Proof::Engine),
              "calls the problem infeasible, but the given start solves it", {},
              &halves);
  Outcome low = noPlan(false, Proof::Engine);
  low.bound = 9 * kUnit;
  expectFault(instance, low, "claims the bound 9 us, but a plan has value 8 us",
              {}, &halves);
}

TEST(Solve, CatchesTooManyStages) {
  SolveOptions options;
  options.maxStages = 1;
  expectFault(
      row().build(), outcome(halves),
      "returned a plan that breaks a rule: it has 2 stages, but at most "
      "1 are allowed",
      options);
}

TEST(Solve, CatchesAGapThatWasNotReached) {
  Instance instance = row().build();
  SolveOptions options;
  options.gap = 0.1;
  expectFault(instance, outcome(halves, 4 * kUnit, Proof::Engine, Stop::Gap),
              "stopped at the gap 0.1, but the gap is 0.5", options);
  options.gap = 0.5;
  Result<Plan> plan = solveFake(
      instance, outcome(halves, 4 * kUnit, Proof::Engine, Stop::Gap), options);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->stop, Stop::Gap);
  EXPECT_EQ(plan->status, Status::Feasible);
  plan =
      solveFake(instance, outcome(halves, 4 * kUnit, Proof::Engine), options);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->stop, Stop::Gap) << "the gap is why a search ends early";
  plan = solveFake(instance, outcome(halves, 4 * kUnit, Proof::None), options);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->stop, Stop::Finished) << "nobody vouches for that bound";
  plan =
      solveFake(instance, outcome(halves, 4 * kUnit, Proof::Claimed), options);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->stop, Stop::Finished) << "a claim is no proof";
}

TEST(Solve, ClaimsStandBesideProofs) {
  Instance instance = row().build();
  auto claim = [&](Time proven, Time claimed, Stop stop = Stop::Finished,
                   SolveOptions options = {}) {
    Outcome answer = outcome(halves, proven, Proof::Engine, stop);
    answer.claim = {claimed, false, "Oracle"};
    Result<Plan> plan = solveFake(instance, answer, options);
    EXPECT_TRUE(plan);
    return std::move(*plan);
  };
  Plan plan = claim(4 * kUnit, 8 * kUnit);
  EXPECT_EQ(plan.status, Status::Feasible) << "a claim is no proof";
  EXPECT_EQ(plan.stop, Stop::Finished);
  EXPECT_EQ(plan.proof, Proof::Claimed);
  EXPECT_EQ(plan.claimant, "Oracle");
  EXPECT_EQ(plan.bound, 8 * kUnit);
  EXPECT_EQ(plan.provenBound, 4 * kUnit);
  EXPECT_EQ(plan.gap(), 0);
  EXPECT_EQ(plan.provenGap(), 0.5);

  plan = claim(8 * kUnit, 8 * kUnit);
  EXPECT_EQ(plan.status, Status::Optimal);
  EXPECT_EQ(plan.proof, Proof::Engine) << "a proof makes the claim needless";
  EXPECT_EQ(plan.claimant, "");

  SolveOptions options;
  options.gap = 0.1;
  plan = claim(4 * kUnit, 8 * kUnit, Stop::Finished, options);
  EXPECT_EQ(plan.stop, Stop::Finished) << "only proofs end a search by gap";

  // A claim above a plan is wrong, whatever stop it caused.
  for (Stop stop : {Stop::Finished, Stop::Gap, Stop::Time}) {
    plan = claim(4 * kUnit, 8 * kUnit + 1, stop, options);
    EXPECT_EQ(plan.status, Status::Feasible);
    EXPECT_EQ(plan.stop, stop == Stop::Time ? stop : Stop::Finished);
    EXPECT_EQ(plan.proof, Proof::Engine);
    EXPECT_EQ(plan.bound, 4 * kUnit);
    expectContains(joined(plan), "Oracle is wrong: it claims the bound 8 us, "
                                 "but a plan has value 8 us.");
  }
  Outcome answer = outcome(halves, 4 * kUnit, Proof::Engine);
  answer.claim = {0, true, "Oracle"};
  Result<Plan> refuted = solveFake(instance, answer);
  ASSERT_TRUE(refuted);
  EXPECT_EQ(refuted->status, Status::Feasible);
  expectContains(joined(*refuted), "Oracle is wrong: it claims that no plan "
                                   "exists, but a plan has value 8 us.");
  answer = noPlan(false, Proof::Engine);
  answer.claim = {0, true, "Oracle"};
  refuted = solveFake(instance, answer);
  ASSERT_TRUE(refuted);
  EXPECT_EQ(refuted->status, Status::Unknown);
  expectContains(joined(*refuted), "Oracle claims that no plan keeps all "
                                   "rules; nobody has checked it.");
}

TEST(Solve, LimitsArePlansNotErrors) {
  Instance instance = row().build();
  for (Stop stop : {Stop::Time, Stop::Memory, Stop::Cancelled}) {
    Result<Plan> plan =
        solveFake(instance, outcome(halves, kUnit, Proof::Engine, stop));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->status, Status::Feasible);
    EXPECT_EQ(plan->stop, stop);
    EXPECT_EQ(plan->bound, kUnit);
    plan = solveFake(instance, noPlan(false, Proof::Engine, stop));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->status, Status::Unknown);
    EXPECT_EQ(plan->stop, stop);
    EXPECT_FALSE(plan->hasAssignment());
  }
}

TEST(Solve, AProofIsAProofAlsoAtALimit) {
  Result<Plan> plan = solveFake(
      row().build(), outcome(halves, 8 * kUnit, Proof::Engine, Stop::Time));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->status, Status::Optimal);
  EXPECT_EQ(plan->stop, Stop::Finished);
}

TEST(Solve, InfeasibleNeedsProof) {
  // Each node fits, the machine is large enough, yet 60 + 60 + 60 bytes do not
  // go on two devices of 100; the fake knows.
  Builder b({{"acc", 2, 100}});
  for (int v = 0; v < 3; ++v)
    b.node({1}, 60);
  Instance instance = b.build();
  Result<Plan> plan = solveFake(instance, noPlan(true, Proof::Engine));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->status, Status::Infeasible);
  EXPECT_EQ(plan->proof, Proof::Engine);
  expectContains(joined(*plan), "no chain of at most 2 stages fits");
  for (Proof proof : {Proof::None, Proof::Claimed}) {
    plan = solveFake(instance, noPlan(true, proof));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->status, Status::Unknown);
  }
}

TEST(Solve, ExceptionsDoNotEscape) {
  Instance instance = row().build();
  Result<Plan> plan =
      solveFake(instance,
                [](const Instance &, const SolveOptions &, const Assignment *,
                   Observer &) -> Outcome { throw std::bad_alloc(); });
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->status, Status::Unknown);
  EXPECT_EQ(plan->stop, Stop::Memory);
  plan = solveFake(
      instance,
      [](const Instance &, const SolveOptions &, const Assignment *,
         Observer &) -> Outcome { throw std::runtime_error("boom"); });
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().message,
            "internal error: test.json: algorithm \"fake\" failed: boom");
}

TEST(Solve, ObserverAndWarmStartReachTheAlgorithm) {
  struct Recorder : Observer {
    Time seen = 0;
    void onIncumbent(Time value, std::string_view) override { seen = value; }
  } recorder;
  Instance instance = row().build();
  Registry::get().add(
      std::make_unique<Fake>([](const Instance &, const SolveOptions &,
                                const Assignment *start, Observer &observer) {
        EXPECT_TRUE(start);
        if (start) {
          EXPECT_EQ(start->stageOf, halves.stageOf);
        }
        observer.onIncumbent(7, "fake");
        return outcome(single);
      }));
  SolveOptions options;
  options.algorithm = "fake";
  Result<Plan> plan = solve(instance, options, &recorder, &halves);
  ASSERT_TRUE(plan);
  EXPECT_EQ(recorder.seen, 7);
  EXPECT_EQ(plan->value, 8 * kUnit) << "the start is better and stays";
  EXPECT_EQ(plan->assignment.stageOf, halves.stageOf);
  expectContains(joined(*plan), "The given start has value 8 us.");
}

TEST(Solve, WarmStartsThatBreakARuleAreSetAside) {
  Builder b = row();
  b.data.pinKind[0] = 1;
  Instance instance = b.build();
  const Assignment onCpu{{{1, 0}}, {0, 0, 0, 0}};
  Result<Plan> plan = solveFake(
      instance,
      [&](const Instance &, const SolveOptions &, const Assignment *start,
          Observer &) {
        EXPECT_FALSE(start);
        return outcome(onCpu);
      },
      {}, &halves);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->assignment.stages, onCpu.stages);
  expectContains(joined(*plan), "The given start is not used: node 0 is on "
                                "acc:0, but it is pinned to kind \"cpu\".");
  const Assignment wrong{{{1, 0}}, {0}};
  plan = solveFake(instance, outcome(onCpu), {}, &wrong);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().message,
            "test.json: the given start does not fit: the plan assigns 1 "
            "nodes, but the instance has 4");
}

TEST(Solve, BadOptions) {
  Instance instance = row().build();
  auto message = [&](const std::function<void(SolveOptions &)> &edit) {
    SolveOptions options;
    options.algorithm = "one-device";
    edit(options);
    Result<Plan> plan = solve(instance, options);
    return plan ? std::string() : plan.error().message;
  };
  EXPECT_EQ(message([](SolveOptions &) {}), "");
  EXPECT_EQ(message([](SolveOptions &o) { o.gap = -0.5; }),
            "option gap is -0.5; it must not be negative");
  EXPECT_EQ(message([](SolveOptions &o) { o.gap = -kNever + kNever; }),
            "option gap is nan; it must not be negative");
  EXPECT_EQ(message([](SolveOptions &o) { o.timeLimit = -1; }),
            "option time-limit is -1 seconds; it must not be negative");
  expectContains(message([](SolveOptions &o) { o.algorithm = "magic"; }),
                 "there is no algorithm \"magic\"; choose one of: auto, ");
  expectContains(message([](SolveOptions &o) { o.algorithm = "magic"; }),
                 "one-device");
  EXPECT_EQ(
      message([](SolveOptions &o) {
        o.algorithm = "linearised";
        o.contiguous = false;
      }),
      "test.json: algorithm \"linearised\" cannot solve this problem with "
      "these options: it makes contiguous plans only; ask for "
      "contiguous=true");
  std::string automatic = message([](SolveOptions &o) {
    o.algorithm = "auto";
    o.contiguous = false;
    o.alternatives = 2;
  });
  expectContains(automatic, "test.json: no algorithm can solve this problem "
                            "with these options: ");
  expectContains(automatic,
                 "\"noncontiguous\" cannot take it: it makes one plan only");
}

TEST(Solve, ChecksEveryAlternative) {
  auto message = [&](std::vector<Assignment> alternatives, uint32_t count = 2) {
    Outcome answer = outcome(halves);
    answer.alternatives = std::move(alternatives);
    SolveOptions options;
    options.alternatives = count;
    Result<Plan> plan = solveFake(row().build(), answer, options);
    return plan ? std::string() : plan.error().message;
  };
  EXPECT_EQ(message({halves, single}), "");
  EXPECT_EQ(message({}), "") << "the plan alone";
  expectContains(message({single, halves}),
                 "returned alternatives out of order");
  expectContains(message({halves, single, single}),
                 "returned more plans than asked for");
  Assignment broken = single;
  broken.stages[0].index = 7;
  expectContains(message({halves, broken}),
                 "internal error: test.json: algorithm \"fake\" returned an "
                 "alternative that breaks a rule");
  expectContains(message({halves}, 1001), "option alternatives is 1001");
}

TEST(Solve, AutomaticChoiceSolves) {
  Result<Plan> plan = solve(row().build(), {});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_TRUE(plan->hasAssignment());
}

/// In a process of its own: what it does to the registry stays there.
TEST(SolveDeathTest, AutomaticChoiceFallsBackAndSaysSo) {
  auto withoutEngine = [] {
    Registry::get().add(std::make_unique<Fake>(Answer(), "contiguous"));
    Result<Plan> plan = solve(row().build(), {});
    if (!plan)
      std::exit(1);
    std::fprintf(stderr, "%s: %s", plan->algorithm.c_str(),
                 joined(*plan).c_str());
    std::exit(0);
  };
  EXPECT_EXIT(withoutEngine(), testing::ExitedWithCode(0),
              "linearised: Algorithm \"contiguous\" cannot take it: it is a "
              "fake\\.");
}

TEST(Evaluate, TurnsAssignmentsIntoPlans) {
  Instance instance = row().build();
  Result<Plan> plan = evaluate(instance, halves, true);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->status, Status::Feasible);
  EXPECT_EQ(plan->value, 8 * kUnit);
  EXPECT_EQ(plan->algorithm, "evaluate");
  EXPECT_EQ(plan->fingerprint, instance.fingerprint());
  EXPECT_EQ(plan->proof, Proof::None);

  const Assignment back{{{0, 0}, {0, 1}}, {1, 1, 0, 0}};
  plan = evaluate(instance, back, true);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->status, Status::Infeasible);
  EXPECT_EQ(plan->value, 8 * kUnit);
  expectContains(joined(*plan), "never go back");
  plan = evaluate(instance, back, false);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->status, Status::Feasible);

  plan = evaluate(instance, {{{0, 0}}, {0}}, true);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().message,
            "test.json: the plan assigns 1 nodes, but the "
            "instance has 4");
}

} // namespace
