//===- InsertTransfers.cpp - Move values between devices ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlacedFunction.h"
#include "Transfers.h"
#include "placement/Analysis/EntryFunction.h"
#include "placement/Dialect/PlacementDialect.h"
#include "placement/Transforms/Passes.h"

namespace placement {
#define GEN_PASS_DEF_INSERTTRANSFERSPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

namespace {

struct InsertTransfersPass
    : public placement::impl::InsertTransfersPassBase<InsertTransfersPass> {
  using InsertTransfersPassBase::InsertTransfersPassBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> placed =
        findEntryFunction(getOperation(), function);
    // Backends take a missing transfer in silence (the value just ends up
    // elsewhere), so the result is checked and not believed.
    if (failed(placed) || failed(refuseOutlined(*placed, getArgument())) ||
        failed(insertTransfers(*placed)) || failed(verifyTransfers(*placed)))
      signalPassFailure();
  }
};

} // namespace
