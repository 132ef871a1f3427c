//===- Strip.cpp - Remove everything of the placement dialect -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Transfers.h"
#include "placement/Dialect/DropPlacement.h"
#include "placement/Transforms/Passes.h"

namespace placement {
#define GEN_PASS_DEF_STRIPPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

namespace {

struct StripPass : public placement::impl::StripPassBase<StripPass> {
  void runOnOperation() override {
    removeTransfers(getOperation());
    dropPlacement(getOperation());
  }
};

} // namespace
