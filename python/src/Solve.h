//===- Solve.h - The solver, from Python ---------------------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_SOLVE_H
#define PLACEMENT_PYTHON_SRC_SOLVE_H

#include "placement/Solver/Search/Options.h"

#include <nanobind/nanobind.h>

#include <string>

namespace placement::python {

/// The provers of that name; raises InputError for any other.
solver::Provers proversOf(const std::string &name);

/// Adds `solve`, `algorithms` and the class `Event`.
void bindSolve(nanobind::module_ &module);

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_SOLVE_H
