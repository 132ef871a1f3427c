//===- DefiningModel.cpp - Variables that follow from others --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/DefiningModel.h"

#include <algorithm>

namespace placement::solver::mip {

Column DefiningModel::least(int64_t lower, int64_t upper) {
  Column variable = linear.addVariable(lower, upper);
  defined.push_back(variable);
  return variable;
}

Column DefiningModel::greatest(int64_t lower, int64_t upper) {
  Column variable = least(lower, upper);
  greatestOnes.push_back(variable);
  return variable;
}

void DefiningModel::atLeast(Column variable, std::vector<Term> terms,
                            Column condition) {
  for (Term &term : terms)
    term.coefficient = -term.coefficient;
  terms.push_back({variable, 1});
  definitions.push_back({variable, linear.numRows(), true});
  if (condition == kAbsent)
    linear.addRow(0, external::kNoUpper, terms);
  else
    linear.addRowIf(condition, true, 0, external::kNoUpper, terms);
}

void DefiningModel::atMost(Column variable, std::vector<Term> terms) {
  terms.push_back({variable, -1});
  definitions.push_back({variable, linear.numRows(), false});
  linear.addRow(0, external::kNoUpper, terms);
}

void DefiningModel::complete(std::vector<int64_t> &values,
                             size_t rounds) const {
  for (Column variable : defined)
    values[variable] = linear.lowerOf(variable);
  for (Column variable : greatestOnes)
    values[variable] = linear.upperOf(variable);
  // Variables in the order of their making, which follows their dependence.
  std::vector<Definition> order = definitions;
  std::sort(order.begin(), order.end(),
            [](const Definition &a, const Definition &b) {
              return a.variable != b.variable ? a.variable < b.variable
                                              : a.row < b.row;
            });
  bool changed = true;
  for (size_t round = 0; round < rounds && changed; ++round) {
    changed = false;
    for (const Definition &definition : order)
      changed |= apply(definition, values);
  }
}

bool DefiningModel::apply(const Definition &definition,
                          std::vector<int64_t> &values) const {
  const auto &row = linear.allRows()[definition.row];
  if (row.condition != external::LinearModel::kUnconditional &&
      (values[row.condition] != 0) != row.when)
    return false;
  // All values are within their bounds, so the sum fits.
  int64_t others = 0;
  for (const Term &term : linear.termsOf(row))
    if (term.column != definition.variable)
      others += term.coefficient * values[term.column];
  int64_t &value = values[definition.variable];
  int64_t before = value;
  if (definition.isLeast)
    value =
        std::min(std::max(value, -others), linear.upperOf(definition.variable));
  else
    value =
        std::max(std::min(value, others), linear.lowerOf(definition.variable));
  return value != before;
}

} // namespace placement::solver::mip
