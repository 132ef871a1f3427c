//===- ReadTimeline.h - The times that a plan's file states -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_READTIMELINE_H
#define PLACEMENT_LIB_SOLVER_IO_READTIMELINE_H

#include "Fields.h"

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Timeline.h"

#include <vector>

namespace placement::solver {

/// The list `timeline` of a PLAN.json for latency, in the order of the file.
/// `ids` are those of the instance's nodes.
std::optional<Error> readTimeline(JsonElement list, const JsonPath &path,
                                  const Instance &instance, const IdMap &ids,
                                  std::vector<TimelineEntry> &timeline);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_READTIMELINE_H
