//===- GridPricing.cpp - The best set within a load -----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Forward over the layers, one table of (state, cells) each. Only every so
// manyth table is kept; the way back computes the others again, block by block.
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/GridPricing.h"

#include "Solver/NonContiguous/ShiftedMax.h"

#include <algorithm>
#include <cmath>

namespace placement::solver::noncontiguous {

namespace {

/// Not reachable. Multipliers add up to less than a quarter of it.
constexpr int32_t kNever = -(int32_t(1) << 30);

} // namespace

GridPricing::GridPricing(const FrontierStates &states, Time limit,
                         uint32_t cells, Rounding rounding,
                         const Budget &budget)
    : states(states), budget(&budget), cells(cells) {
  Time unit = std::max<Time>(limit, 1);
  Time half = rounding == Rounding::Nearest ? unit / 2 : 0;
  auto cellsOfLoad = [&](Time load) {
    auto exact = (static_cast<__int128>(load) * cells + half) / unit;
    return static_cast<uint32_t>(
        std::min<__int128>(exact, static_cast<__int128>(cells) + 1));
  };
  first.push_back({0});
  begin.push_back(0);
  for (size_t n = 0; n < states.steps.size(); ++n) {
    first.emplace_back(states.numStates[n + 1], cells + 1);
    for (const auto *row : {&states.steps[n].skip, &states.steps[n].take}) {
      for (const FrontierStates::Arc &arc : *row) {
        Arc grid = {arc.from, arc.to, cellsOfLoad(arc.load)};
        uint64_t earliest = uint64_t(first[n][arc.from]) + grid.cells;
        if (earliest > cells || (limit <= 0 && arc.load > 0))
          continue;
        arcs.push_back(grid);
        uint32_t &known = first[n + 1][arc.to];
        known = std::min(known, static_cast<uint32_t>(earliest));
      }
      begin.push_back(arcs.size());
    }
  }
}

uint64_t GridPricing::tableBytes(const FrontierStates &states, uint32_t cells) {
  auto tables = static_cast<uint64_t>(
      std::sqrt(static_cast<double>(states.steps.size())) + 2);
  return 2 * tables * states.width() * (uint64_t(cells) + 1) * sizeof(int32_t);
}

size_t GridPricing::spacing() const {
  return static_cast<size_t>(
             std::sqrt(static_cast<double>(states.steps.size()))) +
         1;
}

void GridPricing::advance(size_t step, const Multipliers &multipliers,
                          const Layer &from, Layer &to) const {
  size_t width = size_t(cells) + 1;
  to.resize(states.numStates[step + 1] * width);
  std::fill(to.begin(), to.end(), kNever);
  for (int taken = 0; taken < 2; ++taken) {
    int32_t gain = taken ? multipliers[states.steps[step].member] : 0;
    for (size_t a = begin[2 * step + taken]; a < begin[2 * step + taken + 1];
         ++a) {
      const Arc &arc = arcs[a];
      uint32_t start = first[step][arc.from];
      const int32_t *source = &from[arc.from * width + start];
      int32_t *target = &to[arc.to * width + start + arc.cells];
      size_t count = width - start - arc.cells;
      shiftedMax(target, source, gain, count);
    }
  }
}

int64_t GridPricing::best(const Multipliers &multipliers) {
  size_t steps = states.steps.size();
  size_t block = spacing();
  current.assign(size_t(cells) + 1, 0);
  // Every table at a multiple of `block`.
  kept.resize(steps / block + 1);
  tables.resize(block);
  for (size_t n = 0; n < steps; ++n) {
    if (budget->cancelled() || budget->timeOut())
      return 0;
    if (n % block == 0)
      kept[n / block] = current;
    advance(n, multipliers, current, next);
    current.swap(next);
  }
  return bestWithin(cells).first;
}

/// The largest sum at a cell of the last layer, at least zero, and its state.
std::pair<int32_t, uint32_t> GridPricing::bestWithin(uint32_t cell) const {
  size_t width = size_t(cells) + 1;
  std::pair<int32_t, uint32_t> most = {0, kNone};
  for (uint32_t s = 0; s < states.numStates.back(); ++s)
    if (int32_t value = current[s * width + cell]; value > most.first)
      most = {value, s};
  return most;
}

void GridPricing::trace(const Multipliers &multipliers, uint32_t cell,
                        std::vector<ClassId> &set) {
  size_t steps = states.steps.size(), width = size_t(cells) + 1;
  size_t block = spacing();
  set.clear();
  if (budget->cancelled() || budget->timeOut())
    return;
  auto [value, state] = bestWithin(cell);
  if (state == kNone)
    return;
  // Back: an arc lies on the way where its two values agree.
  for (size_t n = steps; n-- > 0;) {
    size_t base = n - n % block;
    if (n == steps - 1 || n % block == block - 1) {
      tables[0] = kept[n / block];
      for (size_t i = base; i < n; ++i)
        advance(i, multipliers, tables[i - base], tables[i - base + 1]);
    }
    const Layer &table = tables[n - base];
    bool found = false;
    for (int taken = 0; taken < 2 && !found; ++taken) {
      int32_t gain = taken ? multipliers[states.steps[n].member] : 0;
      for (size_t a = begin[2 * n + taken];
           a < begin[2 * n + taken + 1] && !found; ++a) {
        const Arc &arc = arcs[a];
        if (arc.to != state || arc.cells > cell)
          continue;
        uint32_t at = cell - arc.cells;
        if (table[arc.from * width + at] + gain != value ||
            at < first[n][arc.from])
          continue;
        found = true;
        state = arc.from;
        cell = at;
        value -= gain;
        if (taken)
          set.push_back(states.steps[n].member);
      }
    }
  }
  std::sort(set.begin(), set.end());
}

} // namespace placement::solver::noncontiguous
