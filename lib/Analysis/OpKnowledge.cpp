//===- OpKnowledge.cpp - What the engine knows about any op -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/OpKnowledge.h"

#include "StableHLO/OpTable.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;

namespace placement {

//===----------------------------------------------------------------------===//
// Purity
//===----------------------------------------------------------------------===//

namespace {

/// One query; holds the composites being looked into, so that a decomposition
/// that reaches itself ends (as impure).
class PurityQuery {
public:
  bool isPure(Operation *op) {
    if (!op->isRegistered()) {
      const hlo::OpInfo *info = hlo::lookup(op);
      return info && isPure(op, info->purity);
    }
    auto effects = dyn_cast<MemoryEffectOpInterface>(op);
    bool recursive = op->hasTrait<OpTrait::HasRecursiveMemoryEffects>();
    if (effects ? !effects.hasNoEffect() : !recursive)
      return false;
    // mlir::isMemoryEffectFree would give up on unregistered nested ops.
    return !recursive || areRegionsPure(op);
  }

private:
  bool areRegionsPure(Operation *op) {
    for (Region &region : op->getRegions())
      for (Operation &nested : region.getOps())
        if (!isPure(&nested))
          return false;
    return true;
  }

  bool isPure(Operation *op, hlo::Purity purity) {
    switch (purity) {
    case hlo::Purity::Impure:
      return false;
    case hlo::Purity::Pure:
    case hlo::Purity::Regions:
      return areRegionsPure(op);
    case hlo::Purity::Declared: {
      auto effect = op->getAttrOfType<BoolAttr>("has_side_effect");
      return (!effect || !effect.getValue()) && areRegionsPure(op);
    }
    case hlo::Purity::Decomposition: {
      auto name = op->getAttrOfType<SymbolRefAttr>("decomposition");
      Operation *callee =
          name ? SymbolTable::lookupNearestSymbolFrom(op, name) : nullptr;
      if (!callee || callee->getNumRegions() != 1 ||
          callee->getRegion(0).empty() || llvm::is_contained(active, callee))
        return false;
      active.push_back(callee);
      bool pure = areRegionsPure(callee);
      active.pop_back();
      return pure;
    }
    }
    llvm_unreachable("all purities handled");
  }

  SmallVector<Operation *, 2> active;
};

} // namespace

bool isPure(Operation *op) { return PurityQuery().isPure(op); }

//===----------------------------------------------------------------------===//
// Constants and cheap producers
//===----------------------------------------------------------------------===//

bool isConstant(Operation *op) {
  if (op->isRegistered())
    return op->hasTrait<OpTrait::ConstantLike>();
  StringRef name = op->getName().getStringRef();
  return name == "stablehlo.constant" || name == "chlo.constant";
}

/// Whether a map repeats its operand along new dimensions and keeps the order
/// of the others: results are constants or strictly increasing dimensions.
static bool isBroadcastMap(AffineMap map) {
  int64_t last = -1;
  for (AffineExpr expr : map.getResults()) {
    if (isa<AffineConstantExpr>(expr))
      continue;
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || static_cast<int64_t>(dim.getPosition()) <= last)
      return false;
    last = dim.getPosition();
  }
  return true;
}

/// A generic that only yields what it reads (broadcast, fill), or only indices
/// (iota).
static bool isCheapGeneric(linalg::GenericOp op) {
  if (op.getNumParallelLoops() != op.getNumLoops() ||
      !llvm::all_of(op.getIndexingMapsArray(), isBroadcastMap))
    return false;
  Block *body = op.getBody();
  if (llvm::hasSingleElement(*body))
    return true;
  return op.getNumDpsInputs() == 0 &&
         llvm::all_of(*body, [](Operation &nested) {
           return isa<linalg::IndexOp, linalg::YieldOp, arith::ConstantOp,
                      arith::IndexCastOp, arith::IndexCastUIOp, arith::SIToFPOp,
                      arith::UIToFPOp>(nested);
         });
}

