//===- DropPlacement.cpp - Without a trace of placement -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Dialect/DropPlacement.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "placement/Dialect/PlacementDialect.h"

using namespace mlir;

namespace placement {

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

void dropPlacement(Operation *root) {
  root->walk<WalkOrder::PreOrder>([](Operation *op) {
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

} // namespace placement
