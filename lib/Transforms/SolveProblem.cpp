//===- SolveProblem.cpp - Solves problems that stand in the IR ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoadModelOptions.h"

#include "placement/Bridge/ProblemIO.h"
#include "placement/Solver/Search/Solve.h"
#include "placement/Transforms/Passes.h"

namespace placement {
#define GEN_PASS_DEF_SOLVEPROBLEMPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

namespace {

struct SolveProblemPass
    : public placement::impl::SolveProblemPassBase<SolveProblemPass> {
  using SolveProblemPassBase::SolveProblemPassBase;

  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](ProblemOp problem) {
      return failed(solve(problem)) ? WalkResult::interrupt()
                                    : WalkResult::skip();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  LogicalResult solve(ProblemOp problem) {
    FailureOr<solver::LoadModelOverride> model = readLoadModel(
        {objective.getValue(), communication.getValue(), schedule.getValue(),
         microbatches, subgraphsPerDevice, cores.getValue()},
        [&] { return problem.emitError(); });
    if (failed(model))
      return failure();
    FailureOr<solver::Instance> instance = importProblem(problem, *model);
    if (failed(instance))
      return failure();
    solver::SolveOptions options;
    options.algorithm = algorithm;
    options.contiguous = contiguous;
    options.maxStages = maxStages;
    options.gap = gap;
    options.timeLimit = timeLimit;
    options.workLimit = workLimit;
    options.memoryLimit = memoryLimit;
    options.cancel =
        getContext().getLoadedDialect<PlacementDialect>()->getCancelFlag();
    solver::Result<solver::Plan> plan = solver::solve(*instance, options);
    if (!plan)
      return problem.emitError() << plan.error().message;
    if (requireOptimal && plan->status != solver::Status::Optimal) {
      InFlightDiagnostic diag = problem.emitError()
                                << "problem @" << problem.getSymName()
                                << " has no answer that is proven optimal, "
                                   "which require-optimal asks for; it is "
                                << solver::toString(plan->status);
      for (const std::string &sentence : plan->explanation)
        diag.attachNote() << sentence;
      return diag;
    }
    writeLoadModel(problem, *instance);
    emitSolution(problem, *instance, *plan, contiguous);
    return success();
  }
};

} // namespace
