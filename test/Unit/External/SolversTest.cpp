//===- SolversTest.cpp - HiGHS and CP-SAT in their process ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/External/WorkerProcess.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <cstdlib>
#include <random>

using namespace placement::solver::external;
using testing::HasSubstr;

namespace {

/// Jobs on machines; the largest sum of times is least. Variable 0 is it.
LinearModel makespan(const std::vector<int64_t> &times, size_t machines) {
  LinearModel model;
  int64_t total = 0;
  for (int64_t time : times)
    total += time;
  Column largest = model.addVariable(0, total);
  std::vector<std::vector<Term>> loads(machines, {{largest, -1}});
  for (int64_t time : times) {
    std::vector<Term> once;
    for (std::vector<Term> &load : loads) {
      Column on = model.addBoolean();
      once.push_back({on, 1});
      load.push_back({on, time});
    }
    model.addRow(1, 1, once);
  }
  for (const std::vector<Term> &load : loads)
    model.addRow(kNoLower, 0, load);
  model.setObjective(std::vector<Term>{{largest, 1}});
  return model;
}

/// Every job on the first machine.
std::vector<int64_t> allOnFirst(const LinearModel &model, size_t machines) {
  std::vector<int64_t> values(model.numVariables());
  values[0] = model.upperOf(0);
  for (size_t i = 1; i < values.size(); i += machines)
    values[i] = 1;
  return values;
}

/// Far too many jobs of odd lengths to be solved in a test, and every solver
/// finds solutions at once.
LinearModel hardMakespan() {
  std::mt19937_64 random(3);
  std::vector<int64_t> times;
  for (int i = 0; i < 60; ++i)
    times.push_back(static_cast<int64_t>(1000000 + random() % 9000000));
  return makespan(times, 7);
}

/// The least objective by trying everything, or nothing.
std::optional<int64_t> bruteForce(const LinearModel &model) {
  std::vector<int64_t> values;
  for (Column column = 0; column < model.numVariables(); ++column)
    values.push_back(model.lowerOf(column));
  std::optional<int64_t> best;
  for (bool more = true; more;) {
    if (model.isFeasible(values))
      best = std::min(best.value_or(kMostActivity), model.objectiveOf(values));
    more = false;
    for (Column column = 0; column < values.size() && !more; ++column) {
      more = values[column] < model.upperOf(column);
      values[column] = more ? values[column] + 1 : model.lowerOf(column);
    }
  }
  return best;
}

LinearModel randomModel(std::mt19937_64 &random) {
  LinearModel model;
  auto number = [&](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random() % (high - low + 1));
  };
  size_t booleans = number(1, 4), integers = number(0, 3);
  for (size_t i = 0; i < booleans; ++i)
    model.addBoolean();
  for (size_t i = 0; i < integers; ++i) {
    int64_t lower = number(-5, 5);
    model.addVariable(lower, lower + number(0, 6));
  }
  auto terms = [&] {
    std::vector<Term> result;
    for (Column column = 0; column < model.numVariables(); ++column)
      if (random() % 3)
        result.push_back({column, number(-9, 9)});
    return result;
  };
  for (int64_t rows = number(0, 4); rows-- > 0;) {
    int64_t lower = random() % 2 ? number(-20, 5) : kNoLower;
    int64_t upper = random() % 2 ? number(0, 25) : kNoUpper;
    if (random() % 2)
      model.addRowIf(random() % booleans, random() % 2, lower, upper, terms());
    else
      model.addRow(lower, upper, terms());
  }
  model.setObjective(terms());
  if (random() % 4 == 0)
    model.setObjectiveLimit(number(-20, 20));
  if (random() % 2) {
    std::vector<int64_t> hint;
    for (Column column = 0; column < model.numVariables(); ++column)
      hint.push_back(number(model.lowerOf(column), model.upperOf(column)));
    model.setHint(hint);
  }
  return model;
}

class Solvers : public testing::TestWithParam<std::string> {
protected:
  void SetUp() override {
    options.solver = GetParam();
    options.path = PLACEMENT_WORKER_PROGRAM;
    // Long enough for a busy machine; what ends, ends by itself.
    options.timeLimit = 120;
    options.grace = 60;
    LinearModel nothing;
    nothing.addBoolean();
    WorkerResult result = run(nothing, options);
    if (result.status != WorkerStatus::Failed)
      return;
    if (std::getenv("CI"))
      FAIL() << result.message;
    GTEST_SKIP() << result.message;
  }

  WorkerResult ask(const LinearModel &model) {
    bounds.clear();
    objectives.clear();
    WorkerCallbacks callbacks;
    callbacks.onBound = [this](int64_t bound) { bounds.push_back(bound); };
    callbacks.onIncumbent = [this](std::span<const int64_t>, int64_t objective,
                                   bool feasible) {
      if (feasible)
        objectives.push_back(objective);
    };
    return run(model, options, callbacks);
  }

