//===- LinearModel.h - Integer programs for general solvers -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_EXTERNAL_LINEARMODEL_H
#define PLACEMENT_SOLVER_EXTERNAL_LINEARMODEL_H

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace placement::solver::external {

/// Dense, in the order of addVariable.
using Column = uint32_t;

/// The sides of a row that has none there.
inline constexpr int64_t kNoLower = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kNoUpper = std::numeric_limits<int64_t>::max();

/// Bounds of variables, coefficients and finite sides are at most this in
/// absolute value, and so is each sum of |coefficient| * largest |value| over a
/// row or the objective: every sum of terms fits in 64 bits, in any order.
inline constexpr int64_t kMostActivity = (int64_t(1) << 62) - 1;

struct Term {
  Column column;
  int64_t coefficient;
};

/// Minimise an integer linear objective over integer variables with finite
/// bounds, under linear rows. What the solver cannot represent exactly is its
/// own matter: whatever it answers is evaluated here, in integers.
///
/// Both solvers like small numbers. CP-SAT works in 64 bits itself, so sums
/// near kMostActivity slow it down; HiGHS works in doubles with absolute
/// tolerances (docs/Workers.md says what the worker does about wide
/// coefficients). A caller after a lower bound scales its times down and rounds
/// them down, a caller after a plan takes the assignment and evaluates it
/// itself.
class LinearModel {
public:
  /// Lower must not be above upper.
  Column addVariable(int64_t lower, int64_t upper);
  Column addBoolean() { return addVariable(0, 1); }

  /// lower <= sum of terms <= upper. A column may be named once a row.
  void addRow(int64_t lower, int64_t upper, std::span<const Term> terms);
  /// The row holds if the Boolean `condition` has the value `when`, and is void
  /// otherwise. CP-SAT takes it as it is; for HiGHS the worker adds to each
  /// side the least constant, from the bounds of the variables, that makes it
  /// void.
  void addRowIf(Column condition, bool when, int64_t lower, int64_t upper,
                std::span<const Term> terms);

  /// Replaces the objective (at first empty: any solution is optimal).
  void setObjective(std::span<const Term> terms);
  /// Only solutions with an objective of at most `limit` count, so that
  /// "infeasible" says that every solution has at least limit + 1.
  void setObjectiveLimit(int64_t limit) { objectiveLimit = limit; }
  /// One value for each variable. Need not be feasible; one that is saves the
  /// solver the search for a first solution.
  void setHint(std::vector<int64_t> values) { hint = std::move(values); }

  /// Empty, or which rule above is broken and where. O(terms).
  std::string check() const;

  /// The objective of `values`, summed exactly.
  int64_t objectiveOf(std::span<const int64_t> values) const;
  /// Whether bounds, rows and the objective limit hold. False for a wrong
  /// number of values. O(terms).
  bool isFeasible(std::span<const int64_t> values) const;

  size_t numVariables() const { return lower.size(); }
  size_t numRows() const { return rows.size(); }
  size_t numTerms() const { return terms.size(); }

  struct Row {
    int64_t lower, upper;
    /// Range of the terms.
    size_t begin, end;
    /// kUnconditional, or the Boolean on which it depends.
    Column condition;
    bool when;
  };
  static constexpr Column kUnconditional = ~Column(0);

  int64_t lowerOf(Column column) const { return lower[column]; }
  int64_t upperOf(Column column) const { return upper[column]; }
  const std::vector<Row> &allRows() const { return rows; }
  std::span<const Term> termsOf(const Row &row) const {
    return {terms.data() + row.begin, row.end - row.begin};
  }
  const std::vector<Term> &objectiveTerms() const { return objective; }
  std::optional<int64_t> limit() const { return objectiveLimit; }
  const std::vector<int64_t> &hintValues() const { return hint; }

private:
  std::vector<int64_t> lower, upper;
  std::vector<Row> rows;
  std::vector<Term> terms;
  std::vector<Term> objective;
  std::optional<int64_t> objectiveLimit;
  std::vector<int64_t> hint;
};

} // namespace placement::solver::external

#endif // PLACEMENT_SOLVER_EXTERNAL_LINEARMODEL_H
