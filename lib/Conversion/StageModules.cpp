//===- StageModules.cpp - Stages as modules of their own ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Conversion/StageModules.h"

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "placement/Dialect/PlacementDialect.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace placement {

static constexpr StringLiteral kMainName = "main";

/// What a module for one device says nothing about. Donations go because the
/// caller keeps weights and stashed values.
static bool isLeftOut(NamedAttribute attr) {
  if (isa_and_present<PlacementDialect>(attr.getNameDialect()))
    return true;
  static const llvm::StringSet<> names = {
      "tf.aliasing_output", "jax.buffer_donor",    "mhlo.sharding",
      "sdy.sharding",       "mhlo.num_partitions", "dlti.target_system_spec"};
  return names.contains(attr.getName());
}

static DictionaryAttr reduce(DictionaryAttr attrs) {
  if (!attrs || llvm::none_of(attrs, isLeftOut))
    return attrs;
  SmallVector<NamedAttribute> kept(attrs.begin(), attrs.end());
  llvm::erase_if(kept, isLeftOut);
  return DictionaryAttr::get(attrs.getContext(), kept);
}

static ArrayAttr reduce(ArrayAttr list) {
  SmallVector<Attribute> kept;
  for (Attribute attrs : list)
    kept.push_back(reduce(cast<DictionaryAttr>(attrs)));
  return ArrayAttr::get(list.getContext(), kept);
}

/// Drops constraints on how values are spread over a mesh of devices.
static void dropShardingConstraints(Operation *root) {
  root->walk([](Operation *op) {
    if (op->getName().getStringRef() != "sdy.sharding_constraint" ||
        op->getNumOperands() != 1 || op->getNumResults() != 1)
      return;
    op->getResult(0).replaceAllUsesWith(op->getOperand(0));
    op->erase();
  });
}

void dropPlacementAttributes(Operation *root) {
  dropShardingConstraints(root);
  root->walk([](Operation *op) {
    op->setDiscardableAttrs(reduce(op->getDiscardableAttrDictionary()));
    auto function = dyn_cast<FunctionOpInterface>(op);
    if (!function)
      return;
    if (ArrayAttr attrs = function.getArgAttrsAttr())
      function.setArgAttrsAttr(reduce(attrs));
    if (ArrayAttr attrs = function.getResAttrsAttr())
      function.setResAttrsAttr(reduce(attrs));
  });
}

/// Calls `use` with each name after an '@' in `text`, the only form in which
/// an attribute of an unregistered dialect is known.
static void forEachNameIn(StringRef text,
                          llvm::function_ref<void(StringRef)> use) {
  for (size_t at = text.find('@'); at != StringRef::npos; at = text.find('@')) {
    text = text.drop_front(at + 1);
    bool quoted = text.consume_front("\"");
    StringRef name = text.take_while([&](char c) {
      return quoted ? c != '"'
                    : llvm::isAlnum(c) || StringRef("_$.-").contains(c);
    });
    use(name);
    text = text.drop_front(name.size());
  }
}

/// Calls `use` with each name that `root` refers to; some come repeatedly.
static void forEachSymbolName(Operation *root,
                              llvm::function_ref<void(StringRef)> use) {
  AttrTypeWalker walker;
  walker.addWalk([&](SymbolRefAttr reference) {
    use(reference.getRootReference().getValue());
  });
  walker.addWalk(
      [&](OpaqueAttr attr) { forEachNameIn(attr.getAttrData(), use); });
  walker.addWalk(
      [&](OpaqueType type) { forEachNameIn(type.getTypeData(), use); });
  root->walk([&](Operation *op) {
    walker.walk<WalkOrder::PreOrder>(Attribute(op->getAttrDictionary()));
    // Those of an unregistered operation are in no dictionary.
    if (Attribute properties = op->getPropertiesAsAttribute())
      walker.walk<WalkOrder::PreOrder>(properties);
    for (Type type : op->getResultTypes())
      walker.walk<WalkOrder::PreOrder>(type);
  });
}

