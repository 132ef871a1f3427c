//===- DeadOperations.cpp - Erase operations without effect ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeadOperations.h"

#include "placement/Analysis/OpKnowledge.h"

using namespace mlir;

void placement::eraseDeadOperations(func::FuncOp function) {
  unsigned erased = 0;
  // Users come after producers, so one pass from the end finds them all.
  Block &body = function.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body))) {
    if (op.hasTrait<OpTrait::IsTerminator>() || !op.use_empty() ||
        !placement::isPure(&op))
      continue;
    op.erase();
    ++erased;
  }
  if (erased == 1)
    function->emitRemark("left out an operation whose results nobody uses");
  else if (erased > 1)
    function->emitRemark() << "left out " << erased
                           << " operations whose results nobody uses";
}
