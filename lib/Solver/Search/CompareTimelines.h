//===- CompareTimelines.h - A stated timeline against the true --*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_SEARCH_COMPARETIMELINES_H
#define PLACEMENT_LIB_SOLVER_SEARCH_COMPARETIMELINES_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Timeline.h"

#include <span>
#include <string>
#include <vector>

namespace placement::solver {

/// Sentences about what a stated timeline has otherwise than the true one of
/// the same plan: devices, exact times beyond rounding, entries too many or too
/// few. The order of entries does not matter. At most 20.
/// O(entries log entries).
std::vector<std::string> compareTimelines(const Instance &instance,
                                          std::span<const TimelineEntry> stated,
                                          std::span<const TimelineEntry> truth);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_SEARCH_COMPARETIMELINES_H