FailureOr<OwningOpRef<ModuleOp>> extractModule(func::FuncOp function,
                                               SymbolTable &symbols) {
  auto source = cast<ModuleOp>(symbols.getOp());
  OwningOpRef<ModuleOp> result(ModuleOp::create(source.getLoc()));
  (*result)->setDiscardableAttrs(
      reduce(source->getDiscardableAttrDictionary()));

  // Copies first, since what is left out refers to nothing any more.
  llvm::SmallSetVector<Operation *, 8> needed;
  needed.insert(function);
  for (unsigned next = 0; next < needed.size(); ++next) {
    Operation *copy = needed[next]->clone();
    result->push_back(copy);
    dropPlacementAttributes(copy);
    bool namesItself = false, namesMain = false;
    forEachSymbolName(copy, [&](StringRef name) {
      Operation *target = symbols.lookup(name);
      if (!target || isa_and_present<PlacementDialect>(target->getDialect()))
        return;
      namesItself |= target == function;
      namesMain |= name == kMainName && target != function;
      needed.insert(target);
    });
    if (namesItself || namesMain)
      return function.emitError()
             << "@" << function.getSymName()
             << " cannot be a module of its own, in which it is called @"
             << kMainName << ": it refers to "
             << (namesItself ? "itself" : "another symbol of that name");
  }
  auto main = cast<func::FuncOp>(result->getBody()->front());
  main.setSymName(kMainName);
  main.setPublic();
  return result;
}

/// Gives the function `main` of `module` another name.
static LogicalResult renameMain(ModuleOp module, const Twine &name) {
  auto main = module.lookupSymbol<func::FuncOp>(kMainName);
  if (!main)
    return module.emitError() << "the module has no function @" << kMainName;
  bool isNamed = false;
  forEachSymbolName(module,
                    [&](StringRef used) { isNamed |= used == kMainName; });
  if (isNamed)
    return main.emitError() << "@" << kMainName
                            << " cannot get another name: the module refers "
                               "to it";
  main.setSymName(name.str());
  return success();
}

FailureOr<OwningOpRef<ModuleOp>>
joinModules(ArrayRef<OwningOpRef<ModuleOp>> modules) {
  assert(!modules.empty() && "nothing to join");
  ModuleOp first = *modules.front();
  OwningOpRef<ModuleOp> result(ModuleOp::create(first.getLoc()));
  SmallVector<NamedAttribute> common(
      first->getDiscardableAttrDictionary().getValue());
  DenseMap<StringAttr, Operation *> known;
  for (auto [index, part] : llvm::enumerate(modules)) {
    ModuleOp module = *part;
    llvm::erase_if(common, [&](NamedAttribute attr) {
      return module->getDiscardableAttr(attr.getName()) != attr.getValue();
    });
    if (failed(renameMain(module, Twine(kMainName) + "_" + Twine(index))))
      return failure();
    for (Operation &op : llvm::make_early_inc_range(*module.getBody())) {
      if (auto name =
              op.getAttrOfType<StringAttr>(SymbolTable::getSymbolAttrName())) {
        auto [it, isNew] = known.try_emplace(name, &op);
        if (!isNew &&
            !OperationEquivalence::isEquivalentTo(
                it->second, &op, OperationEquivalence::IgnoreLocations))
          return op.emitError() << "modules with different symbols @"
                                << name.getValue() << " cannot be joined";
        if (!isNew)
          continue;
      }
      op.moveBefore(result->getBody(), result->getBody()->end());
    }
  }
  (*result)->setDiscardableAttrs(common);
  return result;
}

void printModule(ModuleOp module, raw_ostream &os) {
  OpPrintingFlags flags;
  flags.printGenericOpForm();
  flags.enableDebugInfo(false);
  module.print(os, flags);
}

} // namespace placement
