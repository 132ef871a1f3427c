//===- Session.h - One use of MLIR ---------------------------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_SESSION_H
#define PLACEMENT_PYTHON_SRC_SESSION_H

#include "Errors.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <atomic>
#include <functional>
#include <variant>

namespace placement::python {

/// Text, or bytes that hold text or bytecode.
using TextOrBytes = std::variant<nanobind::str, nanobind::bytes>;

/// The characters of either; they end in a zero byte, which MLIR's lexer asks
/// for, and live as long as the object. Needs the GIL; throws where a string is
/// no valid Unicode.
llvm::StringRef characters(const TextOrBytes &text);

/// A context with all that placement-opt knows, and what was said in it. It has
/// no threads: a pool would not live on in the child of a fork. Unregistered
/// dialects are allowed.
class Session {
public:
  Session();

  /// Parses and verifies a module. Null after an error, also for bytecode of
  /// another producer.
  mlir::OwningOpRef<mlir::ModuleOp> parse(llvm::StringRef text,
                                          const std::string &source);
  /// Adds an error without a location.
  void addError(std::string message);

  /// First, so that it outlives what the context says at its end.
  std::vector<Diagnostic> diagnostics;
  mlir::MLIRContext context;

private:
  mlir::ScopedDiagnosticHandler handler;
};

/// Runs `work` on a session in a thread of its own while this thread, with the
/// GIL released in between, looks at signals: an interrupt sets the session's
/// cancel flag, waits for the end and is raised. Otherwise raises what `work`
/// threw, or InputError with all that was said where it returns false. Returns
/// what was said. Needs the GIL.
std::vector<Diagnostic> runSession(const std::function<bool(Session &)> &work);

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_SESSION_H
