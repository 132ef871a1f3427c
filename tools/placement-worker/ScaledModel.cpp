//===- ScaledModel.cpp - An integer program in doubles --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScaledModel.h"

#include <algorithm>
#include <cmath>
#include <deque>

using namespace placement::worker;
using namespace placement::solver::external;

namespace {

using Wide = __int128;

constexpr int64_t kMostIntegerRange = int64_t(1) << 24;
/// Exponents that ranges and coefficients are brought to.
constexpr int kRangeExponent = 20, kCoefficientExponent = 10;
/// HiGHS drops what is below 1e-9.
constexpr double kLeastCoefficient = 2e-9;
/// What HiGHS's tolerances may hide in a bound, in the numbers of its model.
constexpr double kHidden = 1e-6, kHiddenRelative = 1e-9;
/// How often the rows may be gone through to raise wide variables.
constexpr size_t kMostRaising = 64;

double roundedDown(Wide value) {
  double rounded = static_cast<double>(value);
  return static_cast<Wide>(rounded) > value
             ? std::nextafter(rounded, -kHighsInf)
             : rounded;
}

double roundedUp(Wide value) { return -roundedDown(-value); }

Wide dividedUp(Wide value, Wide divisor) {
  return (value + divisor - 1) / divisor;
}

} // namespace

namespace placement::worker {

/// A row on its way into the model: sum of coefficient * (value - lower bound).
struct WideRow {
  struct Part {
    Column column;
    Wide coefficient;
  };
  std::vector<Part> parts;
  bool hasLower = false, hasUpper = false;
  Wide lower = 0, upper = 0;

  void add(Column column, Wide coefficient) {
    for (Part &part : parts)
      if (part.column == column) {
        part.coefficient += coefficient;
        return;
      }
    parts.push_back({column, coefficient});
  }
};

} // namespace placement::worker

ScaledModel::ScaledModel(const LinearModel &model)
    : model(model), shift(model.numVariables()), wide(model.numVariables()),
      wideRows(model.numVariables()) {
  lp.num_col_ = static_cast<HighsInt>(model.numVariables());
  lp.col_cost_.assign(model.numVariables(), 0);
  lp.col_lower_.assign(model.numVariables(), 0);
  for (Column column = 0; column < model.numVariables(); ++column) {
    int64_t range = model.upperOf(column) - model.lowerOf(column);
    wide[column] = range > kMostIntegerRange;
    if (wide[column])
      shift[column] = std::ilogb(static_cast<double>(range)) - kRangeExponent;
    lp.col_upper_.push_back(std::ldexp(roundedUp(range), -shift[column]));
    lp.integrality_.push_back(wide[column] ? HighsVarType::kContinuous
                                           : HighsVarType::kInteger);
  }
  lp.a_matrix_.format_ = MatrixFormat::kRowwise;
  lp.a_matrix_.num_col_ = lp.num_col_;
  for (size_t row = 0; row < model.numRows(); ++row)
    addRow(row);
  addObjective();
  lp.a_matrix_.num_row_ = lp.num_row_;
}

void ScaledModel::emit(const WideRow &row) {
  double largest = 0;
  std::vector<double> coefficients;
  for (const WideRow::Part &part : row.parts) {
    coefficients.push_back(
        std::ldexp(static_cast<double>(part.coefficient), shift[part.column]));
    largest = std::max(largest, std::abs(coefficients.back()));
  }
  int divide = 0;
  if (largest > std::ldexp(1.0, kCoefficientExponent))
    divide = std::ilogb(largest) - kCoefficientExponent + 1;
  double lower = std::ldexp(roundedDown(row.lower), -divide);
  double upper = std::ldexp(roundedUp(row.upper), -divide);
  for (size_t i = 0; i < coefficients.size(); ++i) {
    Column column = row.parts[i].column;
    double coefficient = std::ldexp(coefficients[i], -divide);
    if (std::abs(coefficient) < kLeastCoefficient) {
      double most = coefficient * lp.col_upper_[column];
      lower -= std::max(most, 0.0);
      upper -= std::min(most, 0.0);
      continue;
    }
    lp.a_matrix_.index_.push_back(static_cast<HighsInt>(column));
    lp.a_matrix_.value_.push_back(coefficient);
  }
  lp.a_matrix_.start_.push_back(
      static_cast<HighsInt>(lp.a_matrix_.index_.size()));
  lp.row_lower_.push_back(row.hasLower ? lower : -kHighsInf);
  lp.row_upper_.push_back(row.hasUpper ? upper : kHighsInf);
  ++lp.num_row_;
}

void ScaledModel::addRow(size_t index) {
  const LinearModel::Row &row = model.allRows()[index];
  WideRow moved;
  // The sum at the lower bounds, and what it can be at least and at most.
  Wide base = 0, least = 0, most = 0;
  for (const Term &term : model.termsOf(row)) {
    Wide low = Wide(term.coefficient) * model.lowerOf(term.column);
    Wide high = Wide(term.coefficient) * model.upperOf(term.column);
    base += low;
    least += std::min(low, high);
    most += std::max(low, high);
    moved.parts.push_back({term.column, term.coefficient});
    if (wide[term.column])
      wideRows[term.column].push_back(static_cast<uint32_t>(index));
  }
  // A side that always holds needs no row.
  moved.hasLower = row.lower != kNoLower && row.lower > least;
  moved.hasUpper = row.upper != kNoUpper && row.upper < most;
  if (!moved.hasLower && !moved.hasUpper)
    return;
  moved.lower = moved.hasLower ? row.lower - base : 0;
  moved.upper = moved.hasUpper ? row.upper - base : 0;
  if (row.condition == LinearModel::kUnconditional)
    return emit(moved);

  // With b the condition, moved to begin at zero as every variable:
  //   when 1:  sum + M b <= upper + M,   sum - M' b >= lower - M'
  //   when 0:  sum - M b <= upper,       sum + M' b >= lower
  // A condition that is fixed at 1 begins at zero there, too, and its b is 0.
  int64_t fixed = model.lowerOf(row.condition);
  WideRow half = moved;
  if (moved.hasUpper) {
    Wide big = most - row.upper;
    half.hasLower = false;
    half.add(row.condition, row.when ? big : -big);
    if (row.when)
      half.upper += big;
    half.upper -= (row.when ? big : -big) * fixed;
    emit(half);
  }
  half = moved;
  if (moved.hasLower) {
    Wide big = row.lower - least;
    half.hasUpper = false;
    half.add(row.condition, row.when ? -big : big);
    if (row.when)
      half.lower -= big;
    half.lower -= (row.when ? -big : big) * fixed;
    emit(half);
  }
}

