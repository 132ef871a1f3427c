//===- LabelPricing.cpp - The best set within a load, exactly -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/LabelPricing.h"

#include "Solver/NonContiguous/ShiftedMax.h"

#include <algorithm>

namespace placement::solver::noncontiguous {

namespace {

/// Not reachable. Multipliers add up to less than a quarter of it.
constexpr int32_t kNever = -(int32_t(1) << 30);
/// Layers between two at which labels are looked at, at most.
constexpr size_t kLongestStride = 8;

} // namespace

LabelPricing::LabelPricing(const FrontierStates &states, Time limit,
                           uint32_t cells, uint64_t memory)
    : states(states), limit(limit), memory(memory) {
  unsigned first = 0;
  while ((limit >> first) >= cells)
    ++first;
  // With one cell the table always fits.
  while (!setGrid(first))
    ++first;
}

/// Chooses the least stride with which the table fits; false where it would be
/// too long.
bool LabelPricing::setGrid(unsigned newShift) {
  size_t cells = static_cast<size_t>(limit >> newShift) + 1;
  for (size_t every = 1;; every *= 2) {
    std::vector<size_t> first;
    size_t rows = 0;
    for (size_t n = 0; n < states.numStates.size(); n += every) {
      first.push_back(rows);
      rows += states.numStates[n];
    }
    if (rows * cells * sizeof(int32_t) > memory && cells > 1) {
      if (every < kLongestStride)
        continue;
      return false;
    }
    shift = newShift;
    width = cells;
    stride = every;
    firstRow = std::move(first);
    firstRow.push_back(rows);
    return true;
  }
}

bool LabelPricing::refine(uint32_t mostCells) {
  return shift >= 2 && width <= mostCells / 4 && setGrid(shift - 2);
}

/// False where the budget ends it.
bool LabelPricing::fillTable(const Multipliers &multipliers,
                             const Budget &budget) {
  size_t steps = states.steps.size();
  if (tableSize < firstRow.back() * width) {
    tableSize = firstRow.back() * width;
    table.reset();
    table = std::make_unique_for_overwrite<int32_t[]>(tableSize);
  }
  later.assign(states.numStates[steps] * width, 0);
  auto keep = [&](size_t layer) {
    if (layer % stride == 0)
      std::copy(later.begin(), later.end(),
                &table[firstRow[layer / stride] * width]);
  };
  keep(steps);
  for (size_t n = steps; n-- > 0;) {
    if (budget.cancelled() || budget.timeOut())
      return false;
    const FrontierStates::Step &step = states.steps[n];
    earlier.assign(states.numStates[n] * width, kNever);
    for (const auto *arcs : {&step.skip, &step.take}) {
      int32_t gain = arcs == &step.take ? multipliers[step.member] : 0;
      for (const FrontierStates::Arc &arc : *arcs) {
        auto cells = static_cast<size_t>(arc.load >> shift);
        if (cells < width)
          shiftedMax(&earlier[arc.from * width + cells], &later[arc.to * width],
                     gain, width - cells);
      }
    }
    later.swap(earlier);
    keep(n);
  }
  tableBound = later[width - 1];
  return true;
}

LabelPricing::Answer LabelPricing::search(const Multipliers &multipliers,
                                          int64_t threshold, size_t mostLabels,
                                          const Budget &budget,
                                          std::vector<ClassId> &set) {
  set.clear();
  pool.clear();
  tableBound = INT64_MAX / 2;
  if (!fillTable(multipliers, budget))
    return Answer::TooMany;
  workCount = states.numArcs() * width / 16;
  if (tableBound <= threshold)
    return Answer::None;
  pool.push_back({0, 0, 0, false});
  // Labels of a state: begin[state] .. begin[state + 1] of the pool, by rising
  // load and sum.
  std::vector<size_t> begin = {0, 1}, nextBegin;
  std::vector<std::vector<Label>> next;
  std::vector<Label> merged;
  for (size_t n = 0; n < states.steps.size(); ++n) {
    const FrontierStates::Step &step = states.steps[n];
    uint32_t count = states.numStates[n + 1];
    if (next.size() < count)
      next.resize(count);
    for (uint32_t s = 0; s < count; ++s)
      next[s].clear();
    if (budget.cancelled() || budget.timeOut())
      return Answer::TooMany;
    for (const auto *arcs : {&step.skip, &step.take}) {
      bool taken = arcs == &step.take;
      int32_t gain = taken ? multipliers[step.member] : 0;
      for (const FrontierStates::Arc &arc : *arcs) {
        std::vector<Label> &to = next[arc.to];
        const int32_t *still =
            (n + 1) % stride == 0 ? row(n + 1, arc.to) : nullptr;
        // Merges two lists by load; keeps what has a larger sum than all
        // lighter ones.
        merged.clear();
        int64_t most = INT64_MIN;
        size_t known = 0;
        auto keep = [&](const Label &label) {
          if (label.sum > most) {
            merged.push_back(label);
            most = label.sum;
          }
        };
        for (size_t l = begin[arc.from]; l < begin[arc.from + 1]; ++l) {
          if (pool[l].load > limit - arc.load)
            break;
          Label label = {pool[l].load + arc.load, pool[l].sum + gain,
                         static_cast<uint32_t>(l), taken};
          if (still &&
              int64_t(label.sum) + still[(limit - label.load) >> shift] <=
                  threshold)
            continue;
          // Of equal loads the larger sum first.
          while (known < to.size() &&
                 (to[known].load < label.load ||
                  (to[known].load == label.load && to[known].sum >= label.sum)))
            keep(to[known++]);
          keep(label);
        }
        while (known < to.size())
          keep(to[known++]);
        to.swap(merged);
      }
    }
    nextBegin.assign(1, pool.size());
    for (uint32_t s = 0; s < count; ++s) {
      pool.insert(pool.end(), next[s].begin(), next[s].end());
      nextBegin.push_back(pool.size());
    }
    workCount += begin.back() - begin.front();
    begin.swap(nextBegin);
    if (pool.size() > mostLabels)
      return Answer::TooMany;
  }
  size_t best = SIZE_MAX;
  for (size_t l = begin.front(); l < begin.back(); ++l)
    if (pool[l].sum > threshold &&
        (best == SIZE_MAX || pool[l].sum > pool[best].sum))
      best = l;
  if (best == SIZE_MAX)
    return Answer::None;
  for (size_t n = states.steps.size(), l = best; n-- > 0; l = pool[l].parent)
    if (pool[l].taken)
      set.push_back(states.steps[n].member);
  std::sort(set.begin(), set.end());
  return Answer::Found;
}

} // namespace placement::solver::noncontiguous
