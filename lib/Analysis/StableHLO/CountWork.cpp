//===- CountWork.cpp - Work of StableHLO ops in generic form ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules are those of XLA's HloCostAnalysis, so that totals can be checked
// against `Lowered.cost_analysis()` of jax (test/Integration/xla_costs). Where
// the two differ on purpose, docs/CostModels.md says so.
//
//===----------------------------------------------------------------------===//

#include "StableHLO/CountWork.h"

#include "StableHLO/Attributes.h"
#include "placement/Analysis/OpKnowledge.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace placement;
using namespace placement::hlo;

namespace {

/// Counts one op. A rule returns std::nullopt for an op that is not as the
/// specification says.
class OpWork {
public:
  OpWork(Operation *op, WorkCounter &counter) : op(op), counter(counter) {}

  std::optional<Work> count(WorkKind kind);

private:
  // Operands and results, checked: 0 bytes or elements and null types where
  // the op has no such operand.
  bool hasOperands(unsigned count) const {
    return op->getNumOperands() >= count && op->getNumResults() >= 1;
  }
  Type operandType(unsigned index) const {
    return op->getOperand(index).getType();
  }
  Type resultType() const { return op->getResult(0).getType(); }
  int64_t bytes(Type type) { return counter.bytesOf(op, type); }
  int64_t elements(Type type) { return counter.elementsOf(op, type); }
  int64_t operandBytes(unsigned from) {
    int64_t sum = 0;
    for (Type type : llvm::drop_begin(op->getOperandTypes(), from))
      sum = addCounts(sum, bytes(type));
    return sum;
  }
  /// The shape of an operand, empty if it has none.
  ArrayRef<int64_t> shape(unsigned index) const {
    auto type = dyn_cast<RankedTensorType>(operandType(index));
    return type ? type.getShape() : ArrayRef<int64_t>();
  }
  /// Work of moving everything, plus flops in the type of the first operand.
  Work compute(int64_t flops) {
    Work work = counter.move(op);
    work.flops = flops;
    work.element = getElementTypeOrSelf(operandType(0));
    return work;
  }
  /// The arithmetic of a region, `times` over, plus moving everything.
  std::optional<Work> apply(unsigned region, int64_t times) {
    if (op->getNumRegions() <= region)
      return std::nullopt;
    Work work = counter.countArithmetic(op->getRegion(region));
    work *= std::max<int64_t>(0, times);
    work += counter.move(op);
    return work;
  }

  std::optional<Work> dot(std::optional<Ints> contracting);
  std::optional<Work> random();
  std::optional<Work> touch(int64_t bytes);
  std::optional<Work> scatter();
  std::optional<Work> fft();
  std::optional<Work> loop();
  std::optional<Work> conditional();
  std::optional<Work> batchNorm();

  Operation *op;
  WorkCounter &counter;
};

} // namespace

std::optional<Work> OpWork::dot(std::optional<Ints> contracting) {
  if (!hasOperands(2) || !contracting)
    return std::nullopt;
  ArrayRef<int64_t> lhs = shape(0);
  int64_t width = 1;
  for (int64_t dimension : *contracting) {
    if (dimension < 0 || dimension >= static_cast<int64_t>(lhs.size()))
      return std::nullopt;
    width = multiplyCounts(width, counter.extentOf(op, lhs[dimension]));
  }
  int64_t outputs = elements(resultType());
  return compute(multiplyCounts(2, multiplyCounts(width, outputs)));
}

/// One random number costs as much as a transcendental; all results count.
std::optional<Work> OpWork::random() {
  Work work = counter.move(op);
  for (Type type : op->getResultTypes())
    work.transcendentals = addCounts(work.transcendentals, elements(type));
  if (op->getNumResults())
    work.element = getElementTypeOrSelf(op->getResults().back());
  return work;
}

/// No arithmetic; only some of the bytes of the operands.
std::optional<Work> OpWork::touch(int64_t bytes) {
  Work work;
  work.bytes = bytes;
  return work;
}

/// Operands are `n` tensors, the indices, `n` updates. Each update is read, and
/// the element under it read and written.
std::optional<Work> OpWork::scatter() {
  unsigned tensors = op->getNumResults();
  if (tensors == 0 || op->getNumOperands() != 2 * tensors + 1 ||
      op->getNumRegions() != 1)
    return std::nullopt;
  int64_t updates = 0;
  for (unsigned i = 0; i < tensors; ++i)
    updates = addCounts(updates, bytes(operandType(tensors + 1 + i)));
  Work work = counter.countArithmetic(op->getRegion(0));
  work *= elements(operandType(tensors + 1));
  work.bytes =
      addCounts(multiplyCounts(3, updates), bytes(operandType(tensors)));
  return work;
}

/// A complex multiply-add (8 flops) for each element and each level, as XLA has
/// it: log2 of the lengths multiplied.
std::optional<Work> OpWork::fft() {
  std::optional<Ints> lengths = getInts(op, "fft_length");
  if (!lengths || !hasOperands(1))
    return std::nullopt;
  int64_t levels = 1;
  for (int64_t length : *lengths) {
    if (length < 1)
      return std::nullopt;
    levels = multiplyCounts(levels, llvm::Log2_64(length));
  }
  return compute(
      multiplyCounts(multiplyCounts(8, levels), elements(operandType(0))));
}

