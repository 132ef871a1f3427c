//===- ExportProblem.cpp - A problem of a module as a file ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Bridge/ProblemIO.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Transforms/Passes.h"

#include "mlir/Pass/Pass.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace placement {
#define GEN_PASS_DEF_EXPORTPROBLEMPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

namespace {

struct ExportProblemPass
    : public placement::impl::ExportProblemPassBase<ExportProblemPass> {
  using ExportProblemPassBase::ExportProblemPassBase;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    if (failed(run()))
      signalPassFailure();
  }

private:
  LogicalResult run() {
    Location loc = getOperation().getLoc();
    if (file.empty())
      return emitError(loc) << "placement-export-problem: no file is given; "
                               "write file=INSTANCE.json, or file=- for "
                               "standard output";
    FailureOr<ProblemOp> chosen = choose();
    if (failed(chosen))
      return failure();
    FailureOr<solver::Instance> instance = importProblem(*chosen);
    if (failed(instance))
      return failure();
    std::string text = solver::writeInstanceJson(*instance);
    llvm::Error error =
        llvm::writeToOutput(file, [&](raw_ostream &os) -> llvm::Error {
          os << text;
          return llvm::Error::success();
        });
    if (!error)
      return success();
    return emitError(loc) << "placement-export-problem: cannot write '" << file
                          << "': " << llvm::toString(std::move(error));
  }

  /// The problem of the asked name, or the only one.
  FailureOr<ProblemOp> choose() {
    SmallVector<ProblemOp> found;
    std::string names;
    getOperation().walk([&](ProblemOp op) {
      found.push_back(op);
      names += (names.empty() ? "@" : ", @") + op.getSymName().str();
      return WalkResult::skip();
    });
    Location loc = getOperation().getLoc();
    if (found.empty())
      return emitError(loc) << "placement-export-problem: the module has no "
                               "placement.problem; device-place{dump-problem} "
                               "makes one of a function";
    if (problem.empty()) {
      if (found.size() == 1)
        return found.front();
      return emitError(loc)
             << "placement-export-problem: the module has " << found.size()
             << " problems, " << names << "; choose one with problem=NAME";
    }
    StringRef wanted = StringRef(problem).ltrim('@');
    for (ProblemOp op : found)
      if (op.getSymName() == wanted)
        return op;
    return emitError(loc) << "placement-export-problem: there is no problem @"
                          << wanted << "; the module has " << names;
  }
};

} // namespace