  WorkerOptions options;
  std::vector<int64_t> bounds, objectives;
};

TEST_P(Solvers, KnownOptimum) {
  LinearModel model = makespan({7, 7, 6, 6, 5, 5, 4, 4, 4}, 3);
  WorkerResult result = ask(model);
  ASSERT_EQ(result.status, WorkerStatus::Optimal) << result.message;
  EXPECT_EQ(result.objective, 16);
  EXPECT_EQ(result.bound, 16);
  EXPECT_TRUE(model.isFeasible(result.values));
  EXPECT_FALSE(result.solver.empty());
  EXPECT_EQ(objectives.back(), 16);
  EXPECT_EQ(bounds.back(), 16);
}

TEST_P(Solvers, AgreeWithTryingEverything) {
  const char *variable = std::getenv("PLACEMENT_FUZZ_SEEDS");
  int rounds = variable ? std::atoi(variable) : 20;
  std::mt19937_64 random(17);
  int feasible = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    LinearModel model = randomModel(random);
    std::optional<int64_t> best = bruteForce(model);
    WorkerResult result = ask(model);
    if (!best) {
      EXPECT_EQ(result.status, WorkerStatus::Infeasible) << result.message;
      continue;
    }
    ++feasible;
    EXPECT_EQ(result.status, WorkerStatus::Optimal) << result.message;
    EXPECT_EQ(result.objective, *best);
    if (!model.objectiveTerms().empty()) {
      EXPECT_EQ(result.bound, *best);
    }
  }
  EXPECT_GT(feasible, rounds / 4);
}

// Numbers that no double holds: solutions are exact, bounds a little lower.
TEST_P(Solvers, WideNumbers) {
  int64_t scale = (int64_t(1) << 54) + 1;
  std::vector<int64_t> times = {7, 7, 6, 6, 5, 5, 4, 4, 4};
  for (int64_t &time : times)
    time = time * scale + time;
  LinearModel model = makespan(times, 3);
  WorkerResult result = ask(model);
  ASSERT_EQ(result.status, WorkerStatus::Optimal) << result.message;
  int64_t best = 16 * (scale + 1);
  EXPECT_EQ(result.objective, best);
  ASSERT_TRUE(result.bound.has_value());
  EXPECT_LE(*result.bound, best);
  EXPECT_GE(*result.bound, best - best / 1000000);
}

// Rows that hold only if a Boolean has its value, over wide variables: start
// times of jobs on one machine, in either order, after a release.
TEST_P(Solvers, WideConditions) {
  constexpr int64_t kUnit = int64_t(1) << 40;
  int64_t lengths[] = {3 * kUnit + 1, 5 * kUnit, 2 * kUnit + 7};
  LinearModel model;
  Column end = model.addVariable(0, 20 * kUnit);
  std::vector<Column> starts;
  for (int64_t length : lengths) {
    starts.push_back(model.addVariable(kUnit, 20 * kUnit));
    model.addRow(length, kNoUpper,
                 std::vector<Term>{{end, 1}, {starts.back(), -1}});
  }
  for (size_t i = 0; i < 3; ++i)
    for (size_t j = 0; j < i; ++j) {
      Column before = model.addBoolean();
      model.addRowIf(before, true, lengths[i], kNoUpper,
                     std::vector<Term>{{starts[j], 1}, {starts[i], -1}});
      model.addRowIf(before, false, lengths[j], kNoUpper,
                     std::vector<Term>{{starts[i], 1}, {starts[j], -1}});
    }
  model.setObjective(std::vector<Term>{{end, 1}});
  WorkerResult result = ask(model);
  ASSERT_EQ(result.status, WorkerStatus::Optimal) << result.message;
  EXPECT_EQ(result.objective, 11 * kUnit + 8);
  EXPECT_LE(result.bound.value_or(kMostActivity), 11 * kUnit + 8);
}

TEST_P(Solvers, LimitOfTheObjective) {
  LinearModel model = makespan({7, 7, 6, 6, 5, 5, 4, 4, 4}, 3);
  model.setObjectiveLimit(15);
  WorkerResult result = ask(model);
  EXPECT_EQ(result.status, WorkerStatus::Infeasible) << result.message;
  EXPECT_EQ(result.bound, 16);
  model.setObjectiveLimit(16);
  EXPECT_EQ(ask(model).objective, 16);
}

TEST_P(Solvers, NoVariablesAndNoObjective) {
  LinearModel nothing;
  EXPECT_EQ(ask(nothing).status, WorkerStatus::Optimal);
  nothing.addRow(1, 2, {});
  EXPECT_EQ(ask(nothing).status, WorkerStatus::Infeasible);

  LinearModel any;
  any.addVariable(3, 9);
  any.addRow(5, 5, std::vector<Term>{{0, 1}});
  WorkerResult result = ask(any);
  EXPECT_EQ(result.status, WorkerStatus::Optimal) << result.message;
  EXPECT_EQ(result.values, std::vector<int64_t>{5});
}

