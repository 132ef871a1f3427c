//===- LatencyTable.h - A plan for latency as tables ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_LATENCYTABLE_H
#define PLACEMENT_LIB_SOLVER_IO_LATENCYTABLE_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

#include <string>

namespace placement::solver {

/// The tables of a plan for latency, each with an empty line before it: pieces
/// in order, devices and hosts, the critical path. Empty without a timeline.
std::string writeLatencyTables(const Instance &instance, const Plan &plan,
                               bool colour);

/// `; latency: one piece on each acc, cpu is the host with 4 cores`.
std::string describeLatencyModel(const Instance &instance);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_LATENCYTABLE_H
