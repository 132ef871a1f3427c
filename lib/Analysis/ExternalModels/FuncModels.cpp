//===- FuncModels.cpp - Work of func ops ------------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `placement-inline` leaves as a call is one node: its work is that of the
// callee's body, or of an unknown op where there is no body to look into.
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/ExternalModels.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace placement;

namespace {

struct CallModel : WorkOpInterface::ExternalModel<CallModel, func::CallOp> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    return counter.countCall(op, cast<func::CallOp>(op).getCalleeAttr());
  }
};

} // namespace

void placement::registerFuncWorkModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, func::FuncDialect *) {
    func::CallOp::attachInterface<CallModel>(*context);
    attach<NothingModel, func::ConstantOp, func::ReturnOp>(context);
  });
}
