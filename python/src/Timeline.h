//===- Timeline.h - Timelines, from Python --------------------- -*- C++
//-*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_TIMELINE_H
#define PLACEMENT_PYTHON_SRC_TIMELINE_H

#include <nanobind/nanobind.h>

namespace placement::python {

/// Adds what tells of the timeline of a plan: `plan_timeline`, `plan_summary`,
/// `draw_timeline` and `plan_trace`.
void bindTimeline(nanobind::module_ &module);

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_TIMELINE_H
