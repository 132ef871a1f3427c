//===- HighsSolver.cpp - Solves an integer program by HiGHS ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solvers.h"

#include "ScaledModel.h"

#include <cmath>

using namespace placement::worker;
namespace external = placement::solver::external;

namespace {

/// HiGHS at work for one job.
class HighsSolver {
public:
  explicit HighsSolver(const Job &job) : job(job), converted(job.model) {}

  void run();

private:
  bool setUp();
  void callBack(int type, const HighsCallbackOutput &output,
                HighsCallbackInput &input);
  void sendBound(double bound);
  void conclude();

  const Job &job;
  ScaledModel converted;
  Highs highs;
};

bool HighsSolver::setUp() {
  const external::WorkerRequest &request = job.request;
  auto set = [&](const char *name, const auto &value) {
    return highs.setOptionValue(name, value) != HighsStatus::kError;
  };
  bool done = set("output_flag", false);
  if (std::isfinite(request.timeLimit))
    done &= set("time_limit", job.secondsLeft());
  done &= set("threads",
              static_cast<HighsInt>(std::max<uint32_t>(request.threads, 1)));
  done &= set("parallel", std::string(request.threads > 1 ? "on" : "off"));
  done &= set("random_seed", static_cast<HighsInt>(request.seed % 0x7fffffff));
  done &= set("mip_rel_gap", request.gap);
  done &= set("mip_abs_gap", 0.0);
  done &= highs.passModel(converted.lp) != HighsStatus::kError;
  if (!job.model.hintValues().empty()) {
    HighsSolution hint;
    hint.col_value = converted.hint();
    // A hint that HiGHS cannot use is no error.
    highs.setSolution(hint);
  }
  highs.setCallback([this](int type, const std::string &,
                           const HighsCallbackOutput *output,
                           HighsCallbackInput *input,
                           void *) { callBack(type, *output, *input); },
                    nullptr);
  for (HighsCallbackType type :
       {kCallbackSimplexInterrupt, kCallbackIpmInterrupt, kCallbackMipInterrupt,
        kCallbackMipImprovingSolution})
    highs.startCallback(type);
  return done;
}

void HighsSolver::sendBound(double bound) {
  int64_t rounded;
  if (converted.roundedBound(bound, rounded))
    job.answer.bound(rounded);
}

void HighsSolver::callBack(int type, const HighsCallbackOutput &output,
                           HighsCallbackInput &input) {
  if (type == kCallbackMipImprovingSolution) {
    if (output.mip_solution.size() == job.model.numVariables())
      job.answer.incumbent(converted.integers(output.mip_solution.data()));
  } else if (type == kCallbackMipInterrupt) {
    sendBound(output.mip_dual_bound);
  }
  if (type != kCallbackMipImprovingSolution)
    input.user_interrupt = job.stop.load(std::memory_order_relaxed);
}

/// Sends what HiGHS ended with.
void HighsSolver::conclude() {
  const HighsInfo &info = highs.getInfo();
  HighsModelStatus status = highs.getModelStatus();
  const std::vector<double> &values = highs.getSolution().col_value;
  bool holds = false;
  if (info.primal_solution_status == kSolutionStatusFeasible &&
      values.size() == job.model.numVariables()) {
    std::vector<int64_t> whole = converted.integers(values.data());
    holds = job.model.isFeasible(whole);
    job.answer.incumbent(whole);
  }

  // Without integer variables there is no bound of a search, but an optimum.
  bool isMip = false;
  for (HighsVarType type : converted.lp.integrality_)
    isMip |= type == HighsVarType::kInteger;
  if (isMip)
    sendBound(info.mip_dual_bound);
  else if (status == HighsModelStatus::kOptimal)
    sendBound(info.objective_function_value);

  // All variables are bounded, so nothing is unbounded.
  if (status == HighsModelStatus::kInfeasible ||
      status == HighsModelStatus::kUnboundedOrInfeasible)
    return job.answer.finish("infeasible");
  // What breaks a row in integers is no solution here, and an earlier one that
  // holds may be worse than the optimum.
  if (status == HighsModelStatus::kOptimal && holds)
    return job.answer.finish("optimal");
  if (status == HighsModelStatus::kOptimal)
    return job.answer.finish(
        job.answer.best() ? "feasible" : "unknown",
        "its optimum breaks a row by less than its tolerance");
  if (status == HighsModelStatus::kMemoryLimit)
    return job.answer.finishWithoutMemory();
  bool limit = status == HighsModelStatus::kTimeLimit ||
               status == HighsModelStatus::kInterrupt;
  job.answer.finish(job.answer.best() ? "feasible" : "unknown",
                    limit ? "" : highs.modelStatusToString(status));
}

void HighsSolver::run() {
  job.answer.greet("HiGHS " + highs.version());
  if (!setUp())
    return job.answer.finish("failed", "HiGHS refuses the model or an option");
  highs.run();
  // Presolve of HiGHS 1.15 breaks a row now and then and ends with an error
  // when its solution does not hold; without, the same model is solved.
  if (highs.getModelStatus() == HighsModelStatus::kSolveError &&
      !job.stop.load(std::memory_order_relaxed)) {
    highs.clearSolver();
    highs.zeroAllClocks();
    highs.setOptionValue("presolve", std::string("off"));
    if (std::isfinite(job.request.timeLimit))
      highs.setOptionValue("time_limit", job.secondsLeft());
    highs.run();
  }
  conclude();
}

} // namespace

std::string placement::worker::highsUnavailableReason() { return {}; }

void placement::worker::solveWithHighs(const Job &job) {
  HighsSolver(job).run();
}
