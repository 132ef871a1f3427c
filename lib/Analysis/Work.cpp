//===- Work.cpp - How much work an operation is -----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/Work.h"

#include "StableHLO/CountWork.h"
#include "StableHLO/OpTable.h"
#include "placement/Analysis/OpKnowledge.h"
#include "placement/Analysis/PlacementInterfaces.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;

#include "placement/Analysis/PlacementInterfaces.cpp.inc"

namespace placement {

int64_t addCounts(int64_t lhs, int64_t rhs) {
  int64_t sum;
  return llvm::AddOverflow(lhs, rhs, sum) ? std::numeric_limits<int64_t>::max()
                                          : sum;
}

int64_t multiplyCounts(int64_t lhs, int64_t rhs) {
  int64_t product;
  return llvm::MulOverflow(lhs, rhs, product)
             ? std::numeric_limits<int64_t>::max()
             : product;
}

//===----------------------------------------------------------------------===//
// Work
//===----------------------------------------------------------------------===//

Work &Work::operator+=(const Work &other) {
  if (!element || other.flops > flops)
    element = other.element ? other.element : element;
  flops = addCounts(flops, other.flops);
  transcendentals = addCounts(transcendentals, other.transcendentals);
  bytes = addCounts(bytes, other.bytes);
  transient = std::max(transient, other.transient);
  return *this;
}

Work &Work::operator*=(int64_t count) {
  flops = multiplyCounts(flops, count);
  transcendentals = multiplyCounts(transcendentals, count);
  bytes = multiplyCounts(bytes, count);
  return *this;
}

void Work::maximise(const Work &other) {
  if (!element || other.flops > flops)
    element = other.element ? other.element : element;
  flops = std::max(flops, other.flops);
  transcendentals = std::max(transcendentals, other.transcendentals);
  bytes = std::max(bytes, other.bytes);
  transient = std::max(transient, other.transient);
}

StringRef describe(Assumption assumption) {
  switch (assumption) {
  case Assumption::UnknownOp:
    return "its work is unknown: priced by the bytes of its operands and "
           "results";
  case Assumption::UnknownCallee:
    return "the called function is recursive or has no body: priced by the "
           "bytes of the call's operands and results";
  case Assumption::UnknownAttribute:
    return "an attribute is missing or not understood: priced by the bytes of "
           "its operands and results";
  case Assumption::DynamicShape:
    return "a dynamic dimension counts as 1";
  case Assumption::UnknownType:
    return "a value of unknown size counts as 0 bytes";
  case Assumption::UnknownTripCount:
    return "the trip count is not constant: one iteration counts";
  }
  llvm_unreachable("all assumptions handled");
}

//===----------------------------------------------------------------------===//
// Counting
//===----------------------------------------------------------------------===//

Work WorkCounter::count(Operation *op) {
  if (auto counted = dyn_cast<WorkOpInterface>(op))
    return counted.countWork(*this);
  if (!op->isRegistered())
    if (const hlo::OpInfo *info = hlo::lookup(op))
      return hlo::countWork(op, info->work, *this);
  if (op->hasTrait<OpTrait::ConstantLike>() ||
      (op->hasTrait<OpTrait::IsTerminator>() && op->getNumRegions() == 0))
    return {};
  assume(op, Assumption::UnknownOp);
  return move(op);
}

/// Peak of the bytes of results that are live at once when the block runs top
/// to bottom, each from its definition to its last use. `inner` is what each
/// operation holds while it runs.
static int64_t peakLiveBytes(Block &block, ArrayRef<int64_t> inner) {
  DenseMap<Operation *, unsigned> position;
  for (auto [index, op] : llvm::enumerate(block))
    position[&op] = index;
  // What dies after each operation.
  SmallVector<int64_t> released(position.size(), 0);
  int64_t live = 0, peak = 0;
  for (auto [index, op] : llvm::enumerate(block)) {
    for (Value result : op.getResults()) {
      unsigned last = index;
      for (Operation *user : result.getUsers())
        if (Operation *inBlock = block.findAncestorOpInBlock(*user))
          last = std::max(last, position.lookup(inBlock));
      int64_t bytes = bytesOfOrAssumed(result.getType());
      live = addCounts(live, bytes);
      released[last] = addCounts(released[last], bytes);
    }
    peak = std::max(peak, addCounts(live, inner[index]));
    live -= std::min(live, released[index]);
  }
  return peak;
}

Work WorkCounter::countExecution(Region &region) {
  Work sum;
  for (Block &block : region) {
    SmallVector<int64_t> inner;
    for (Operation &op : block) {
      Work work = count(&op);
      inner.push_back(work.transient);
      sum += work;
    }
    sum.transient = std::max(sum.transient, peakLiveBytes(block, inner));
  }
  return sum;
}

Work WorkCounter::countArithmetic(Region &region) {
  Work sum;
  for (Operation &op : region.getOps()) {
    Work work = count(&op);
    work.bytes = 0;
    work.transient = 0;
    sum += work;
  }
  return sum;
}

Work WorkCounter::countCall(Operation *call, SymbolRefAttr name) {
  Operation *callee =
      name ? symbols.lookupNearestSymbolFrom(call, name) : nullptr;
  auto hasBody = [](Operation *op) {
    return op && op->getNumRegions() == 1 && !op->getRegion(0).empty();
  };
  auto unknown = [&] {
    assume(call, Assumption::UnknownCallee);
    return move(call);
  };
  if (!hasBody(callee))
    return unknown();
  auto [it, inserted] = callees.try_emplace(callee);
  if (it->second.active)
    return unknown();
  if (!inserted) {
    numAssumptions += it->second.assumed;
    return it->second.work;
  }
  it->second.active = true;
  int64_t before = numAssumptions;
  Work work = countExecution(callee->getRegion(0));
  // The recursion may have grown the map.
  callees[callee] = {work, /*active=*/false, numAssumptions != before};
  return work;
}

Work WorkCounter::move(Operation *op) {
  Work work;
  llvm::SmallPtrSet<Value, 4> seen;
  for (Value operand : op->getOperands())
    if (seen.insert(operand).second)
      work.bytes = addCounts(work.bytes, bytesOf(op, operand.getType()));
  for (Type type : op->getResultTypes())
    work.bytes = addCounts(work.bytes, bytesOf(op, type));
  return work;
}

/// Whether an operation computes addresses: any operand or result is `index`.
static bool isAddressArithmetic(Operation *op) {
  auto isIndex = [](Type type) { return getElementTypeOrSelf(type).isIndex(); };
  return llvm::any_of(op->getResultTypes(), isIndex) ||
         llvm::any_of(op->getOperandTypes(), isIndex);
}

/// The element type that an elementwise operation computes in: that of its
/// last operand (the condition of a select comes first).
static Type computeElement(Operation *op) {
  Type type = op->getNumOperands() ? op->getOperands().back().getType()
                                   : op->getResult(0).getType();
  return getElementTypeOrSelf(type);
}

Work WorkCounter::elementwise(Operation *op, int64_t flopsPerElement) {
  if (op->getNumResults() == 0)
    return move(op);
  if (isAddressArithmetic(op))
    return {};
  Work work = move(op);
  work.flops = multiplyCounts(elementsOf(op, op->getResult(0).getType()),
                              flopsPerElement);
  work.element = computeElement(op);
  return work;
}

Work WorkCounter::transcendental(Operation *op) {
  Work work = elementwise(op);
  std::swap(work.flops, work.transcendentals);
  return work;
}

//===----------------------------------------------------------------------===//
// Assumptions
//===----------------------------------------------------------------------===//

static bool hasDynamicShape(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped && !shaped.hasStaticShape();
}

int64_t WorkCounter::bytesOf(Operation *op, Type type) {
  if (std::optional<int64_t> bytes = placement::bytesOf(type))
    return *bytes;
  assume(op, hasDynamicShape(type) ? Assumption::DynamicShape
                                   : Assumption::UnknownType);
  return bytesOfOrAssumed(type);
}

int64_t WorkCounter::elementsOf(Operation *op, Type type) {
  if (hasDynamicShape(type) && !placement::bytesOf(type))
    assume(op, Assumption::DynamicShape);
  return elementsOfOrAssumed(type);
}

int64_t WorkCounter::extentOf(Operation *op, int64_t extent) {
  if (!ShapedType::isDynamic(extent))
    return extent;
  assume(op, Assumption::DynamicShape);
  return 1;
}

void WorkCounter::assume(Operation *op, Assumption assumption) {
  ++numAssumptions;
  Assumed &assumed = assumptions[{op->getName(), assumption}];
  if (!assumed.first)
    assumed.first = op;
  // One operation may be assumed about several times (operand after operand).
  if (assumed.last != op)
    ++assumed.count;
  assumed.last = op;
}

} // namespace placement
