//===- TimelineWriters.h - Timelines as text and traces ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_IO_TIMELINEWRITERS_H
#define PLACEMENT_SOLVER_IO_TIMELINEWRITERS_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

#include <cstddef>
#include <string>

namespace placement::solver {

/// Fewer columns than these are not drawn in.
inline constexpr size_t kLeastDrawingWidth = 40;
/// And no more than these.
inline constexpr size_t kMostDrawingWidth = 1000;

struct DrawingStyle {
  /// Columns of a line, from kLeastDrawingWidth to kMostDrawingWidth; others
  /// are moved to the nearest of them.
  size_t width = 80;
  /// ANSI sequences.
  bool colour = false;
};

/// The timeline of a plan for latency, drawn in ASCII (names as they are): a
/// scale, one line for each device, lines for the nodes of a host that run at
/// once, and what the signs mean. Beyond some dozen lines only the devices of
/// the critical path and the first others are drawn, and the rest is counted;
/// a wide host is one line of how many nodes run. Each line ends with a
/// newline. Empty where the plan has no timeline.
std::string drawTimeline(const Instance &instance, const Plan &plan,
                         const DrawingStyle &style = {});

/// The timeline as a Chrome trace, for Perfetto and chrome://tracing
/// (docs/Formats.md, "Traces"): JSON, the same bytes for the same plan. Empty
/// where the plan has no timeline. O(pins of nets + nodes log nodes).
std::string writeTrace(const Instance &instance, const Plan &plan);

/// Two sentences: what follows what on the critical path, and how busy the
/// devices are. Empty where the plan has no timeline.
std::string describeTimeline(const Instance &instance, const Plan &plan);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_IO_TIMELINEWRITERS_H
