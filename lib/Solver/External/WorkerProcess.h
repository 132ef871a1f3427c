//===- WorkerProcess.h - A general solver in its own process ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_EXTERNAL_WORKERPROCESS_H
#define PLACEMENT_SOLVER_EXTERNAL_WORKERPROCESS_H

#include "Solver/External/LinearModel.h"

#include <atomic>
#include <functional>
#include <memory>

namespace placement::solver::external {

struct WorkerOptions {
  /// "highs" or "cpsat"; the worker says what it does not know.
  std::string solver = "highs";
  /// The program; empty to look for it (findWorker).
  std::string path;
  /// The library of OR-tools or a folder that has it; empty to look for it
  /// (docs/Workers.md). Read by "cpsat" alone.
  std::string ortools;
  /// Wall seconds from the start. The worker is told, and ends by itself; one
  /// that has not ended `grace` seconds later is killed.
  double timeLimit = std::numeric_limits<double>::infinity();
  double grace = 1.0;
  /// Bytes of the worker's data (RLIMIT_DATA). At least a hundred megabytes are
  /// needed to start at all.
  uint64_t memoryLimit = uint64_t(2) << 30;
  uint32_t threads = 1;
  uint64_t seed = 1;
  /// Relative gap at which the solver may stop and call a solution optimal.
  double gap = 0;
};

enum class WorkerStatus {
  /// Not finished yet.
  Running,
  /// The worker claims that its solution is optimal (within the gap).
  Optimal,
  /// There is a solution that holds in integers; more is not known.
  Feasible,
  /// The worker claims that there is no solution (within the objective limit).
  Infeasible,
  /// It ended, was stopped, or was killed at a limit without a solution.
  Unknown,
  /// Missing, crashed, never said a word, lied, or its answer was no answer.
  Failed,
};

/// What is known of a worker's work. Nothing in it is proven: `values` are
/// checked here against the model, `bound` and the statuses Optimal and
/// Infeasible are the worker's word.
struct WorkerResult {
  WorkerStatus status = WorkerStatus::Running;
  /// The best solution that holds in integers; empty for none. Kept when the
  /// worker fails later.
  std::vector<int64_t> values;
  /// Of `values`, computed here.
  int64_t objective = 0;
  /// The largest lower bound claimed; for Infeasible the objective limit + 1.
  /// Absent after a lie (see `lied`).
  std::optional<int64_t> bound;
  /// The solver that answered, for messages: "HiGHS 1.15.1". Empty before it
  /// has said so.
  std::string solver;
  /// Why it failed or what it says about its end; one sentence or empty.
  std::string message;
  /// A claim that a feasible solution (its own, or the hint) refutes: a bound
  /// above its objective, or "infeasible". The status is Failed then.
  bool lied = false;
};

/// What a worker reports while it runs. Called from poll, wait and run only, in
/// the calling thread. Either may be empty. They may call stop() of a worker,
/// and nothing else of it.
struct WorkerCallbacks {
  /// One value for each variable, each within its bounds. Feasible says whether
  /// all rows hold in integers; `objective` is the exact sum. A solution that
  /// breaks a row by a solver's tolerance may still be a fine start for the
  /// caller, so it is reported, too.
  std::function<void(std::span<const int64_t> values, int64_t objective,
                     bool feasible)>
      onIncumbent;
  /// A larger lower bound of the objective is claimed. Never above a solution
  /// that is known here at that time; the caller compares with its own plans.
  std::function<void(int64_t bound)> onBound;
};

/// The program of the workers: `option` where given, else the environment's
/// PLACEMENT_WORKER, else placement-worker beside the library that holds this
/// code, in the bin folder of the Python environment that it is installed in,
/// beside the running program, or in its ../libexec/placement. Empty with the
/// reason, one sentence that says what to do, in `reason`. A path that is named
/// and is no program is never replaced by another.
std::string findWorker(const std::string &option, std::string &reason);

/// A worker at work: an exec'ed program in a process group of its own that gets
/// a model and streams incumbents and bounds (docs/Workers.md has the
/// protocol). For use within a larger process: touches no signal handler or
/// other process-wide state, leaves no descriptor, no zombie and no process.
/// One object is for one thread at a time. Linux ends the worker when the
/// thread that called start() ends.
class WorkerProcess {
public:
  WorkerProcess();
  /// Kills a worker that is still running.
  ~WorkerProcess();
  WorkerProcess(WorkerProcess &&) noexcept;
  WorkerProcess &operator=(WorkerProcess &&) noexcept;

  /// Starts the program and begins to send the model. Returns at once. What
  /// goes wrong (no such program, a model that breaks a rule) is in the result:
  /// Failed. `model` must outlive the object or the next start.
  void start(const LinearModel &model, const WorkerOptions &options,
             WorkerCallbacks callbacks = {});

  /// Does what can be done without waiting: sends, reads, calls back, enforces
  /// the limits, reaps. True while the worker is running.
  bool poll();
  /// The same, after waiting up to `seconds` for something to happen.
  bool wait(double seconds);
  /// Waits for any of several workers and polls them all; those that have ended
  /// or were never started are passed over. True while one is running.
  static bool waitAny(std::span<WorkerProcess *const> workers, double seconds);

  /// Asks the worker to end with what it has; it is killed `grace` seconds
  /// later. Does not wait: poll or wait on.
  void stop();
  /// Ends it now. The result keeps what was reported before; Feasible or
  /// Unknown.
  void kill();

  bool running() const;
  const WorkerResult &result() const;

private:
  struct State;
  std::unique_ptr<State> state;
};

/// Runs a worker to its end, within its limits. `cancel` may be set by another
/// thread or a signal handler and is looked at every few milliseconds.
WorkerResult run(const LinearModel &model, const WorkerOptions &options,
                 WorkerCallbacks callbacks = {},
                 const std::atomic<bool> *cancel = nullptr);

} // namespace placement::solver::external

#endif // PLACEMENT_SOLVER_EXTERNAL_WORKERPROCESS_H
