//===- Comparison.h - Answers of many algorithms, side by side --*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_COMPARISON_H
#define PLACEMENT_SOLVER_MODEL_COMPARISON_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace placement::solver {

/// The name of the row that the others are measured by.
inline constexpr std::string_view kOurs = "ours";
/// The name of rows of plans that came from files.
inline constexpr std::string_view kExpert = "expert";

/// What became of one run of a comparison.
enum class RowState {
  /// A plan that keeps all rules.
  Plan,
  /// A plan that breaks a rule; it has a value all the same.
  Broken,
  /// Proven that no plan keeps all rules.
  Infeasible,
  /// Ended without a plan: a limit, or a heuristic that found none.
  NoPlan,
  /// The algorithm cannot take the instance or these options, or the file does
  /// not fit the instance.
  Unsupported,
  /// A fault of the algorithm, refused by the checker.
  Failed,
  /// The comparison was stopped before.
  NotRun
};

/// A lower-case word or two for files: "plan", "broken", "not-run".
const char *toString(RowState state);

/// One algorithm, or one given plan, on one instance.
struct ComparisonRow {
  /// kOurs, the name of the algorithm, or kExpert.
  std::string name;
  /// The file of a given plan; else empty.
  std::string source;
  /// Whether the plan had to be contiguous; under latency, whether a device may
  /// run one piece only.
  bool contiguous = true;
  RowState state = RowState::NotRun;
  /// The algorithm makes contiguous plans only, and this is the one of the rows
  /// for these, valued among any plans; only with `contiguous` false.
  bool carried = false;
  /// With RowState::Plan, Infeasible and NoPlan as `solve` gave it, with Broken
  /// as `evaluate` did; else empty. Its `algorithm` says what automatic choice
  /// took.
  Plan plan;
  /// Wall time of the run; zero for plans from files.
  double seconds = 0;
  /// Sentences: the rules broken, why there is no plan. Empty for plans.
  std::vector<std::string> reasons;

  bool isOurs() const { return name == kOurs; }
  bool hasValue() const {
    return state == RowState::Plan || state == RowState::Broken;
  }
};

/// All rows of one instance: first those for contiguous plans, then those for
/// any plans, each beginning with ours.
struct ComparedInstance {
  /// How tables call it.
  std::string name;
  /// Must live as long as the comparison is used. Never null.
  const Instance *instance = nullptr;
  std::vector<ComparisonRow> rows;

  /// Our row for these plans; null where they were not compared.
  const ComparisonRow *ours(bool contiguous) const;
  /// How much longer the row's plan takes than ours of the same kind of plans,
  /// relative to ours: 0.129 is 12.9 % more. None where either has no plan
  /// (ours: no feasible one), or ours takes no time at all.
  std::optional<double> distance(const ComparisonRow &row) const;
};

/// A sentence about a comparison that must not be overlooked.
struct ComparisonRemark {
  std::string text;
  /// Two answers contradict each other, so one of them is wrong.
  bool fault = false;
};

/// The table of a paper: instances with what each algorithm made of them.
struct Comparison {
  std::vector<ComparedInstance> instances;
  /// Seconds that each run was given; infinite for no limit.
  double timeLimit = 0;
  /// False where it was stopped; the rows that are missing say NotRun.
  bool complete = true;
  /// What is better than ours, and contradictions.
  std::vector<ComparisonRemark> remarks;

  /// True if there are rows for this kind of plans.
  bool has(bool contiguous) const;
};

/// What one algorithm did over all instances, for one kind of plans.
struct ComparisonSummary {
  std::string name;
  bool contiguous = true;
  /// Instances on which it ran or could not; those with a feasible plan; those
  /// where no feasible plan of the comparison is better; those solved with
  /// proof. An expert counts once an instance, with its best plan.
  uint32_t instances = 0, plans = 0, best = 0, optimal = 0;
  /// Instances where both this and ours have a feasible plan with a value above
  /// zero, and the geometric mean of the values' ratios over them.
  uint32_t compared = 0;
  double meanRatio = 0;
  /// Wall seconds together.
  double seconds = 0;
};

/// One summary for each name and kind of plans, in the order of the rows. Rows
/// that were not run are left out. Linear in the number of rows, but for names,
/// of which there are few.
std::vector<ComparisonSummary> summarise(const Comparison &comparison);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_COMPARISON_H
