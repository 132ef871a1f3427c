//===- CheckProblem.cpp - Checks given solutions without a solver ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Bridge/ProblemIO.h"
#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Describe.h"
#include "placement/Transforms/Passes.h"

#include <cmath>

namespace placement {
#define GEN_PASS_DEF_CHECKPROBLEMPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

/// Whether two numbers are the same but for the rounding of long sums.
static bool isSame(double lhs, double rhs) {
  constexpr double kRelative = 1e-12;
  return std::abs(lhs - rhs) <=
         kRelative * std::max(std::abs(lhs), std::abs(rhs));
}

/// Compares what a solution claims with what its stages amount to.
static LogicalResult checkClaims(SolutionOp solution,
                                 const solver::Instance &instance,
                                 const solver::CheckReport &report) {
  const std::string &unit = instance.data().timeUnit;
  auto number = [](double value) { return solver::describeNumber(value); };
  if (FloatAttr value = solution.getValueAttr())
    if (!isSame(value.getValueAsDouble(), report.exactValue))
      return solution.emitOpError()
             << "claims value " << number(value.getValueAsDouble())
             << (instance.schedule() == solver::Schedule::GPipe
                     ? ", but its largest loads of both passes add up to "
                     : ", but its largest load is ")
             << number(report.exactValue) << ' ' << unit;
  if (FloatAttr bound = solution.getBoundAttr()) {
    double claimed = bound.getValueAsDouble();
    bool below = claimed < report.exactValue;
    if (!below && !isSame(claimed, report.exactValue))
      return solution.emitOpError()
             << "claims bound " << number(claimed) << ' ' << unit
             << ", but is itself better with " << number(report.exactValue);
    if (below && !isSame(claimed, report.exactValue) &&
        solution.getStatus() == SolutionStatus::Optimal)
      return solution.emitOpError() << "claims to be optimal, but its bound "
                                    << number(claimed) << " is below its value "
                                    << number(report.exactValue) << ' ' << unit;
  }
  return success();
}

static LogicalResult checkProblem(ProblemOp problem) {
  FailureOr<solver::Instance> instance = importProblem(problem);
  if (failed(instance))
    return failure();
  SolutionOp solution = problem.getSolution();
  if (!solution)
    return success();
  std::optional<StringRef> fingerprint = solution.getFingerprint();
  if (fingerprint && *fingerprint != instance->fingerprint())
    return solution.emitOpError()
           << "is for fingerprint " << *fingerprint << ", but the problem has "
           << instance->fingerprint()
           << "; it was edited after it was solved, so solve it again";
  if (!solution.getStagesAttr())
    return success();
  FailureOr<solver::Assignment> assignment =
      importAssignment(solution, *instance);
  if (failed(assignment))
    return failure();
  solver::CheckReport report =
      solver::check(*instance, *assignment, !solution.getNoncontiguous());
  if (!report.feasible()) {
    InFlightDiagnostic diag = solution.emitOpError()
                              << "breaks a rule: " << report.violations.front();
    for (const std::string &violation : llvm::drop_begin(report.violations))
      diag.attachNote() << "also: " << violation;
    return diag;
  }
  return checkClaims(solution, *instance, report);
}

namespace {

struct CheckProblemPass
    : public placement::impl::CheckProblemPassBase<CheckProblemPass> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](ProblemOp problem) {
      return failed(checkProblem(problem)) ? WalkResult::interrupt()
                                           : WalkResult::skip();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace
