//===- SolverAgent.h - One general solver at work on a proof ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MIP_SOLVERAGENT_H
#define PLACEMENT_SOLVER_MIP_SOLVERAGENT_H

#include "Solver/External/WorkerProcess.h"
#include "Solver/Mip/PlacementModel.h"
#include "placement/Solver/Search/Observer.h"
#include "placement/Solver/Search/Options.h"

#include <chrono>

namespace placement::solver::mip {

using Clock = std::chrono::steady_clock;

/// What is known about an instance while several search for it.
struct Knowledge {
  /// The best plan, and its value by the checker; kInfiniteTime without one.
  std::optional<Assignment> best;
  Time value = kInfiniteTime;
  /// Proven by the engine.
  Time proven = 0;
  /// The largest claim that no plan refutes yet.
  Time claimed = 0;

  Time bound() const { return std::max(proven, claimed); }
};

/// What every agent works on.
struct Assignments {
  const Instance &instance;
  const SolveOptions &options;
  /// The worker's program.
  std::string program;
  Clock::time_point deadline;
  /// Try a limit a little below the value before the optimum itself.
  bool thresholdFirst = true;
};

/// What the checker says a plan is worth; kInfiniteTime where it breaks a rule
/// or has more stages than were asked for.
Time valueOf(const Instance &instance, const SolveOptions &options,
             const Assignment &plan);

/// A general solver in a worker process, asked one question after another:
/// whether there is a plan clearly below the value, then what the optimum is.
/// What it answers is evaluated by the checker or kept as a claim. One object
/// is for one thread.
class SolverAgent {
public:
  /// `solver` is "highs" or "cpsat". All but the name is kept by reference. A
  /// better plan goes into `known`, and the observer hears of it, while the
  /// worker is polled.
  SolverAgent(const Assignments &work, std::string_view solver,
              Knowledge &known, Observer &observer);

  /// For people.
  const char *name() const { return ownName; }
  /// There is nothing more to ask, or the solver is of no use.
  bool finished() const { return step == Step::Finished; }
  /// A question waits for its answer, or the answer to be looked at.
  bool running() const { return open; }
  /// The last question was answered, one way or the other.
  bool settled() const { return answeredLast; }
  external::WorkerProcess &worker() { return process; }

  /// Puts the next question, if there is one that can help. It is given up
  /// after `slice` seconds. False if nothing was started.
  bool start(double slice);
  /// Reads what came in, and draws conclusions at the end.
  void poll();
  /// Ends the question if its answer would not help any more.
  void stopIfUseless();
  /// Ends it in any case.
  void stop();

  /// No plan is below this, says the solver; zero where it says nothing, or
  /// has been wrong.
  Time claimed() const { return distrusted ? 0 : bestClaim; }
  bool claimsInfeasible() const { return !distrusted && infeasible; }
  /// A plan has shown that the solver is wrong.
  void distrust(const std::string &why);
  /// What went wrong, for the explanation.
  const std::vector<std::string> &notes() const { return messages; }
  /// The program that answered, such as "HiGHS 1.15.1"; the name before that.
  std::string fullName() const;

private:
  enum class Step { Threshold, Optimum, Exact, Finished };

  bool prepare();
  void receive(std::span<const int64_t> values);
  void conclude();
  void claim(Time bound);
  void next();
  void tryAgain();

  const Assignments &work;
  Knowledge &known;
  Observer &observer;
  std::string solver;
  const char *ownName;
  Step step;
  std::unique_ptr<PlacementModel> model;
  external::WorkerProcess process;
  Question question;
  /// The process has a question whose end was not looked at.
  bool open = false, gaveUp = false;
  /// Less time than there was went to the question; how often that was so for
  /// the last step.
  bool sliced = false, answeredLast = false;
  unsigned cut = 0;
  Time bestClaim = 0;
  bool infeasible = false, distrusted = false;
  std::string answered;
  std::vector<std::string> messages;
};

} // namespace placement::solver::mip

#endif // PLACEMENT_SOLVER_MIP_SOLVERAGENT_H
