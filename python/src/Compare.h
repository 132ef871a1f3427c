//===- Compare.h - Comparisons, from Python ---------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_COMPARE_H
#define PLACEMENT_PYTHON_SRC_COMPARE_H

#include <nanobind/nanobind.h>

namespace placement::python {

/// Adds the class `Comparison`, `compare`, which makes one, and what finds
/// names and files for it.
void bindCompare(nanobind::module_ &module);

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_COMPARE_H
