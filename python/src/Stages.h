//===- Stages.h - What an outlined module does, for Python ---- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_STAGES_H
#define PLACEMENT_PYTHON_SRC_STAGES_H

#include <nanobind/nanobind.h>

namespace placement::python {

/// Adds `stage_program`, `extract_stages` and `join_modules`.
void bindStages(nanobind::module_ &module);

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_STAGES_H
