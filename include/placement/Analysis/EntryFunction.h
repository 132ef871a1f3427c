//===- EntryFunction.h - Which function is to be placed ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_ENTRYFUNCTION_H
#define PLACEMENT_ANALYSIS_ENTRYFUNCTION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace placement {

/// The function of `module` that every pass works on: the one called `name`,
/// or the only public function with a body when `name` is empty. It has one
/// block that ends in `func.return`. Anything else is an error, emitted here,
/// that lists the functions to choose from.
mlir::FailureOr<mlir::func::FuncOp> findEntryFunction(mlir::ModuleOp module,
                                                      llvm::StringRef name);

} // namespace placement

#endif // PLACEMENT_ANALYSIS_ENTRYFUNCTION_H
