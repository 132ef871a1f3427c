//===- LinearModel.cpp - Integer programs for general solvers -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/External/LinearModel.h"

#include <algorithm>

using namespace placement::solver::external;

namespace {

using Wide = __int128;

bool isSide(int64_t value) {
  return value >= -kMostActivity && value <= kMostActivity;
}

int64_t sumOf(std::span<const Term> terms, std::span<const int64_t> values) {
  int64_t sum = 0;
  for (const Term &term : terms)
    sum += term.coefficient * values[term.column];
  return sum;
}

} // namespace

Column LinearModel::addVariable(int64_t low, int64_t high) {
  lower.push_back(low);
  upper.push_back(high);
  return static_cast<Column>(lower.size() - 1);
}

void LinearModel::addRow(int64_t low, int64_t high,
                         std::span<const Term> added) {
  addRowIf(kUnconditional, true, low, high, added);
}

void LinearModel::addRowIf(Column condition, bool when, int64_t low,
                           int64_t high, std::span<const Term> added) {
  size_t begin = terms.size();
  terms.insert(terms.end(), added.begin(), added.end());
  rows.push_back({low, high, begin, terms.size(), condition, when});
}

void LinearModel::setObjective(std::span<const Term> added) {
  objective.assign(added.begin(), added.end());
}

std::string LinearModel::check() const {
  for (size_t i = 0; i < lower.size(); ++i)
    if (!isSide(lower[i]) || !isSide(upper[i]) || lower[i] > upper[i])
      return "variable " + std::to_string(i) +
             " has no bounds, too wide ones, or none that hold a value";

  // The last row that named a column: finds a column that is named twice
  // without a set for each row.
  std::vector<size_t> seen(lower.size(), ~size_t(0));
  auto checkTerms = [&](std::span<const Term> checked, size_t row,
                        const std::string &name) -> std::string {
    Wide most = 0;
    for (const Term &term : checked) {
      if (term.column >= lower.size())
        return name + " names variable " + std::to_string(term.column) +
               ", which does not exist";
      if (seen[term.column] == row)
        return name + " names variable " + std::to_string(term.column) +
               " twice";
      seen[term.column] = row;
      if (!isSide(term.coefficient))
        return name + " has too large a coefficient";
      // The larger absolute value of the two bounds, as lower <= upper.
      Wide size = std::max<Wide>(-Wide(lower[term.column]), upper[term.column]);
      most += size * (term.coefficient < 0 ? -Wide(term.coefficient)
                                           : Wide(term.coefficient));
      if (most > kMostActivity)
        return name + " can sum to more than 2^62 - 1";
    }
    return {};
  };

  for (size_t i = 0; i < rows.size(); ++i) {
    const Row &row = rows[i];
    std::string name = "row " + std::to_string(i);
    if ((row.lower != kNoLower && !isSide(row.lower)) ||
        (row.upper != kNoUpper && !isSide(row.upper)))
      return name + " has a side beyond 2^62 - 1";
    if (row.condition != kUnconditional &&
        (row.condition >= lower.size() || lower[row.condition] < 0 ||
         upper[row.condition] > 1))
      return name + " depends on something that is no Boolean";
    if (std::string error = checkTerms(termsOf(row), i, name); !error.empty())
      return error;
  }
  if (std::string error = checkTerms(objective, rows.size(), "the objective");
      !error.empty())
    return error;
  if (objectiveLimit && !isSide(*objectiveLimit))
    return "the objective limit is beyond 2^62 - 1";
  if (!hint.empty() && hint.size() != lower.size())
    return "the hint has not one value for each variable";
  return {};
}

int64_t LinearModel::objectiveOf(std::span<const int64_t> values) const {
  return sumOf(objective, values);
}

bool LinearModel::isFeasible(std::span<const int64_t> values) const {
  if (values.size() != lower.size())
    return false;
  for (size_t i = 0; i < lower.size(); ++i)
    if (values[i] < lower[i] || values[i] > upper[i])
      return false;
  for (const Row &row : rows) {
    if (row.condition != kUnconditional &&
        (values[row.condition] != 0) != row.when)
      continue;
    int64_t sum = sumOf(termsOf(row), values);
    if (sum < row.lower || sum > row.upper)
      return false;
  }
  return !objectiveLimit || objectiveOf(values) <= *objectiveLimit;
}
