//===- WorkerProcessTest.cpp - Faulty workers and their parent ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/External/WorkerProcess.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sys/wait.h>
#include <thread>

using namespace placement::solver::external;
using testing::HasSubstr;

namespace {

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define PLACEMENT_TEST_SANITIZED
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define PLACEMENT_TEST_SANITIZED
#endif

size_t openDescriptors() {
  namespace fs = std::filesystem;
  size_t count = 0;
  for ([[maybe_unused]] const auto &entry :
       fs::directory_iterator("/proc/self/fd"))
    ++count;
  return count;
}

/// Two machines, three jobs of 3, 4 and 5; the largest sum is least: 7. The
/// hint has 9.
LinearModel scheduling() {
  LinearModel model;
  Column largest = model.addVariable(0, 12);
  std::vector<Column> onFirst;
  int64_t work[] = {3, 4, 5};
  std::vector<Term> first, second;
  for (int64_t time : work) {
    Column job = model.addBoolean();
    first.push_back({job, time});
    second.push_back({job, -time});
  }
  first.push_back({largest, -1});
  second.push_back({largest, -1});
  model.addRow(kNoLower, 0, first);
  model.addRow(kNoLower, -12, second);
  model.setObjective(std::vector<Term>{{largest, 1}});
  model.setHint({9, 0, 1, 1});
  return model;
}

class FaultyWorker : public testing::Test {
protected:
  void SetUp() override {
    descriptors = openDescriptors();
    options.path = PLACEMENT_FAULTY_WORKER_PROGRAM;
    options.timeLimit = 10;
    options.grace = 0.2;
  }
  void TearDown() override {
    ::unsetenv("PLACEMENT_FAULTY_WORKER");
    EXPECT_EQ(openDescriptors(), descriptors) << "descriptors are left open";
    errno = 0;
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a process is left";
    EXPECT_EQ(errno, ECHILD);
  }

  WorkerResult ask(const char *mode, const LinearModel &model) {
    ::setenv("PLACEMENT_FAULTY_WORKER", mode, 1);
    bounds.clear();
    incumbents.clear();
    return run(model, options, callbacks());
  }
  WorkerResult ask(const char *mode) { return ask(mode, model); }

  WorkerCallbacks callbacks() {
    WorkerCallbacks result;
    result.onBound = [this](int64_t bound) { bounds.push_back(bound); };
    result.onIncumbent = [this](std::span<const int64_t>, int64_t objective,
                                bool feasible) {
      incumbents.emplace_back(objective, feasible);
    };
    return result;
  }

