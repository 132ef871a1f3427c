//===- BytecodeOrigin.h - Who wrote a bytecode buffer --------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_BRIDGE_BYTECODEORIGIN_H
#define PLACEMENT_BRIDGE_BYTECODEORIGIN_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace placement {

/// Bytecode of another producer or version can be read as something else
/// without any error, so only the very same one is taken. Returns empty for
/// text and for our own bytecode, else one sentence that says what it is and
/// what to do.
std::string foreignBytecodeReason(llvm::StringRef buffer);

} // namespace placement

#endif // PLACEMENT_BRIDGE_BYTECODEORIGIN_H
