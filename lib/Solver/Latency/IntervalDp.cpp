//===- IntervalDp.cpp - The cheapest way along a chain --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/IntervalDp.h"

namespace placement::solver::latency {
namespace {

/// Tables of states beyond this make a shortest path too slow.
constexpr uint64_t kMostStates = 512;

Time sumOf(Time a, Time b) {
  return a == kInfiniteTime || b == kInfiniteTime ? kInfiniteTime : a + b;
}

} // namespace

IntervalDp::IntervalDp(const LatencyProblem &problem, const PathChain &chain,
                       const IntervalTable &table)
    : length(chain.length()) {
  for (uint32_t i = 0; i < length; ++i) {
    Time best = kInfiniteTime;
    for (const LatencyProblem::Pool &pool : problem.pools())
      if (problem.supports(chain[i], pool.kind))
        best = std::min(best, problem.time(chain[i], pool.kind));
    host.push_back(best);
  }
  // Layers of one kind follow each other in the same order.
  uint32_t layers = table.numLayers(), kinds = 0;
  while (kinds < layers && !table.layers()[kinds].several)
    ++kinds;
  uint32_t all = std::min(problem.maxPieces(), length);
  std::vector<uint32_t> most(kinds, 0);
  for (const LatencyProblem::Device &device : problem.devices())
    for (uint32_t k = 0; k < kinds; ++k)
      if (table.layers()[k].kind == device.kind)
        most[k] = static_cast<uint32_t>(std::min<uint64_t>(
            all, uint64_t(most[k]) + problem.piecesPerDevice()));
  uint64_t product = 1;
  for (uint32_t m : most)
    product = std::min<uint64_t>(product * (m + 1), kMostStates + 1);
  byKind = kinds <= 1 || product <= kMostStates;
  from.resize(layers);
  std::vector<uint32_t> unit(kinds, 1);
  if (!byKind) {
    states = all + 1;
  } else {
    for (uint32_t k = 0; k < kinds; ++k) {
      unit[k] = states;
      states *= most[k] + 1;
    }
  }
  for (uint32_t layer = 0; layer < layers; ++layer) {
    uint32_t k = layer % kinds, pieces = table.layers()[layer].pieces();
    stride.push_back(unit[k] * pieces);
    for (uint32_t s = 0; s < states; ++s) {
      uint32_t used = byKind ? 0 : s;
      for (uint32_t other = 0; byKind && other < kinds; ++other)
        used += s / unit[other] % (most[other] + 1);
      if (used + pieces <= all &&
          (!byKind || s / unit[k] % (most[k] + 1) + pieces <= most[k]))
        from[layer].push_back(s);
    }
  }
  ahead.assign(size_t(length + 1) * states, kInfiniteTime);
  ahead[0] = 0;
}

Time IntervalDp::run(const IntervalTable &table, uint32_t changed) {
  for (uint32_t last = changed; last < length; ++last) {
    const Time *before = &ahead[size_t(last) * states];
    Time *now = &ahead[size_t(last + 1) * states];
    for (uint32_t s = 0; s < states; ++s)
      now[s] = sumOf(before[s], host[last]);
    for (uint32_t k = 0; k < table.numLayers(); ++k) {
      uint32_t step = stride[k];
      const Time *loads =
          table.loadsAt(k, table.entry(table.firstStart(last), last));
      for (uint32_t i = table.firstStart(last); i <= last; ++i) {
        Time load = loads[i - table.firstStart(last)];
        if (load == kInfiniteTime)
          continue;
        const Time *source = &ahead[size_t(i) * states];
        for (uint32_t s : from[k])
          if (source[s] != kInfiniteTime)
            now[s + step] = std::min(now[s + step], source[s] + load);
        used += from[k].size();
      }
    }
    used += states;
  }
  const Time *end = &ahead[size_t(length) * states];
  return *std::min_element(end, end + states);
}

std::vector<Interval> IntervalDp::path(const IntervalTable &table) const {
  std::vector<Interval> found;
  const Time *end = &ahead[size_t(length) * states];
  uint32_t state =
      static_cast<uint32_t>(std::min_element(end, end + states) - end);
  if (end[state] == kInfiniteTime)
    return found;
  for (uint32_t position = length; position > 0;) {
    uint32_t last = position - 1;
    Time value = ahead[size_t(position) * states + state];
    if (sumOf(ahead[size_t(last) * states + state], host[last]) == value) {
      --position;
      continue;
    }
    bool stepped = false;
    for (uint32_t k = 0; k < table.numLayers() && !stepped; ++k) {
      if (state < stride[k] ||
          !std::binary_search(from[k].begin(), from[k].end(),
                              state - stride[k]))
        continue;
      for (uint32_t i = table.firstStart(last); i <= last && !stepped; ++i) {
        Time load = table.load(k, table.entry(i, last));
        if (sumOf(ahead[size_t(i) * states + state - stride[k]], load) != value)
          continue;
        found.push_back({i, last, k});
        state -= stride[k];
        position = i;
        stepped = true;
      }
    }
  }
  std::reverse(found.begin(), found.end());
  return found;
}

void IntervalDp::runBackward(const IntervalTable &table) {
  back.assign(size_t(length + 1) * states, kInfiniteTime);
  std::fill(back.end() - states, back.end(), 0);
  for (uint32_t position = length; position > 0; --position) {
    uint32_t last = position - 1;
    const Time *after = &back[size_t(position) * states];
    Time *now = &back[size_t(last) * states];
    for (uint32_t s = 0; s < states; ++s)
      now[s] = std::min(now[s], sumOf(after[s], host[last]));
    for (uint32_t k = 0; k < table.numLayers(); ++k)
      for (uint32_t i = table.firstStart(last); i <= last; ++i) {
        Time load = table.load(k, table.entry(i, last));
        if (load == kInfiniteTime)
          continue;
        Time *source = &back[size_t(i) * states];
        for (uint32_t s : from[k])
          source[s] = std::min(source[s], sumOf(after[s + stride[k]], load));
        used += from[k].size();
      }
  }
}

Time IntervalDp::around(const Interval &interval) const {
  Time best = kInfiniteTime;
  for (uint32_t s : from[interval.layer])
    best = std::min(best, sumOf(ahead[size_t(interval.first) * states + s],
                                back[size_t(interval.last + 1) * states + s +
                                     stride[interval.layer]]));
  return best;
}

} // namespace placement::solver::latency
