//===- StageIsolation.h - Keep operations on their device -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_CONVERSION_PLACEMENTTOIREE_STAGEISOLATION_H
#define PLACEMENT_LIB_CONVERSION_PLACEMENTTOIREE_STAGEISOLATION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace placement {

/// Keeps IREE from running operations of one stage on the device of another.
///
/// IREE finds devices by following values from transfers on, and merges what is
/// computed alike wherever it stands. So there are two ways to a wrong device,
/// both without a diagnostic (IREE 3.13):
///
/// - What stages compute from constants alone is evaluated once, into globals.
///   Equal ones become one global, and all that uses it goes to one device, or
///   to none. `pin` gives each stage a copy: behind a barrier, since a transfer
///   that is evaluated with the rest crashes the compiler.
/// - An empty tensor in which a result is put together counts as used where the
///   result is transferred to. `pinResults` ends each stage with a transfer to
///   its own device. Two transfers in a row are folded, so the stage must not
///   be inlined; a barrier between them would make the host wait for the stage.
///
/// Left alone are values that IREE folds into their users: one number repeated,
/// and what is laid out anew from it. Linear in the stages.
class StageIsolation {
public:
  /// Reads a stage function that runs on `device`. All functions are added
  /// before one is changed.
  void add(mlir::func::FuncOp stage, mlir::Attribute device);

  /// Moves shared constants of `stage`, which has been added, to `affinity`.
  void pin(mlir::func::FuncOp stage, mlir::Attribute affinity) const;

  /// Holds the results of `stage`, which has been added, at `affinity`.
  void pinResults(mlir::func::FuncOp stage, mlir::Attribute affinity) const;

private:
  /// What is known of a value that depends on no argument.
  struct Constant {
    /// Equal for values that are computed alike.
    size_t hash = 0;
    /// One number repeated.
    bool isUniform = false;
  };

  void addOp(mlir::Operation *op, mlir::Attribute device);
  bool isConstant(mlir::Operation *op) const;
  bool isShared(const Constant &constant) const;
  /// Each constant of a stage -> the first one that is computed alike.
  llvm::DenseMap<mlir::Value, mlir::Value>
  numberConstants(mlir::Block &block) const;

  llvm::DenseMap<mlir::Value, Constant> constants;
  /// Hash -> device of all values with it, or null where they are on several.
  llvm::DenseMap<size_t, mlir::Attribute> deviceOf;
};

} // namespace placement

#endif // PLACEMENT_LIB_CONVERSION_PLACEMENTTOIREE_STAGEISOLATION_H
