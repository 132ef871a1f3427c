//===- DefiningModel.h - Variables that follow from others ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MIP_DEFININGMODEL_H
#define PLACEMENT_SOLVER_MIP_DEFININGMODEL_H

#include "Solver/External/LinearModel.h"

namespace placement::solver::mip {

using external::Column;
using external::Term;

/// No variable: the constant zero.
inline constexpr Column kAbsent = ~Column(0);

/// A linear model in which some variables are choices and the others follow
/// from them: the least, or the greatest, value that the rows written for them
/// allow. So a full solution, such as a hint, is known from its choices alone.
class DefiningModel {
public:
  Column choice() { return linear.addBoolean(); }
  /// As small as its rows allow, and so no larger than needed in some best
  /// solution. Its rows name variables that were added before it, unless
  /// `complete` is given several rounds.
  Column least(int64_t lower, int64_t upper);
  Column greatest(int64_t lower, int64_t upper);

  /// variable >= sum of terms; where a condition is given, only where that
  /// Boolean is one. Overwrites nothing of `terms` but adds to it.
  void atLeast(Column variable, std::vector<Term> terms,
               Column condition = kAbsent);
  /// variable <= sum of terms.
  void atMost(Column variable, std::vector<Term> terms);

  /// Fills in what follows from the choices among `values`. Where variables
  /// depend on later ones, as times do that wait for each other in an order
  /// that only the choices say, it takes several rounds, and ends when one
  /// changes nothing.
  void complete(std::vector<int64_t> &values, size_t rounds = 1) const;

  external::LinearModel linear;

private:
  struct Definition {
    Column variable;
    size_t row;
    bool isLeast;
  };

  /// Raises or lowers a variable to what one of its rows says. True if that
  /// changed it.
  bool apply(const Definition &definition, std::vector<int64_t> &values) const;

  std::vector<Definition> definitions;
  std::vector<Column> greatestOnes;
  std::vector<Column> defined;
};

} // namespace placement::solver::mip

#endif // PLACEMENT_SOLVER_MIP_DEFININGMODEL_H
