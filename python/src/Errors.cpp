//===- Errors.cpp - From diagnostics to Python exceptions -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Errors.h"

#include "llvm/Support/JSON.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <tuple>

namespace nb = nanobind;

namespace placement::python {

std::string Diagnostic::str() const {
  std::string text = location.empty() ? "" : location + ": ";
  return text + severity + ": " + message;
}

std::string validUtf8(std::string text) {
  return llvm::json::isUTF8(text) ? std::move(text) : llvm::json::fixUTF8(text);
}

/// Sets the Python error to an exception of placement.errors and throws it.
[[noreturn]] static void throwObject(const nb::object &type,
                                     const nb::object &exception) {
  PyErr_SetObject(type.ptr(), exception.ptr());
  throw nb::python_error();
}

void throwError(const char *name, const std::string &message) {
  nb::object type = nb::module_::import_("placement.errors").attr(name);
  throwObject(type, type(validUtf8(message)));
}

void throwDiagnostics(std::vector<Diagnostic> diagnostics,
                      const char *fallback) {
  std::string text;
  // Notes follow the diagnostic that they explain.
  bool ofError = false;
  for (const Diagnostic &diagnostic : diagnostics) {
    if (diagnostic.severity != "note")
      ofError = diagnostic.severity == "error";
    if (ofError)
      text += (text.empty() ? "" : "\n") + diagnostic.str();
  }
  nb::object type = nb::module_::import_("placement.errors").attr("InputError");
  nb::object exception = type(text.empty() ? fallback : text);
  exception.attr("diagnostics") = nb::tuple(nb::cast(std::move(diagnostics)));
  throwObject(type, exception);
}

void bindDiagnostic(nb::module_ &module) {
  using State = std::tuple<std::string, std::string, std::string>;
  nb::class_<Diagnostic>(module, "Diagnostic",
                         "One diagnostic of a pass or of the parser.")
      .def(nb::init<std::string, std::string, std::string>(),
           nb::arg("severity"), nb::arg("message"), nb::arg("location") = "")
      .def_ro("severity", &Diagnostic::severity,
              "'error', 'warning', 'remark', or 'note' to the one before.")
      .def_ro("message", &Diagnostic::message)
      .def_ro("location", &Diagnostic::location,
              "'file:line:column' where known, else as MLIR prints it, or ''.")
      .def("__str__", &Diagnostic::str)
      .def("__repr__",
           [](const Diagnostic &d) { return "<Diagnostic " + d.str() + ">"; })
      .def("__eq__",
           [](const Diagnostic &a, nb::handle b) {
             return nb::isinstance<Diagnostic>(b) &&
                    a == nb::cast<const Diagnostic &>(b);
           })
      .def("__hash__",
           [](const Diagnostic &d) { return nb::hash(nb::cast(d.str())); })
      .def("__getstate__",
           [](const Diagnostic &d) {
             return State(d.severity, d.message, d.location);
           })
      .def("__setstate__", [](Diagnostic &d, const State &state) {
        const auto &[severity, message, location] = state;
        new (&d) Diagnostic{severity, message, location};
      });
}

} // namespace placement::python
