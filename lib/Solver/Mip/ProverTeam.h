//===- ProverTeam.h - General solvers side by side --------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MIP_PROVERTEAM_H
#define PLACEMENT_SOLVER_MIP_PROVERTEAM_H

#include "Solver/Mip/SolverAgent.h"
#include "placement/Solver/Search/Algorithm.h"

namespace placement::solver::mip {

/// General solvers that work on one instance, each in its own process, as many
/// at once as there is room for. They are polled: nothing happens but in
/// `step`, in the calling thread, which has to stay alive meanwhile.
class ProverTeam {
public:
  ProverTeam(const Instance &instance, const SolveOptions &options,
             Clock::time_point deadline, std::string program,
             const std::vector<std::string_view> &solvers, bool thresholdFirst,
             Observer &observer);

  /// A plan that breaks no rule, with its value.
  void offer(const Assignment &plan, Time value);
  /// The engine has proved that no plan is below this.
  void prove(Time bound);

  /// Lets at most `room` solvers work, waits for up to `seconds` and takes what
  /// comes. False when there is nothing left to do: all have ended, or bound
  /// and value are as close as was asked.
  bool step(unsigned room, double seconds);
  /// Ends all processes.
  void stop();

  const Knowledge &known() const { return knowledge; }
  /// Whether claims and proofs together reach the gap that was asked.
  bool gapReached() const;
  /// The best claim that no plan refutes.
  std::optional<Claim> claim() const;
  /// Sentences about what the solvers did and what went wrong.
  std::vector<std::string> explanation() const;
  /// Adds claim and sentences to the engine's answer and, where the engine came
  /// to its end without having `closed` the gap, says what ended the solvers.
  void conclude(Outcome &outcome, bool closed) const;

private:
  void startAgents(unsigned room);
  void lookForLies();

  Assignments work;
  std::vector<std::unique_ptr<SolverAgent>> agents;
  Knowledge knowledge;
  /// The agent that is started next.
  size_t turn = 0;
};

/// When a solve that begins now has to end.
Clock::time_point deadlineOf(const SolveOptions &options);

/// Whether a solve was cancelled or has used up its time.
bool hasToEnd(const SolveOptions &options, Clock::time_point deadline);

/// Whether general solvers take part. Whoever leaves it to us and sets no limit
/// of time gets the same plan every time, and so goes without.
bool wantsSolvers(const SolveOptions &options, Clock::time_point deadline);

/// The solvers that the options ask for, and the program that runs them. Where
/// there is none, `reason` says why in a sentence's words.
std::vector<std::string_view> chooseSolvers(const SolveOptions &options,
                                            std::string &program,
                                            std::string &reason);

} // namespace placement::solver::mip

#endif // PLACEMENT_SOLVER_MIP_PROVERTEAM_H
