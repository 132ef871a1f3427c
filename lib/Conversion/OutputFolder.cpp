//===- OutputFolder.cpp - Files that passes write -------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutputFolder.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace placement {

LogicalResult OutputFolder::create() {
  if (std::error_code error = llvm::sys::fs::create_directories(path))
    return op->emitError() << "folder '" << path
                           << "' cannot be made: " << error.message();
  return success();
}

LogicalResult
OutputFolder::write(StringRef name,
                    llvm::function_ref<void(raw_ostream &)> print) {
  SmallString<128> file(path);
  llvm::sys::path::append(file, name);
  llvm::Error error = llvm::writeToOutput(file, [&](raw_ostream &os) {
    print(os);
    return llvm::Error::success();
  });
  if (!error)
    return success();
  return op->emitError() << "file '" << file << "' cannot be written: "
                         << llvm::toString(std::move(error));
}

} // namespace placement
