//===- CpSatSolver.cpp - Solves an integer program by CP-SAT --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solvers.h"

#include "CpSatProto.h"
#include "OrTools.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace placement::worker;
namespace external = placement::solver::external;

namespace {

/// What a double may hide of a bound that CP-SAT computes in integers.
constexpr double kHidden = 1e-6, kHiddenRelative = 1e-12;

/// Of a response beside its solution: statistics and a name.
constexpr size_t kRestOfResponse = size_t(1) << 16;

void sendBound(const Job &job, double bound) {
  // CP-SAT has no bound to speak of without an objective.
  if (job.model.objectiveTerms().empty())
    return;
  double above = std::ceil(bound - kHidden - kHiddenRelative * std::abs(bound));
  if (std::abs(above) < static_cast<double>(external::kMostActivity))
    job.answer.bound(static_cast<int64_t>(above));
}

void sendSolution(const Job &job, const CpSatResponse &response) {
  if (response.solution.size() == job.model.numVariables())
    job.answer.incumbent(response.solution);
}

} // namespace

std::string
placement::worker::cpSatUnavailableReason(const std::string &ortools) {
  return OrTools(ortools).reason();
}

void placement::worker::solveWithCpSat(const Job &job) {
  OrTools library(job.request.ortools);
  job.answer.greet(library.name());
  std::string model = encodeModel(job.model);
  // The C interface counts in int.
  if (model.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
    return job.answer.finish("failed", "the model has more than 2 GB");

  OrTools::Callbacks callbacks;
  callbacks.onBound = [&](double bound) { sendBound(job, bound); };
  callbacks.onSolution = [&](std::string_view bytes) {
    if (std::optional<CpSatResponse> response = decodeResponse(bytes))
      sendSolution(job, *response);
  };
  // At most ten bytes a number.
  callbacks.largestResponse = kRestOfResponse + 10 * job.model.numVariables();
  std::optional<CpSatResponse> response = decodeResponse(
      library.solve(model, encodeParameters(job.request, job.secondsLeft()),
                    callbacks, [&] { return job.stop.load(); }));
  if (!response)
    return job.answer.finish("failed", "CP-SAT's answer cannot be read");

  sendSolution(job, *response);
  // A zero is not written in this format: it is certain only for an optimum.
  if (response->status == CpSatResponse::Optimal)
    sendBound(job, response->bound.value_or(0));
  else if (response->bound && response->status != CpSatResponse::Infeasible)
    sendBound(job, *response->bound);
  switch (response->status) {
  case CpSatResponse::Optimal:
    return job.answer.finish("optimal");
  case CpSatResponse::Feasible:
    return job.answer.finish("feasible");
  case CpSatResponse::Infeasible:
    return job.answer.finish("infeasible");
  case CpSatResponse::Invalid:
    return job.answer.finish("failed",
                             "CP-SAT calls the model invalid: its numbers may "
                             "be too large for sums in 64 bits");
  case CpSatResponse::Unknown:
    break;
  }
  job.answer.finish(job.answer.best() ? "feasible" : "unknown");
}
