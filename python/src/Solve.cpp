//===- Solve.cpp - The solver, from Python --------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solve.h"

#include "Arrays.h"
#include "Errors.h"
#include "Plan.h"
#include "SearchEvents.h"

#include "placement/Solver/Search/Registry.h"
#include "placement/Solver/Search/Solve.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace placement::solver;

namespace placement::python {

namespace {

/// Errors of the core start so when it is at fault and not the input.
constexpr std::string_view kInternalPrefix = "internal error:";

std::optional<Assignment>
warmStart(const std::vector<std::pair<uint32_t, uint32_t>> &stages,
          const std::optional<ArrayIn<uint32_t>> &stageOf,
          const std::optional<ArrayIn<uint32_t>> &rank) {
  if (!stageOf)
    return std::nullopt;
  Assignment assignment;
  for (auto [kind, index] : stages)
    assignment.stages.push_back({kind, index});
  assignment.stageOf = toVector(*stageOf);
  if (rank)
    assignment.rank = toVector(*rank);
  return assignment;
}

InstancePlan
solveInstance(const nb::object &owner, const std::string &algorithm,
              bool contiguous, uint32_t maxStages, double gap, double timeLimit,
              uint64_t workLimit, uint64_t memoryLimit, uint64_t seed,
              uint32_t alternatives, uint32_t threads,
              const std::string &provers, const std::string &worker,
              const std::vector<std::pair<uint32_t, uint32_t>> &warmStages,
              const std::optional<ArrayIn<uint32_t>> &warmStageOf,
              const std::optional<ArrayIn<uint32_t>> &warmRank,
              nb::object observer, nb::object cancel, bool keepPlan) {
  SolveOptions options;
  options.algorithm = algorithm;
  options.contiguous = contiguous;
  options.maxStages = maxStages;
  options.gap = gap;
  options.timeLimit = timeLimit;
  options.workLimit = workLimit;
  options.memoryLimit = memoryLimit;
  options.seed = seed;
  options.alternatives = alternatives;
  options.threads = threads;
  options.provers = proversOf(provers);
  options.worker = worker;
  std::optional<Assignment> warm = warmStart(warmStages, warmStageOf, warmRank);
  Callbacks callbacks{std::move(observer), std::move(cancel), keepPlan};

  const auto &instance = nb::cast<const Instance &>(owner);
  BackgroundWork work;
  SearchEvents events(instance, work);
  Observer *hears = callbacks.observer.is_none() ? nullptr : &events;
  options.cancel = &work.cancelled();
  std::optional<Result<Plan>> answer;
  work.run(callbacks, [&] {
    answer.emplace(solve(instance, options, hears, warm ? &*warm : nullptr));
  });
  Result<Plan> &plan = *answer;
  if (!plan)
    throwError(plan.error().message.starts_with(kInternalPrefix)
                   ? "InternalError"
                   : "InputError",
               plan.error().message);
  return {owner, std::move(*plan)};
}

std::vector<std::pair<std::string, std::string>> algorithms() {
  std::vector<std::pair<std::string, std::string>> list = {
      {"auto", "the best algorithm that can take the instance"}};
  for (const std::unique_ptr<Algorithm> &known : Registry::get().all())
    list.emplace_back(known->name(), known->description());
  return list;
}

} // namespace

Provers proversOf(const std::string &name) {
  std::optional<Provers> known = parseProvers(name);
  if (!known)
    throwError("InputError", "provers: is '" + name +
                                 "'; give auto, own, highs, cpsat or all");
  return *known;
}

void bindSolve(nb::module_ &module) {
  nb::class_<Event>(module, "Event", "What a running search reports.")
      .def_ro("kind", &Event::kind,
              "'incumbent': a better plan; 'bound': no plan is below it; "
              "'claim': a general solver says so, unchecked; "
              "'phase': text says what begins; 'figure': a count of the "
              "search, with its name in text.")
      .def_ro("seconds", &Event::seconds, "Since the search began.")
      .def_ro("value", &Event::value,
              "Time per sample in the instance's unit, or the count; None for "
              "a phase.")
      .def_ro("text", &Event::text,
              "The method at work, the phase, or the name of the count.")
      .def("__repr__", [](const Event &e) {
        return "<Event " + e.kind + " " + e.text +
               (e.value ? " " + std::to_string(*e.value) : "") + ">";
      });
  module.def("solve", solveInstance, nb::arg("instance"), nb::kw_only(),
             nb::arg("algorithm"), nb::arg("contiguous"), nb::arg("max_stages"),
             nb::arg("gap"), nb::arg("time_limit"), nb::arg("work_limit"),
             nb::arg("memory_limit"), nb::arg("seed"), nb::arg("alternatives"),
             nb::arg("threads"), nb::arg("provers"), nb::arg("worker"),
             nb::arg("warm_stages"), nb::arg("warm_stage_of").none(),
             nb::arg("warm_rank").none(), nb::arg("observer").none(),
             nb::arg("cancel").none(), nb::arg("keep_plan"));
  module.attr("MOST_ALTERNATIVES") = kMostAlternatives;
  module.def("algorithms", algorithms);
}

} // namespace placement::python
