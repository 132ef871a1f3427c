//===- TensorModels.cpp - Work of tensor ops --------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/ExternalModels.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace placement;

namespace {

/// Reads as much as it yields, whatever the size of the source, and writes it.
template <typename OpT>
struct ReadPartModel : WorkOpInterface::ExternalModel<ReadPartModel<OpT>, OpT> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    Work work;
    work.bytes =
        multiplyCounts(2, counter.bytesOf(op, op->getResult(0).getType()));
    return work;
  }
};

/// Reads what it inserts (the first operand) and writes as much; the rest of
/// the destination stays in place.
template <typename OpT>
struct WritePartModel
    : WorkOpInterface::ExternalModel<WritePartModel<OpT>, OpT> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    Work work;
    work.bytes =
        multiplyCounts(2, counter.bytesOf(op, op->getOperand(0).getType()));
    return work;
  }
};

/// As StableHLO's gather: what is gathered twice, the indices once.
struct GatherModel
    : WorkOpInterface::ExternalModel<GatherModel, tensor::GatherOp> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    auto gather = cast<tensor::GatherOp>(op);
    Work work;
    work.bytes = addCounts(
        multiplyCounts(2, counter.bytesOf(op, gather.getResult().getType())),
        counter.bytesOf(op, gather.getIndices().getType()));
    return work;
  }
};

struct ScatterModel
    : WorkOpInterface::ExternalModel<ScatterModel, tensor::ScatterOp> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    auto scatter = cast<tensor::ScatterOp>(op);
    Work work;
    work.bytes = addCounts(
        multiplyCounts(2, counter.bytesOf(op, scatter.getSource().getType())),
        counter.bytesOf(op, scatter.getIndices().getType()));
    return work;
  }
};

/// The body once for each element of the result, which is written.
struct GenerateModel
    : WorkOpInterface::ExternalModel<GenerateModel, tensor::GenerateOp> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    Type type = op->getResult(0).getType();
    Work work = counter.countArithmetic(op->getRegion(0));
    work *= counter.elementsOf(op, type);
    work.bytes = counter.bytesOf(op, type);
    return work;
  }
};

} // namespace

void placement::registerTensorWorkModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tensor::TensorDialect *) {
    using namespace mlir::tensor;
    // Views and sizes.
    attach<NothingModel, BitcastOp, CastOp, CollapseShapeOp, DimOp, EmptyOp,
           ExpandShapeOp, RankOp, ReshapeOp, YieldOp>(context);
    attach<MoveModel, ConcatOp, FromElementsOp, PadOp, SplatOp>(context);
    attach<ReadPartModel, ExtractOp, ExtractSliceOp>(context);
    attach<WritePartModel, InsertOp, InsertSliceOp, ParallelInsertSliceOp>(
        context);
    GatherOp::attachInterface<GatherModel>(*context);
    ScatterOp::attachInterface<ScatterModel>(*context);
    GenerateOp::attachInterface<GenerateModel>(*context);
  });
}
