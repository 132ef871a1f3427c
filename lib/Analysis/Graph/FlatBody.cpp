//===- FlatBody.cpp - A function as arrays --------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlatBody.h"

#include "placement/Analysis/StageFunctions.h"
#include "placement/Dialect/PlacementOps.h"

#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;

namespace placement::graph {

Rows Rows::transposed(uint32_t numRows) const {
  Rows result;
  result.begin.assign(numRows + 1, 0);
  for (uint32_t item : items)
    ++result.begin[item + 1];
  for (uint32_t row = 0; row < numRows; ++row)
    result.begin[row + 1] += result.begin[row];
  result.items.resize(items.size());
  std::vector<uint32_t> next(result.begin.begin(), result.begin.end() - 1);
  for (uint32_t row = 0; row < size(); ++row)
    for (uint32_t item : (*this)[row])
      result.items[next[item]++] = row;
  return result;
}

namespace {

class Flattener {
public:
  Flattener(func::FuncOp function, bool outlined) {
    body.function = function;
    if (outlined)
      symbols.emplace(function->getParentOfType<ModuleOp>());
  }

  FlatBody run() {
    Block &block = body.function.getBody().front();
    ids.reserve(2 * block.getOperations().size());
    body.numArguments = block.getNumArguments();
    for (BlockArgument argument : block.getArguments())
      addValue(argument, kNoIndex);
    addBlock(block);
    body.firstResult.push_back(body.values.size());
    body.users = body.operands.transposed(body.values.size());
    body.returned.assign(body.values.size(), 0);
    for (Value value : block.back().getOperands())
      if (uint32_t id = lookup(value); id != kNoIndex)
        body.returned[id] = 1;
    return std::move(body);
  }

private:
  void addValue(Value value, uint32_t producer) {
    ids.try_emplace(value, body.values.size());
    body.values.push_back(value);
    body.producer.push_back(producer);
    lastUser.push_back(kNoIndex);
  }

  uint32_t lookup(Value value) const {
    auto it = ids.find(value);
    return it == ids.end() ? kNoIndex : it->second;
  }

  void alias(Value value, Value original) {
    if (uint32_t id = lookup(original); id != kNoIndex)
      ids.try_emplace(value, id);
  }

  void addBlock(Block &block) {
    for (Operation &op : block) {
      if (op.hasTrait<OpTrait::IsTerminator>())
        continue;
      if (auto transfer = dyn_cast<TransferOp>(op)) {
        alias(transfer.getResult(), transfer.getValue());
        continue;
      }
      if (symbols)
        if (func::FuncOp stage = lookupStageFunction(&op, *symbols)) {
          addStage(&op, stage);
          continue;
        }
      addOp(&op);
    }
  }

  void addStage(Operation *call, func::FuncOp stage) {
    Block &block = stage.getBody().front();
    for (auto [argument, operand] :
         llvm::zip(block.getArguments(), call->getOperands()))
      alias(argument, operand);
    addBlock(block);
    for (auto [result, value] :
         llvm::zip(call->getResults(), block.back().getOperands()))
      alias(result, value);
  }

  void addOp(Operation *op) {
    uint32_t index = body.ops.size();
    body.ops.push_back(op);
    body.firstResult.push_back(body.values.size());
    addOperands(op, index);
    if (op->getNumRegions() != 0)
      for (Region &region : op->getRegions())
        region.walk([&](Operation *nested) { addOperands(nested, index); });
    body.operands.endRow();
    for (Value result : op->getResults())
      addValue(result, index);
  }

  void addOperands(Operation *op, uint32_t user) {
    for (Value operand : op->getOperands()) {
      uint32_t id = lookup(operand);
      if (id == kNoIndex || lastUser[id] == user)
        continue;
      lastUser[id] = user;
      body.operands.push(id);
    }
  }

  FlatBody body;
  std::optional<SymbolTable> symbols;
  llvm::DenseMap<Value, uint32_t> ids;
  /// Value -> the last operation that was found to use it.
  std::vector<uint32_t> lastUser;
};

} // namespace

FlatBody flatten(func::FuncOp function, bool outlined) {
  return Flattener(function, outlined).run();
}

} // namespace placement::graph
