//===- Comparison.cpp - Answers of many algorithms, side by side ----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/Comparison.h"

#include <algorithm>
#include <cmath>

namespace placement::solver {

const char *toString(RowState state) {
  switch (state) {
  case RowState::Plan:
    return "plan";
  case RowState::Broken:
    return "broken";
  case RowState::Infeasible:
    return "infeasible";
  case RowState::NoPlan:
    return "no-plan";
  case RowState::Unsupported:
    return "unsupported";
  case RowState::Failed:
    return "failed";
  case RowState::NotRun:
    return "not-run";
  }
  return "not-run";
}

const ComparisonRow *ComparedInstance::ours(bool contiguous) const {
  for (const ComparisonRow &row : rows)
    if (row.isOurs() && row.contiguous == contiguous)
      return &row;
  return nullptr;
}

std::optional<double>
ComparedInstance::distance(const ComparisonRow &row) const {
  const ComparisonRow *base = ours(row.contiguous);
  if (!base || base->state != RowState::Plan || !row.hasValue() ||
      !(base->plan.exactValue > 0))
    return std::nullopt;
  // Equal integers are equal plans, whatever the last digits of the source say.
  if (row.plan.value == base->plan.value)
    return 0;
  return row.plan.exactValue / base->plan.exactValue - 1;
}

bool Comparison::has(bool contiguous) const {
  return !instances.empty() && instances.front().ours(contiguous) != nullptr;
}

namespace {

/// The least value that a feasible plan of this kind has; kInfiniteTime if
/// none.
Time leastValue(const ComparedInstance &instance, bool contiguous) {
  Time least = kInfiniteTime;
  for (const ComparisonRow &row : instance.rows)
    if (row.contiguous == contiguous && row.state == RowState::Plan)
      least = std::min(least, row.plan.value);
  return least;
}

class Summariser {
public:
  void add(const ComparedInstance &instance) {
    const Time least[] = {leastValue(instance, false),
                          leastValue(instance, true)};
    // The last instance that each summary has counted.
    ++number;
    for (const ComparisonRow &row : instance.rows)
      if (row.state != RowState::NotRun)
        add(instance, row, least[row.contiguous]);
    for (Entry &entry : entries)
      entry.finishInstance();
  }

  std::vector<ComparisonSummary> finish() {
    std::vector<ComparisonSummary> result;
    for (bool contiguous : {true, false})
      for (Entry &entry : entries)
        if (entry.summary.contiguous == contiguous) {
          if (entry.summary.compared > 0)
            entry.summary.meanRatio =
                std::exp(entry.logarithms / entry.summary.compared);
          result.push_back(std::move(entry.summary));
        }
    return result;
  }

private:
  struct Entry {
    ComparisonSummary summary;
    double logarithms = 0;
    /// Of the instance at hand: the best of several rows of one name.
    uint32_t seen = 0;
    std::optional<double> ratio;
    bool plan = false, best = false, optimal = false;

    void finishInstance() {
      summary.plans += plan;
      summary.best += best;
      summary.optimal += optimal;
      if (ratio) {
        ++summary.compared;
        logarithms += std::log(*ratio);
      }
      ratio.reset();
      plan = best = optimal = false;
    }
  };

  Entry &entryOf(const ComparisonRow &row) {
    for (Entry &entry : entries)
      if (entry.summary.contiguous == row.contiguous &&
          entry.summary.name == row.name)
        return entry;
    Entry &entry = entries.emplace_back();
    entry.summary.name = row.name;
    entry.summary.contiguous = row.contiguous;
    return entry;
  }

  void add(const ComparedInstance &instance, const ComparisonRow &row,
           Time least) {
    Entry &entry = entryOf(row);
    if (entry.seen != number) {
      entry.seen = number;
      ++entry.summary.instances;
    }
    entry.summary.seconds += row.seconds;
    if (row.state != RowState::Plan)
      return;
    entry.plan = true;
    entry.best |= row.plan.value == least;
    entry.optimal |= row.plan.status == Status::Optimal;
    std::optional<double> distance = instance.distance(row);
    if (distance && *distance > -1 &&
        (!entry.ratio || 1 + *distance < *entry.ratio))
      entry.ratio = 1 + *distance;
  }

  uint32_t number = 0;
  std::vector<Entry> entries;
};

} // namespace

std::vector<ComparisonSummary> summarise(const Comparison &comparison) {
  Summariser summariser;
  for (const ComparedInstance &instance : comparison.instances)
    summariser.add(instance);
  return summariser.finish();
}

} // namespace placement::solver
