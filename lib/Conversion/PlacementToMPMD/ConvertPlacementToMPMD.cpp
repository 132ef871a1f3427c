//===- ConvertPlacementToMPMD.cpp - Placed programs for Shardy MPMD -------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DriverConverter.h"
#include "placement/Conversion/Passes.h"
#include "placement/Dialect/DropPlacement.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace placement {
#define GEN_PASS_DEF_CONVERTPLACEMENTTOMPMDPASS
#include "placement/Conversion/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;
using namespace placement::mpmd;

namespace {

struct ConvertPlacementToMPMDPass
    : public placement::impl::ConvertPlacementToMPMDPassBase<
          ConvertPlacementToMPMDPass> {
  using ConvertPlacementToMPMDPassBase::ConvertPlacementToMPMDPassBase;

  void runOnOperation() override {
    if (failed(run()))
      signalPassFailure();
  }

private:
  LogicalResult run() {
    ModuleOp module = getOperation();
    if (!getContext().allowsUnregisteredDialects())
      return module.emitError()
             << "convert-placement-to-mpmd writes operations of Shardy, which "
                "are not registered here; run it with "
                "--allow-unregistered-dialect";
    bool isNamed = form == MPMDForm::NamedComputations;
    if (!assignmentFile.empty() && !isNamed)
      return module.emitError()
             << "assignment-file is for form=named-computations; the other "
                "forms carry the assignment in themselves";
    FailureOr<MeshShapes> shapes = MeshShapes::parse(
        module, SmallVector<std::string>(meshShape.begin(), meshShape.end()));
    if (failed(shapes))
      return failure();
    FailureOr<StageProgram> program = StageProgram::read(module, function);
    if (failed(program))
      return failure();
    FailureOr<MeshPlan> plan = MeshPlan::create(std::move(*program), *shapes);
    if (failed(plan))
      return failure();
    DriverConverter converter(*plan, form);
    if (failed(converter.verify()) ||
        (!assignmentFile.empty() && failed(writeAssignment(*plan))))
      return failure();

    if (!isNamed)
      remarkShared(*plan);
    func::FuncOp driver = plan->program.driver;
    converter.run();
    if (isNamed)
      driver->setAttr("mpmd_assignment", getAssignment(*plan));
    if (driver.getSymName() != "main")
      driver.emitRemark() << "Shardy's partitioning takes the function called "
                             "main; this one is @"
                          << driver.getSymName();
    dropPlacement(module);
    return success();
  }

  /// The assignment as Shardy's pass options spell it.
  DictionaryAttr getAssignment(const MeshPlan &plan) {
    Builder builder(&getContext());
    NamedAttrList attrs;
    attrs.set("computations", builder.getStringAttr(plan.getComputationMap()));
    attrs.set("inputs",
              builder.getStringAttr(plan.getIndexMap(plan.argumentMesh)));
    attrs.set("outputs",
              builder.getStringAttr(plan.getIndexMap(plan.resultMesh)));
    return attrs.getDictionary(&getContext());
  }

  LogicalResult writeAssignment(const MeshPlan &plan) {
    llvm::Error error =
        llvm::writeToOutput(assignmentFile, [&](raw_ostream &os) {
          plan.writeJSON(os);
          return llvm::Error::success();
        });
    if (!error)
      return success();
    return getOperation().emitError()
           << "assignment file '" << assignmentFile
           << "' cannot be written: " << llvm::toString(std::move(error));
  }

  void remarkShared(const MeshPlan &plan) {
    func::FuncOp driver = plan.program.driver;
    for (auto [index, shared] : llvm::enumerate(plan.isShared))
      if (shared)
        driver.emitRemark() << "argument " << index
                            << " is used on several meshes; it lives on '"
                            << plan.meshes.getName(plan.argumentMesh[index])
                            << "' and is sent from there in each call";
  }
};

} // namespace
