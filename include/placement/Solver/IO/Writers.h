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
#include <string_view>

namespace placement::solver {

/// PLAN.json of the contract (docs/formats/plan.schema.json). Same plan, same
/// bytes: no times, no memory use, shortest round-trip numbers.
std::string writePlanJson(const Instance &instance, const Plan &plan);

/// The lower bound in the source's unit, as PLAN.json and the table state it:
/// the value itself where the gap is zero, else rounded down by as much as the
/// scaling to integers can have rounded up.
double statedBound(const Instance &instance, const Plan &plan);
/// The same of the part that is proven (Plan::provenBound).
double statedProvenBound(const Instance &instance, const Plan &plan);
/// The same for a bound of a running search, always rounded down.
double statedBound(const Instance &instance, Time bound);

/// The instance in our own format (docs/formats/instance.schema.json); reading
/// it back gives an instance with the same fingerprint. A comment goes into the
/// file's field of that name.
std::string writeInstanceJson(const Instance &instance,
                              std::string_view comment = {});

/// A table for people: value, bound and gap first, then a row for each device
/// in the order of stages, then the explanation. `colour` adds ANSI sequences.
std::string writePlanTable(const Instance &instance, const Plan &plan,
                           bool colour);

/// The first line of that table, and for a plan for latency what is on its
/// critical path; each line ends with a newline.
std::string writePlanSummary(const Instance &instance, const Plan &plan);

/// The text with control characters spelled out (`\x1B`), so that a name from
/// a file can neither break a line nor steer a terminal.
std::string printableText(std::string_view text);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_IO_WRITERS_H
