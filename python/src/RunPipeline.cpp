//===- RunPipeline.cpp - Passes over IR, from Python ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunPipeline.h"

#include "Session.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace mlir;

namespace placement::python {

/// The pipeline, anchored on the module. The overload of parsePassPipeline that
/// fills a given manager would nest `builtin.module(...)` in it and then run on
/// nothing.
static FailureOr<OpPassManager> parsePasses(Session &session,
                                            llvm::StringRef passes) {
  passes = passes.trim();
  std::string anchored = passes.starts_with("builtin.module(")
                             ? passes.str()
                             : ("builtin.module(" + passes + ")").str();
  std::string errors;
  llvm::raw_string_ostream os(errors);
  FailureOr<OpPassManager> manager = parsePassPipeline(anchored, os);
  if (failed(manager))
    session.addError("in the pipeline '" + anchored +
                     "': " + llvm::StringRef(errors).trim().str());
  return manager;
}

static std::pair<std::string, std::vector<python::Diagnostic>>
runPipeline(const TextOrBytes &text, const std::string &passes, bool generic,
            bool locations, const std::string &source) {
  llvm::StringRef input = characters(text);
  std::string output;
  auto work = [&](Session &session) {
    FailureOr<OpPassManager> parsed = parsePasses(session, passes);
    if (failed(parsed))
      return false;
    OwningOpRef<ModuleOp> module = session.parse(input, source);
    if (!module)
      return false;
    PassManager manager(&session.context, parsed->getOpAnchorName());
    static_cast<OpPassManager &>(manager) = std::move(*parsed);
    if (failed(manager.run(*module)))
      return false;
    OpPrintingFlags flags;
    flags.printGenericOpForm(generic);
    flags.enableDebugInfo(locations, /*prettyForm=*/false);
    llvm::raw_string_ostream os(output);
    module->print(os, flags);
    os << '\n';
    return true;
  };
  std::vector<python::Diagnostic> diagnostics = runSession(work);
  return {std::move(output), std::move(diagnostics)};
}

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
  KeyboardInterrupt: Ctrl-C was pressed; a running search has been stopped.

Any number of threads may call this at once. The GIL is released meanwhile.)");
}

} // namespace placement::python
