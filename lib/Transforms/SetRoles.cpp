//===- SetRoles.cpp - Say which arguments are weights ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/EntryFunction.h"
#include "placement/Dialect/Names.h"
#include "placement/Transforms/Passes.h"

namespace placement {
#define GEN_PASS_DEF_SETROLESPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

namespace {

struct SetRolesPass : public placement::impl::SetRolesPassBase<SetRolesPass> {
  using SetRolesPassBase::SetRolesPassBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> found = findEntryFunction(getOperation(), function);
    if (failed(found))
      return signalPassFailure();
    func::FuncOp entry = *found;
    SmallVector<bool> isWeight(entry.getNumArguments(), false);
    for (uint64_t number : weights) {
      if (number >= isWeight.size()) {
        entry.emitError() << "there is no argument " << number
                          << " to be a weight; @" << entry.getName() << " has "
                          << isWeight.size();
        return signalPassFailure();
      }
      isWeight[number] = true;
    }
    Builder builder(&getContext());
    for (auto [number, weight] : llvm::enumerate(isWeight))
      entry.setArgAttr(
          number, kRoleAttrName,
          builder.getStringAttr(weight ? kRoleWeight : kRoleActivation));
  }
};

} // namespace
