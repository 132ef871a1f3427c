//===- Plan.cpp - Plans, from Python --------------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan.h"

#include "Arrays.h"
#include "Errors.h"

#include "placement/Solver/IO/Readers.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Search/Solve.h"

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

/// Kind's number and index of a device, then load, compute, in, out, sync in
/// the source's unit, and bytes.
using LoadTuple = std::tuple<uint32_t, uint32_t, double, double, double, double,
                             double, int64_t>;

std::vector<LoadTuple> loadTuples(const Instance &instance,
                                  const std::vector<DeviceLoad> &loads) {
  std::vector<LoadTuple> list;
  list.reserve(loads.size());
  for (const DeviceLoad &load : loads)
    list.emplace_back(load.device.kind, load.device.index, load.exactLoad,
                      load.exactCompute, load.exactIn, load.exactOut,
                      instance.toSourceTime(load.sync), load.memory);
  return list;
}

std::vector<std::tuple<uint32_t, uint32_t>>
stageTuples(const Assignment &assignment) {
  std::vector<std::tuple<uint32_t, uint32_t>> list;
  list.reserve(assignment.stages.size());
  for (DeviceRef device : assignment.stages)
    list.emplace_back(device.kind, device.index);
  return list;
}

/// Value, distance, stages, stage of each node and loads of each; the arrays
/// lie in the plan.
nb::list alternatives(nb::handle self) {
  const auto &p = nb::cast<const InstancePlan &>(self);
  nb::list list;
  for (const Alternative &one : p.plan.alternatives)
    list.append(nb::make_tuple(one.exactValue, one.distance(p.plan),
                               stageTuples(one.assignment),
                               view(one.assignment.stageOf, self),
                               loadTuples(p.instance(), one.loads)));
  return list;
}

std::vector<std::string> explanation(const InstancePlan &p) {
  std::vector<std::string> list;
  list.reserve(p.plan.explanation.size());
  for (const std::string &sentence : p.plan.explanation)
    list.push_back(validUtf8(sentence));
  return list;
}

/// As PLAN.json has it: none where nothing can be said.
std::optional<double> bound(const InstancePlan &p) {
  if (!p.plan.hasAssignment() && p.plan.status != Status::Unknown)
    return std::nullopt;
  return statedBound(p.instance(), p.plan);
}

/// The same of what is proven.
std::optional<double> provenBound(const InstancePlan &p) {
  if (!p.plan.hasAssignment() && p.plan.status != Status::Unknown)
    return std::nullopt;
  return statedProvenBound(p.instance(), p.plan);
}

InstancePlan readPlan(const nb::object &owner, const std::string &path,
                      bool contiguous) {
  const auto &instance = nb::cast<const Instance &>(owner);
  Result<Plan> plan = [&]() -> Result<Plan> {
    nb::gil_scoped_release release;
    Result<std::string> text = readFile(path);
    if (!text)
      return text.error();
    Result<Assignment> assignment = readAssignment(*text, path, instance);
    if (!assignment)
      return assignment.error();
    return evaluate(instance, *assignment, contiguous);
  }();
  if (!plan)
    throwError("InputError", plan.error().message);
  return {owner, std::move(*plan)};
}

InstancePlan
evaluateStages(const nb::object &owner,
               const std::vector<std::tuple<uint32_t, uint32_t>> &devices,
               const ArrayIn<uint32_t> &stageOf,
               const std::optional<ArrayIn<uint32_t>> &rank, bool contiguous) {
  const auto &instance = nb::cast<const Instance &>(owner);
  Assignment assignment;
  for (auto [kind, index] : devices)
    assignment.stages.push_back({kind, index});
  assignment.stageOf = toVector(stageOf);
  if (rank)
    assignment.rank = toVector(*rank);
  Result<Plan> plan = [&] {
    nb::gil_scoped_release release;
    return evaluate(instance, assignment, contiguous);
  }();
  if (!plan)
    throwError("InputError", plan.error().message);
  return {owner, std::move(*plan)};
}

} // namespace

void bindPlan(nb::module_ &module) {
  nb::class_<InstancePlan>(module, "Plan",
                           "A plan of the solver: placement.Plan wraps it.")
      .def_prop_ro(
          "status",
          [](const InstancePlan &p) { return toString(p.plan.status); })
      .def_prop_ro("stop",
                   [](const InstancePlan &p) { return toString(p.plan.stop); })
      .def_prop_ro("proof",
                   [](const InstancePlan &p) { return toString(p.plan.proof); })
      .def_prop_ro("value",
                   [](const InstancePlan &p) {
                     return p.plan.hasAssignment()
                                ? std::optional(p.plan.exactValue)
                                : std::nullopt;
                   })
      .def_prop_ro("bound", bound)
      .def_prop_ro("proven_bound", provenBound)
      .def_prop_ro("claimed_by",
                   [](const InstancePlan &p) {
                     return p.plan.proof == Proof::Claimed
                                ? std::optional(validUtf8(p.plan.claimant))
                                : std::nullopt;
                   })
      .def_prop_ro("gap",
                   [](const InstancePlan &p) {
                     return p.plan.hasAssignment() ? std::optional(p.plan.gap())
                                                   : std::nullopt;
                   })
      .def_prop_ro("fingerprint",
                   [](const InstancePlan &p) { return p.plan.fingerprint; })
      .def_prop_ro(
          "algorithm",
          [](const InstancePlan &p) { return validUtf8(p.plan.algorithm); })
      .def_prop_ro("explanation", explanation)
      .def_prop_ro(
          "stages",
          [](const InstancePlan &p) { return stageTuples(p.plan.assignment); })
      .def_prop_ro("stage_of",
                   [](nb::handle self) {
                     const auto &p = nb::cast<const InstancePlan &>(self);
                     return view(p.plan.assignment.stageOf, self);
                   })
      .def_prop_ro("rank",
                   [](nb::handle self) {
                     const auto &p = nb::cast<const InstancePlan &>(self);
                     return view(p.plan.assignment.rank, self);
                   })
      .def_prop_ro("loads",
                   [](const InstancePlan &p) {
                     return loadTuples(p.instance(), p.plan.loads);
                   })
      .def_prop_ro("alternatives", alternatives)
      .def_prop_ro(
          "alternatives_exact",
          [](const InstancePlan &p) { return p.plan.alternativesExact; })
      .def("to_json",
           [](const InstancePlan &p) {
             return writePlanJson(p.instance(), p.plan);
           })
      .def(
          "table",
          [](const InstancePlan &p, bool colour) {
            return writePlanTable(p.instance(), p.plan, colour);
          },
          nb::arg("colour"));
  module.def("read_plan", readPlan, nb::arg("instance"), nb::arg("path"),
             nb::arg("contiguous"));
  module.def("evaluate", evaluateStages, nb::arg("instance"), nb::arg("stages"),
             nb::arg("stage_of"), nb::arg("rank").none(),
             nb::arg("contiguous"));
}

} // namespace placement::python
