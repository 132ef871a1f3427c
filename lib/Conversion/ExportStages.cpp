//===- ExportStages.cpp - Write stages and their program ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutputFolder.h"
#include "placement/Conversion/Passes.h"
#include "placement/Conversion/StageModules.h"
#include "placement/Conversion/StageProgram.h"

namespace placement {
#define GEN_PASS_DEF_EXPORTSTAGESPASS
#include "placement/Conversion/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

namespace {

/// Stages that are ready to be written.
using StageModules = SmallVector<std::pair<std::string, OwningOpRef<ModuleOp>>>;

struct ExportStagesPass
    : public placement::impl::ExportStagesPassBase<ExportStagesPass> {
  using ExportStagesPassBase::ExportStagesPassBase;

  void runOnOperation() override {
    if (failed(run()))
      signalPassFailure();
    markAllAnalysesPreserved();
  }

private:
  LogicalResult run() {
    ModuleOp module = getOperation();
    if (directory.empty())
      return module.emitError()
             << "placement-export-stages needs a folder to write to; name one "
                "with the option 'directory'";
    FailureOr<StageProgram> program = StageProgram::read(module, function);
    if (failed(program))
      return failure();

    // Nothing is written before all of it is known to be right.
    StageModules stages;
    SymbolTable symbols(module);
    DenseSet<Operation *> seen;
    for (StageProgram::Call &call : program->calls) {
      if (!seen.insert(call.function).second)
        continue;
      StringRef name = call.function.getSymName();
      if (name.contains('/') || name.contains('\\'))
        return call.function.emitError()
               << "the name of @" << name << " cannot be that of a file";
      FailureOr<OwningOpRef<ModuleOp>> stage =
          extractModule(call.function, symbols);
      if (failed(stage))
        return failure();
      stages.emplace_back(name.str(), std::move(*stage));
    }

    OutputFolder folder(module, directory);
    if (failed(folder.create()))
      return failure();
    for (auto &[name, stage] : stages)
      if (failed(folder.write(name + ".mlir", [&](raw_ostream &os) {
            printModule(*stage, os);
          })))
        return failure();
    return folder.write("program.json",
                        [&](raw_ostream &os) { program->writeJSON(os); });
  }
};

} // namespace
