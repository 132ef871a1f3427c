//===- DeadFunctions.cpp - Erase functions without uses -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeadFunctions.h"

#include "mlir/IR/AttrTypeSubElements.h"

using namespace mlir;

namespace placement {

/// Calls `use` with every name in a symbol reference of `op`, nested operations
/// included. A name can come several times.
static void forEachSymbolUse(Operation *op, bool nested,
                             llvm::function_ref<void(StringAttr)> use) {
  // Visits each distinct attribute and type once, the nested names of a
  // reference too: they keep a function too many at worst.
  AttrTypeWalker walker;
  walker.addWalk(
      [&](SymbolRefAttr reference) { use(reference.getRootReference()); });
  auto visit = [&](Operation *inner) {
    walker.walk<WalkOrder::PreOrder>(Attribute(inner->getAttrDictionary()));
    for (Type type : inner->getResultTypes())
      walker.walk<WalkOrder::PreOrder>(type);
    for (Region &region : inner->getRegions())
      for (Block &block : region)
        for (Type type : block.getArgumentTypes())
          walker.walk<WalkOrder::PreOrder>(type);
  };
  if (nested)
    op->walk(visit);
  else
    visit(op);
}

void eraseDeadFunctions(ModuleOp module, ArrayRef<func::FuncOp> candidates) {
  // Names used by each candidate, and by everything else.
  DenseMap<StringAttr, unsigned> indexOf;
  SmallVector<func::FuncOp> functions;
  for (func::FuncOp function : candidates)
    if (function.isPrivate() &&
        indexOf.try_emplace(function.getSymNameAttr(), functions.size()).second)
      functions.push_back(function);

  SmallVector<SmallVector<unsigned>> uses(functions.size());
  SmallVector<unsigned> worklist;
  BitVector alive(functions.size());
  auto markAlive = [&](unsigned index) {
    if (!alive.test(index)) {
      alive.set(index);
      worklist.push_back(index);
    }
  };
  auto markNameAlive = [&](StringAttr name) {
    if (auto it = indexOf.find(name); it != indexOf.end())
      markAlive(it->second);
  };

  forEachSymbolUse(module, /*nested=*/false, markNameAlive);
  for (Operation &op : *module.getBody()) {
    auto function = dyn_cast<func::FuncOp>(op);
    auto it =
        function ? indexOf.find(function.getSymNameAttr()) : indexOf.end();
    if (it == indexOf.end()) {
      forEachSymbolUse(&op, /*nested=*/true, markNameAlive);
      continue;
    }
    SmallVector<unsigned> &used = uses[it->second];
    forEachSymbolUse(&op, /*nested=*/true, [&](StringAttr name) {
      if (auto target = indexOf.find(name); target != indexOf.end())
        used.push_back(target->second);
    });
  }

  while (!worklist.empty())
    for (unsigned index : uses[worklist.pop_back_val()])
      markAlive(index);
  for (auto [index, function] : llvm::enumerate(functions))
    if (!alive.test(index))
      function.erase();
}

} // namespace placement
