//===- StageModules.h - Stages as modules of their own ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_CONVERSION_STAGEMODULES_H
#define PLACEMENT_CONVERSION_STAGEMODULES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/SymbolTable.h"

namespace placement {

/// A new module that holds a copy of `function`, public and called `main`, and
/// of each symbol of its module that it refers to, however indirectly; names
/// in attributes of unregistered dialects count. Attributes of the placement
/// dialect, donations of buffers and shardings are left out, of the module
/// too: the copy is for one device, and its caller keeps its arguments.
/// `symbols` holds the symbols of the module of `function`. Linear in what is
/// copied. Emits one error if the function refers to itself or to another
/// symbol called `main`.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
extractModule(mlir::func::FuncOp function, mlir::SymbolTable &symbols);

/// One module of several, each with a function `main`: that of module i is
/// called `main_<i>`, and symbols that are the same in several are there once.
/// What is said of the module is what all say of theirs. The modules are of one
/// context and are emptied. Linear. Emits one error if a module has no function
/// `main` or refers to it, or if two have different symbols of one name.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
joinModules(llvm::ArrayRef<mlir::OwningOpRef<mlir::ModuleOp>> modules);

/// Drops from `root` and all that is inside what a compiler for one device has
/// no use for: attributes of the placement dialect, donations, shardings and
/// the constraints on them.
void dropPlacementAttributes(mlir::Operation *root);

/// Prints what `extractModule` made, in the generic form, which every reader of
/// MLIR takes whatever dialects it knows, and without locations.
void printModule(mlir::ModuleOp module, llvm::raw_ostream &os);

} // namespace placement

#endif // PLACEMENT_CONVERSION_STAGEMODULES_H
