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
// StableHLO convolutions arrive as `tensor.pad` and an unpadded convolution.
// Taps that read padding are no work in XLA's count, so the padding is looked
// through: only iterations whose window position lies in the source count.
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/ExternalModels.h"
#include "WindowTaps.h"
#include "placement/Analysis/OpKnowledge.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace placement;

//===----------------------------------------------------------------------===//
// Iterations
//===----------------------------------------------------------------------===//

/// Extents of the loops, kDynamic where unknown. Reads them off the operands
/// that a loop indexes alone; LinalgOp::getStaticLoopRanges inverts the maps,
/// which takes longer than everything else here, and is asked only for loops
/// that no operand shows.
static SmallVector<int64_t> getLoopExtents(linalg::LinalgOp op) {
  unsigned numLoops = op.getNumLoops();
  SmallVector<int64_t> extents(numLoops, ShapedType::kDynamic);
  llvm::SmallBitVector found(numLoops);
  for (OpOperand &operand : op->getOpOperands()) {
    ArrayRef<int64_t> shape = op.getShape(&operand);
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [extent, expr] : llvm::zip(shape, map.getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
        found.set(dim.getPosition());
        if (!ShapedType::isDynamic(extent))
          extents[dim.getPosition()] = extent;
      }
  }
  return found.all() ? extents : op.getStaticLoopRanges();
}

/// Coefficients of `sum of c_i * d_i + constant`; false for anything else.
static bool getLinearForm(AffineExpr expr, MutableArrayRef<int64_t> factors,
                          int64_t &constant) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    ++factors[dim.getPosition()];
    return true;
  }
  if (auto number = dyn_cast<AffineConstantExpr>(expr)) {
    constant += number.getValue();
    return true;
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  if (binary.getKind() == AffineExprKind::Add)
    return getLinearForm(binary.getLHS(), factors, constant) &&
           getLinearForm(binary.getRHS(), factors, constant);
  auto dim = dyn_cast<AffineDimExpr>(binary.getLHS());
  auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (binary.getKind() != AffineExprKind::Mul || !dim || !factor)
    return false;
  factors[dim.getPosition()] += factor.getValue();
  return true;
}

/// Whether a pad fills with a value that no window reduction is interested in:
/// zero (sums, products), an infinity or the extreme integers (min, max).
static bool padsWithNeutral(tensor::PadOp pad) {
  Value value = pad.getConstantPaddingValue();
  Attribute constant;
  if (!value || !matchPattern(value, m_Constant(&constant)))
    return false;
  if (auto real = dyn_cast<FloatAttr>(constant))
    return real.getValue().isZero() || real.getValue().isInfinity();
  auto integer = dyn_cast<IntegerAttr>(constant);
  if (!integer)
    return false;
  const APInt &bits = integer.getValue();
  return bits.isZero() || bits.isMinSignedValue() || bits.isMaxSignedValue() ||
         bits.isAllOnes();
}

namespace {

/// One dimension of a window that slides over padding: a parallel loop that
/// moves it, a reduction loop inside of it.
struct PaddedWindow {
  unsigned parallel;
  unsigned reduction;
  WindowDimension dimension;
};

} // namespace

/// The window dimension that an index expression over a padded dimension
/// describes, or nothing.
static std::optional<PaddedWindow>
getPaddedWindow(linalg::LinalgOp op, ArrayRef<int64_t> extents, AffineExpr expr,
                int64_t source, int64_t low) {
  SmallVector<int64_t> factors(extents.size(), 0);
  int64_t constant = 0;
  if (!getLinearForm(expr, factors, constant))
    return std::nullopt;
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  std::optional<unsigned> parallel, reduction;
  for (auto [loop, factor] : llvm::enumerate(factors)) {
    if (factor == 0)
      continue;
    std::optional<unsigned> &slot =
        iterators[loop] == utils::IteratorType::parallel ? parallel : reduction;
    if (slot || ShapedType::isDynamic(extents[loop]))
      return std::nullopt;
    slot = loop;
  }
  if (!parallel || !reduction)
    return std::nullopt;
  PaddedWindow window{*parallel, *reduction, {}};
  window.dimension.input = source;
  window.dimension.output = extents[*parallel];
  window.dimension.window = extents[*reduction];
  window.dimension.stride = factors[*parallel];
  window.dimension.windowDilation = factors[*reduction];
  window.dimension.padLow = low - constant;
  if (!window.dimension.isValid())
    return std::nullopt;
  return window;
}

/// Size of the iteration space without iterations that read padding. Loops of
/// dynamic extent count as one iteration, which is assumed with `counter`.
static int64_t countIterations(linalg::LinalgOp op, ArrayRef<int64_t> extents,
                               WorkCounter &counter) {
  llvm::SmallBitVector done(extents.size());
  int64_t iterations = 1;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    auto pad = operand->get().getDefiningOp<tensor::PadOp>();
    if (!pad || !padsWithNeutral(pad))
      continue;
    AffineMap map = op.getMatchingIndexingMap(operand);
    ArrayRef<int64_t> low = pad.getStaticLow(), high = pad.getStaticHigh();
    for (auto [index, expr] : llvm::enumerate(map.getResults())) {
      int64_t source = pad.getSourceType().getDimSize(index);
      if ((low[index] == 0 && high[index] == 0) ||
          ShapedType::isDynamic(source) || ShapedType::isDynamic(low[index]))
        continue;
      std::optional<PaddedWindow> window =
          getPaddedWindow(op, extents, expr, source, low[index]);
      if (!window || done.test(window->parallel) ||
          done.test(window->reduction))
        continue;
      done.set(window->parallel);
      done.set(window->reduction);
      iterations =
          multiplyCounts(iterations, countInBoundsTaps(window->dimension));
    }
  }
  for (auto [loop, extent] : llvm::enumerate(extents))
    if (!done.test(loop))
      iterations = multiplyCounts(iterations, counter.extentOf(op, extent));
  return iterations;
}

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
  SmallVector<int64_t> extents = getLoopExtents(op);
  int64_t iterations = countIterations(op, extents, counter);
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
