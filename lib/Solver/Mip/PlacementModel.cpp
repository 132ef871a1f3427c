//===- PlacementModel.cpp - Placement as an integer program ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/PlacementModel.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::mip {

namespace {

/// Beside this the sums of two rows' worth of times still fit in 64 bits.
constexpr int64_t kFinest = int64_t(1) << 60;

} // namespace

void PlacementModel::chooseScale(Time common, int64_t finest) {
  timeScale.limit = question.limit;
  common = std::max<Time>(common, 1);
  if (question.resolution)
    finest = std::min(finest, question.resolution);
  Time units = question.limit / common;
  Time coarser = std::max<Time>(1, units / finest + (units % finest != 0));
  timeScale.divisor = common * coarser;
  isExact = coarser == 1;
}

void ThroughputModel::chooseScale() {
  Time common = 0;
  for (const auto &use : flat.cost)
    for (const auto &pass : use)
      for (Time t : pass)
        common = std::gcd(common, t);
  for (Time t : flat.netCost)
    common = std::gcd(common, t);
  PlacementModel::chooseScale(common, kFinest);
}

Targets ThroughputModel::addTargets() {
  int64_t most = timeScale.scaledLimit();
  int64_t least = std::min(most, question.lower / timeScale.divisor);
  bool gpipe = instance.schedule() == Schedule::GPipe;
  if (!gpipe && !question.minimise)
    return {kAbsent, kAbsent};
  Targets targets;
  if (gpipe) {
    targets = {model.least(0, most), model.least(0, most)};
    Term sum[] = {{targets[0], 1}, {targets[1], 1}};
    model.linear.addRow(external::kNoLower, most, sum);
    if (question.minimise)
      model.linear.setObjective(sum);
  } else {
    targets = {model.least(least, most), kAbsent};
    Term value[] = {{targets[0], 1}};
    model.linear.setObjective(value);
  }
  if (question.minimise)
    model.linear.setObjectiveLimit(most);
  return targets;
}

void PlacementModel::giveHint() {
  if (!question.hint)
    return;
  if (std::vector<int64_t> values = encode(*question.hint); !values.empty())
    model.linear.setHint(std::move(values));
}

Time PlacementModel::boundOf(int64_t objective) const {
  if (objective > timeScale.scaledLimit())
    return timeScale.limit + 1;
  return std::max<int64_t>(objective, 0) * timeScale.divisor;
}

bool buildWithin(PlacementModel &model, size_t mostTerms, std::string &reason) {
  if (model.estimatedTerms() > mostTerms) {
    reason = "the integer program would have about " +
             std::to_string(model.estimatedTerms()) + " terms, and at most " +
             std::to_string(mostTerms) + " fit in the memory limit";
    return false;
  }
  model.build();
  if (!model.contradiction())
    reason = model.linear().check();
  return reason.empty();
}

} // namespace placement::solver::mip
