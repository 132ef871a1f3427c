//===- Attachment.cpp - Which operations are nodes ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Attachment.h"

#include "placement/Analysis/OpKnowledge.h"
#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementAttrs.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;

namespace placement::graph {

/// The value of a constant, null where it cannot be told.
static Attribute valueOfConstant(Operation *op) { return op->getAttr("value"); }

static bool isLargeConstant(Operation *op) {
  if (op->getNumResults() != 1 || !isConstant(op))
    return false;
  auto dense = dyn_cast_or_null<DenseElementsAttr>(valueOfConstant(op));
  return !(dense && dense.isSplat()) &&
         bytesOfOrAssumed(op->getResult(0).getType()) >= kLargeConstantBytes;
}

namespace {

class Attacher {
public:
  Attacher(const FlatBody &body, const Roles &roles) : body(body) {
    weightOfValue.assign(body.numValues(), kNoIndex);
    for (uint32_t argument = 0; argument < body.numArguments; ++argument)
      if (roles.isWeight[argument])
        weightOfValue[argument] = kUnnumbered;
  }

  Attachment run() {
    classify();
    numberWeights();
    collectNeeds();
    return std::move(result);
  }

private:
  using Kind = Attachment::Kind;
  static constexpr uint32_t kUnnumbered = kNoIndex - 1;

  bool isAttached(uint32_t op) const { return result.kindOf[op] != Kind::Node; }

  /// Nodes and attached operations, in program order.
  void classify() {
    result.kindOf.assign(body.numOps(), Kind::Node);
    result.nodeOfOp.assign(body.numOps(), kNoIndex);
    copiesOf.assign(body.numOps(), 0);
    for (uint32_t op = 0; op < body.numOps(); ++op) {
      result.kindOf[op] = kindOf(op);
      if (isAttached(op) && !standsAlone(op))
        continue;
      result.nodeOfOp[op] = result.opOfNode.size();
      result.opOfNode.push_back(op);
    }
  }

  Kind kindOf(uint32_t index) {
    uint32_t copies = 1;
    for (uint32_t operand : body.operands[index]) {
      uint32_t producer = body.producer[operand];
      if (producer == kNoIndex ? weightOfValue[operand] == kNoIndex
                               : !isAttached(producer))
        return Kind::Node;
      if (producer != kNoIndex)
        copies += copiesOf[producer];
    }
    Operation *op = body.ops[index];
    if (copies > kMaxAttachedOps || op->getDiscardableAttr(kPinAttrName) ||
        op->getDiscardableAttr(kColocateAttrName) || !placement::isPure(op))
      return Kind::Node;
    copiesOf[index] = copies;
    return isLargeConstant(op) ? Kind::Weight : Kind::Attached;
  }

  /// Whether no node would bring the operation along.
  bool standsAlone(uint32_t op) const {
    bool used = false;
    for (uint32_t value = body.firstResult[op];
         value < body.firstResult[op + 1]; ++value) {
      if (body.returned[value])
        return true;
      used |= !body.users[value].empty();
    }
    return !used;
  }

  void numberWeights() {
    for (uint32_t argument = 0; argument < body.numArguments; ++argument)
      if (weightOfValue[argument] != kNoIndex)
        addWeight(argument);
    // Copies of one constant are one weight, so that placed IR, where every
    // stage has its own, means the same as before.
    DenseMap<std::pair<Attribute, Type>, uint32_t> known;
    for (uint32_t op = 0; op < body.numOps(); ++op) {
      if (result.kindOf[op] != Kind::Weight)
        continue;
      uint32_t value = body.firstResult[op];
      if (Attribute constant = valueOfConstant(body.ops[op])) {
        auto [it, isNew] = known.try_emplace(
            {constant, body.values[value].getType()}, result.weights.size());
        if (!isNew) {
          weightOfValue[value] = it->second;
          continue;
        }
      }
      addWeight(value);
    }
  }

  void addWeight(uint32_t value) {
    weightOfValue[value] = result.weights.size();
    int64_t bytes = bytesOfOrAssumed(body.values[value].getType());
    // A cost that says how much a constant holds knows better than its type.
    if (uint32_t producer = body.producer[value]; producer != kNoIndex)
      if (auto cost = dyn_cast_or_null<CostAttr>(
              body.ops[producer]->getDiscardableAttr(kCostAttrName)))
        if (cost.getWeight() > 0)
          bytes = cost.getWeight();
    result.weights.push_back({body.values[value], bytes});
  }

  /// What each node takes along: a depth-first walk over attached producers.
  void collectNeeds() {
    seenValue.assign(body.numValues(), kNoIndex);
    seenOp.assign(body.numOps(), kNoIndex);
    seenWeight.assign(result.weights.size(), kNoIndex);
    for (uint32_t node = 0; node < result.numNodes(); ++node) {
      copies.clear();
      uint32_t op = result.opOfNode[node];
      if (result.kindOf[op] == Kind::Weight)
        useWeight(weightOfValue[body.firstResult[op]], node);
      visitOperands(op, node);
      while (!stack.empty())
        visitOperands(stack.pop_back_val(), node);
      llvm::sort(copies);
      for (uint32_t copy : copies)
        result.copies.push(copy);
      result.copies.endRow();
      result.inputs.endRow();
      result.weightsOfNode.endRow();
    }
  }

  void visitOperands(uint32_t op, uint32_t node) {
    for (uint32_t operand : body.operands[op]) {
      if (seenValue[operand] == node)
        continue;
      seenValue[operand] = node;
      uint32_t weight = weightOfValue[operand];
      if (weight != kNoIndex)
        useWeight(weight, node);
      uint32_t producer = body.producer[operand];
      if (producer == kNoIndex ? weight == kNoIndex : !isAttached(producer))
        result.inputs.push(operand);
      else if (producer != kNoIndex && seenOp[producer] != node) {
        seenOp[producer] = node;
        copies.push_back(producer);
        stack.push_back(producer);
      }
    }
  }

  void useWeight(uint32_t weight, uint32_t node) {
    if (seenWeight[weight] == node)
      return;
    seenWeight[weight] = node;
    result.weightsOfNode.push(weight);
  }

  const FlatBody &body;
  Attachment result;
  /// Value -> weight, kNoIndex where it is none.
  std::vector<uint32_t> weightOfValue;
  /// Attached operation -> itself and all it needs, shared ones counted once
  /// for each use.
  std::vector<uint32_t> copiesOf;
  /// The last node that was found to need each of these.
  std::vector<uint32_t> seenValue, seenOp, seenWeight;
  std::vector<uint32_t> copies;
  SmallVector<uint32_t> stack;
};

} // namespace

Attachment attach(const FlatBody &body, const Roles &roles) {
  return Attacher(body, roles).run();
}

} // namespace placement::graph
