//===- Timeline.cpp - Timelines, from Python ------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Timeline.h"

#include "Errors.h"
#include "Plan.h"

#include "placement/Solver/IO/TimelineWriters.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Model/TimelineFacts.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <tuple>

namespace nb = nanobind;
using namespace placement::solver;

namespace placement::python {

namespace {

/// Kind's number and index of the device, stage, node (none for a piece);
/// start, finish, in, compute, out, slack in the source's unit; lane.
using EntryTuple =
    std::tuple<uint32_t, uint32_t, uint32_t, std::optional<uint32_t>, double,
               double, double, double, double, double, uint32_t>;

/// The entries, and those of a critical path by their numbers.
std::tuple<std::vector<EntryTuple>, std::vector<uint32_t>>
planTimeline(const InstancePlan &p) {
  const Instance &instance = p.instance();
  TimelineFacts facts = readTimeline(instance, p.plan);
  std::vector<EntryTuple> entries;
  entries.reserve(p.plan.timeline.size());
  for (size_t e = 0; e < p.plan.timeline.size(); ++e) {
    const TimelineEntry &entry = p.plan.timeline[e];
    entries.emplace_back(
        entry.device.kind, entry.device.index, entry.stage,
        entry.isPiece() ? std::nullopt : std::optional(entry.node),
        entry.exactStart, entry.exactFinish, entry.exactIn, entry.exactCompute,
        entry.exactOut, instance.toSourceTime(facts.slack[e]), facts.lane[e]);
  }
  return {std::move(entries), std::move(facts.critical)};
}

} // namespace

void bindTimeline(nb::module_ &module) {
  module.def("plan_timeline", planTimeline, nb::arg("plan"));
  module.def(
      "plan_summary",
      [](const InstancePlan &p) {
        return validUtf8(writePlanSummary(p.instance(), p.plan));
      },
      nb::arg("plan"));
  module.def(
      "draw_timeline",
      [](const InstancePlan &p, size_t width, bool colour) {
        return validUtf8(drawTimeline(p.instance(), p.plan, {width, colour}));
      },
      nb::arg("plan"), nb::arg("width"), nb::arg("colour"));
  module.def(
      "plan_trace",
      [](const InstancePlan &p) { return writeTrace(p.instance(), p.plan); },
      nb::arg("plan"));
}

} // namespace placement::python
