//===- CriticalSteps.h - A critical path for people -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_CRITICALSTEPS_H
#define PLACEMENT_LIB_SOLVER_IO_CRITICALSTEPS_H

#include "placement/Solver/Model/TimelineFacts.h"

#include <string>
#include <vector>

namespace placement::solver {

/// A part of the critical path: one piece, or nodes of a host kind one after
/// the other.
struct CriticalStep {
  uint32_t firstEntry = 0, lastEntry = 0;
  uint32_t entries = 1;
  /// What its begin waited for: `node 3 ("pool")`, `order after node 3`,
  /// `acc:0 to be free`. Empty for the first step.
  std::string waitedFor;
};

std::vector<CriticalStep> criticalSteps(const Instance &instance,
                                        const Plan &plan,
                                        const TimelineFacts &facts);

/// `acc:0, piece 3` or `cpu, 12 nodes`.
std::string describeStep(const Instance &instance, const Plan &plan,
                         const CriticalStep &step);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_CRITICALSTEPS_H
