//===- MathModels.cpp - Work of math ops --------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/ExternalModels.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace placement;

void placement::registerMathWorkModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, math::MathDialect *) {
    attach<ElementwiseModel, math::AbsFOp, math::AbsIOp, math::CeilOp,
           math::CopySignOp, math::CountLeadingZerosOp,
           math::CountTrailingZerosOp, math::CtPopOp, math::FloorOp,
           math::IsFiniteOp, math::IsInfOp, math::IsNaNOp, math::IsNormalOp,
           math::RoundEvenOp, math::RoundOp, math::TruncOp, math::ClampFOp>(
        context);
    attach<MultiplyAddModel, math::FmaOp>(context);
    attach<TranscendentalModel, math::AcosOp, math::AcoshOp, math::AsinOp,
           math::AsinhOp, math::Atan2Op, math::AtanOp, math::AtanhOp,
           math::CbrtOp, math::CosOp, math::CoshOp, math::ErfOp, math::ErfcOp,
           math::Exp2Op, math::ExpM1Op, math::ExpOp, math::FPowIOp,
           math::IPowIOp, math::Log10Op, math::Log1pOp, math::Log2Op,
           math::LogOp, math::PowFOp, math::RsqrtOp, math::SinOp,
           math::SincosOp, math::SinhOp, math::SqrtOp, math::TanOp,
           math::TanhOp>(context);
  });
}