void ScaledModel::addObjective() {
  double largest = 0;
  WideRow limit;
  for (const Term &term : model.objectiveTerms()) {
    objectiveBase += term.coefficient * model.lowerOf(term.column);
    double cost =
        std::ldexp(static_cast<double>(term.coefficient), shift[term.column]);
    lp.col_cost_[term.column] = cost;
    largest = std::max(largest, std::abs(cost));
    limit.parts.push_back({term.column, term.coefficient});
  }
  if (largest > std::ldexp(1.0, kCoefficientExponent))
    objectiveShift = std::ilogb(largest) - kCoefficientExponent + 1;
  for (double &cost : lp.col_cost_)
    cost = std::ldexp(cost, -objectiveShift);
  if (!model.limit())
    return;
  limit.hasUpper = true;
  limit.upper = Wide(*model.limit()) - objectiveBase;
  emit(limit);
}

std::vector<double> ScaledModel::hint() const {
  std::vector<double> result;
  result.reserve(model.numVariables());
  for (Column column = 0; column < model.numVariables(); ++column)
    result.push_back(std::ldexp(
        static_cast<double>(model.hintValues()[column] - model.lowerOf(column)),
        -shift[column]));
  return result;
}

std::vector<int64_t> ScaledModel::integers(const double *values) const {
  std::vector<int64_t> rounded;
  bool anyWide = false;
  for (Column column = 0; column < model.numVariables(); ++column) {
    double range =
        static_cast<double>(model.upperOf(column) - model.lowerOf(column));
    double value = std::ldexp(values[column], shift[column]);
    // Written so that what is no number becomes the lower bound.
    int64_t above =
        value > 0 ? static_cast<int64_t>(std::round(std::min(value, range)))
                  : 0;
    rounded.push_back(
        std::min(model.lowerOf(column) + above, model.upperOf(column)));
    anyWide |= wide[column];
  }
  if (!anyWide)
    return rounded;
  std::vector<int64_t> raised = rounded;
  for (Column column = 0; column < model.numVariables(); ++column)
    if (wide[column])
      raised[column] = model.lowerOf(column);
  raiseWide(raised);
  bool better = model.isFeasible(raised) &&
                (!model.isFeasible(rounded) ||
                 model.objectiveOf(raised) < model.objectiveOf(rounded));
  return better ? raised : rounded;
}

void ScaledModel::raiseWide(std::vector<int64_t> &values) const {
  std::deque<uint32_t> queue;
  std::vector<bool> queued(model.numRows());
  auto enqueueRows = [&](Column column) {
    for (uint32_t row : wideRows[column])
      if (!queued[row]) {
        queued[row] = true;
        queue.push_back(row);
      }
  };
  for (Column column = 0; column < values.size(); ++column)
    enqueueRows(column);

  size_t steps = kMostRaising * (model.numTerms() + 1);
  while (!queue.empty()) {
    const LinearModel::Row &row = model.allRows()[queue.front()];
    queued[queue.front()] = false;
    queue.pop_front();
    std::span<const Term> terms = model.termsOf(row);
    if (terms.size() >= steps)
      return;
    steps -= terms.size();
    if (row.condition != LinearModel::kUnconditional &&
        (values[row.condition] != 0) != row.when)
      continue;
    Wide sum = 0;
    for (const Term &term : terms)
      sum += Wide(term.coefficient) * values[term.column];
    // How much is missing below, or too much above: one of them is positive.
    Wide missing = row.lower == kNoLower ? Wide(0) : row.lower - sum;
    Wide excess = row.upper == kNoUpper ? Wide(0) : sum - row.upper;
    if (missing <= 0 && excess <= 0)
      continue;
    for (const Term &term : terms) {
      bool helps = missing > 0 ? term.coefficient > 0 : term.coefficient < 0;
      if (!wide[term.column] || !helps)
        continue;
      Wide by = missing > 0 ? dividedUp(missing, term.coefficient)
                            : dividedUp(excess, -Wide(term.coefficient));
      if (by > Wide(model.upperOf(term.column)) - values[term.column])
        continue;
      values[term.column] += static_cast<int64_t>(by);
      enqueueRows(term.column);
      break;
    }
  }
}

bool ScaledModel::roundedBound(double bound, int64_t &result) const {
  double sure = bound - kHidden - kHiddenRelative * std::abs(bound);
  double above = std::ceil(std::ldexp(sure, objectiveShift));
  // Whatever is no number, or beyond what an objective can be, says nothing.
  if (!(std::abs(above) < static_cast<double>(kMostActivity)))
    return false;
  Wide whole = Wide(objectiveBase) + static_cast<int64_t>(above);
  if (whole > kMostActivity || whole < -kMostActivity)
    return false;
  result = static_cast<int64_t>(whole);
  return true;
}
