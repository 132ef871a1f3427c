//===- ColumnLp.cpp - The master problem of column generation -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/ColumnLp.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace placement::solver::noncontiguous {

namespace {

constexpr double kTolerance = 1e-9;
constexpr double kPivotTolerance = 1e-7;
/// Share of the right-hand side by which rows are perturbed at most.
constexpr double kPerturbation = 1e-5;
/// Columns looked at between two looks at all.
constexpr size_t kCandidates = 40;

} // namespace

ColumnLp::ColumnLp(const std::vector<double> &b,
                   const std::vector<double> &artificial)
    : rowCount(b.size()), rhs(b), artificialCost(artificial) {
  // Different for every row, the same in every run.
  for (size_t r = 0; r < rowCount; ++r) {
    double share = static_cast<double>((r * 7919 + 104729) % 10007) / 10007;
    rhs[r] += kPerturbation * (0.5 + share) * std::max(1.0, rhs[r]);
  }
}

size_t ColumnLp::addColumn(std::vector<uint32_t> rows, double cost) {
  columns.push_back({std::move(rows), cost, true});
  isBasic.push_back(0);
  return columns.size() - 1;
}

void ColumnLp::removeColumn(size_t column) {
  columns[column].active = false;
  stale |= isBasic[column] != 0;
}

void ColumnLp::restart() {
  basis.resize(rowCount);
  basisCost = artificialCost;
  solution = rhs;
  direction.assign(rowCount, 0);
  inverse.assign(rowCount * rowCount, 0);
  std::fill(isBasic.begin(), isBasic.end(), 0);
  for (uint32_t r = 0; r < rowCount; ++r) {
    basis[r] = kArtificial + r;
    inverse[r * rowCount + r] = 1;
  }
  refreshDuals();
  stale = false;
}

void ColumnLp::refreshDuals() {
  dual.assign(rowCount, 0);
  for (size_t r = 0; r < rowCount; ++r) {
    if (basisCost[r] == 0)
      continue;
    const double *row = &inverse[r * rowCount];
    for (size_t c = 0; c < rowCount; ++c)
      dual[c] += basisCost[r] * row[c];
  }
}

double ColumnLp::reducedCost(size_t column) const {
  double reduced = columns[column].cost;
  for (uint32_t r : columns[column].rows)
    reduced -= dual[r];
  return reduced;
}

double ColumnLp::value() const {
  double sum = 0;
  for (size_t r = 0; r < rowCount; ++r)
    sum += basisCost[r] * solution[r];
  return sum;
}

/// Brings a column into the basis. False where no row limits it, which rounding
/// alone can cause.
bool ColumnLp::pivotOn(const std::vector<uint32_t> &rows, uint32_t entering,
                       double cost) {
  for (size_t r = 0; r < rowCount; ++r) {
    const double *row = &inverse[r * rowCount];
    double sum = 0;
    for (uint32_t c : rows)
      sum += row[c];
    direction[r] = sum;
  }
  // Among nearly equal ratios the largest pivot.
  double least = INFINITY;
  for (size_t r = 0; r < rowCount; ++r)
    if (direction[r] > kPivotTolerance)
      least = std::min(least, (std::max(solution[r], 0.0) + kTolerance) /
                                  direction[r]);
  size_t leaving = rowCount;
  for (size_t r = 0; r < rowCount; ++r)
    if (direction[r] > kPivotTolerance &&
        std::max(solution[r], 0.0) / direction[r] <= least &&
        (leaving == rowCount || direction[r] > direction[leaving]))
      leaving = r;
  if (leaving == rowCount)
    return false;
  double reduced = cost;
  for (uint32_t r : rows)
    reduced -= dual[r];

  double *pivotRow = &inverse[leaving * rowCount];
  double scale = 1 / direction[leaving];
  for (size_t c = 0; c < rowCount; ++c)
    pivotRow[c] *= scale;
  double step = std::max(solution[leaving], 0.0) * scale;
  for (size_t r = 0; r < rowCount; ++r) {
    double factor = direction[r];
    if (r == leaving || std::fabs(factor) < 1e-13)
      continue;
    double *row = &inverse[r * rowCount];
    for (size_t c = 0; c < rowCount; ++c)
      row[c] -= factor * pivotRow[c];
    solution[r] -= factor * step;
  }
  solution[leaving] = step;
  for (size_t c = 0; c < rowCount; ++c)
    dual[c] += reduced * pivotRow[c];
  if (basis[leaving] < kArtificial)
    isBasic[basis[leaving]] = 0;
  basis[leaving] = entering;
  basisCost[leaving] = cost;
  if (entering < kArtificial)
    isBasic[entering] = 1;
  ++pivotCount;
  if (++sincePivots % 64 == 0)
    refreshDuals();
  return true;
}

std::vector<double> ColumnLp::columnValues() const {
  std::vector<double> values(columns.size(), 0);
  for (size_t r = 0; r < rowCount; ++r)
    if (basis[r] < kArtificial)
      values[basis[r]] = std::max(solution[r], 0.0);
  return values;
}

bool ColumnLp::solve(size_t maxPivots) {
  if (stale)
    restart();
  // Looking at all columns costs as much as several pivots: the best of them
  // become candidates, and pivots choose among these until none is left.
  struct Candidate {
    double score;
    uint32_t column;
  };
  std::vector<Candidate> candidates;
  std::vector<uint8_t> refused(columns.size(), 0);
  auto score = [&](uint32_t c) {
    double reduced = reducedCost(c);
    // Scaled, so that large columns do not always win.
    return reduced < -kTolerance
               ? reduced /
                     std::sqrt(static_cast<double>(columns[c].rows.size()) + 1)
               : 0;
  };
  auto before = [](const Candidate &a, const Candidate &b) {
    return a.score != b.score ? a.score < b.score : a.column < b.column;
  };
  for (size_t done = 0; done < maxPivots;) {
    candidates.clear();
    for (uint32_t c = 0; c < columns.size(); ++c)
      if (columns[c].active && !isBasic[c] && !refused[c])
        if (double s = score(c); s < 0)
          candidates.push_back({s, c});
    if (candidates.empty())
      return true;
    if (candidates.size() > kCandidates) {
      std::nth_element(candidates.begin(), candidates.begin() + kCandidates,
                       candidates.end(), before);
      candidates.resize(kCandidates);
    }
    while (!candidates.empty() && done < maxPivots) {
      auto best =
          std::min_element(candidates.begin(), candidates.end(), before);
      uint32_t column = best->column;
      *best = candidates.back();
      candidates.pop_back();
      if (pivotOn(columns[column].rows, column, columns[column].cost))
        ++done;
      else
        refused[column] = 1;
      std::erase_if(candidates, [&](Candidate &candidate) {
        candidate.score = score(candidate.column);
        return candidate.score >= 0;
      });
    }
  }
  return false;
}

} // namespace placement::solver::noncontiguous
