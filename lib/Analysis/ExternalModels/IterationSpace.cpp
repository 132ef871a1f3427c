//===- IterationSpace.cpp - Iterations of a structured op -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/IterationSpace.h"

#include "ExternalModels/PaddedInput.h"
#include "WindowTaps.h"

#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace placement;

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

namespace {

/// The iterations of one loop that are work: start, start + step, ...
struct Loop {
  int64_t extent;
  int64_t start = 0;
  int64_t step = 1;
  bool isReduction = false;
  /// Counted with another loop already.
  bool isCounted = false;
};

class IterationSpace {
public:
  explicit IterationSpace(linalg::LinalgOp op) : op(op) {
    SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
    for (auto [extent, iterator] : llvm::zip(getLoopExtents(op), iterators)) {
      Loop &loop = loops.emplace_back(Loop{extent});
      loop.isReduction = iterator == utils::IteratorType::reduction;
    }
  }

  int64_t count(WorkCounter &counter) {
    // Only reductions read padding for nothing: an elementwise op computes it.
    if (llvm::any_of(loops,
                     [](const Loop &loop) { return loop.isReduction; })) {
      forEachPaddedDimension(
          [&](AffineExpr expr, const PaddedDimension &under) {
            skipHoles(expr, under);
          });
      forEachPaddedDimension(
          [&](AffineExpr expr, const PaddedDimension &under) {
            countWindow(expr, under);
          });
    }
    for (const Loop &loop : loops)
      if (!loop.isCounted)
        iterations =
            multiplyCounts(iterations, counter.extentOf(op, loop.extent));
    return iterations;
  }

private:
  void forEachPaddedDimension(
      function_ref<void(AffineExpr, const PaddedDimension &)> callback) {
    for (OpOperand *operand : op.getDpsInputOperands()) {
      SmallVector<std::optional<PaddedDimension>> padded =
          getPaddedDimensions(operand->get());
      if (padded.empty())
        continue;
      AffineMap map = op.getMatchingIndexingMap(operand);
      for (auto [under, expr] : llvm::zip(padded, map.getResults()))
        if (under)
          callback(expr, *under);
    }
  }

  /// A kernel with holes (the gradient of a strided convolution): its own loop
  /// steps from element to element.
  void skipHoles(AffineExpr expr, const PaddedDimension &under) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || under.spacing < 2)
      return;
    Loop &loop = loops[dim.getPosition()];
    if (loop.isReduction && loop.step == 1)
      loop = {under.source, under.low, under.spacing, /*isReduction=*/true};
  }

  /// A parallel loop that moves a window and a reduction loop inside of it.
  void countWindow(AffineExpr expr, const PaddedDimension &under) {
    SmallVector<int64_t> factors(loops.size(), 0);
    int64_t constant = 0;
    if (!getLinearForm(expr, factors, constant))
      return;
    Loop *moves = nullptr, *inside = nullptr;
    WindowDimension window;
    for (auto [loop, factor] : llvm::zip(loops, factors)) {
      if (factor == 0)
        continue;
      Loop *&slot = loop.isReduction ? inside : moves;
      (loop.isReduction ? window.windowDilation : window.stride) = factor;
      if (slot || loop.isCounted || ShapedType::isDynamic(loop.extent))
        return;
      slot = &loop;
    }
    if (!moves || !inside)
      return;
    window.input = under.source;
    window.output = moves->extent;
    window.window = inside->extent;
    window.padLow =
        under.low - constant - inside->start * window.windowDilation;
    window.windowDilation *= inside->step;
    window.baseDilation = under.spacing;
    if (!window.isValid())
      return;
    moves->isCounted = inside->isCounted = true;
    iterations = multiplyCounts(iterations, countInBoundsTaps(window));
  }

  linalg::LinalgOp op;
  SmallVector<Loop> loops;
  int64_t iterations = 1;
};

} // namespace

int64_t placement::countIterations(linalg::LinalgOp op, WorkCounter &counter) {
  return IterationSpace(op).count(counter);
}