  WorkerOptions options;
  LinearModel model = scheduling();
  std::vector<int64_t> bounds;
  std::vector<std::pair<int64_t, bool>> incumbents;
  size_t descriptors = 0;
};

TEST_F(FaultyWorker, HonestOneIsBelieved) {
  WorkerResult result = ask("honest");
  EXPECT_EQ(result.status, WorkerStatus::Optimal) << result.message;
  EXPECT_EQ(result.objective, 7);
  EXPECT_EQ(result.bound, 7);
  EXPECT_EQ(result.solver, "Faulty 1.0");
  EXPECT_TRUE(model.isFeasible(result.values));
  EXPECT_THAT(bounds, testing::ElementsAre(7));
  ASSERT_FALSE(incumbents.empty());
  EXPECT_EQ(incumbents.back(), std::make_pair(int64_t(7), true));
}

TEST_F(FaultyWorker, LimitMakesItInfeasible) {
  model.setObjectiveLimit(6);
  WorkerResult result = ask("honest");
  EXPECT_EQ(result.status, WorkerStatus::Infeasible);
  EXPECT_EQ(result.bound, 7);
  EXPECT_TRUE(result.values.empty());
}

/// What each fault comes to. Text is part of the message.
struct Fault {
  const char *mode;
  WorkerStatus status;
  const char *text;
  bool keepsValues = false;
  bool lied = false;
};

TEST_F(FaultyWorker, FaultsAreSaidAndKeepWhatHolds) {
  using enum WorkerStatus;
  const Fault faults[] = {
      {"crash-at-start", Failed, "signal 6"},
      {"exit-at-start", Failed, "exit code 3"},
      {"exit-zero", Failed, "exit code 0 before it had answered"},
      {"garbage", Failed, "in place of 'placement-answer 1'"},
      {"closes-input", Failed, "exit code 0"},
      {"complains", Failed,
       "exit code 1 before it had answered: no licence for"},
      {"other-version", Failed, "'placement-answer 2 Future'"},
      {"leaves-child", Failed, "exit code 0"},
      {"crash-midway", Failed, "signal 11", true},
      {"garbage-midway", Failed, "'x' as a value"},
      {"nonsense", Failed, "'solution is left"},
      {"truncated", Failed, "exit code 0 before it had answered"},
      {"no-status", Failed, "without a status"},
      {"wrong-bound", Failed, "below 10, but one of 9 is known", false, true},
      {"wrong-bound-first", Failed, "", false, true},
      {"infeasible-lie", Failed, "no solution, but one of 9", false, true},
      {"optimal-without-solution", Unknown, ""},
      {"broken-solution", Unknown, ""},
      {"outside-bounds", Failed, "variable 3 a value outside its bounds"},
      {"no-optimum", Unknown, ""},
      {"endless-line", Failed, "is too long"},
      {"huge-solution", Failed, "too many values"},
      {"huge-number", Failed, "no number"},
      {"trickle", Feasible, "", true},
      {"answers-and-hangs", Feasible, "", true},
      {"answers-and-crashes", Feasible, "", true},
  };
  for (const Fault &fault : faults) {
    SCOPED_TRACE(fault.mode);
    WorkerResult result = ask(fault.mode);
    EXPECT_EQ(result.status, fault.status) << result.message;
    EXPECT_THAT(result.message, HasSubstr(fault.text));
    EXPECT_EQ(!result.values.empty(), fault.keepsValues);
    EXPECT_EQ(result.lied, fault.lied);
    if (fault.lied) {
      EXPECT_EQ(result.bound, std::nullopt);
    }
    // A claim above what is known is never handed on.
    if (std::string_view(fault.mode) == "wrong-bound") {
      EXPECT_TRUE(bounds.empty());
    }
  }
}

// A bound that nothing here refutes is passed on: the caller may know better.
TEST_F(FaultyWorker, WrongOptimumIsAClaim) {
  WorkerResult result = ask("wrong-optimum");
  EXPECT_EQ(result.status, WorkerStatus::Optimal);
  EXPECT_EQ(result.objective, 9);
  EXPECT_EQ(result.bound, 9);
}

// A solution within a solver's tolerance only is reported as what it is.
TEST_F(FaultyWorker, BrokenSolutionIsReportedAsBroken) {
  ask("broken-solution");
  ASSERT_EQ(incumbents.size(), 1U);
  EXPECT_FALSE(incumbents[0].second);
}

TEST_F(FaultyWorker, HangsEndWithTheTimeLimit) {
  options.timeLimit = 0.2;
  struct Hang {
    const char *mode;
    WorkerStatus status;
  };
  for (Hang hang : {Hang{"hang", WorkerStatus::Failed},
                    Hang{"chatters", WorkerStatus::Failed},
                    Hang{"burn", WorkerStatus::Unknown},
                    Hang{"endless-bounds", WorkerStatus::Unknown},
                    Hang{"hang-midway", WorkerStatus::Feasible}}) {
    SCOPED_TRACE(hang.mode);
    WorkerResult result = ask(hang.mode);
    EXPECT_EQ(result.status, hang.status);
    EXPECT_THAT(result.message, HasSubstr("was killed"));
  }
}

// More than a socket holds: the parent must not wait for a reader.
TEST_F(FaultyWorker, LargeModelForOneThatReadsNothing) {
  LinearModel large;
  for (int i = 0; i < 200000; ++i)
    large.addBoolean();
  options.timeLimit = 0.1;
  EXPECT_EQ(ask("hang", large).status, WorkerStatus::Failed);
  options.timeLimit = 10;
  EXPECT_EQ(ask("closes-input", large).status, WorkerStatus::Failed);
  EXPECT_EQ(ask("exit-zero", large).status, WorkerStatus::Failed);
}

TEST_F(FaultyWorker, CancelStopsIt) {
  std::atomic<bool> cancel = true;
  ::setenv("PLACEMENT_FAULTY_WORKER", "waits-for-stop", 1);
  WorkerResult result = run(model, options, {}, &cancel);
  EXPECT_EQ(result.status, WorkerStatus::Feasible) << result.message;
  EXPECT_EQ(result.objective, 9);
}

TEST_F(FaultyWorker, MemoryIsLimited) {
#ifdef PLACEMENT_TEST_SANITIZED
  GTEST_SKIP() << "sanitizers need more address space than any limit";
#endif
  options.memoryLimit = uint64_t(200) << 20;
  WorkerResult result = ask("eats-memory");
  EXPECT_EQ(result.status, WorkerStatus::Failed);
  EXPECT_THAT(result.message, HasSubstr("bad_alloc"));
}

TEST_F(FaultyWorker, SeveralAtATime) {
  WorkerProcess first, second, never;
  ::setenv("PLACEMENT_FAULTY_WORKER", "honest", 1);
  first.start(model, options);
  ::setenv("PLACEMENT_FAULTY_WORKER", "hang-midway", 1);
  second.start(model, options);
  WorkerProcess *all[] = {&first, &second, &never};
  while (first.running() || second.result().values.empty())
    WorkerProcess::waitAny(all, 1);
  EXPECT_EQ(first.result().status, WorkerStatus::Optimal);
  EXPECT_TRUE(second.running());
  EXPECT_FALSE(never.running());
  second.kill();
  EXPECT_FALSE(second.running());
  EXPECT_EQ(second.result().status, WorkerStatus::Feasible);
  EXPECT_FALSE(WorkerProcess::waitAny(all, 1));
}

TEST_F(FaultyWorker, IsKilledByTheDestructorAndByAnotherStart) {
  ::setenv("PLACEMENT_FAULTY_WORKER", "hang", 1);
  WorkerProcess worker;
  worker.start(model, options);
  worker.start(model, options);
  WorkerProcess other = std::move(worker);
  EXPECT_TRUE(other.running());
  EXPECT_FALSE(worker.running()); // NOLINT(bugprone-use-after-move)
}

// In a host that ignores SIGCHLD the kernel reaps, and nothing can be waited
// for.
TEST_F(FaultyWorker, HostThatIgnoresChildren) {
  auto before = std::signal(SIGCHLD, SIG_IGN);
  EXPECT_EQ(ask("honest").status, WorkerStatus::Optimal);
  WorkerResult result = ask("exit-zero");
  EXPECT_EQ(result.status, WorkerStatus::Failed);
  options.timeLimit = 0.1;
  EXPECT_EQ(ask("hang").status, WorkerStatus::Failed);
  std::signal(SIGCHLD, before);
}

TEST_F(FaultyWorker, WhatIsNoProgramIsSaid) {
  options.path = "/nowhere/placement-worker";
  EXPECT_THAT(run(model, options).message,
              HasSubstr("'/nowhere/placement-worker' is no program"));
  ::setenv("PLACEMENT_WORKER", "/nowhere/else", 1);
  options.path.clear();
  WorkerResult result = run(model, options);
  EXPECT_EQ(result.status, WorkerStatus::Failed);
  EXPECT_THAT(result.message,
              HasSubstr("'/nowhere/else', which PLACEMENT_WORKER names"));
  ::unsetenv("PLACEMENT_WORKER");

  // Executable by its mode bits, and yet no program.
  std::string path = testing::TempDir() + "placement-no-program";
  std::FILE *file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs("\x7f"
             "ELF and no more",
             file);
  std::fclose(file);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  options.path = path;
  EXPECT_THAT(run(model, options).message, HasSubstr("cannot run " + path));
  std::filesystem::remove(path);
}

TEST_F(FaultyWorker, BrokenModelsAreNotSent) {
  LinearModel bad;
  bad.addVariable(0, kMostActivity);
  bad.addRow(0, 5, std::vector<Term>{{0, 2}});
  WorkerResult result = ask("honest", bad);
  EXPECT_EQ(result.status, WorkerStatus::Failed);
  EXPECT_THAT(result.message, HasSubstr("row 0 can sum to more than 2^62 - 1"));
}

} // namespace
