//===- ReaderTesting.h - What tests of readers share ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_IO_READERTESTING_H
#define PLACEMENT_TEST_UNIT_IO_READERTESTING_H

#include "placement/Solver/IO/Readers.h"

#include <gtest/gtest.h>

#include <string>

namespace placement::solver::test {

/// The message of a refusal; empty for an answer.
template <typename T>
std::string messageOf(const Result<T> &result) {
  return result ? std::string() : result.error().message;
}

/// With what an instance file is refused; empty if it is read.
inline std::string instanceError(std::string_view text) {
  return messageOf(readInstance(text, "f.json"));
}

/// With what a machine file is refused; empty if it is read.
inline std::string machineError(std::string_view text) {
  return messageOf(readMachine(text, "m.json"));
}

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_IO_READERTESTING_H
