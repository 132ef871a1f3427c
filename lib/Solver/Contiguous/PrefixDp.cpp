//===- PrefixDp.cpp - Best chain along one linear order -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/PrefixDp.h"

#include <algorithm>

namespace placement::solver::contiguous {

/// How long the passes of one stage take.
struct PassTimes {
  Time forward, backward;
};

/// The load of order[low, high) on each kind, kept up to date while either end
/// moves by one class.
class PrefixDp::Interval {
public:
  Interval(const ClassGraph &graph, const std::vector<ClassId> &order,
           uint64_t &steps)
      : graph(graph), order(order), steps(steps), parts(graph.parts.count()),
        single(graph.parts.single()), inside(graph.numItems(), 0),
        cut(graph.numKinds(), 0) {
    size_t n = order.size(), kindCount = graph.numKinds();
    if (!single) {
      cut.assign(kindCount * parts, 0);
      partBefore.assign(kindCount * parts, std::vector<Time>(n + 1, 0));
      holdsSource.assign(graph.numItems(), 0);
    }
    timeBefore.assign(kindCount, std::vector<Time>(n + 1, 0));
    unsupportedBefore.assign(kindCount, std::vector<uint32_t>(n + 1, 0));
    pinsBefore.assign(n + 1, 0);
    for (size_t i = 0; i < n; ++i) {
      for (KindId k = 0; k < kindCount; ++k) {
        Time t = graph.timeOf(order[i], k);
        bool bad = t == kUnsupported;
        timeBefore[k][i + 1] = timeBefore[k][i] + (bad ? 0 : t);
        unsupportedBefore[k][i + 1] = unsupportedBefore[k][i] + bad;
        for (unsigned p = 0; p < parts && !single; ++p) {
          std::vector<Time> &sums = partBefore[k * parts + p];
          sums[i + 1] = sums[i] + (bad ? 0 : graph.partsOf(order[i], k)[p]);
        }
      }
      pinsBefore[i + 1] = pinsBefore[i] + (graph.pin[order[i]] != 0);
    }
  }

  Time compute(KindId k, uint32_t from, uint32_t to) const {
    return timeBefore[k][to] - timeBefore[k][from];
  }
  /// Largest end of an interval from `from` that kind k supports, with one pin
  /// at most and compute time within the limit.
  uint32_t lastEnd(KindId k, uint32_t from, Time limit) const {
    auto end = timeBefore[k].begin();
    uint32_t last =
        static_cast<uint32_t>(std::upper_bound(end + from, timeBefore[k].end(),
                                               timeBefore[k][from] + limit) -
                              end - 1);
    auto cap = [&](const std::vector<uint32_t> &before, uint32_t allowed) {
      last = std::min(last,
                      static_cast<uint32_t>(
                          std::upper_bound(before.begin() + from, before.end(),
                                           before[from] + allowed) -
                          before.begin() - 1));
    };
    cap(unsupportedBefore[k], 0);
    cap(pinsBefore, 1);
    return last;
  }

  void moveTo(uint32_t newLow, uint32_t newHigh) {
    if (newLow >= high || newHigh <= low) {
      // Nothing shared: empty it and start at the new place.
      while (low < high)
        remove(order[--high]);
      low = high = newLow;
    }
    while (low > newLow)
      add(order[--low]);
    while (high < newHigh)
      add(order[high++]);
    while (low < newLow)
      remove(order[low++]);
    while (high > newHigh)
      remove(order[--high]);
  }

  Time load(KindId k) const { return compute(k, low, high) + cut[k]; }
  /// Times of both passes; under 1F1B the first is the load. Of a kind on which
  /// transfers are free for any interval, else of the present one.
  PassTimes passTimes(KindId k, uint32_t from, uint32_t to, bool free) const {
    Time sums[LoadParts::kMost];
    for (unsigned p = 0; p < parts; ++p) {
      const std::vector<Time> &before = partBefore[k * parts + p];
      sums[p] = before[to] - before[from] + (free ? 0 : cut[k * parts + p]);
    }
    return {graph.parts.passLoad(sums, 0),
            graph.parts.byPass ? graph.parts.passLoad(sums, 1) : 0};
  }

