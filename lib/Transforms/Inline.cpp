//===- Inline.cpp - Inline every call into the placed function ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's inliner crashes on unregistered operations with regions and skips
// callees that hold unregistered operations, so nothing of it is used here.
//
//===----------------------------------------------------------------------===//

#include "CallInliner.h"
#include "DeadFunctions.h"
#include "DeadOperations.h"
#include "Transfers.h"
#include "placement/Analysis/EntryFunction.h"
#include "placement/Transforms/Passes.h"

namespace placement {
#define GEN_PASS_DEF_INLINEPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

namespace {

struct InlinePass : public placement::impl::InlinePassBase<InlinePass> {
  using InlinePassBase::InlinePassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<func::FuncOp> root = findEntryFunction(module, function);
    if (failed(root))
      return signalPassFailure();
    CallInliner inliner(module, *root);
    if (failed(inliner.run(maxOps)))
      return signalPassFailure();
    eraseDeadFunctions(module, inliner.getInlined());
    removeTransfers(*root);
    eraseDeadOperations(*root);
  }
};

} // namespace
