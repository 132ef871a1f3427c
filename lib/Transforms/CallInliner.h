//===- CallInliner.h - Inline all calls below a function --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_CALLINLINER_H
#define PLACEMENT_LIB_TRANSFORMS_CALLINLINER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace placement {

/// Replaces every call that can be inlined by the body of its callee,
/// transitively, in one function of a module. Asks nothing of the operations
/// that it copies. Linear in the call graph and in what it writes.
///
/// On entry: functions and calls verify. On exit: the calls left in `root` are
/// those for which a remark gave the reason; other functions are unchanged.
class CallInliner {
public:
  CallInliner(mlir::ModuleOp module, mlir::func::FuncOp root)
      : module(module), root(root) {}

  /// Fails, with an error and nothing changed, when `root` would grow past
  /// `maxOps` operations.
  llvm::LogicalResult run(uint64_t maxOps);

  /// The functions inlined at least once, in the order of discovery.
  llvm::ArrayRef<mlir::func::FuncOp> getInlined() const { return inlined; }

private:
  /// A function that can be reached from the root by calls.
  struct Function {
    mlir::func::FuncOp op;
    /// Calls in the body, in program order; calls of anything else than a
    /// function of the module are absent.
    llvm::SmallVector<mlir::func::CallOp> calls;
    llvm::SmallVector<unsigned> callees;
    /// Operations of the body once its calls are inlined, without the return.
    uint64_t numOps = 0;
    /// Why calls of this function stay; empty when they are inlined.
    llvm::StringRef obstacle;
  };

  void discover();
  unsigned addFunction(mlir::func::FuncOp op);
  void markRecursive();
  uint64_t countOps();
  static llvm::StringRef getObstacle(const Function &callee,
                                     mlir::func::CallOp call);
  void inlineCall(mlir::func::CallOp call, mlir::func::FuncOp callee);

  mlir::ModuleOp module;
  mlir::func::FuncOp root;
  llvm::SmallVector<Function> functions;
  llvm::DenseMap<mlir::StringAttr, mlir::func::FuncOp> symbols;
  llvm::DenseMap<mlir::StringAttr, unsigned> indexOf;
  /// Functions so that callees stand before their callers, cycles aside.
  llvm::SmallVector<unsigned> postOrder;
  llvm::SmallVector<mlir::func::FuncOp> inlined;
  /// Calls in `root` still to be inlined.
  llvm::SmallVector<mlir::func::CallOp> worklist;
};

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_CALLINLINER_H
