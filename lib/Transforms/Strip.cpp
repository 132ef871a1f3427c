//===- Strip.cpp - Remove everything of the placement dialect -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Transfers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "placement/Dialect/PlacementDialect.h"
#include "placement/Transforms/Passes.h"

namespace placement {
#define GEN_PASS_DEF_STRIPPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

/// `attrs` without those of the dialect; the same dictionary if it has none.
static DictionaryAttr withoutPlacement(DictionaryAttr attrs) {
  auto isOurs = [](NamedAttribute attr) {
    return isa_and_present<PlacementDialect>(attr.getNameDialect());
  };
  if (!attrs || llvm::none_of(attrs, isOurs))
    return attrs;
  SmallVector<NamedAttribute> kept(attrs.begin(), attrs.end());
  llvm::erase_if(kept, isOurs);
  return DictionaryAttr::get(attrs.getContext(), kept);
}

/// The same for a list of dictionaries, one for each argument or result.
static ArrayAttr withoutPlacement(ArrayAttr list) {
  if (!list)
    return list;
  SmallVector<Attribute> kept;
  for (Attribute attrs : list)
    kept.push_back(withoutPlacement(cast<DictionaryAttr>(attrs)));
  return ArrayAttr::get(list.getContext(), kept);
}

namespace {

struct StripPass : public placement::impl::StripPassBase<StripPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    removeTransfers(module);
    module.walk<WalkOrder::PreOrder>([](Operation *op) {
      if (isa_and_present<PlacementDialect>(op->getDialect())) {
        op->erase();
        return WalkResult::skip();
      }
      op->setDiscardableAttrs(
          withoutPlacement(op->getDiscardableAttrDictionary()));
      if (auto function = dyn_cast<FunctionOpInterface>(op)) {
        if (ArrayAttr attrs = withoutPlacement(function.getArgAttrsAttr()))
          function.setArgAttrsAttr(attrs);
        if (ArrayAttr attrs = withoutPlacement(function.getResAttrsAttr()))
          function.setResAttrsAttr(attrs);
      }
      return WalkResult::advance();
    });
  }
};

} // namespace
