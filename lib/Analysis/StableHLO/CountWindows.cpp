//===- CountWindows.cpp - Work of ops that slide windows --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StableHLO/Attributes.h"
#include "StableHLO/CountWork.h"
#include "WindowTaps.h"
#include "placement/Analysis/OpKnowledge.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace placement;

/// The type of operand or result `index` as a ranked tensor, or null.
static RankedTensorType tensorOperand(Operation *op, unsigned index) {
  return op->getNumOperands() > index
             ? dyn_cast<RankedTensorType>(op->getOperand(index).getType())
             : RankedTensorType();
}
static RankedTensorType tensorResult(Operation *op, unsigned index) {
  return op->getNumResults() > index
             ? dyn_cast<RankedTensorType>(op->getResult(index).getType())
             : RankedTensorType();
}

/// Padding attribute as pairs; the low ones are what counting needs. Zero where
/// absent, and a splat stands for all.
static std::optional<hlo::Ints> getLowPadding(Operation *op, size_t rank) {
  std::optional<hlo::Ints> pairs = hlo::getIntsOr(op, "padding", 2 * rank, 0);
  if (!pairs)
    return std::nullopt;
  hlo::Ints low;
  for (size_t i = 0; i < rank; ++i)
    low.push_back((*pairs)[2 * i]);
  return low;
}

std::optional<Work> hlo::countConvolution(Operation *op, WorkCounter &counter) {
  RankedTensorType input = tensorOperand(op, 0);
  RankedTensorType kernel = tensorOperand(op, 1);
  RankedTensorType output = tensorResult(op, 0);
  if (!input || !kernel || !output)
    return std::nullopt;
  std::optional<ConvolutionDimensions> dimensions = getConvolutionDimensions(
      op, input.getRank(), kernel.getRank(), output.getRank());
  std::optional<int64_t> featureGroups = getIntOr(op, "feature_group_count", 1);
  std::optional<int64_t> batchGroups = getIntOr(op, "batch_group_count", 1);
  if (!dimensions || !featureGroups || *featureGroups < 1 || !batchGroups ||
      *batchGroups < 1)
    return std::nullopt;

  size_t rank = dimensions->input.spatial.size();
  std::optional<Ints> strides = getIntsOr(op, "window_strides", rank, 1);
  std::optional<Ints> padding = getLowPadding(op, rank);
  std::optional<Ints> lhsDilation = getIntsOr(op, "lhs_dilation", rank, 1);
  std::optional<Ints> rhsDilation = getIntsOr(op, "rhs_dilation", rank, 1);
  if (!strides || !padding || !lhsDilation || !rhsDilation)
    return std::nullopt;

  auto extent = [&](RankedTensorType type, int64_t dimension) {
    return counter.extentOf(op, type.getDimSize(dimension));
  };
  Work work = counter.move(op);
  work.element = input.getElementType();
  work.flops = 2;
  auto times = [&](int64_t count) {
    work.flops = multiplyCounts(work.flops, count);
  };
  times(extent(input, dimensions->input.second) / *featureGroups);
  times(extent(output, dimensions->output.second));
  times(extent(input, dimensions->input.first) / *batchGroups);
  for (size_t i = 0; i < rank; ++i) {
    WindowDimension window;
    window.input = extent(input, dimensions->input.spatial[i]);
    window.output = extent(output, dimensions->output.spatial[i]);
    window.window = extent(kernel, dimensions->kernel.spatial[i]);
    window.stride = (*strides)[i];
    window.padLow = (*padding)[i];
    window.windowDilation = (*rhsDilation)[i];
    window.baseDilation = (*lhsDilation)[i];
    if (!window.isValid())
      return std::nullopt;
    times(countInBoundsTaps(window));
  }
  return work;
}

std::optional<Work> hlo::countReduceWindow(Operation *op,
                                           WorkCounter &counter) {
  RankedTensorType input = tensorOperand(op, 0);
  RankedTensorType output = tensorResult(op, 0);
  if (!input || !output || input.getRank() != output.getRank() ||
      op->getNumRegions() != 1)
    return std::nullopt;
  size_t rank = input.getRank();
  std::optional<Ints> windows = getInts(op, "window_dimensions");
  std::optional<Ints> strides = getIntsOr(op, "window_strides", rank, 1);
  std::optional<Ints> base = getIntsOr(op, "base_dilations", rank, 1);
  std::optional<Ints> dilation = getIntsOr(op, "window_dilations", rank, 1);
  std::optional<Ints> padding = getLowPadding(op, rank);
  if (!windows || windows->size() != rank || !strides || !base || !dilation ||
      !padding)
    return std::nullopt;

  int64_t taps = 1;
  for (size_t i = 0; i < rank; ++i) {
    WindowDimension window;
    window.input = counter.extentOf(op, input.getDimSize(i));
    window.output = counter.extentOf(op, output.getDimSize(i));
    window.window = (*windows)[i];
    window.stride = (*strides)[i];
    window.padLow = (*padding)[i];
    window.windowDilation = (*dilation)[i];
    window.baseDilation = (*base)[i];
    if (!window.isValid())
      return std::nullopt;
    taps = multiplyCounts(taps, countInBoundsTaps(window));
  }
  // The first tap of each output has nothing to be combined with.
  Work work = counter.countArithmetic(op->getRegion(0));
  work *= std::max<int64_t>(0, taps - counter.elementsOf(op, output));
  work += counter.move(op);
  return work;
}

std::optional<Work> hlo::countSelectAndScatter(Operation *op,
                                               WorkCounter &counter) {
  RankedTensorType source = tensorOperand(op, 1);
  std::optional<Ints> windows =
      source ? getIntsOr(op, "window_dimensions", source.getRank(), 1)
             : std::nullopt;
  if (!windows || op->getNumRegions() != 2)
    return std::nullopt;
  int64_t elements = counter.elementsOf(op, source);
  int64_t window = 1;
  for (int64_t size : *windows)
    window = multiplyCounts(window, std::max<int64_t>(0, size));
  Work work = counter.countArithmetic(op->getRegion(0));
  work *= multiplyCounts(elements, std::max<int64_t>(0, window - 1));
  Work scatter = counter.countArithmetic(op->getRegion(1));
  scatter *= elements;
  work += scatter;
  work += counter.move(op);
  return work;
}
