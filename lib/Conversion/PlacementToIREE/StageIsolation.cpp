//===- StageIsolation.cpp - Keep operations on their stage's device -------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageIsolation.h"

#include "IREEOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace placement {

/// Calls `visit` with each operand of `op` or of what is inside, as long as it
/// says true, that is defined in the block of `op` or above.
static bool allOuterOperands(Operation *op,
                             llvm::function_ref<bool(OpOperand &)> visit) {
  return !op->walk([&](Operation *inner) {
              for (OpOperand &operand : inner->getOpOperands()) {
                Block *block = operand.get().getParentBlock();
                if (inner != op && block != op->getBlock())
                  continue;
                if (!visit(operand))
                  return WalkResult::interrupt();
              }
              return WalkResult::advance();
            }).wasInterrupted();
}

/// Whether `op` only lays its operand out anew.
static bool isLayout(Operation *op) {
  return llvm::StringSwitch<bool>(op->getName().getStringRef())
      .Cases({"stablehlo.broadcast", "stablehlo.broadcast_in_dim",
              "stablehlo.convert", "stablehlo.reshape", "stablehlo.slice",
              "stablehlo.transpose"},
             true)
      .Cases({"tensor.cast", "tensor.collapse_shape", "tensor.expand_shape",
              "tensor.extract_slice", "linalg.broadcast", "linalg.transpose"},
             true)
      .Default(false);
}

/// Whether `op` makes one number repeated, given that its operands are so.
static bool keepsUniform(Operation *op) {
  StringRef name = op->getName().getStringRef();
  if (name.ends_with(".constant")) {
    auto elements = dyn_cast_if_present<ElementsAttr>(op->getAttr("value"));
    return !elements || elements.isSplat();
  }
  return isLayout(op) || name == "tensor.empty" || name == "tensor.splat" ||
         name == "linalg.fill";
}

/// Whether barriers and transfers take it.
static bool isTensor(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape();
}

void StageIsolation::add(func::FuncOp stage, Attribute device) {
  for (Operation &op : stage.getBody().front().without_terminator())
    addOp(&op, device);
}

void StageIsolation::addOp(Operation *op, Attribute device) {
  // What stands in regions is not part of the hash: equal hashes of different
  // values cost a transfer and do no harm.
  llvm::hash_code hash =
      llvm::hash_combine(op->getName(), op->getAttrDictionary());
  bool isUniform = keepsUniform(op);
  if (!allOuterOperands(op, [&](OpOperand &operand) {
        auto it = constants.find(operand.get());
        if (it == constants.end())
          return false;
        hash = llvm::hash_combine(hash, it->second.hash);
        isUniform &= it->second.isUniform;
        return true;
      }))
    return;
  for (OpResult result : op->getResults()) {
    Constant constant;
    constant.hash =
        llvm::hash_combine(hash, result.getResultNumber(), result.getType());
    constant.isUniform = isUniform || !isTensor(result);
    constants.try_emplace(result, constant);
    if (constant.isUniform)
      continue;
    auto [it, isNew] = deviceOf.try_emplace(constant.hash, device);
    if (!isNew && it->second != device)
      it->second = Attribute();
  }
}

bool StageIsolation::isConstant(Operation *op) const {
  return op->getNumResults() > 0 && constants.contains(op->getResult(0));
}

bool StageIsolation::isShared(const Constant &constant) const {
  return !constant.isUniform && !deviceOf.lookup(constant.hash);
}

DenseMap<Value, Value> StageIsolation::numberConstants(Block &block) const {
  DenseMap<Value, Value> firstAlike;
  DenseMap<size_t, SmallVector<Operation *, 1>> opsWithHash;
  auto isAlike = [&](Value lhs, Value rhs) {
    return success(lhs == rhs || firstAlike.lookup_or(lhs, lhs) ==
                                     firstAlike.lookup_or(rhs, rhs));
  };
  for (Operation &op : block) {
    if (!isConstant(&op))
      continue;
    auto &candidates = opsWithHash[constants.at(op.getResult(0)).hash];
    auto first = llvm::find_if(candidates, [&](Operation *other) {
      return OperationEquivalence::isEquivalentTo(
          other, &op, isAlike,
          [&](Value lhs, Value rhs) { firstAlike[rhs] = lhs; },
          OperationEquivalence::IgnoreLocations);
    });
    Operation *alike = &op;
    if (first == candidates.end())
      candidates.push_back(&op);
    else
      alike = *first;
    for (auto [result, other] :
         llvm::zip_equal(op.getResults(), alike->getResults()))
      firstAlike[result] = other;
  }
  return firstAlike;
}

void StageIsolation::pin(func::FuncOp stage, Attribute affinity) const {
  Block &block = stage.getBody().front();
  // Layouts that something else than a constant is computed from. Making one
  // again is cheaper than moving it, so what it is made from is moved.
  DenseSet<Operation *> lastLayouts;
  auto endsConstant = [&](OpOperand &use) {
    Operation *user = block.findAncestorOpInBlock(*use.getOwner());
    return lastLayouts.contains(user) || !isConstant(user);
  };
  for (Operation &op : llvm::reverse(block))
    if (isLayout(&op) && isConstant(&op) &&
        llvm::any_of(op.getUses(), endsConstant))
      lastLayouts.insert(&op);

  DenseMap<Value, Value> firstAlike = numberConstants(block);
  // Shared, or computed from what is.
  DenseSet<Value> shared;
  DenseMap<Value, Value> moved;
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (!isConstant(&op))
      continue;
    bool fromShared = !allOuterOperands(&op, [&](OpOperand &operand) {
      return !shared.contains(operand.get());
    });
    for (Value result : op.getResults()) {
      if (!fromShared && !isShared(constants.at(result)))
        continue;
      shared.insert(result);
      SmallVector<OpOperand *> uses;
      for (OpOperand &use : result.getUses())
        if (endsConstant(use))
          uses.push_back(&use);
      if (uses.empty() || lastLayouts.contains(&op) || !isTensor(result))
        continue;
      Value &copy = moved[firstAlike.at(result)];
      if (!copy) {
        OpBuilder builder(op.getContext());
        builder.setInsertionPointAfter(&op);
        copy = iree::createTransfer(
            builder, op.getLoc(),
            iree::createBarrier(builder, op.getLoc(), result), affinity);
      }
      for (OpOperand *use : uses)
        use->set(copy);
    }
  }
}

void StageIsolation::pinResults(func::FuncOp stage, Attribute affinity) const {
  Operation *terminator = stage.getBody().front().getTerminator();
  OpBuilder builder(terminator);
  for (OpOperand &operand : terminator->getOpOperands()) {
    Value value = operand.get();
    Location loc = value.getLoc();
    if (constants.contains(value))
      value = iree::createBarrier(builder, loc, value);
    operand.set(iree::createTransfer(builder, loc, value, affinity));
  }
}

} // namespace placement