  bool fits(KindId k, uint32_t stagesBefore) const {
    Bytes limit = graph.kinds[k].memory;
    if (limit == kUnlimitedBytes)
      return true;
    __int128 total = bytes;
    if (graph.suffixStash)
      total += stash * (stagesBefore + 1);
    if (total > limit)
      return false;
    Bytes transient = 0;
    for (uint32_t i = low; i < high; ++i)
      transient = std::max(transient, graph.transient[order[i]]);
    return total + transient <= limit;
  }

private:
  void add(ClassId c) {
    ++steps;
    for (ItemId i : graph.itemsOf[c]) {
      if (!single) {
        change(i, c, 1);
        continue;
      }
      uint32_t members = static_cast<uint32_t>(graph.items[i].size());
      uint32_t now = ++inside[i];
      if (now == 1 && (now < members || graph.sticky[i]))
        charge(i, 1);
      else if (now == members && !graph.sticky[i])
        charge(i, -1);
    }
    if (graph.memoryBinds) {
      bytes += graph.size[c];
      stash += graph.stash[c];
    }
  }
  void remove(ClassId c) {
    ++steps;
    for (ItemId i : graph.itemsOf[c]) {
      if (!single) {
        change(i, c, -1);
        continue;
      }
      uint32_t members = static_cast<uint32_t>(graph.items[i].size());
      uint32_t before = inside[i]--;
      if (before == 1 && (before < members || graph.sticky[i]))
        charge(i, -1);
      else if (before == members && !graph.sticky[i])
        charge(i, 1);
    }
    if (graph.memoryBinds) {
      bytes -= graph.size[c];
      stash -= graph.stash[c];
    }
  }
  void charge(ItemId i, int sign) {
    for (KindId k = 0; k < cut.size(); ++k)
      cut[k] += sign * graph.cost[k][i];
    bytes += static_cast<__int128>(sign) * graph.itemBytes[i];
  }

  /// The part in which the interval pays an item now, or kNone.
  uint32_t paidPart(ItemId i) const {
    if (inside[i] == 0 ||
        (inside[i] == graph.items[i].size() && !graph.sticky[i]))
      return kNone;
    return holdsSource[i] ? graph.outPart[i] : graph.inPart[i];
  }
  /// Class c comes into the interval or leaves it.
  void change(ItemId i, ClassId c, int sign) {
    uint32_t from = paidPart(i);
    bool touched = inside[i] != 0;
    inside[i] += sign;
    holdsSource[i] ^= graph.source[i] == c;
    uint32_t to = paidPart(i);
    if (touched != (inside[i] != 0) && graph.itemBytes[i])
      bytes += static_cast<__int128>(sign) * graph.itemBytes[i];
    if (from == to)
      return;
    for (KindId k = 0; k < graph.numKinds(); ++k) {
      if (from != kNone)
        cut[k * parts + from] -= graph.cost[k][i];
      if (to != kNone)
        cut[k * parts + to] += graph.cost[k][i];
    }
  }

