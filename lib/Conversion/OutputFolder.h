//===- OutputFolder.h - Files that passes write -----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_CONVERSION_OUTPUTFOLDER_H
#define PLACEMENT_LIB_CONVERSION_OUTPUTFOLDER_H

#include "mlir/IR/Operation.h"
#include "llvm/Support/raw_ostream.h"

namespace placement {

/// A folder that a pass writes files to; errors are diagnostics on `op`.
class OutputFolder {
public:
  OutputFolder(mlir::Operation *op, llvm::StringRef path)
      : op(op), path(path.str()) {}

  /// Makes the folder, and those above it, where it is missing.
  llvm::LogicalResult create();

  /// Writes one file under another name and renames it, so that no half file
  /// is ever seen.
  llvm::LogicalResult
  write(llvm::StringRef name,
        llvm::function_ref<void(llvm::raw_ostream &)> print);

private:
  mlir::Operation *op;
  std::string path;
};

} // namespace placement

#endif // PLACEMENT_LIB_CONVERSION_OUTPUTFOLDER_H
