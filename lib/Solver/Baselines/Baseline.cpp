//===- Baseline.cpp - What the baselines share ----------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/Baseline.h"

#include "Solver/Contiguous/Capacity.h"
#include "Solver/NonContiguous/NonContiguousSearch.h"
#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

namespace placement::solver::baselines {

std::string refuseAlternatives(const SolveOptions &options) {
  if (options.alternatives <= 1)
    return {};
  return "it makes one plan only; alternatives come from \"contiguous\" and "
         "\"linearised\"";
}

namespace {

/// Why a baseline whose devices may hold any nodes cannot take a problem with
/// these options: as the engine for such plans, and no limit of stages.
std::string unsupportedAnywhere(const Instance &instance,
                                const SolveOptions &options) {
  if (options.contiguous || options.maxStages == 0)
    return noncontiguous::unsupportedReason(instance, options);
  return "it uses all devices of a kind, and the number of stages is limited; "
         "leave the limit out, or lower the number of devices";
}

/// An answer without a plan: the simple bound of all plans that the options
/// allow, or that there are none. `graph` is the contraction, with order or
/// without. O(classes log classes).
Outcome simpleOutcome(const Instance &instance, const SolveOptions &options,
                      const ClassGraph &graph) {
  // Classes that the order ties together may be apart in other plans.
  ClassGraph bounded = graph.ordered == options.contiguous
                           ? graph
                           : contiguous::contract(instance, options.maxStages,
                                                  options.contiguous);
  Time bound = contiguous::Capacity(bounded).lowerBound();
  Outcome outcome;
  outcome.proof = Proof::Engine;
  outcome.infeasible = bound == kInfiniteTime;
  outcome.bound = outcome.infeasible ? 0 : bound;
  return outcome;
}

} // namespace

std::string Baseline::unsupportedReason(const Instance &instance,
                                        const SolveOptions &options) const {
  return anywhere ? unsupportedAnywhere(instance, options)
                  : refuseAlternatives(options);
}

Outcome Baseline::solve(const Instance &instance, const SolveOptions &options,
                        const Assignment *warmStart, Observer &observer) const {
  if (instance.numNodes() == 0)
    return {};
  Budget budget = budgetOf(options);
  ClassGraph graph = contiguous::contract(
      instance, anywhere ? 0 : options.maxStages, /*ordered=*/!anywhere);
  Outcome outcome = simpleOutcome(instance, options, graph);
  if (!outcome.infeasible)
    place({instance, options, budget, graph, observer}, outcome);
  return outcome;
}

void Baseline::conclude(const Problem &problem, Assignment assignment,
                        Outcome &outcome) const {
  const Instance &instance = problem.instance;
  CheckReport report = check(instance, assignment, problem.options.contiguous,
                             /*maxViolations=*/3);
  if (report.feasible()) {
    problem.observer.onIncumbent(report.value, name());
    outcome.assignment = std::move(assignment);
    return;
  }
  const std::string &unit = instance.data().timeUnit;
  std::string text = "What the method ends with is no plan, though its value "
                     "would be " +
                     describeNumber(report.exactValue) +
                     (unit == "unit" ? "" : " " + unit);
  for (const std::string &violation : report.violations)
    text += "; " + violation;
  outcome.explanation.push_back(text + ".");
}

std::vector<ClassId> programOrder(const ClassGraph &graph) {
  std::vector<uint32_t> firstNode(graph.numClasses, kNone);
  for (uint32_t v = static_cast<uint32_t>(graph.classOf.size()); v-- > 0;)
    firstNode[graph.classOf[v]] = v;
  using Entry = std::pair<uint32_t, ClassId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
  std::vector<size_t> waiting(graph.numClasses);
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    waiting[c] = graph.preds[c].size();
    if (waiting[c] == 0)
      ready.push({firstNode[c], c});
  }
  std::vector<ClassId> order;
  order.reserve(graph.numClasses);
  while (!ready.empty()) {
    ClassId c = ready.top().second;
    ready.pop();
    order.push_back(c);
    for (ClassId s : graph.succs[c])
      if (--waiting[s] == 0)
        ready.push({firstNode[s], s});
  }
  return order;
}

ClassGraph programLine(const ClassGraph &graph) {
  ClassGraph line = orderClasses(graph, programOrder(graph));
  return line.suffixStash ? line.reversed() : line;
}

std::vector<KindId> rankKinds(const ClassGraph &graph) {
  std::vector<__int128> total(graph.numKinds(), 0);
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    Time slowest = 0;
    for (KindId k = 0; k < graph.numKinds(); ++k)
      if (Time t = graph.timeOf(c, k); t != kUnsupported)
        slowest = std::max(slowest, t);
    for (KindId k = 0; k < graph.numKinds(); ++k) {
      Time t = graph.timeOf(c, k);
      total[k] += t == kUnsupported ? slowest : t;
    }
  }
  std::vector<KindId> ranked(graph.numKinds());
  std::iota(ranked.begin(), ranked.end(), 0);
  std::sort(ranked.begin(), ranked.end(), [&](KindId a, KindId b) {
    return total[a] != total[b] ? total[a] < total[b] : a < b;
  });
  return ranked;
}

NodeId someNode(const ClassGraph &graph, ClassId c) {
  return static_cast<NodeId>(
      std::find(graph.classOf.begin(), graph.classOf.end(), c) -
      graph.classOf.begin());
}

} // namespace placement::solver::baselines
