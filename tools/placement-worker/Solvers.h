//===- Solvers.h - The solvers that a worker can run ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_WORKER_SOLVERS_H
#define PLACEMENT_TOOLS_PLACEMENT_WORKER_SOLVERS_H

#include "AnswerWriter.h"
#include "Solver/External/WorkerProtocol.h"

#include <atomic>
#include <chrono>

namespace placement::worker {

/// One question and how to answer it.
struct Job {
  const solver::external::LinearModel &model;
  const solver::external::WorkerRequest &request;
  AnswerWriter &answer;
  /// Set from another thread: end with what there is.
  const std::atomic<bool> &stop;
  /// When the process began; the time limit counts from here.
  std::chrono::steady_clock::time_point start;

  /// What is left of the time limit, at least zero.
  double secondsLeft() const;
};

/// Empty, or one sentence why the solver cannot be run here. A name that no
/// solver has is such a reason.
std::string unavailableReason(const solver::external::WorkerRequest &request);

/// Runs the solver that the request names: greets, sends what it finds, and
/// ends the answer. Only for a request that has no such reason, and a model
/// that has a variable.
void solve(const Job &job);

// One for each solver, in a file of its own.
std::string highsUnavailableReason();
void solveWithHighs(const Job &job);
std::string cpSatUnavailableReason(const std::string &ortools);
void solveWithCpSat(const Job &job);

} // namespace placement::worker

#endif // PLACEMENT_TOOLS_PLACEMENT_WORKER_SOLVERS_H
