//===- IREEOps.h - Operations and attributes of IREE ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Written as unregistered operations, so that nothing of IREE is needed.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_CONVERSION_PLACEMENTTOIREE_IREEOPS_H
#define PLACEMENT_LIB_CONVERSION_PLACEMENTTOIREE_IREEOPS_H

#include "mlir/IR/Builders.h"

namespace placement::iree {

/// On arguments and results: the device where the caller hands in or finds it.
inline constexpr llvm::StringLiteral kAffinityAttrName = "iree.abi.affinity";
/// On functions: not to be inlined. MLIR's inliner, which IREE runs early,
/// heeds `no_inline`; IREE's own heeds this one.
inline constexpr llvm::StringLiteral kNoInlineAttrName = "noinline";

inline constexpr llvm::StringLiteral kTransferName = "flow.tensor.transfer";
inline constexpr llvm::StringLiteral kBarrierName = "util.optimization_barrier";
inline constexpr llvm::StringLiteral kGlobalName = "util.global";
inline constexpr llvm::StringLiteral kTargetAttrName = "target";

/// `value`, a tensor, on the device of `affinity`.
inline mlir::Value createTransfer(mlir::OpBuilder &builder, mlir::Location loc,
                                  mlir::Value value, mlir::Attribute affinity) {
  mlir::OperationState state(loc, kTransferName, value, value.getType());
  state.propertiesAttr = builder.getDictionaryAttr(
      builder.getNamedAttr(kTargetAttrName, affinity));
  return builder.create(state)->getResult(0);
}

/// `value`, as something that no optimisation sees through.
inline mlir::Value createBarrier(mlir::OpBuilder &builder, mlir::Location loc,
                                 mlir::Value value) {
  mlir::OperationState state(loc, kBarrierName, value, value.getType());
  return builder.create(state)->getResult(0);
}

/// The device that a transfer goes to; null for other operations.
inline mlir::Attribute getTransferTarget(mlir::Operation *op) {
  return op->getName().getStringRef() == kTransferName
             ? op->getAttr(kTargetAttrName)
             : mlir::Attribute();
}

} // namespace placement::iree

#endif // PLACEMENT_LIB_CONVERSION_PLACEMENTTOIREE_IREEOPS_H