std::optional<Work> OpWork::loop() {
  if (op->getNumRegions() != 2)
    return std::nullopt;
  Work work = counter.countExecution(op->getRegion(0));
  work += counter.countExecution(op->getRegion(1));
  if (std::optional<int64_t> trips = getConstantTripCount(op))
    work *= *trips;
  else
    counter.assume(op, Assumption::UnknownTripCount);
  return work;
}

/// The branch with the most work.
std::optional<Work> OpWork::conditional() {
  if (op->getNumRegions() == 0)
    return std::nullopt;
  Work work;
  for (Region &branch : op->getRegions())
    work.maximise(counter.countExecution(branch));
  return work;
}

/// Arithmetic of the specification's formulas for each element of the input;
/// XLA expands these ops before it counts.
std::optional<Work> OpWork::batchNorm() {
  if (!hasOperands(1))
    return std::nullopt;
  StringRef name = shortName(op);
  int64_t perElement = name == "batch_norm_inference"  ? 4
                       : name == "batch_norm_training" ? 8
                                                       : 12;
  return compute(multiplyCounts(perElement, elements(operandType(0))));
}

std::optional<Work> OpWork::count(WorkKind kind) {
  switch (kind) {
  case WorkKind::Nothing:
    return Work();
  case WorkKind::Move:
    return counter.move(op);
  case WorkKind::Elementwise:
    return counter.elementwise(op);
  case WorkKind::Transcendental:
    return counter.transcendental(op);
  case WorkKind::Random:
    return random();
  case WorkKind::Dot: {
    if (!hasOperands(2) || shape(0).empty())
      return std::nullopt;
    return dot(Ints{static_cast<int64_t>(shape(0).size()) - 1});
  }
  case WorkKind::DotGeneral:
    return dot(getLhsContractingDimensions(op));
  case WorkKind::Convolution:
    return countConvolution(op, counter);
  case WorkKind::Reduce:
    if (!hasOperands(1))
      return std::nullopt;
    return apply(0, elements(operandType(0)) - elements(resultType()));
  case WorkKind::ReduceWindow:
    return countReduceWindow(op, counter);
  case WorkKind::SelectAndScatter:
    return countSelectAndScatter(op, counter);
  case WorkKind::Map:
    if (!hasOperands(1))
      return std::nullopt;
    return apply(0, elements(resultType()));
  case WorkKind::Sort:
  case WorkKind::TopK: {
    if (!hasOperands(1))
      return std::nullopt;
    int64_t count = elements(operandType(0));
    return compute(
        multiplyCounts(count, count ? llvm::Log2_64_Ceil(count) : 0));
  }
  case WorkKind::Slice:
    if (!hasOperands(1))
      return std::nullopt;
    return touch(addCounts(multiplyCounts(2, bytes(resultType())),
                           operandBytes(/*from=*/1)));
  case WorkKind::DynamicUpdateSlice:
    if (!hasOperands(2))
      return std::nullopt;
    return touch(addCounts(multiplyCounts(2, bytes(operandType(1))),
                           operandBytes(/*from=*/2)));
  case WorkKind::Gather:
    if (!hasOperands(2))
      return std::nullopt;
    return touch(addCounts(multiplyCounts(2, bytes(resultType())),
                           bytes(operandType(1))));
  case WorkKind::Scatter:
    return scatter();
  case WorkKind::Fft:
    return fft();
  case WorkKind::TriangularSolve: {
    // Half of the square matrix is read; m * n^2 multiply-adds a batch / 2.
    if (!hasOperands(2) || shape(0).empty())
      return std::nullopt;
    int64_t width = counter.extentOf(op, shape(0).back());
    Work work = compute(
        multiplyCounts(2, multiplyCounts(width, elements(operandType(1)))));
    work.bytes -= std::min(work.bytes, bytes(operandType(0)) / 2);
    return work;
  }
  case WorkKind::Cholesky: {
    // Half of the matrix is read and half is written; n^3 / 3 a batch.
    if (!hasOperands(1) || shape(0).empty())
      return std::nullopt;
    int64_t width = counter.extentOf(op, shape(0).back());
    Work work = compute(multiplyCounts(width, elements(operandType(0))) / 3);
    work.bytes = bytes(operandType(0));
    return work;
  }
  case WorkKind::BatchNorm:
    return batchNorm();
  case WorkKind::AllReduce: {
    // Two replicas are assumed: each element is combined once.
    if (!hasOperands(1))
      return std::nullopt;
    int64_t combined = 0;
    for (Type type : op->getResultTypes())
      combined = addCounts(combined, elements(type));
    return apply(0, combined);
  }
  case WorkKind::While:
    return loop();
  case WorkKind::Conditional:
    return conditional();
  case WorkKind::Opaque:
    if (auto callee = op->getAttrOfType<SymbolRefAttr>("decomposition"))
      return counter.countCall(op, callee);
    counter.assume(op, Assumption::UnknownOp);
    return counter.move(op);
  }
  llvm_unreachable("all kinds handled");
}

Work placement::hlo::countWork(Operation *op, WorkKind kind,
                               WorkCounter &counter) {
  if (std::optional<Work> work = OpWork(op, counter).count(kind))
    return *work;
  counter.assume(op, Assumption::UnknownAttribute);
  return counter.move(op);
}
