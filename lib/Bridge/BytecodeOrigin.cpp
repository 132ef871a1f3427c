//===- BytecodeOrigin.cpp - Who wrote a bytecode buffer -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Bridge/BytecodeOrigin.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

/// Drops the version, a variable-length integer whose first byte says in its
/// trailing zeros how many bytes follow (MLIR bytecode format, "Variable-width
/// integers").
static bool dropVarInt(StringRef &bytes) {
  if (bytes.empty())
    return false;
  auto first = static_cast<uint8_t>(bytes.front());
  size_t length = 1;
  while (length <= 8 && !((first >> (length - 1)) & 1))
    ++length;
  if (bytes.size() < length)
    return false;
  bytes = bytes.drop_front(length);
  return true;
}

std::string placement::foreignBytecodeReason(StringRef buffer) {
  if (!buffer.consume_front("ML\xefR"))
    return {};
  constexpr StringLiteral ours = "MLIR" LLVM_VERSION_STRING;
  constexpr StringLiteral advice =
      "; export the module as text in generic form (mlir-opt "
      "--mlir-print-op-generic, or str(module.operation) in Python) instead";
  bool hasVersion = dropVarInt(buffer);
  size_t end = buffer.find('\0');
  if (!hasVersion || end == StringRef::npos)
    return ("bytecode without a readable header" + advice).str();
  StringRef producer = buffer.take_front(end);
  if (producer == ours)
    return {};
  std::string shown;
  raw_string_ostream os(shown);
  printEscapedString(producer.take_front(80), os);
  return ("bytecode written by '" + Twine(shown) + "', and only that of '" +
          ours + "' can be read without risk" + advice)
      .str();
}
