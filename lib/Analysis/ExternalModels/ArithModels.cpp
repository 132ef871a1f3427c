//===- ArithModels.cpp - Work of arith ops ------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Integer arithmetic counts as flops, as in XLA; arithmetic on `index` computes
// addresses and is free (WorkCounter::elementwise).
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/ExternalModels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace placement;

void placement::registerArithWorkModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, arith::ArithDialect *) {
    attach<NothingModel, arith::ConstantOp>(context);
    attach<ElementwiseModel, arith::AddFOp, arith::AddIOp,
           arith::AddUIExtendedOp, arith::AndIOp, arith::BitcastOp,
           arith::CeilDivSIOp, arith::CeilDivUIOp, arith::CmpFOp, arith::CmpIOp,
           arith::DivFOp, arith::DivSIOp, arith::DivUIOp, arith::ExtFOp,
           arith::ExtSIOp, arith::ExtUIOp, arith::FPToSIOp, arith::FPToUIOp,
           arith::FloorDivSIOp, arith::IndexCastOp, arith::IndexCastUIOp,
           arith::MaxNumFOp, arith::MaxSIOp, arith::MaxUIOp, arith::MaximumFOp,
           arith::MinNumFOp, arith::MinSIOp, arith::MinUIOp, arith::MinimumFOp,
           arith::MulFOp, arith::MulIOp, arith::MulSIExtendedOp,
           arith::MulUIExtendedOp, arith::NegFOp, arith::OrIOp, arith::RemFOp,
           arith::RemSIOp, arith::RemUIOp, arith::SIToFPOp,
           arith::ScalingExtFOp, arith::ScalingTruncFOp, arith::SelectOp,
           arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp, arith::SubFOp,
           arith::SubIOp, arith::TruncFOp, arith::TruncIOp, arith::UIToFPOp,
           arith::XOrIOp>(context);
  });
}
