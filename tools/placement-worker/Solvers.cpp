//===- Solvers.cpp - The solvers that a worker can run --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solvers.h"

#include <algorithm>

using namespace placement::worker;

double Job::secondsLeft() const {
  std::chrono::duration<double> used = std::chrono::steady_clock::now() - start;
  return std::max(0.0, request.timeLimit - used.count());
}

std::string placement::worker::unavailableReason(
    const solver::external::WorkerRequest &request) {
  if (request.solver == "highs")
    return highsUnavailableReason();
  if (request.solver == "cpsat")
    return cpSatUnavailableReason(request.ortools);
  return "there is no solver '" + request.solver +
         "'; there are highs and cpsat";
}

void placement::worker::solve(const Job &job) {
  if (job.request.solver == "highs")
    solveWithHighs(job);
  else
    solveWithCpSat(job);
}
