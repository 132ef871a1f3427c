//===- Errors.h - From diagnostics to Python exceptions ------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_ERRORS_H
#define PLACEMENT_PYTHON_SRC_ERRORS_H

#include <nanobind/nanobind.h>

#include <string>
#include <vector>

namespace placement::python {

/// One diagnostic of MLIR as text, valid UTF-8.
struct Diagnostic {
  /// "error", "warning", "remark" or "note"; a note belongs to what stands
  /// before it.
  std::string severity;
  std::string message;
  /// `file:line:column` where known, else another kind of location as MLIR
  /// prints it; empty when there is none.
  std::string location;

  /// One line, in the form that compilers use.
  std::string str() const;
  bool operator==(const Diagnostic &) const = default;
};

/// The text with bytes that are no UTF-8 replaced by U+FFFD. Linear.
std::string validUtf8(std::string text);

/// Throws the exception of that name in `placement.errors`. Needs the GIL.
[[noreturn]] void throwError(const char *name, const std::string &message);

/// Throws an InputError with the text of all errors and their notes; its
/// `diagnostics` are all of those given. `fallback` is the text where there is
/// no error among them. Needs the GIL.
[[noreturn]] void throwDiagnostics(std::vector<Diagnostic> diagnostics,
                                   const char *fallback);

/// Adds the class Diagnostic to the module.
void bindDiagnostic(nanobind::module_ &module);

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_ERRORS_H