  const ClassGraph &graph;
  const std::vector<ClassId> &order;
  uint64_t &steps;
  const unsigned parts;
  const bool single;
  uint32_t low = 0, high = 0;
  std::vector<uint32_t> inside;
  /// By kind (and part).
  std::vector<Time> cut;
  /// With several parts: sums over classes before a position, by kind and
  /// part, and whether the sender of an item is inside.
  std::vector<std::vector<Time>> partBefore;
  std::vector<uint8_t> holdsSource;
  __int128 bytes = 0, stash = 0;
  std::vector<std::vector<Time>> timeBefore;
  std::vector<std::vector<uint32_t>> unsupportedBefore;
  std::vector<uint32_t> pinsBefore;
};

PrefixDp::PrefixDp(const ClassGraph &graph, const Capacity &capacity)
    : graph(graph), capacity(capacity) {
  setStates();
}

void PrefixDp::setStates() {
  size_t kindCount = graph.numKinds();
  radix.assign(kindCount, 1);
  stride.assign(kindCount, 1);
  for (KindId k = 0; k < kindCount; ++k)
    radix[k] = graph.kinds[k].count + 1;
  // A heuristic may leave devices out: keep the table small.
  auto product = [&] {
    uint64_t p = 1;
    for (uint32_t r : radix)
      p = std::min<uint64_t>(p * r, uint64_t(1) << 40);
    return p;
  };
  while (product() > 20000) {
    auto widest = std::max_element(radix.begin(), radix.end());
    *widest = std::max(2u, *widest / 2 + 1);
  }
  numStates = static_cast<uint32_t>(product());
  for (size_t k = 1; k < kindCount; ++k)
    stride[k] = stride[k - 1] * radix[k - 1];
}

bool PrefixDp::setWindows(const std::vector<ClassId> &order, Time limit,
                          uint64_t stepBudget) {
  size_t n = order.size();
  workBefore.assign(n + 1, 0);
  for (size_t i = 0; i < n; ++i)
    workBefore[i + 1] = workBefore[i] + capacity.work(order[i]);
  windows.assign(numStates, {});
  // cap[k][d]: work of d devices of the kind.
  std::vector<std::vector<Time>> cap(radix.size());
  for (KindId k = 0; k < radix.size(); ++k)
    for (uint32_t d = 0; d < radix[k]; ++d)
      cap[k].push_back(capacity.within(k, static_cast<__int128>(limit) * d));
  size_t offset = 0;
  uint64_t estimate = 0;
  for (uint32_t state = 0; state < numStates; ++state) {
    __int128 used = 0, left = 0;
    for (KindId k = 0; k < radix.size(); ++k) {
      uint32_t d = digit(state, k);
      used += cap[k][d];
      left += cap[k][radix[k] - 1 - d];
    }
    Time most = used < capacity.totalWork() ? static_cast<Time>(used)
                                            : capacity.totalWork();
    Time least = left < capacity.totalWork()
                     ? capacity.totalWork() - static_cast<Time>(left)
                     : 0;
    Window &w = windows[state];
    w.low = static_cast<uint32_t>(
        std::lower_bound(workBefore.begin(), workBefore.end(), least) -
        workBefore.begin());
    w.high = static_cast<uint32_t>(
        std::upper_bound(workBefore.begin(), workBefore.end(), most) -
        workBefore.begin() - 1);
    if (state == 0)
      w.low = w.high = 0;
    w.offset = offset;
    if (!w.empty()) {
      uint64_t width = w.high - w.low + 1;
      offset += width;
      estimate += width * width;
    }
    if (estimate > stepBudget)
      return false;
  }
  cells.assign(offset, {kInfiniteTime, 0, 0});
  return true;
}

void PrefixDp::relax(Interval &interval, uint32_t state, KindId kind,
                     Time limit) {
  const Window &from = windows[state];
  const Window &to = windows[state + stride[kind]];
  if (from.empty() || to.empty())
    return;
  bool plain = graph.kinds[kind].plain;
  uint32_t stagesBefore = 0;
  for (KindId k = 0; k < radix.size(); ++k)
    stagesBefore += digit(state, k);
  if (stagesBefore >= graph.maxStages)
    return;
  bool upward = true;
  for (uint32_t i = from.low; i <= from.high; ++i) {
    Time before = cells[from.offset + i - from.low].value;
    if (before == kInfiniteTime)
      continue;
    uint32_t first = std::max(to.low, i + 1);
    uint32_t last = std::min(to.high, interval.lastEnd(kind, i, limit));
    if (first > last)
      continue;
    auto offer = [&](uint32_t j, Time load) {
      Cell &cell = cells[to.offset + j - to.low];
      Time value = std::max(before, load);
      if (load <= limit && value < cell.value &&
          (plain || interval.fits(kind, stagesBefore)))
        cell = {value, i, kind};
    };
    // The same for several parts; under GPipe the best sum of both maxima, of
    // which either may still be raised.
    auto offerPasses = [&](uint32_t j) {
      size_t at = to.offset + j - to.low;
      PassTimes times = interval.passTimes(kind, i, j, plain);
      Time value = std::max(before, times.forward), forward = 0;
      if (graph.parts.byPass) {
        Time forwardBefore = forwardOf[from.offset + i - from.low];
        forward = std::max(forwardBefore, times.forward);
        value = forward + std::max(before - forwardBefore, times.backward);
      }
      if (value > limit || value >= cells[at].value ||
          !(plain || interval.fits(kind, stagesBefore)))
        return;
      cells[at] = {value, i, kind};
      if (graph.parts.byPass)
        forwardOf[at] = forward;
    };
    if (!graph.parts.single()) {
      for (uint32_t d = 0; d <= last - first; ++d) {
        uint32_t j = upward ? first + d : last - d;
        if (!plain)
          interval.moveTo(i, j);
        offerPasses(j);
      }
      upward = !upward;
    } else if (plain) {
      stepCount += last - first + 1;
      for (uint32_t j = first; j <= last; ++j)
        offer(j, interval.compute(kind, i, j));
    } else {
      // Alternate the direction so that each row starts where the last ended.
      for (uint32_t d = 0; d <= last - first; ++d) {
        uint32_t j = upward ? first + d : last - d;
        interval.moveTo(i, j);
        offer(j, interval.load(kind));
      }
      upward = !upward;
    }
  }
}

void PrefixDp::rebuild(const std::vector<ClassId> &order,
                       StageChain &best) const {
  uint32_t position = static_cast<uint32_t>(order.size());
  uint32_t state = kNone;
  for (uint32_t s = 0; s < numStates; ++s) {
    const Window &w = windows[s];
    if (w.empty() || position < w.low || position > w.high)
      continue;
    Time value = cells[w.offset + position - w.low].value;
    if (state == kNone || value < best.value) {
      state = s;
      best.value = value;
    }
  }
  best.kinds.clear();
  best.stageOf.assign(order.size(), 0);
  while (position > 0) {
    const Window &w = windows[state];
    const Cell &cell = cells[w.offset + position - w.low];
    for (uint32_t i = cell.from; i < position; ++i)
      best.stageOf[order[i]] = static_cast<uint32_t>(best.kinds.size());
    best.kinds.push_back(cell.kind);
    position = cell.from;
    state -= stride[cell.kind];
  }
  // Stages were met from the last to the first.
  std::reverse(best.kinds.begin(), best.kinds.end());
  for (uint32_t &s : best.stageOf)
    s = static_cast<uint32_t>(best.kinds.size()) - 1 - s;
}

bool PrefixDp::improve(const std::vector<ClassId> &order, Time limit,
                       StageChain &best, uint64_t stepBudget) {
  if (limit < 0 || order.empty() || !setWindows(order, limit, stepBudget))
    return false;
  Interval interval(graph, order, stepCount);
  cells[windows[0].offset] = {0, 0, 0};
  if (graph.parts.byPass) {
    // No pass lasts less in any chain.
    forwardOf.assign(cells.size(), 0);
    Cell &start = cells[windows[0].offset];
    start.value = capacity.leastPass(0) + capacity.leastPass(1);
    forwardOf[windows[0].offset] = capacity.leastPass(0);
  }
  // Stride order is a topological order of states: digits only grow.
  for (uint32_t state = 0; state < numStates; ++state)
    for (KindId k = 0; k < radix.size(); ++k)
      if (digit(state, k) + 1 < radix[k])
        relax(interval, state, k, limit);
  bool found = false;
  uint32_t end = static_cast<uint32_t>(order.size());
  for (const Window &w : windows)
    found |= !w.empty() && w.low <= end && end <= w.high &&
             cells[w.offset + end - w.low].value <= limit;
  if (found)
    rebuild(order, best);
  return found;
}

} // namespace placement::solver::contiguous
