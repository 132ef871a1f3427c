//===- Contradictions.cpp - Answers that cannot all be right --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contradictions.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Describe.h"

#include <cstdio>

namespace placement::solver {

namespace {

/// Whether the row's plan is one that ours had to reach for these plans.
bool competes(const ComparedInstance &compared, const ComparisonRow &row,
              bool contiguous) {
  if (row.state != RowState::Plan)
    return false;
  if (row.contiguous == contiguous)
    return true;
  return row.contiguous &&
         check(*compared.instance, row.plan.assignment, contiguous, 1)
             .feasible();
}

/// `local-search` or `linearised, a contiguous plan,`.
std::string describe(const ComparisonRow &row, bool contiguous) {
  return row.name +
         (row.contiguous && !contiguous ? ", a contiguous plan," : "");
}

} // namespace

std::vector<ComparisonRemark> findRemarks(const ComparedInstance &compared) {
  std::vector<ComparisonRemark> remarks;
  for (bool contiguous : {true, false}) {
    const ComparisonRow *ours = compared.ours(contiguous);
    if (!ours || ours->state == RowState::NotRun)
      continue;
    // The best plan under these rules, and the strongest proof against one.
    const ComparisonRow *best = nullptr, *proof = nullptr;
    for (const ComparisonRow &row : compared.rows) {
      if (competes(compared, row, contiguous) &&
          (!best || row.plan.value < best->plan.value))
        best = &row;
      if (row.contiguous != contiguous)
        continue;
      bool stronger =
          row.state == RowState::Infeasible ||
          (row.plan.provenBound > 0 &&
           (!proof || (proof->state != RowState::Infeasible &&
                       row.plan.provenBound > proof->plan.provenBound)));
      if (stronger)
        proof = &row;
    }
    if (!best)
      continue;
    const std::string where =
        compared.name + ", " + (contiguous ? "contiguous" : "any") + " plans: ";
    const std::string what = describe(*best, contiguous) + " has the value " +
                             describeNumber(best->plan.exactValue);
    if (proof && (proof->state == RowState::Infeasible ||
                  best->plan.value < proof->plan.provenBound))
      remarks.push_back(
          {where + what + ", but " + proof->name + " claims a proof that " +
               (proof->state == RowState::Infeasible
                    ? "there is no plan"
                    : "no plan is below " +
                          describeNumber(compared.instance->toSourceTime(
                              proof->plan.provenBound))),
           true});
    // What ours cannot take, it says in its row.
    if (ours->state == RowState::Unsupported)
      continue;
    if (ours->state != RowState::Plan)
      remarks.push_back({where + what + ", and ours has no plan"});
    else if (best->plan.value < ours->plan.value) {
      char percent[32];
      std::snprintf(percent, sizeof percent, "%.3g %%",
                    100 * (1 - best->plan.exactValue / ours->plan.exactValue));
      remarks.push_back({where + what + ", " + percent +
                         " better than ours with " +
                         describeNumber(ours->plan.exactValue)});
    }
  }
  return remarks;
}

} // namespace placement::solver
