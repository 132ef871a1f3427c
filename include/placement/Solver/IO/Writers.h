//===- Writers.h - Plans and instances to text ------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_IO_WRITERS_H
#define PLACEMENT_SOLVER_IO_WRITERS_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

#include <string>

namespace placement::solver {

/// PLAN.json of the contract (docs/formats/plan.schema.json). Same plan, same
/// bytes: no times, no memory use, shortest round-trip numbers.
std::string writePlanJson(const Instance &instance, const Plan &plan);

/// The instance in our own format; reading it back gives an equal instance.
std::string writeInstanceJson(const Instance &instance);

/// A table for people. `colour` adds ANSI sequences.
std::string writePlanTable(const Instance &instance, const Plan &plan,
                           bool colour);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_IO_WRITERS_H
