//===- TripCount.cpp - How often a stablehlo.while runs ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StableHLO/CountWork.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace placement;

/// The value of a scalar integer `stablehlo.constant`.
static std::optional<int64_t> getScalar(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || op->getName().getStringRef() != "stablehlo.constant")
    return std::nullopt;
  auto elements = op->getAttrOfType<DenseIntElementsAttr>("value");
  if (!elements || elements.getNumElements() != 1)
    return std::nullopt;
  APInt integer = *elements.getValues<APInt>().begin();
  if (!integer.isSignedIntN(64))
    return std::nullopt;
  return integer.getSExtValue();
}

namespace {

/// `while` with its two one-block regions, or nothing.
struct Loop {
  Operation *op;
  Block *condition;
  Block *body;

  static std::optional<Loop> get(Operation *op) {
    if (op->getNumRegions() != 2 ||
        !llvm::all_of(op->getRegions(), [](Region &region) {
          return llvm::hasSingleElement(region) && !region.front().empty();
        }))
      return std::nullopt;
    Loop loop{op, &op->getRegion(0).front(), &op->getRegion(1).front()};
    size_t carried = op->getNumOperands();
    if (loop.condition->getNumArguments() != carried ||
        loop.body->getNumArguments() != carried ||
        loop.condition->back().getNumOperands() != 1 ||
        loop.body->back().getNumOperands() != carried)
      return std::nullopt;
    return loop;
  }

  /// The position of a carried value seen in `block`, or none.
  static std::optional<unsigned> getCarried(Value value, Block *block) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || argument.getOwner() != block)
      return std::nullopt;
    return argument.getArgNumber();
  }

  /// A constant seen in the condition: defined there or outside, or carried
  /// along unchanged.
  std::optional<int64_t> getBound(Value value) const {
    if (std::optional<unsigned> index = getCarried(value, condition)) {
      if (body->back().getOperand(*index) != body->getArgument(*index))
        return std::nullopt;
      return getScalar(op->getOperand(*index));
    }
    return getScalar(value);
  }

  /// The constant that the body adds to a carried value.
  std::optional<int64_t> getStep(unsigned index) const {
    Operation *add = body->back().getOperand(index).getDefiningOp();
    if (!add || add->getName().getStringRef() != "stablehlo.add" ||
        add->getNumOperands() != 2)
      return std::nullopt;
    Value self = body->getArgument(index);
    if (add->getOperand(0) == self)
      return getScalar(add->getOperand(1));
    if (add->getOperand(1) == self)
      return getScalar(add->getOperand(0));
    return std::nullopt;
  }
};

} // namespace

/// The direction of a compare: `#stablehlo<comparison_direction LT>`.
static StringRef getDirection(Operation *compare) {
  auto opaque =
      dyn_cast_or_null<OpaqueAttr>(compare->getAttr("comparison_direction"));
  return opaque ? opaque.getAttrData().rsplit(' ').second : StringRef();
}

std::optional<int64_t> hlo::getConstantTripCount(Operation *whileOp) {
  std::optional<Loop> loop = Loop::get(whileOp);
  if (!loop)
    return std::nullopt;
  Operation *compare = loop->condition->back().getOperand(0).getDefiningOp();
  if (!compare || compare->getName().getStringRef() != "stablehlo.compare" ||
      compare->getNumOperands() != 2)
    return std::nullopt;
  int64_t inclusive = llvm::StringSwitch<int64_t>(getDirection(compare))
                          .Case("LT", 0)
                          .Case("LE", 1)
                          .Default(-1);
  std::optional<unsigned> index =
      Loop::getCarried(compare->getOperand(0), loop->condition);
  if (inclusive < 0 || !index)
    return std::nullopt;
  std::optional<int64_t> bound = loop->getBound(compare->getOperand(1));
  std::optional<int64_t> start = getScalar(whileOp->getOperand(*index));
  std::optional<int64_t> step = loop->getStep(*index);
  if (!bound || !start || !step || *step < 1)
    return std::nullopt;
  // 128 bits: any two 64-bit bounds.
  __int128 distance = static_cast<__int128>(*bound) + inclusive - *start;
  if (distance <= 0)
    return 0;
  __int128 count = (distance + *step - 1) / *step;
  if (count > std::numeric_limits<int64_t>::max())
    return std::nullopt;
  return static_cast<int64_t>(count);
}
