//===- LinalgModels.cpp - Work of linalg ops --------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A structured op is its iteration space times the arithmetic of its body,
// whatever its name: matmul, convolution, pooling and generic count alike.
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/ExternalModels.h"
#include "ExternalModels/IterationSpace.h"
#include "placement/Analysis/OpKnowledge.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace placement;

//===----------------------------------------------------------------------===//
// Body and memory
//===----------------------------------------------------------------------===//

/// The arithmetic of one iteration. Conversions count only where there is
/// nothing else: a bf16 matmul with an f32 accumulator has two in its body that
/// the hardware does on the way.
static Work countBody(Block &body, WorkCounter &counter) {
  Work arithmetic, conversions;
  for (Operation &op : body.without_terminator()) {
    Work work = counter.count(&op);
    work.bytes = work.transient = 0;
    (isa<CastOpInterface>(op) ? conversions : arithmetic) += work;
  }
  return arithmetic.isNothing() ? conversions : arithmetic;
}

/// Whether the previous contents of an output come from nowhere: then they
/// aren't read from memory.
static bool isFreshlyInitialised(Value value) {
  Operation *producer = value.getDefiningOp();
  return producer && isa<tensor::EmptyOp, linalg::FillOp>(producer);
}

static int64_t countBytes(linalg::LinalgOp op, int64_t iterations,
                          WorkCounter &counter) {
  int64_t bytes = 0;
  // No operand is read more than once an iteration, so that a slice or a
  // gather doesn't pay for the whole tensor.
  auto read = [&](Type type) {
    int64_t touched = multiplyCounts(
        iterations, counter.bytesOf(op, getElementTypeOrSelf(type)));
    bytes = addCounts(bytes, std::min(counter.bytesOf(op, type), touched));
  };
  llvm::SmallPtrSet<Value, 4> seen;
  for (OpOperand *operand : op.getDpsInputOperands())
    if (op.payloadUsesValueFromOperand(operand) &&
        seen.insert(operand->get()).second)
      read(operand->get().getType());
  for (OpOperand &operand : op.getDpsInitsMutable()) {
    Type type = operand.get().getType();
    bytes = addCounts(bytes, counter.bytesOf(op, type));
    if (op.payloadUsesValueFromOperand(&operand) &&
        !isFreshlyInitialised(operand.get()) &&
        seen.insert(operand.get()).second)
      read(type);
  }
  // Tensors that the body reads element by element (gather, concatenation).
  if (isa<linalg::GenericOp>(op))
    op.getBlock()->walk([&](tensor::ExtractOp extract) {
      if (seen.insert(extract.getTensor()).second)
        read(extract.getTensor().getType());
    });
  return bytes;
}

static Work countStructured(linalg::LinalgOp op, WorkCounter &counter) {
  int64_t iterations = countIterations(op, counter);
  Work work = countBody(*op.getBlock(), counter);
  work *= iterations;
  // Accumulation may be wider than what the device multiplies.
  if (op.getNumReductionLoops() != 0 && op.getNumDpsInputs() != 0)
    work.element = getElementTypeOrSelf(op.getDpsInputOperand(0)->get());
  work.bytes = countBytes(op, iterations, counter);
  return work;
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

namespace {

template <typename OpT>
struct StructuredModel
    : WorkOpInterface::ExternalModel<StructuredModel<OpT>, OpT> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    return countStructured(cast<linalg::LinalgOp>(op), counter);
  }
};

/// Maximum, difference, exponential, sum, quotient for each element.
struct SoftmaxModel
    : WorkOpInterface::ExternalModel<SoftmaxModel, linalg::SoftmaxOp> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    Type type = cast<linalg::SoftmaxOp>(op).getInputOperandType();
    Work work = counter.move(op);
    work.transcendentals = counter.elementsOf(op, type);
    work.flops = multiplyCounts(4, work.transcendentals);
    work.element = getElementTypeOrSelf(type);
    return work;
  }
};

/// Takes the list of ops that ODS generates.
template <typename... Ops>
void attachStructured(MLIRContext *context) {
  attach<StructuredModel, Ops...>(context);
}

} // namespace

void placement::registerLinalgWorkModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, linalg::LinalgDialect *) {
    attachStructured<
#define GET_OP_LIST
#include "mlir/Dialect/Linalg/IR/LinalgStructuredOps.cpp.inc"
        >(context);
    attach<NothingModel, linalg::IndexOp, linalg::YieldOp>(context);
    attach<MoveModel, linalg::PackOp, linalg::UnPackOp>(context);
    linalg::SoftmaxOp::attachInterface<SoftmaxModel>(*context);
  });
}
