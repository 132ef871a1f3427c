//===- RunPipeline.cpp - Passes over IR, from Python ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunPipeline.h"

#include "Errors.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "placement/Bridge/BytecodeOrigin.h"
#include "placement/InitAll.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <variant>

namespace nb = nanobind;
using namespace mlir;

namespace placement::python {

namespace {

/// All that placement-opt knows, made once; read-only afterwards.
const DialectRegistry &dialects() {
  static const DialectRegistry *const known = [] {
    auto *registry = new DialectRegistry;
    mlir::registerAllDialects(*registry);
    mlir::registerAllExtensions(*registry);
    placement::registerAllDialects(*registry);
    placement::registerAllExternalModels(*registry);
    mlir::registerAllPasses();
    placement::registerAllPasses();
    return registry;
  }();
  return *known;
}

std::string describeLocation(Location location) {
  if (auto line = location->findInstanceOf<FileLineColLoc>())
    return validUtf8(line.getFilename().str() + ":" +
                     std::to_string(line.getLine()) + ":" +
                     std::to_string(line.getColumn()));
  if (isa<UnknownLoc>(location))
    return {};
  std::string text;
  llvm::raw_string_ostream os(text);
  location->print(os);
  return validUtf8(std::move(text));
}

void append(std::vector<python::Diagnostic> &list,
            const mlir::Diagnostic &diagnostic) {
  constexpr const char *kNames[] = {"note", "warning", "error", "remark"};
  static_assert(static_cast<int>(DiagnosticSeverity::Note) == 0 &&
                static_cast<int>(DiagnosticSeverity::Warning) == 1 &&
                static_cast<int>(DiagnosticSeverity::Error) == 2 &&
                static_cast<int>(DiagnosticSeverity::Remark) == 3);
  list.push_back({kNames[static_cast<int>(diagnostic.getSeverity())],
                  validUtf8(diagnostic.str()),
                  describeLocation(diagnostic.getLocation())});
  for (const mlir::Diagnostic &note : diagnostic.getNotes())
    append(list, note);
}

struct Request {
  llvm::StringRef text;
  llvm::StringRef passes;
  std::string source;
  bool generic;
  bool locations;
};

struct Answer {
  /// Absent after an error.
  std::optional<std::string> text;
  std::vector<python::Diagnostic> diagnostics;
};

void addError(Answer &answer, std::string message) {
  answer.diagnostics.push_back({"error", validUtf8(std::move(message)), ""});
}

/// The pipeline, anchored on the module. The overload of parsePassPipeline that
/// fills a given manager would nest `builtin.module(...)` in it and then run on
/// nothing.
FailureOr<OpPassManager> parsePasses(llvm::StringRef passes, Answer &answer) {
  passes = passes.trim();
  std::string anchored = passes.starts_with("builtin.module(")
                             ? passes.str()
                             : ("builtin.module(" + passes + ")").str();
  std::string errors;
  llvm::raw_string_ostream os(errors);
  FailureOr<OpPassManager> manager = parsePassPipeline(anchored, os);
  if (failed(manager))
    addError(answer, "in the pipeline '" + anchored +
                         "': " + llvm::StringRef(errors).trim().str());
  return manager;
}

/// Parses, runs and prints in a context of its own, without threads: a pool
/// would not live on in the child of a fork.
Answer run(const Request &request) {
  Answer answer;
  std::string reason = foreignBytecodeReason(request.text);
  if (!reason.empty()) {
    addError(answer, "'" + request.source + "' is " + reason);
    return answer;
  }
  MLIRContext context(dialects(), MLIRContext::Threading::DISABLED);
  context.allowUnregisteredDialects();
  // Locations say where; a module in an error would bring its weights along.
  context.printOpOnDiagnostic(false);
  ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    append(answer.diagnostics, diagnostic);
  });
  FailureOr<OpPassManager> passes = parsePasses(request.passes, answer);
  if (failed(passes))
    return answer;

  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBuffer(request.text, request.source),
      llvm::SMLoc());
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
  if (!module)
    return answer;
  PassManager manager(&context, passes->getOpAnchorName());
  static_cast<OpPassManager &>(manager) = std::move(*passes);
  if (failed(manager.run(*module)))
    return answer;

  OpPrintingFlags flags;
  flags.printGenericOpForm(request.generic);
  flags.enableDebugInfo(request.locations, /*prettyForm=*/false);
  llvm::raw_string_ostream os(answer.text.emplace());
  module->print(os, flags);
  os << '\n';
  return answer;
}

std::pair<std::string, std::vector<python::Diagnostic>>
runPipeline(const std::variant<nb::str, nb::bytes> &text,
            const std::string &passes, bool generic, bool locations,
            std::string source) {
  // Both kinds of object end in a zero byte, which MLIR's lexer asks for, and
  // outlive the call.
  llvm::StringRef input;
  if (const auto *bytes = std::get_if<nb::bytes>(&text)) {
    input = {bytes->c_str(), bytes->size()};
  } else {
    Py_ssize_t size = 0;
    const char *data =
        PyUnicode_AsUTF8AndSize(std::get<nb::str>(text).ptr(), &size);
    if (!data)
      throw nb::python_error();
    input = {data, static_cast<size_t>(size)};
  }
  Answer answer;
  {
    nb::gil_scoped_release release;
    answer = run({input, passes, std::move(source), generic, locations});
  }
  if (!answer.text)
    throwDiagnostics(std::move(answer.diagnostics),
                     "the pipeline failed without a message");
  return {std::move(*answer.text), std::move(answer.diagnostics)};
}

} // namespace

void bindRunPipeline(nb::module_ &module) {
  module.def("run_pipeline", runPipeline, nb::arg("text"), nb::arg("passes"),
             nb::kw_only(), nb::arg("generic") = true,
             nb::arg("locations") = true, nb::arg("source") = "<text>",
             R"(Runs passes over a module, as the program placement-opt does.

Args:
  text: The module as MLIR text; operations of unknown dialects in generic
    form. Bytes may also hold bytecode of the very MLIR that this package uses.
  passes: A textual pipeline with or without 'builtin.module(...)' around it:
    'placement-pipeline{machine=tpu-v5e-4}', 'cse,device-place'.
  generic: Print the result in generic form, which other versions of MLIR read.
  locations: Print locations.
  source: The name of the text in messages.

Returns:
  The module as text, and the remarks and warnings in their order.

Raises:
  InputError: The text, the pipeline or what a pass says about them is wrong.
    The message holds all errors with their locations; the attribute
    'diagnostics' holds everything that was said.

Any number of threads may call this at once. The GIL is released meanwhile.)");
}

} // namespace placement::python
