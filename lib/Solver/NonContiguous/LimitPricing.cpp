//===- LimitPricing.cpp - The heaviest sets within one limit --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/LimitPricing.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace placement::solver::noncontiguous {

namespace {

/// Tries to find a set within the limit on one grid.
constexpr unsigned kTraces = 3;
/// Cells of the grid that looks for sets, at most.
constexpr uint32_t kMostCells = 16'384;
/// Cells of the grid that bounds labels, at first and at most.
constexpr uint32_t kFewestLabelCells = 1'024;
constexpr uint32_t kMostLabelCells = 131'072;
/// Labels beyond which the grid becomes finer, and that end the search on the
/// finest one.
constexpr size_t kFewLabels = 500'000;
constexpr size_t kMostLabels = 5'000'000;

} // namespace

LimitPricing::LimitPricing(SetPool &pool,
                           const std::vector<FrontierStates> &states,
                           const std::vector<uint32_t> &counts,
                           size_t reference, Time limit, const Budget &budget,
                           Grids &grids)
    : pool(pool), states(states), counts(counts), reference(reference),
      limit(limit), budget(budget), grids(grids), sets(states.size()),
      largest(states.size(), 0), guesses(states.size(), 0) {
  makeGrids();
  grids.labelCells.resize(states.size(), kFewestLabelCells);
  for (size_t k = 0; k < states.size(); ++k)
    exact.emplace_back(states[k], limit, grids.labelCells[k],
                       budget.memory / 4);
  mostLabels = std::min<uint64_t>(kMostLabels, budget.memory / 256);
}

void LimitPricing::makeGrids() {
  pricing.clear();
  for (const FrontierStates &s : states)
    pricing.emplace_back(s, limit, grids.cells, GridPricing::Rounding::Nearest,
                         budget);
}

bool LimitPricing::refine() {
  uint32_t finer = grids.cells * 4;
  if (finer > kMostCells)
    return false;
  for (const FrontierStates &s : states)
    if (GridPricing::tableBytes(s, finer) > budget.memory / 4)
      return false;
  grids.cells = finer;
  makeGrids();
  return true;
}

double LimitPricing::relative(const std::vector<int64_t> &byKind) const {
  double taken = 0;
  for (size_t k = 0; k < byKind.size(); ++k)
    taken += static_cast<double>(byKind[k]) * counts[k];
  return taken / static_cast<double>(sum);
}

static int64_t sumOf(const Multipliers &multipliers,
                     const std::vector<ClassId> &set) {
  int64_t sum = 0;
  for (ClassId c : set)
    sum += multipliers[c];
  return sum;
}

void LimitPricing::search(const Multipliers &multipliers) {
  sum = std::accumulate(multipliers.begin(), multipliers.end(), int64_t(0));
  for (size_t k = 0; k < states.size(); ++k) {
    workCount += 1 + states[k].numArcs() * grids.cells / 16;
    guesses[k] = pricing[k].best(multipliers);
    // What rounding lets in may be too heavy: then one of fewer cells, and what
    // is still above the limit is shrunk.
    uint32_t cell = grids.cells;
    for (unsigned tries = 0; tries < kTraces; ++tries) {
      pricing[k].trace(multipliers, cell, sets[k]);
      Time over = pool.loadOf(k, sets[k]) - limit;
      if (over <= 0)
        break;
      double excess = std::ceil(static_cast<double>(over) /
                                static_cast<double>(std::max<Time>(limit, 1)) *
                                grids.cells);
      cell -= static_cast<uint32_t>(std::min<double>(cell, excess));
    }
    pool.shrink(k, limit, multipliers, sets[k]);
    largest[k] = std::max<int64_t>(0, sumOf(multipliers, sets[k]));
    guesses[k] = std::max(guesses[k], largest[k]);
  }
}

/// A finer table leaves fewer labels.
LabelPricing::Answer LimitPricing::searchExactly(size_t k,
                                                 const Multipliers &multipliers,
                                                 int64_t threshold) {
  for (;;) {
    bool finest = exact[k].cells() > kMostLabelCells / 4;
    auto answer =
        exact[k].search(multipliers, threshold,
                        finest ? mostLabels : std::min(kFewLabels, mostLabels),
                        budget, sets[k]);
    workCount += exact[k].work();
    if (answer != LabelPricing::Answer::TooMany || budget.cancelled() ||
        budget.timeOut() || !exact[k].refine(kMostLabelCells))
      return answer;
    grids.labelCells[k] = exact[k].cells();
  }
}

LimitPricing::Proof LimitPricing::prove(const Multipliers &multipliers) {
  // What other kinds take at most leaves a share to each reference device; no
  // set may be above that.
  int64_t left = sum - 1;
  for (size_t k = 0; k < states.size(); ++k) {
    if (k == reference)
      continue;
    auto answer = searchExactly(k, multipliers, largest[k]);
    if (budget.cancelled() || budget.timeOut())
      return Proof::Unknown;
    if (answer == LabelPricing::Answer::Found)
      largest[k] = sumOf(multipliers, sets[k]);
    int64_t most = answer == LabelPricing::Answer::TooMany
                       ? std::max(largest[k], exact[k].bound())
                       : largest[k];
    left -= most * int64_t(counts[k]);
  }
  if (left < 0)
    return Proof::Unknown;
  int64_t threshold = left / int64_t(counts[reference]);
  switch (searchExactly(reference, multipliers, threshold)) {
  case LabelPricing::Answer::None:
    return Proof::Below;
  case LabelPricing::Answer::Found:
    largest[reference] = sumOf(multipliers, sets[reference]);
    return Proof::Above;
  case LabelPricing::Answer::TooMany:
    break;
  }
  return Proof::Unknown;
}

} // namespace placement::solver::noncontiguous