TEST_P(Solvers, TimeLimit) {
  LinearModel model = hardMakespan();
  options.timeLimit = 1;
  WorkerResult result = ask(model);
  EXPECT_EQ(result.status, WorkerStatus::Feasible) << result.message;
  EXPECT_THAT(result.message, testing::Not(HasSubstr("killed")));
  EXPECT_FALSE(bounds.empty()) << "no bound was streamed";
  ASSERT_TRUE(result.bound.has_value());
  EXPECT_LE(*result.bound, result.objective);
  EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end()));
}

TEST_P(Solvers, StopGivesWhatThereIs) {
  LinearModel model = hardMakespan();
  WorkerProcess worker;
  worker.start(model, options);
  while (worker.running() && worker.result().values.empty())
    worker.wait(1);
  ASSERT_TRUE(worker.running()) << worker.result().message;
  worker.stop();
  while (worker.running())
    worker.wait(1);
  EXPECT_EQ(worker.result().status, WorkerStatus::Feasible);
  EXPECT_EQ(worker.result().message, "");
}

// The least sum that the greedy rule gives, handed in: nothing worse comes out.
TEST_P(Solvers, WarmStart) {
  LinearModel model = hardMakespan();
  std::vector<int64_t> hint(model.numVariables());
  int64_t sums[7] = {};
  for (size_t job = 0; job < 60; ++job) {
    size_t to = std::min_element(sums, sums + 7) - sums;
    hint[1 + job * 7 + to] = 1;
    sums[to] += model.termsOf(model.allRows()[60])[1 + job].coefficient;
  }
  hint[0] = *std::max_element(sums, sums + 7);
  model.setHint(hint);
  ASSERT_TRUE(model.isFeasible(hint));
  WorkerProcess worker;
  int64_t first = 0;
  WorkerCallbacks callbacks;
  callbacks.onIncumbent = [&](std::span<const int64_t>, int64_t objective,
                              bool feasible) {
    if (feasible && first == 0)
      first = objective;
    worker.stop();
  };
  worker.start(model, options, callbacks);
  while (worker.running())
    worker.wait(1);
  ASSERT_NE(first, 0) << worker.result().message;
  EXPECT_LE(first, hint[0]);
}

TEST_P(Solvers, MemoryLimit) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "sanitizers need more address space than any limit";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "sanitizers need more address space than any limit";
#endif
#endif
  std::vector<int64_t> times(20000, 12345);
  LinearModel model = makespan(times, 10);
  model.setHint(allOnFirst(model, 10));
  options.memoryLimit = uint64_t(100) << 20;
  WorkerResult result = ask(model);
  // No failure: as with time, what there is comes out.
  EXPECT_TRUE(result.status == WorkerStatus::Unknown ||
              result.status == WorkerStatus::Feasible);
  EXPECT_EQ(result.message, "its memory limit was reached");
}

TEST_P(Solvers, SeedAndThreads) {
  options.seed = ~uint64_t(0);
  options.threads = 2;
  WorkerResult result = ask(makespan({7, 7, 6, 6, 5, 5, 4, 4, 4}, 3));
  EXPECT_EQ(result.status, WorkerStatus::Optimal) << result.message;
  EXPECT_EQ(result.objective, 16);
}

// Within a gap of 20 %, a solver may stop early and call it optimal.
TEST_P(Solvers, Gap) {
  LinearModel model = hardMakespan();
  options.gap = 0.2;
  WorkerResult result = ask(model);
  ASSERT_EQ(result.status, WorkerStatus::Optimal) << result.message;
  ASSERT_TRUE(result.bound.has_value());
  EXPECT_GE(static_cast<double>(*result.bound),
            0.79 * static_cast<double>(result.objective));
}

INSTANTIATE_TEST_SUITE_P(Each, Solvers, testing::Values("highs", "cpsat"),
                         [](const auto &info) { return info.param; });

TEST(Worker, WhatIsMissingIsSaid) {
  WorkerOptions options;
  options.path = PLACEMENT_WORKER_PROGRAM;
  LinearModel model = makespan({1, 2}, 2);
  options.solver = "abacus";
  WorkerResult result = run(model, options);
  EXPECT_EQ(result.status, WorkerStatus::Failed);
  EXPECT_EQ(result.message,
            "there is no solver 'abacus'; there are highs and cpsat");
  options.solver = "cpsat";
  options.ortools = "/nowhere";
  result = run(model, options);
  EXPECT_EQ(result.status, WorkerStatus::Failed);
  EXPECT_THAT(result.message,
              HasSubstr("there is no libortools.so.9 in '/nowhere'; install"));
  // A library, but of something else.
  options.ortools = PLACEMENT_SOME_LIBRARY;
  result = run(model, options);
  EXPECT_EQ(result.status, WorkerStatus::Failed);
  EXPECT_NE(result.message, "");
}

} // namespace
