//===- Result.h - A value or one error message ------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_RESULT_H
#define PLACEMENT_SOLVER_MODEL_RESULT_H

#include <optional>
#include <string>
#include <utility>

namespace placement::solver {

/// One error for a person: names the file, the element and the rule, and says
/// what to do. Never empty when used as an error.
struct Error {
  std::string message;
};

/// Either a value or an Error; the core's way to report bad input without
/// exceptions. Test it before use, as one does with llvm::FailureOr.
template <typename T>
class [[nodiscard]] Result {
public:
  Result(T value) : stored(std::move(value)) {}
  Result(Error error) : failure(std::move(error)) {}

  explicit operator bool() const { return stored.has_value(); }
  T &operator*() { return *stored; }
  const T &operator*() const { return *stored; }
  T *operator->() { return &*stored; }
  const T *operator->() const { return &*stored; }

  /// The error; only meaningful when the result holds no value.
  const Error &error() const { return failure; }

private:
  std::optional<T> stored;
  Error failure;
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_RESULT_H