bool isCheapProducer(Operation *op) {
  if (!op->isRegistered()) {
    const hlo::OpInfo *info = hlo::lookup(op);
    return info && info->cheap;
  }
  if (isConstant(op))
    return true;
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return generic.hasPureTensorSemantics() && isCheapGeneric(generic);
  if (isa<linalg::FillOp, linalg::BroadcastOp>(op))
    return cast<linalg::LinalgOp>(op).hasPureTensorSemantics();
  return isa<tensor::BitcastOp, tensor::CastOp, tensor::CollapseShapeOp,
             tensor::EmptyOp, tensor::ExpandShapeOp, tensor::FromElementsOp,
             tensor::ReshapeOp, tensor::SplatOp>(op);
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// Storage bits of one element, 0 if unknown.
static int64_t elementBits(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type))
    return 2 * elementBits(complex.getElementType());
  if (auto quantized = dyn_cast<quant::QuantizedType>(type))
    return elementBits(quantized.getStorageType());
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.isScalable()
               ? 0
               : elementBits(vector.getElementType()) * vector.getNumElements();
  if (type.isIndex())
    return 64;
  if (!type.isIntOrFloat())
    return 0;
  int64_t bits = type.getIntOrFloatBitWidth();
  if (bits == 1)
    return 8;
  return bits < 8 ? bits : static_cast<int64_t>(llvm::PowerOf2Ceil(bits));
}

/// The bounds of StableHLO's bounded dynamism, written as an encoding:
/// `tensor<?x4xf32, #stablehlo.bounds<8, ?>>` needs at most 8x4.
static SmallVector<int64_t> boundsOf(RankedTensorType type) {
  SmallVector<int64_t> bounds;
  auto opaque = dyn_cast_or_null<OpaqueAttr>(type.getEncoding());
  if (!opaque || opaque.getDialectNamespace() != "stablehlo")
    return bounds;
  StringRef text = opaque.getAttrData();
  if (!text.consume_front("bounds<") || !text.consume_back(">"))
    return bounds;
  SmallVector<StringRef> items;
  text.split(items, ',');
  for (StringRef item : items) {
    int64_t bound;
    bool number = !item.trim().getAsInteger(10, bound) && bound >= 0;
    bounds.push_back(number ? bound : ShapedType::kDynamic);
  }
  if (static_cast<int64_t>(bounds.size()) != type.getRank())
    bounds.clear();
  return bounds;
}

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

/// Elements of a shape: nullopt where dynamic (unless `assume`, where such a
/// dimension is 1) or too many (unless `assume`, where that saturates).
static std::optional<int64_t> countElements(ShapedType type, bool assume) {
  if (!type.hasRank())
    return assume ? std::optional<int64_t>(1) : std::nullopt;
  SmallVector<int64_t> bounds;
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    bounds = boundsOf(tensor);
  int64_t elements = 1;
  bool tooMany = false;
  for (auto [index, size] : llvm::enumerate(type.getShape())) {
    int64_t extent = size;
    if (ShapedType::isDynamic(extent) && !bounds.empty())
      extent = bounds[index];
    if (ShapedType::isDynamic(extent)) {
      if (!assume)
        return std::nullopt;
      extent = 1;
    }
    if (extent == 0)
      return 0;
    tooMany |= llvm::MulOverflow(elements, extent, elements);
  }
  if (!tooMany)
    return elements;
  return assume ? std::optional<int64_t>(kMax) : std::nullopt;
}

static std::optional<int64_t> sizeOf(Type type, bool assume) {
  if (auto tuple = dyn_cast<TupleType>(type)) {
    int64_t sum = 0;
    for (Type part : tuple.getTypes()) {
      std::optional<int64_t> size = sizeOf(part, assume);
      if (!size || llvm::AddOverflow(sum, *size, sum))
        return assume ? std::optional<int64_t>(kMax) : std::nullopt;
    }
    return sum;
  }
  if (isa<NoneType>(type))
    return 0;
  if (auto opaque = dyn_cast<OpaqueType>(type))
    return assume || opaque.getTypeData() == "token" ? std::optional<int64_t>(0)
                                                     : std::nullopt;

  // A vector is an element itself.
  auto shaped =
      isa<VectorType>(type) ? ShapedType() : dyn_cast<ShapedType>(type);
  int64_t bits = elementBits(shaped ? shaped.getElementType() : type);
  if (bits == 0)
    return assume ? std::optional<int64_t>(0) : std::nullopt;
  std::optional<int64_t> elements =
      shaped ? countElements(shaped, assume) : std::optional<int64_t>(1);
  if (!elements)
    return std::nullopt;
  int64_t size;
  if (bits % 8 == 0) {
    if (!llvm::MulOverflow(*elements, bits / 8, size))
      return size;
  } else if (!llvm::MulOverflow(*elements, bits, size)) {
    return llvm::divideCeil(size, 8);
  }
  return assume ? std::optional<int64_t>(kMax) : std::nullopt;
}

std::optional<int64_t> bytesOf(Type type) {
  return sizeOf(type, /*assume=*/false);
}

int64_t bytesOfOrAssumed(Type type) { return *sizeOf(type, /*assume=*/true); }

int64_t elementsOfOrAssumed(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped ? *countElements(shaped, /*assume=*/true) : 1;
}

} // namespace placement
