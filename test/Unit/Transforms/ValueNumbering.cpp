//===- ValueNumbering.cpp - Equality of programs up to clones -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ValueNumbering.h"

#include "mlir/IR/OperationSupport.h"
#include "placement/Analysis/OpKnowledge.h"

#include <algorithm>

using namespace mlir;

namespace placement::test {

/// Numbers of arguments; those of operations start behind them.
static constexpr unsigned kMaxArguments = 1 << 20;

bool ValueNumbering::isSame(Operation *lhs, Operation *rhs) {
  // Values inside the operations, left to right.
  DenseMap<Value, Value> inside;
  auto check = [&](Value left, Value right) {
    if (auto it = inside.find(left); it != inside.end())
      return success(it->second == right);
    auto leftNumber = numberOf.find(left), rightNumber = numberOf.find(right);
    return success(leftNumber != numberOf.end() &&
                   rightNumber != numberOf.end() &&
                   leftNumber->second == rightNumber->second);
  };
  auto mark = [&](Value left, Value right) { inside[left] = right; };
  return OperationEquivalence::isEquivalentTo(
      lhs, rhs, check, mark, OperationEquivalence::IgnoreLocations);
}

unsigned ValueNumbering::numberOp(Operation *op) {
  size_t hash = OperationEquivalence::computeHash(
      op,
      [&](Value operand) { return llvm::hash_code(numberOf.lookup(operand)); },
      OperationEquivalence::ignoreHashValue,
      OperationEquivalence::IgnoreLocations);
  auto [first, last] = table.equal_range(hash);
  auto found = std::find_if(first, last, [&](const auto &candidate) {
    return isSame(candidate.second.op, op);
  });
  if (found != last)
    return found->second.number;
  unsigned number = kMaxArguments + next;
  next += 1 + op->getNumResults();
  table.emplace(hash, Entry{op, number});
  return number;
}

NumberedFunction ValueNumbering::number(func::FuncOp function) {
  NumberedFunction result;
  for (BlockArgument argument : function.getArguments())
    numberOf[argument] = argument.getArgNumber();
  Block &body = function.getBody().front();
  for (Operation &op : body.without_terminator()) {
    unsigned number = numberOp(&op);
    for (OpResult opResult : op.getResults())
      numberOf[opResult] = number + 1 + opResult.getResultNumber();
    if (!placement::isPure(&op))
      result.effects.push_back(number);
    result.all.push_back(number);
  }
  result.numOps = result.all.size();
  std::sort(result.all.begin(), result.all.end());
  result.all.erase(std::unique(result.all.begin(), result.all.end()),
                   result.all.end());
  for (Value value : body.getTerminator()->getOperands())
    result.returned.push_back(numberOf.lookup(value));
  return result;
}

} // namespace placement::test
