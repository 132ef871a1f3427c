//===- Roles.cpp - Which arguments are weights ----------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/Roles.h"

#include "placement/Dialect/Names.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace placement {

Roles findRoles(func::FuncOp function) {
  Roles roles;
  bool hasActivation = false;
  SmallVector<bool> isDefault;
  for (BlockArgument argument : function.getArguments()) {
    unsigned index = argument.getArgNumber();
    auto role = function.getArgAttrOfType<StringAttr>(index, kRoleAttrName);
    bool isWeight =
        role ? role.getValue() == kRoleWeight
             : !getElementTypeOrSelf(argument.getType()).isIntOrIndex();
    isDefault.push_back(!role);
    roles.isWeight.push_back(isWeight);
    hasActivation |= !isWeight;
  }
  if (!hasActivation && !isDefault.empty() && isDefault.back())
    roles.isWeight.back() = false;
  for (auto [index, chosen] : llvm::enumerate(isDefault))
    if (chosen)
      (roles.isWeight[index] ? roles.defaultWeights : roles.defaultActivations)
          .push_back(index);
  return roles;
}

} // namespace placement
