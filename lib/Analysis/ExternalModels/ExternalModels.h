//===- ExternalModels.h - WorkOpInterface on foreign dialects ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules that several dialects share, and one registration function a
// dialect. A rule is an external model that can be attached to any op.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_EXTERNALMODELS_EXTERNALMODELS_H
#define PLACEMENT_LIB_ANALYSIS_EXTERNALMODELS_EXTERNALMODELS_H

#include "placement/Analysis/PlacementInterfaces.h"

#include "mlir/IR/DialectRegistry.h"

namespace placement {

/// The op costs nothing: constants, views, sizes, terminators.
template <typename OpT>
struct NothingModel : WorkOpInterface::ExternalModel<NothingModel<OpT>, OpT> {
  Work countWork(mlir::Operation *, WorkCounter &) const { return {}; }
};

/// The op reads its operands and writes its results.
template <typename OpT>
struct MoveModel : WorkOpInterface::ExternalModel<MoveModel<OpT>, OpT> {
  Work countWork(mlir::Operation *op, WorkCounter &counter) const {
    return counter.move(op);
  }
};

/// One flop an element of the result.
template <typename OpT>
struct ElementwiseModel
    : WorkOpInterface::ExternalModel<ElementwiseModel<OpT>, OpT> {
  Work countWork(mlir::Operation *op, WorkCounter &counter) const {
    return counter.elementwise(op);
  }
};

/// A multiply-add: two flops an element of the result.
template <typename OpT>
struct MultiplyAddModel
    : WorkOpInterface::ExternalModel<MultiplyAddModel<OpT>, OpT> {
  Work countWork(mlir::Operation *op, WorkCounter &counter) const {
    return counter.elementwise(op, /*flopsPerElement=*/2);
  }
};

/// One transcendental an element of the result.
template <typename OpT>
struct TranscendentalModel
    : WorkOpInterface::ExternalModel<TranscendentalModel<OpT>, OpT> {
  Work countWork(mlir::Operation *op, WorkCounter &counter) const {
    return counter.transcendental(op);
  }
};

/// Attaches one model to several ops: `attach<MoveModel, A, B>(context)`.
template <template <typename> class Model, typename... Ops>
void attach(mlir::MLIRContext *context) {
  (Ops::template attachInterface<Model<Ops>>(*context), ...);
}

void registerArithWorkModels(mlir::DialectRegistry &registry);
void registerComplexWorkModels(mlir::DialectRegistry &registry);
void registerFuncWorkModels(mlir::DialectRegistry &registry);
void registerLinalgWorkModels(mlir::DialectRegistry &registry);
void registerMathWorkModels(mlir::DialectRegistry &registry);
void registerPlacementWorkModels(mlir::DialectRegistry &registry);
void registerSCFWorkModels(mlir::DialectRegistry &registry);
void registerTensorWorkModels(mlir::DialectRegistry &registry);

} // namespace placement

#endif // PLACEMENT_LIB_ANALYSIS_EXTERNALMODELS_EXTERNALMODELS_H
