//===- StageFunctions.cpp - Stages in functions of their own --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/StageFunctions.h"

#include "placement/Dialect/Names.h"

using namespace mlir;

func::FuncOp placement::lookupStageFunction(Operation *op,
                                            SymbolTable &symbols) {
  auto call = dyn_cast<func::CallOp>(op);
  if (!call)
    return {};
  auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
  if (!callee || callee.isExternal() || !callee.getBody().hasOneBlock() ||
      !callee->hasAttr(kStageAttrName) || !callee->hasAttr(kDeviceAttrName))
    return {};
  return callee;
}
