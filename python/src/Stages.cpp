//===- Stages.cpp - What an outlined module does, for Python --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stages.h"

#include "Session.h"

#include "placement/Conversion/StageModules.h"
#include "placement/Conversion/StageProgram.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace mlir;

namespace placement::python {

/// Reads the driver of an outlined module and works on it.
static void
withStages(const TextOrBytes &text, const std::string &source,
           llvm::function_ref<bool(ModuleOp, StageProgram &)> work) {
  llvm::StringRef input = characters(text);
  runSession([&](Session &session) {
    OwningOpRef<ModuleOp> module = session.parse(input, source);
    if (!module)
      return false;
    FailureOr<StageProgram> program = StageProgram::read(*module);
    return succeeded(program) && work(*module, *program);
  });
}

static std::string stageProgram(const TextOrBytes &text,
                                const std::string &source) {
  std::string json;
  withStages(text, source, [&](ModuleOp, StageProgram &program) {
    llvm::raw_string_ostream os(json);
    program.writeJSON(os);
    return true;
  });
  return json;
}

static nb::dict extractStages(const TextOrBytes &text,
                              const std::string &source) {
  std::vector<std::pair<std::string, std::string>> stages;
  withStages(text, source, [&](ModuleOp module, StageProgram &program) {
    SymbolTable symbols(module);
    llvm::DenseSet<Operation *> seen;
    for (StageProgram::Call &call : program.calls) {
      if (!seen.insert(call.function).second)
        continue;
      FailureOr<OwningOpRef<ModuleOp>> stage =
          extractModule(call.function, symbols);
      if (failed(stage))
        return false;
      auto &[name, printed] = stages.emplace_back();
      name = call.function.getSymName().str();
      llvm::raw_string_ostream os(printed);
      printModule(**stage, os);
    }
    return true;
  });
  nb::dict found;
  for (auto &[name, printed] : stages)
    found[name.c_str()] = printed;
  return found;
}

static std::string joinTexts(const std::vector<std::string> &texts) {
  if (texts.empty())
    throw nb::value_error("there is no module to join");
  std::string joined;
  runSession([&](Session &session) {
    std::vector<OwningOpRef<ModuleOp>> modules;
    for (auto [index, text] : llvm::enumerate(texts)) {
      modules.push_back(
          session.parse(text, "<text " + std::to_string(index) + ">"));
      if (!modules.back())
        return false;
    }
    FailureOr<OwningOpRef<ModuleOp>> result = joinModules(modules);
    if (failed(result))
      return false;
    llvm::raw_string_ostream os(joined);
    printModule(**result, os);
    return true;
  });
  return joined;
}

void bindStages(nb::module_ &module) {
  module.def("stage_program", stageProgram, nb::arg("text"), nb::kw_only(),
             nb::arg("source") = "<text>",
             nb::sig("def stage_program(text: str | bytes, *, source: str = "
                     "'<text>') -> str"),
             R"(Reads the driver of an outlined module.

Returns:
  JSON (docs/Formats.md, 'Stage programs').

Raises:
  InputError: The module cannot be parsed or is not outlined.)");
  module.def("extract_stages", extractStages, nb::arg("text"), nb::kw_only(),
             nb::arg("source") = "<text>",
             nb::sig("def extract_stages(text: str | bytes, *, source: str = "
                     "'<text>') -> dict[str, str]"),
             R"(Cuts the stage functions out of an outlined module.

Returns:
  Name of each stage function, in the order of their calls, and a module in
  generic form that holds it, public and called 'main', with what it calls.
  Placement attributes, donations and shardings are left out.

Raises:
  InputError: The module cannot be parsed or is not outlined.)");
  module.def("join_modules", joinTexts, nb::arg("texts"),
             nb::sig("def join_modules(texts: list[str]) -> str"),
             R"(Makes one module of several that each have a function 'main'.

Returns:
  A module in generic form, in which that of module i is called 'main_<i>'.
  Symbols that are the same in several modules are there once.

Raises:
  InputError: A module cannot be parsed, has no function 'main' or refers to
    it, or two have different symbols of one name.
  ValueError: There is none.)");
}

} // namespace placement::python
