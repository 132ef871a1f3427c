//===- Session.cpp - One use of MLIR --------------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Session.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "placement/Bridge/BytecodeOrigin.h"
#include "placement/InitAll.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

#include <chrono>
#include <future>

namespace nb = nanobind;
using namespace mlir;

namespace placement::python {

/// All that placement-opt knows, made once; read-only afterwards.
static const DialectRegistry &dialects() {
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

static std::string describeLocation(Location location) {
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

static const char *severityName(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  return "error";
}

static void append(std::vector<python::Diagnostic> &list,
                   const mlir::Diagnostic &diagnostic) {
  list.push_back({severityName(diagnostic.getSeverity()),
                  validUtf8(diagnostic.str()),
                  describeLocation(diagnostic.getLocation())});
  for (const mlir::Diagnostic &note : diagnostic.getNotes())
    append(list, note);
}

llvm::StringRef characters(const TextOrBytes &text) {
  if (const auto *bytes = std::get_if<nb::bytes>(&text))
    return {bytes->c_str(), bytes->size()};
  Py_ssize_t size = 0;
  const char *data =
      PyUnicode_AsUTF8AndSize(std::get<nb::str>(text).ptr(), &size);
  if (!data)
    throw nb::python_error();
  return {data, static_cast<size_t>(size)};
}

Session::Session()
    : context(dialects(), MLIRContext::Threading::DISABLED),
      handler(&context, [this](mlir::Diagnostic &diagnostic) {
        append(diagnostics, diagnostic);
      }) {
  context.allowUnregisteredDialects();
  // Locations say where; a module in an error would bring its weights along.
  context.printOpOnDiagnostic(false);
}

void Session::addError(std::string message) {
  diagnostics.push_back({"error", validUtf8(std::move(message)), ""});
}

OwningOpRef<ModuleOp> Session::parse(llvm::StringRef text,
                                     const std::string &source) {
  std::string reason = foreignBytecodeReason(text);
  if (!reason.empty()) {
    addError("'" + source + "' is " + reason);
    return nullptr;
  }
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(llvm::MemoryBuffer::getMemBuffer(text, source),
                              llvm::SMLoc());
  return parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
}

std::vector<python::Diagnostic>
runSession(const std::function<bool(Session &)> &work) {
  constexpr std::chrono::milliseconds kPoll(20);
  std::vector<python::Diagnostic> diagnostics;
  std::atomic<bool> cancelled = false;
  std::future<bool> result = std::async(std::launch::async, [&] {
    Session session;
    session.context.getOrLoadDialect<PlacementDialect>()->setCancelFlag(
        &cancelled);
    bool succeeded = work(session);
    diagnostics = std::move(session.diagnostics);
    return succeeded;
  });
  auto ended = [&](std::chrono::milliseconds limit) {
    nb::gil_scoped_release release;
    return result.wait_for(limit) == std::future_status::ready;
  };
  while (!ended(kPoll)) {
    if (PyErr_CheckSignals() == 0)
      continue;
    cancelled.store(true, std::memory_order_relaxed);
    {
      nb::gil_scoped_release release;
      result.wait();
    }
    throw nb::python_error();
  }
  if (!result.get())
    throwDiagnostics(std::move(diagnostics),
                     "the passes failed without a message");
  return diagnostics;
}

} // namespace placement::python
