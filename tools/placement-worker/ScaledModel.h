//===- ScaledModel.h - An integer program in doubles ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_WORKER_SCALEDMODEL_H
#define PLACEMENT_TOOLS_PLACEMENT_WORKER_SCALEDMODEL_H

#include "Highs.h"
#include "Solver/External/LinearModel.h"

#include <vector>

namespace placement::worker {

struct WideRow;

/// An integer program as HiGHS takes it: in doubles, with absolute tolerances
/// of 1e-6 and coefficients below 1e-9 dropped. So that the tolerances mean
/// little against the numbers,
///
///  * every variable is shifted to begin at zero,
///  * one with more than 2^24 values becomes continuous, and is divided by a
///    power of two so that it ends near 2^20,
///  * a row whose largest coefficient is above 2^10 is divided by a power of
///    two, and so is the objective,
///  * a term that would then be dropped is taken out, and the sides of its row
///    move out by as much as it can contribute.
///
/// Powers of two change no digit, coefficients of more than 53 bits lose their
/// last ones, and sides are rounded outwards. Up to that loss of 2^-53, every
/// solution of the integer program is one of this, so a bound of this is one of
/// the integer program.
class ScaledModel {
public:
  explicit ScaledModel(const solver::external::LinearModel &model);

  HighsLp lp;

  /// The hint in this model's numbers; the hint must be there.
  std::vector<double> hint() const;
  /// Integers for a solution of this model: rounded, and where a divided
  /// variable is too small for its rows then, raised as far as they need.
  std::vector<int64_t> integers(const double *values) const;
  /// The largest integer bound of the objective that `bound`, less what HiGHS's
  /// tolerances may hide, implies. False for a bound that says nothing.
  bool roundedBound(double bound, int64_t &result) const;

private:
  void addRow(size_t index);
  void addObjective();
  void emit(const WideRow &row);
  void raiseWide(std::vector<int64_t> &values) const;

  const solver::external::LinearModel &model;
  /// Exponents by which a variable is divided; zero for those that stay
  /// integer.
  std::vector<int> shift;
  std::vector<bool> wide;
  /// Rows of the integer program that have a wide variable, for each.
  std::vector<std::vector<uint32_t>> wideRows;
  int objectiveShift = 0;
  /// The objective of all variables at their lower bounds.
  int64_t objectiveBase = 0;
};

} // namespace placement::worker

#endif // PLACEMENT_TOOLS_PLACEMENT_WORKER_SCALEDMODEL_H
