//===- ComplexModels.cpp - Work of complex ops --------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One complex operation is one flop, as in XLA; the roofline knows that it is
// several real ones.
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/ExternalModels.h"

#include "mlir/Dialect/Complex/IR/Complex.h"

using namespace mlir;
using namespace placement;

void placement::registerComplexWorkModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, complex::ComplexDialect *) {
    attach<NothingModel, complex::ConstantOp>(context);
    attach<ElementwiseModel, complex::AbsOp, complex::AddOp, complex::BitcastOp,
           complex::ConjOp, complex::CreateOp, complex::DivOp, complex::EqualOp,
           complex::ImOp, complex::MulOp, complex::NegOp, complex::NotEqualOp,
           complex::ReOp, complex::SignOp, complex::SubOp>(context);
    attach<TranscendentalModel, complex::AngleOp, complex::Atan2Op,
           complex::CosOp, complex::ExpOp, complex::Expm1Op, complex::Log1pOp,
           complex::LogOp, complex::PowOp, complex::PowiOp, complex::RsqrtOp,
           complex::SinOp, complex::SqrtOp, complex::TanOp, complex::TanhOp>(
        context);
  });
}
