//===- ColumnLp.h - The master problem of column generation -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_COLUMNLP_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_COLUMNLP_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace placement::solver::noncontiguous {

/// A linear program that grows by columns:
///
///     minimise cost x   subject to   A x = b,  x >= 0,
///
/// where columns have entries one in a few rows. Primal simplex with an
/// explicit inverse of the basis, in floating point: what it says guides a
/// search and proves nothing. Artificial columns of a high cost make it
/// feasible from the start. The right-hand side is perturbed a little against
/// degeneracy. A pivot takes O(rows^2).
class ColumnLp {
public:
  /// `rhs` is b, not negative; `artificialCost` of a unit uncovered, by row.
  ColumnLp(const std::vector<double> &rhs,
           const std::vector<double> &artificialCost);

  /// Adds a column with ones in `rows`; returns its number.
  size_t addColumn(std::vector<uint32_t> rows, double cost);
  /// Takes a column out of the program; its value becomes zero. A basic one
  /// leaves at the next `solve`, which begins anew then.
  void removeColumn(size_t column);

  /// Pivots until optimal or `maxPivots` are done; false in the latter case.
  bool solve(size_t maxPivots);

  double value() const;
  /// The value of every column of the last solution.
  std::vector<double> columnValues() const;
  /// Multipliers of the rows.
  const std::vector<double> &duals() const { return dual; }
  /// Cost of a column less what its rows pay for it.
  double reducedCost(size_t column) const;
  size_t numColumns() const { return columns.size(); }
  uint64_t pivots() const { return pivotCount; }

private:
  struct Column {
    std::vector<uint32_t> rows;
    double cost = 0;
    bool active = true;
  };

  void restart();
  void refreshDuals();
  bool pivotOn(const std::vector<uint32_t> &rows, uint32_t entering,
               double cost);

  size_t rowCount;
  std::vector<double> rhs, artificialCost;
  std::vector<Column> columns;
  /// Basis: the column of each row, or kArtificial + row.
  static constexpr uint32_t kArtificial = 0x80000000;
  std::vector<uint32_t> basis;
  std::vector<double> basisCost, solution, dual;
  /// inverse[row * rowCount + column].
  std::vector<double> inverse;
  std::vector<double> direction;
  std::vector<uint8_t> isBasic;
  bool stale = true;
  uint64_t pivotCount = 0;
  size_t sincePivots = 0;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_COLUMNLP_H
