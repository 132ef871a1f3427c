//===- TermSum.h - Times of columns, added up before rounding ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MIP_TERMSUM_H
#define PLACEMENT_SOLVER_MIP_TERMSUM_H

#include "Solver/Mip/LoadRows.h"

#include <algorithm>

namespace placement::solver::mip {

/// A sum of times of columns. A column may be named several times: its times
/// are added up before they are rounded, and a row names it once.
class TermSum {
public:
  void add(Column column, Time time) {
    if (time > 0)
      parts.push_back({column, time});
  }

  /// One term for each column, in their order, without those that are zero.
  std::vector<Term> terms(const TimeScale &scale) {
    std::sort(parts.begin(), parts.end());
    std::vector<Term> result;
    for (size_t i = 0; i < parts.size();) {
      Column column = parts[i].first;
      Time sum = 0;
      for (; i < parts.size() && parts[i].first == column; ++i)
        sum += parts[i].second;
      if (int64_t whole = scale.coefficient(sum))
        result.push_back({column, whole});
    }
    return result;
  }

private:
  std::vector<std::pair<Column, Time>> parts;
};

} // namespace placement::solver::mip

#endif // PLACEMENT_SOLVER_MIP_TERMSUM_H
