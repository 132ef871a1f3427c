//===- OpExtraction.h - Operations as functions of their own ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What has to be timed to know what the operations of a function cost: each
// distinct operation alone, and each distinct group of operations that a
// compiler is likely to fuse, whole.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_CONVERSION_OPEXTRACTION_H
#define PLACEMENT_CONVERSION_OPEXTRACTION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/SymbolTable.h"
#include "placement/Analysis/Work.h"

#include <string>

namespace placement {

/// How an operation is to be timed.
enum class OpTiming : uint8_t {
  /// Not at all: a constant, or cheap and fed by constants only.
  Free,
  /// Not at all: it has side effects, or a value that no host array can hold.
  Unmeasured,
  /// It does no more than an arithmetic operation for each element that it
  /// touches, so a compiler fuses it with its neighbours.
  Light,
  /// Anything else: products, convolutions, sorts, loops, unknown operations.
  Heavy,
};

/// "free", "unmeasured", "light" or "heavy".
llvm::StringRef stringify(OpTiming timing);

/// Operations as a function: a module whose public function is `main`. Its
/// arguments are what the operations take from outside, constants excepted.
struct ExtractedFunction {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// For each argument of `main`, whether it is a weight or is computed from
  /// weights alone.
  llvm::SmallVector<bool> isWeight;
};

/// The distinct operations and groups of one function, in the order of their
/// first appearance.
struct OpExtraction {
  struct Operation {
    /// As in a profile; distinct.
    std::string signature;
    int64_t count = 0;
    OpTiming timing = OpTiming::Free;
    /// Of the operation in `function`.
    Work work;
    /// Only where it is to be timed.
    ExtractedFunction function;
  };
  /// A heavy operation and the light ones that follow on it before the next
  /// heavy one, with what they need of operations on weights alone. Operations
  /// on activations that follow on no heavy one are one group.
  struct Group {
    /// Numbers of operations, one for each in the group, in program order.
    llvm::SmallVector<unsigned> operations;
    int64_t count = 0;
    ExtractedFunction function;
  };

  std::vector<Operation> operations;
  std::vector<Group> groups;
};

/// Extracts the operations of `function`, a function of one block of the module
/// whose symbols are `symbols`. With `groups`, also the groups of more than one
/// operation in which everything can be measured. The function is not changed.
/// Linear in the function, and in what is copied. Emits one error if an
/// operation refers to a symbol called `main`.
mlir::FailureOr<OpExtraction> extractOps(mlir::func::FuncOp function,
                                         mlir::SymbolTable &symbols,
                                         bool groups);

} // namespace placement

#endif // PLACEMENT_CONVERSION_OPEXTRACTION_H
