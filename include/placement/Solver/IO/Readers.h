//===- Readers.h - Instances and plans from files ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_IO_READERS_H
#define PLACEMENT_SOLVER_IO_READERS_H

#include "placement/Solver/Model/Assignment.h"
#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Result.h"
#include "placement/Solver/Model/Timeline.h"

#include <string>
#include <string_view>
#include <vector>

namespace placement::solver {

/// Reads a whole file, or standard input for `-`. Errors name the file and the
/// reason. The string has spare capacity, which `readInstance` makes use of.
Result<std::string> readFile(const std::string &path);

/// Reads an instance: a published DPO file as it is, or our own versioned
/// format (docs/formats/instance.schema.json); the format is recognised from
/// the content. `fileName` is for messages; `given` overrides what the file
/// says about the models of load. Linear in the size of the text.
Result<Instance> readInstance(std::string_view json,
                              const std::string &fileName,
                              const LoadModelOverride &given = {});
/// The same, without a copy of the text where the string has spare capacity.
Result<Instance> readInstance(const std::string &json,
                              const std::string &fileName,
                              const LoadModelOverride &given = {});

/// A plan as a file gives it.
struct StatedPlan {
  Assignment assignment;
  /// What a PLAN.json for latency says of times, in the order of the file: the
  /// stages, nodes and exact times; all else is zero. Empty where it says
  /// nothing. Never believed: `evaluate` compares it with its own.
  std::vector<TimelineEntry> timeline;
};

/// Reads a plan for an instance: a PLAN.json of ours or a published
/// expert split ("fpgas"/"cpus" lists of node ids). A split that lists only
/// forward nodes gets each group's backward nodes with it. Stages without a
/// given order are ordered topologically where that is possible; under latency
/// sets of a split that cannot run as one call each are cut (`cutIntoCalls`).
Result<StatedPlan> readPlan(std::string_view json, const std::string &fileName,
                            const Instance &instance);
/// Its assignment alone.
Result<Assignment> readAssignment(std::string_view json,
                                  const std::string &fileName,
                                  const Instance &instance);

/// Reads a machine description file (docs/formats/machine.schema.json). The
/// link figures returned are in microseconds and bytes per microsecond, the
/// unit of placement IR; roofline figures are checked, and only the compiler
/// uses them.
Result<Machine> readMachine(std::string_view json, const std::string &fileName);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_IO_READERS_H
