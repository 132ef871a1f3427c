//===- DescribePlan.h - What limits a plan, for people ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_SEARCH_DESCRIBEPLAN_H
#define PLACEMENT_LIB_SOLVER_SEARCH_DESCRIBEPLAN_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

namespace placement::solver {

/// A time of the source with its unit.
std::string quantity(const Instance &instance, double value);

/// A sentence: which device limits a plan and what it is busy with; under
/// latency, what its critical path consists of. The plan has loads, and under
/// latency a timeline.
std::string describeBottleneck(const Instance &instance, const Plan &plan);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_SEARCH_DESCRIBEPLAN_H
