//===- Compare.h - Runs many algorithms on many instances -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_SEARCH_COMPARE_H
#define PLACEMENT_SOLVER_SEARCH_COMPARE_H

#include "placement/Solver/Model/Comparison.h"
#include "placement/Solver/Model/Result.h"
#include "placement/Solver/Search/Options.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace placement::solver {

/// A plan that somebody made by hand, to be compared with.
struct GivenPlan {
  /// Where it is from, for messages.
  std::string source;
  /// Absent where the file does not fit the instance; `misfit` then says why.
  std::optional<Assignment> assignment;
  std::string misfit;
};

/// One instance of a comparison.
struct ComparedProblem {
  std::string name;
  /// Not owned; never null.
  const Instance *instance = nullptr;
  std::vector<GivenPlan> given;
};

struct CompareOptions {
  /// Limits and switches of each run; `algorithm` and `contiguous` have no
  /// effect, and only one plan is asked for.
  SolveOptions solve;
  /// Compare with all registered algorithms, else with those named.
  bool all = true;
  /// Names of registered algorithms, in the order of the table, where not all
  /// are asked for. Ours is always there.
  std::vector<std::string> algorithms;
  /// Which kinds of plans to compare; at least one of them. Under latency each
  /// instance says which it has by its number of pieces a device (one:
  /// contiguous); that kind has to be among them.
  bool contiguous = true, any = true;
};

/// Hooks of a running comparison; calls come from the comparing thread.
class CompareObserver {
public:
  virtual ~CompareObserver() = default;
  /// A run begins: number `done` of `total`.
  virtual void onRun(const ComparedInstance &instance, const ComparisonRow &row,
                     size_t done, size_t total) {}
};

/// Runs our engine (automatic choice) and each algorithm on each instance, for
/// contiguous and for any plans, values the given plans, and looks for answers
/// that are better than ours or contradict each other. The algorithm that
/// automatic choice took is not run again. Algorithms that make contiguous
/// plans only show these among any plans, too (`carried`). Nothing that an
/// algorithm does ends the comparison: what it cannot take, does not find or
/// does wrong becomes a row that says so. `options.solve.cancel` ends the run
/// at hand and the comparison; the rows so far are returned. Where all
/// algorithms are asked for, those made for the other objective are none of
/// them. An error is a wrong option only: an unknown or repeated algorithm, a
/// negative limit, no kind of plans, instances of different objectives, or some
/// with one piece a device and some with several, or a kind of plans that an
/// instance under latency does not have. Deterministic but for times where no
/// limit of time or memory is hit.
Result<Comparison> compare(std::span<const ComparedProblem> problems,
                           const CompareOptions &options,
                           CompareObserver *observer = nullptr);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_SEARCH_COMPARE_H
