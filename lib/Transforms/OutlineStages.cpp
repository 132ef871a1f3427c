//===- OutlineStages.cpp - Stage functions and their driver ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlacedFunction.h"
#include "StageOutliner.h"
#include "Transfers.h"
#include "placement/Analysis/EntryFunction.h"
#include "placement/Dialect/PlacementDialect.h"
#include "placement/Transforms/Passes.h"

namespace placement {
#define GEN_PASS_DEF_OUTLINESTAGESPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

namespace {

struct OutlineStagesPass
    : public placement::impl::OutlineStagesPassBase<OutlineStagesPass> {
  using OutlineStagesPassBase::OutlineStagesPassBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> placed =
        findEntryFunction(getOperation(), function);
    if (failed(placed) || failed(refuseOutlined(*placed, getArgument())) ||
        failed(verifyPlaced(*placed)) || failed(verifyTransfers(*placed)))
      return signalPassFailure();
    SymbolTable symbols(getOperation());
    StageOutliner(*placed, symbols).run();
  }
};

} // namespace
