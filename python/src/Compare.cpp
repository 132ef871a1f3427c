//===- Compare.cpp - Comparisons, from Python -----------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compare.h"

#include "Arrays.h"
#include "BackgroundWork.h"
#include "Errors.h"
#include "Plan.h"
#include "Solve.h"

#include "placement/Solver/IO/ComparisonFiles.h"
#include "placement/Solver/IO/ComparisonWriter.h"
#include "placement/Solver/Search/Compare.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <tuple>

namespace nb = nanobind;
using namespace placement::solver;

namespace placement::python {

namespace {

/// A comparison with the Python objects of its instances.
struct CoreComparison {
  std::vector<nb::object> owners;
  Comparison comparison;
};

/// Source, plan (a core Plan) or None, and why there is none.
using GivenTuple = std::tuple<std::string, nb::object, std::string>;

/// Tells the caller which run begins.
class RunEvents final : public CompareObserver {
public:
  explicit RunEvents(BackgroundWork &work) : work(work) {}
  void onRun(const ComparedInstance &instance, const ComparisonRow &row,
             size_t done, size_t total) override {
    work.add("run", static_cast<double>(done),
             instance.name + ", " + (row.contiguous ? "contiguous" : "any") +
                 " plans: " + row.name + " (" + std::to_string(done + 1) +
                 " of " + std::to_string(total) + ")");
  }

private:
  BackgroundWork &work;
};

CoreComparison
compareInstances(const std::vector<std::string> &names,
                 const std::vector<nb::object> &owners,
                 const std::vector<std::vector<GivenTuple>> &given,
                 const std::optional<std::vector<std::string>> &algorithms,
                 bool contiguous, bool any, uint32_t maxStages, double gap,
                 double timeLimit, uint64_t workLimit, uint64_t memoryLimit,
                 uint64_t seed, uint32_t threads, const std::string &provers,
                 const std::string &worker, nb::object observer,
                 nb::object cancel, bool keepAnswer) {
  CompareOptions options;
  options.all = !algorithms;
  if (algorithms)
    options.algorithms = *algorithms;
  options.contiguous = contiguous;
  options.any = any;
  options.solve.maxStages = maxStages;
  options.solve.gap = gap;
  options.solve.timeLimit = timeLimit;
  options.solve.workLimit = workLimit;
  options.solve.memoryLimit = memoryLimit;
  options.solve.seed = seed;
  options.solve.threads = threads;
  options.solve.provers = proversOf(provers);
  options.solve.worker = worker;

  CoreComparison made;
  made.owners = owners;
  std::vector<ComparedProblem> problems;
  for (size_t i = 0; i < names.size(); ++i) {
    ComparedProblem &problem = problems.emplace_back();
    problem.name = names[i];
    problem.instance = &nb::cast<const Instance &>(owners[i]);
    for (const auto &[source, plan, misfit] : given[i]) {
      GivenPlan &taken = problem.given.emplace_back();
      taken.source = source;
      taken.misfit = misfit;
      if (!plan.is_none())
        taken.assignment = nb::cast<const InstancePlan &>(plan).plan.assignment;
    }
  }

  Callbacks callbacks{std::move(observer), std::move(cancel), keepAnswer};
  BackgroundWork work;
  RunEvents events(work);
  options.solve.cancel = &work.cancelled();
  std::optional<Result<Comparison>> answer;
  work.run(callbacks,
           [&] { answer.emplace(compare(problems, options, &events)); });
  if (!*answer)
    throwError("InputError", answer->error().message);
  made.comparison = std::move(**answer);
  return made;
}

/// Name, kind of plans, source, state, carried, seconds, reasons, plan or None.
using RowTuple =
    std::tuple<std::string, bool, std::string, const char *, bool, double,
               std::vector<std::string>, std::optional<double>, nb::object>;

std::vector<RowTuple> rowsOf(const CoreComparison &core, size_t index) {
  const ComparedInstance &instance = core.comparison.instances[index];
  std::vector<RowTuple> rows;
  for (const ComparisonRow &row : instance.rows) {
    std::vector<std::string> reasons;
    for (const std::string &reason : row.reasons)
      reasons.push_back(validUtf8(reason));
    nb::object plan = nb::none();
    // Without an algorithm there was no answer.
    if (!row.plan.algorithm.empty())
      plan = nb::cast(InstancePlan{core.owners[index], row.plan});
    rows.emplace_back(validUtf8(row.name), row.contiguous,
                      validUtf8(row.source), toString(row.state), row.carried,
                      row.seconds, std::move(reasons), instance.distance(row),
                      std::move(plan));
  }
  return rows;
}

using SummaryTuple = std::tuple<std::string, bool, uint32_t, uint32_t, uint32_t,
                                uint32_t, uint32_t, double, double>;

std::vector<SummaryTuple> summaries(const CoreComparison &core) {
  std::vector<SummaryTuple> list;
  for (const ComparisonSummary &summary : summarise(core.comparison))
    list.emplace_back(validUtf8(summary.name), summary.contiguous,
                      summary.instances, summary.plans, summary.best,
                      summary.optimal, summary.compared, summary.meanRatio,
                      summary.seconds);
  return list;
}

std::string write(const CoreComparison &core, const std::string &format,
                  bool matrix, bool times, bool colour) {
  ComparisonStyle style;
  style.format = format == "markdown" ? ComparisonFormat::Markdown
                 : format == "csv"    ? ComparisonFormat::Csv
                 : format == "json"   ? ComparisonFormat::Json
                                      : ComparisonFormat::Text;
  style.layout = matrix ? ComparisonLayout::Matrix : ComparisonLayout::Rows;
  style.times = times;
  style.colour = colour;
  return validUtf8(writeComparison(core.comparison, style));
}

} // namespace

void bindCompare(nb::module_ &module) {
  nb::class_<CoreComparison>(
      module, "Comparison",
      "A table of algorithms: placement.Comparison wraps it.")
      .def_prop_ro(
          "complete",
          [](const CoreComparison &c) { return c.comparison.complete; })
      .def_prop_ro("remarks",
                   [](const CoreComparison &c) {
                     std::vector<std::tuple<std::string, bool>> list;
                     for (const ComparisonRemark &remark : c.comparison.remarks)
                       list.emplace_back(validUtf8(remark.text), remark.fault);
                     return list;
                   })
      .def_prop_ro("summaries", summaries)
      .def("rows", rowsOf, nb::arg("instance"))
      .def("write", write, nb::arg("format"), nb::arg("matrix"),
           nb::arg("times"), nb::arg("colour"));
  module.def("compare", compareInstances, nb::arg("names"),
             nb::arg("instances"), nb::arg("given"),
             nb::arg("algorithms").none(), nb::kw_only(), nb::arg("contiguous"),
             nb::arg("any"), nb::arg("max_stages"), nb::arg("gap"),
             nb::arg("time_limit"), nb::arg("work_limit"),
             nb::arg("memory_limit"), nb::arg("seed"), nb::arg("threads"),
             nb::arg("provers"), nb::arg("worker"), nb::arg("observer").none(),
             nb::arg("cancel").none(), nb::arg("keep_answer"));
  module.def("short_names", shortNames, nb::arg("paths"));
  module.def("find_expert", findExpert, nb::arg("path"));
}

} // namespace placement::python
