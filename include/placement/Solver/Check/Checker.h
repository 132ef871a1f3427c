//===- Checker.h - Recomputes a plan from scratch ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CHECK_CHECKER_H
#define PLACEMENT_SOLVER_CHECK_CHECKER_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

namespace placement::solver {

/// What the checker found. `violations` are sentences that name the node or
/// device and the rule broken; empty means feasible. Loads and value are
/// computed even for infeasible assignments, as long as the shape is right.
/// Under latency a circle in which things wait for each other is the first
/// violation.
struct CheckReport {
  std::vector<std::string> violations;
  std::vector<DeviceLoad> loads;
  /// Under latency: when each piece and each host node runs. Else empty, and
  /// where pieces and nodes wait for each other in a circle.
  std::vector<TimelineEntry> timeline;
  /// Largest load; under GPipe the largest forward load plus the largest
  /// backward load. Under latency the end of what ends last, and kInfiniteTime
  /// (and infinity) where something never starts.
  Time value = 0;
  double exactValue = 0;
  /// False when indices are out of range, so that nothing could be computed.
  bool shapeOk = true;

  bool feasible() const { return shapeOk && violations.empty(); }
};

/// Recomputes loads, memory, pins, support, colocation and, when asked,
/// contiguity of an assignment from the definitions of docs/Solvers.md; under
/// latency also the timeline and the number of pieces a device (`contiguous`
/// has no meaning there). It shares no code with any algorithm and is run on
/// every plan, also in release builds. Time O(nodes + pins of nets + stages),
/// plus the precedence graph for contiguity. At most `maxViolations` (and at
/// least one) sentences are collected.
CheckReport check(const Instance &instance, const Assignment &assignment,
                  bool contiguous, size_t maxViolations = 20);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_CHECK_CHECKER_H
