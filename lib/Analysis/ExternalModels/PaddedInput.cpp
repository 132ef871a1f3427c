//===- PaddedInput.cpp - What lies under a padded tensor --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/PaddedInput.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace placement;

using Dimensions = SmallVector<std::optional<PaddedDimension>>;

/// Zero (sums, products), an infinity or an extreme integer (min, max).
static bool isNeutral(Value value) {
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

static Dimensions getPadding(tensor::PadOp pad) {
  if (!isNeutral(pad.getConstantPaddingValue()))
    return {};
  ArrayRef<int64_t> low = pad.getStaticLow(), high = pad.getStaticHigh();
  Dimensions dimensions(low.size());
  for (auto [index, dimension] : llvm::enumerate(dimensions)) {
    int64_t source = pad.getSourceType().getDimSize(index);
    if ((low[index] != 0 || high[index] != 0) &&
        !ShapedType::isDynamic(low[index]) && !ShapedType::isDynamic(source))
      dimension = {source, low[index]};
  }
  return dimensions;
}

static Dimensions getHoles(tensor::InsertSliceOp insert) {
  auto fill = insert.getDest().getDefiningOp<linalg::FillOp>();
  RankedTensorType source = insert.getSourceType();
  RankedTensorType result = insert.getResultType();
  if (!fill || !isNeutral(fill.value()) || source.getRank() != result.getRank())
    return {};
  ArrayRef<int64_t> offsets = insert.getStaticOffsets();
  ArrayRef<int64_t> strides = insert.getStaticStrides();
  Dimensions dimensions(result.getRank());
  for (auto [index, dimension] : llvm::enumerate(dimensions)) {
    int64_t extent = source.getDimSize(index);
    if (extent != result.getDimSize(index) && !ShapedType::isDynamic(extent) &&
        !ShapedType::isDynamic(offsets[index]) &&
        !ShapedType::isDynamic(strides[index]))
      dimension = {extent, offsets[index], strides[index]};
  }
  return dimensions;
}

/// Part of a padded tensor: everything moves by the offset.
static Dimensions crop(tensor::ExtractSliceOp extract, Dimensions dimensions) {
  if (extract.getType().getRank() != static_cast<int64_t>(dimensions.size()))
    return {};
  ArrayRef<int64_t> offsets = extract.getStaticOffsets();
  ArrayRef<int64_t> strides = extract.getStaticStrides();
  for (auto [index, dimension] : llvm::enumerate(dimensions)) {
    if (ShapedType::isDynamic(offsets[index]) || strides[index] != 1)
      dimension.reset();
    if (dimension)
      dimension->low -= offsets[index];
  }
  return dimensions;
}

/// Dimensions that are not split keep their padding.
static Dimensions expand(tensor::ExpandShapeOp op, const Dimensions &from) {
  Dimensions dimensions(op.getResultType().getRank());
  for (auto [index, group] : llvm::enumerate(op.getReassociationIndices()))
    if (group.size() == 1)
      dimensions[group.front()] = from[index];
  return dimensions;
}

Dimensions placement::getPaddedDimensions(Value value) {
  // At most one of each, so that no chain is walked again and again.
  auto extract = value.getDefiningOp<tensor::ExtractSliceOp>();
  auto expanded = value.getDefiningOp<tensor::ExpandShapeOp>();
  if (expanded) {
    value = expanded.getSrc();
    extract = value.getDefiningOp<tensor::ExtractSliceOp>();
  }
  if (extract)
    value = extract.getSource();

  Dimensions dimensions;
  if (auto pad = value.getDefiningOp<tensor::PadOp>())
    dimensions = getPadding(pad);
  else if (auto insert = value.getDefiningOp<tensor::InsertSliceOp>())
    dimensions = getHoles(insert);
  if (extract && !dimensions.empty())
    dimensions = crop(extract, std::move(dimensions));
  if (expanded && !dimensions.empty())
    dimensions = expand(expanded, dimensions);
  return dimensions;
}
