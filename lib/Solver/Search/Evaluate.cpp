//===- Evaluate.cpp - Given assignments as plans --------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Search/Solve.h"

#include "CompareTimelines.h"
#include "DescribePlan.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Calls.h"
#include "placement/Solver/Model/Pieces.h"

#include <algorithm>
#include <iterator>

namespace placement::solver {

Plan planOfAlternative(const Instance &instance, const Plan &plan,
                       size_t rank) {
  Plan result = plan;
  if (rank == 0)
    return result;
  const Alternative &taken = plan.alternatives[rank];
  result.status = Status::Feasible;
  result.assignment = taken.assignment;
  result.loads = taken.loads;
  result.value = taken.value;
  result.exactValue = taken.exactValue;
  std::string old = describeBottleneck(instance, plan);
  for (std::string &sentence : result.explanation)
    if (sentence == old)
      sentence = describeBottleneck(instance, result);
  result.explanation.push_back("It is alternative " + std::to_string(rank) +
                               ", not the best plan found.");
  return result;
}

/// Stages without nodes are a violation that must not get lost.
static bool hasEmptyStage(const Assignment &assignment) {
  std::vector<uint8_t> used(assignment.stages.size(), 0);
  for (uint32_t stage : assignment.stageOf)
    used[stage] = 1;
  return std::ranges::find(used, 0) != used.end();
}

/// Brings an assignment into an order in which the program can run it. Gives
/// the violations that are mended on the way: what waits for itself is cut.
static std::vector<std::string> putInOrder(const Instance &instance,
                                           bool contiguous,
                                           Assignment &assignment,
                                           CheckReport &report) {
  std::vector<std::string> mended;
  if (instance.isLatency()) {
    if (report.value == kInfiniteTime) {
      mended.push_back(report.violations.front());
      cutIntoCalls(instance, assignment);
      report = check(instance, assignment, contiguous);
    } else if (areCallsInOrder(instance, assignment) ||
               hasEmptyStage(assignment)) {
      return mended;
    }
    arrangeCalls(instance, report.timeline, assignment);
  } else if (!contiguous && report.feasible() &&
             !arePiecesInOrder(instance, assignment)) {
    splitIntoPieces(instance, assignment);
  } else {
    return mended;
  }
  report = check(instance, assignment, contiguous);
  return mended;
}

Result<Plan> evaluate(const Instance &instance, const Assignment &assignment,
                      bool contiguous,
                      std::span<const TimelineEntry> timeline) {
  CheckReport report = check(instance, assignment, contiguous);
  if (!report.shapeOk)
    return Error{instance.data().source + ": " + report.violations.front()};
  Plan plan;
  plan.assignment = assignment;
  std::vector<std::string> differences;
  if (!timeline.empty() && report.value != kInfiniteTime)
    differences = compareTimelines(instance, timeline, report.timeline);
  plan.explanation = putInOrder(instance, contiguous, plan.assignment, report);
  std::ranges::move(report.violations, std::back_inserter(plan.explanation));
  std::ranges::move(differences, std::back_inserter(plan.explanation));
  plan.status =
      plan.explanation.empty() ? Status::Feasible : Status::Infeasible;
  plan.loads = std::move(report.loads);
  plan.timeline = std::move(report.timeline);
  plan.value = report.value;
  plan.exactValue = report.exactValue;
  plan.fingerprint = instance.fingerprint();
  plan.algorithm = "evaluate";
  if (plan.status == Status::Feasible)
    plan.explanation.push_back(describeBottleneck(instance, plan));
  return plan;
}

} // namespace placement::solver
