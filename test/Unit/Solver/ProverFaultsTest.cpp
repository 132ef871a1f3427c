//===- ProverFaultsTest.cpp - Solvers that lie, hang and crash ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whatever a worker does, a solve answers, in time, with a plan of its own, and
// says no more than was shown.
//
//===----------------------------------------------------------------------===//

#include "Builder.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace placement::solver;
using namespace placement::solver::test;

namespace {

/// Five nodes that weigh 1, 2, 3, 4 and 5 on two devices: 8. The balance of
/// work says 7.5, and the engine's bounds are left out by their work limit.
Builder fiveWeights() {
  Builder b({{"acc", 2, kUnlimitedBytes}});
  for (double weight : {3, 3, 3, 5, 5})
    b.node({weight});
  return b;
}

/// A chain of three nodes, with transfers, that one accelerator or a host can
/// run, or both: few enough variables for a worker that tries everything.
Builder threeCalls() {
  Builder b = Builder::accAndCpu(1, 1, 8);
  b.node({1, 3}, 4);
  b.node({2, 5}, 4);
  b.node({1, 2}, 4);
  b.net(0, {1}, {1, 0});
  b.net(1, {2}, {1, 0});
  b.data.objective = Objective::Latency;
  return b;
}

/// Two chains of eight nodes each on two small accelerators: the work limit
/// ends the engine before value and bound meet.
Builder twoChains() {
  Builder b = Builder::accAndCpu(2, 1, 15);
  for (int chain = 0; chain < 2; ++chain)
    for (int i = 0; i < 8; ++i) {
      NodeId v = b.node({1.0 + i % 3, 7.0 + i % 4}, 4 - i % 2);
      if (i > 0)
        b.net(v - 1, {v}, {1, 0});
    }
  b.data.objective = Objective::Latency;
  return b;
}

struct Heard : Observer {
  Time best = kInfiniteTime, bound = 0;
  std::vector<Time> claims;
  void onIncumbent(Time value, std::string_view) override {
    EXPECT_LE(value, best);
    best = value;
  }
  void onBound(Time value, std::string_view) override { bound = value; }
  void onClaim(Time value, std::string_view) override {
    claims.push_back(value);
  }
};

Plan solveWith(const char *fault, SolveOptions options,
               const Instance &instance) {
  ::setenv("PLACEMENT_FAULTY_WORKER", fault, 1);
  options.worker = PLACEMENT_FAULTY_WORKER_PROGRAM;
  options.timeLimit = 0.4;
  options.workLimit = 2000;
  Heard heard;
  Result<Plan> plan = solve(instance, options, &heard);
  EXPECT_TRUE(plan) << fault << ": " << plan.error().message;
  if (!plan)
    return {};
  EXPECT_TRUE(plan->hasAssignment()) << fault;
  CheckReport report = check(instance, plan->assignment, options.contiguous);
  EXPECT_TRUE(report.feasible()) << fault;
  EXPECT_EQ(report.value, plan->value) << fault;
  // Nothing that only the worker says is a proof.
  EXPECT_LE(plan->provenBound, plan->value) << fault;
  EXPECT_LE(plan->bound, plan->value) << fault;
  EXPECT_EQ(plan->status == Status::Optimal, plan->provenBound == plan->value)
      << fault;
  if (plan->bound > plan->provenBound) {
    EXPECT_EQ(plan->proof, Proof::Claimed) << fault;
    EXPECT_EQ(plan->status, Status::Feasible) << fault;
    EXPECT_NE(plan->claimant, "") << fault;
  }
  return std::move(*plan);
}

Plan solveWith(const char *fault, SolveOptions options) {
  return solveWith(fault, std::move(options), fiveWeights().build());
}

std::string joined(const Plan &plan) {
  std::string text;
  for (const std::string &sentence : plan.explanation)
    text += sentence + "\n";
  return text;
}

constexpr const char *kFaults[] = {"crash-at-start",
                                   "exit-at-start",
                                   "exit-zero",
                                   "hang",
                                   "garbage",
                                   "closes-input",
                                   "complains",
                                   "chatters",
                                   "other-version",
                                   "leaves-child",
                                   "crash-midway",
                                   "hang-midway",
                                   "burn",
                                   "garbage-midway",
                                   "nonsense",
                                   "truncated",
                                   "no-status",
                                   "wrong-bound",
                                   "wrong-bound-first",
                                   "wrong-optimum",
                                   "infeasible-lie",
                                   "no-optimum",
                                   "broken-solution",
                                   "optimal-without-solution",
                                   "outside-bounds",
                                   "endless-bounds",
                                   "endless-line",
                                   "huge-solution",
                                   "huge-number",
                                   "trickle",
                                   "no-such-fault"};

TEST(ProverFaults, MipAnswersAllTheSame) {
  for (const char *fault : kFaults) {
    SolveOptions options;
    options.algorithm = "mip";
    options.contiguous = false;
    solveWith(fault, options);
  }
}

TEST(ProverFaults, ContiguousToo) {
  for (const char *fault :
       {"garbage", "crash-midway", "infeasible-lie", "wrong-optimum"}) {
    SolveOptions options;
    options.algorithm = "cpsat";
    solveWith(fault, options);
  }
}

TEST(ProverFaults, LatencyToo) {
  for (const char *fault :
       {"garbage", "crash-midway", "hang-midway", "infeasible-lie",
        "wrong-bound-first", "wrong-optimum", "no-optimum"})
    for (const char *algorithm : {"mip", "cpsat"}) {
      SolveOptions options;
      options.algorithm = algorithm;
      solveWith(fault, options, threeCalls().build());
    }
}

TEST(ProverFaults, TheEngineOfLatencyToo) {
  for (uint32_t threads : {1, 3})
    for (const char *fault : {"hang", "crash-midway", "infeasible-lie",
                              "wrong-bound-first", "wrong-optimum"}) {
      SolveOptions options;
      options.provers = Provers::All;
      options.threads = threads;
      Plan plan = solveWith(fault, options, twoChains().build());
      EXPECT_NE(plan.status, Status::Optimal) << fault;
    }
}

TEST(ProverFaults, TheEngineAnswersAllTheSame) {
  for (uint32_t threads : {1, 3})
    for (const char *fault :
         {"hang", "garbage", "crash-midway", "burn", "infeasible-lie",
          "wrong-bound-first", "wrong-optimum", "no-optimum"}) {
      SolveOptions options;
      options.contiguous = false;
      options.provers = Provers::All;
      options.threads = threads;
      solveWith(fault, options);
    }
}

TEST(ProverFaults, SaysWhatWentWrong) {
  SolveOptions options;
  options.algorithm = "mip";
  options.contiguous = false;
  std::string text = joined(solveWith("complains", options));
  EXPECT_NE(text.find("HiGHS gave no answer: "), std::string::npos) << text;
  EXPECT_NE(text.find("no licence for this machine"), std::string::npos)
      << text;
}

TEST(ProverFaults, AnHonestWorkerIsAClaimant) {
  // Small enough for the honest one, which tries everything.
  ::setenv("PLACEMENT_FAULTY_WORKER", "honest", 1);
  Builder b({{"acc", 2, kUnlimitedBytes}});
  for (double weight : {3, 3, 5})
    b.node({weight});
  Instance instance = b.build();
  SolveOptions options;
  options.algorithm = "cpsat";
  options.contiguous = false;
  options.workLimit = 2000;
  options.worker = PLACEMENT_FAULTY_WORKER_PROGRAM;
  Heard heard;
  Result<Plan> plan = solve(instance, options, &heard);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->exactValue, 6);
  EXPECT_EQ(plan->status, Status::Feasible);
  EXPECT_EQ(plan->proof, Proof::Claimed);
  EXPECT_EQ(plan->bound, plan->value);
  EXPECT_EQ(instance.toSourceTime(plan->provenBound), 5.5);
  EXPECT_EQ(plan->claimant, "Faulty 1.0");
  ASSERT_FALSE(heard.claims.empty());
  EXPECT_EQ(heard.claims.back(), plan->value);
}

TEST(ProverFaults, AMissingWorkerIsNamed) {
  SolveOptions options;
  options.contiguous = false;
  options.algorithm = "mip";
  options.worker = "/no/such/program";
  Instance instance = fiveWeights().build();
  Result<Plan> plan = solve(instance, options);
  ASSERT_FALSE(plan);
  EXPECT_NE(plan.error().message.find("'/no/such/program' is no program"),
            std::string::npos)
      << plan.error().message;
  options.algorithm = "auto";
  options.provers = Provers::All;
  options.workLimit = 2000;
  plan = solve(instance, options);
  ASSERT_TRUE(plan) << plan.error().message;
  if (plan->status != Status::Optimal) {
    EXPECT_NE(joined(*plan).find("General solvers took no part: "),
              std::string::npos)
        << joined(*plan);
  }
}

TEST(ProverFaults, WithoutTimeLimitTheEngineIsAlone) {
  ::setenv("PLACEMENT_FAULTY_WORKER", "hang", 1);
  SolveOptions options;
  options.contiguous = false;
  options.workLimit = 2000;
  options.worker = PLACEMENT_FAULTY_WORKER_PROGRAM;
  Result<Plan> plan = solve(fiveWeights().build(), options);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->exactValue, 10);
}

} // namespace
