//===- IntervalTable.cpp - Least loads about intervals of a chain ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/IntervalTable.h"

#include <cmath>

namespace placement::solver::latency {
namespace {

/// The hulls of all intervals with one start, from the shortest on.
class RowBuilder {
public:
  RowBuilder(const LatencyProblem &problem, const PathAtoms &atoms,
             const PathChain &chain, std::span<const KindId> kinds, bool convex)
      : problem(problem), kinds(kinds), hull(problem, atoms, chain, convex),
        bytes(problem), earliest(problem.numNets(), kNone),
        latest(problem.numNets(), 0), seen(problem.numNets(), 0),
        compute(kinds.size()), paid(kinds.size()), runs(kinds.size()),
        leaving(kinds.size(), std::vector<Time>(chain.length() + 1, 0)) {
    for (uint32_t net = 0; net < problem.numNets(); ++net) {
      auto pin = [&](uint32_t v) {
        earliest[net] = std::min(earliest[net], chain.ahead(v));
        latest[net] = std::max(latest[net], chain.behind(v));
      };
      if (problem.producer(net) != kNone)
        pin(problem.producer(net));
      for (uint32_t v : problem.consumers(net))
        pin(v);
    }
  }

  void start(uint32_t newFirst) {
    first = newFirst;
    hull.start(first);
    bytes.clear();
    counted = 0;
    device = kNone;
    clash = false;
    ++round;
    for (size_t k = 0; k < kinds.size(); ++k) {
      compute[k] = paid[k] = 0;
      runs[k] = 1;
      std::fill(leaving[k].begin(), leaving[k].end(), 0);
    }
  }

  /// The interval that ends one further. False when no longer one is possible.
  bool extendTo(uint32_t newLast) {
    last = newLast;
    hull.extendTo(last);
    std::span<const uint32_t> members = hull.members();
    for (; counted < members.size(); ++counted)
      count(members[counted]);
    for (size_t k = 0; k < kinds.size(); ++k) {
      // Nets whose last pin may now join.
      paid[k] -= leaving[k][last + 1];
      leaving[k][last + 1] = 0;
      Bytes memory = problem.instance().machine().kinds[kinds[k]].memory;
      runs[k] &= bytes.total() <= memory && !clash;
    }
    return !hull.isBroken() &&
           std::find(runs.begin(), runs.end(), 1) != runs.end();
  }

  /// Of the current interval; the plain bound may fall as intervals grow, what
  /// is computed does not.
  Time plain(size_t k) const {
    return runs[k] && !hull.isImpossible() ? compute[k] + paid[k]
                                           : kInfiniteTime;
  }
  bool canRun(size_t k) const { return runs[k] != 0; }
  Time computed(size_t k) const { return compute[k]; }
  uint64_t stepsUsed() const { return hull.stepsUsed() + pins; }

private:
  void count(uint32_t v) {
    bytes.add(v);
    if (problem.pinnedDevice(v) != kNone) {
      clash |= device != kNone && device != problem.pinnedDevice(v);
      device = problem.pinnedDevice(v);
    }
    for (size_t k = 0; k < kinds.size(); ++k) {
      if (!problem.supports(v, kinds[k]))
        runs[k] = 0;
      else
        compute[k] += problem.time(v, kinds[k]);
    }
    for (uint32_t net : problem.netsFrom(v))
      touch(net);
    for (uint32_t net : problem.netsInto(v))
      touch(net);
  }

  void touch(uint32_t net) {
    ++pins;
    if (seen[net] == round)
      return;
    seen[net] = round;
    bool always = problem.producer(net) == kNone || problem.neededByHost(net) ||
                  earliest[net] < first;
    if (!always && latest[net] <= last + 1)
      return;
    for (size_t k = 0; k < kinds.size(); ++k) {
      Time cost = problem.cost(net, kinds[k]);
      paid[k] += cost;
      if (!always)
        leaving[k][latest[net]] += cost;
    }
  }

  const LatencyProblem &problem;
  std::span<const KindId> kinds;
  PathHull hull;
  SetBytes bytes;
  std::vector<uint32_t> earliest, latest, seen;
  std::vector<Time> compute, paid;
  std::vector<uint8_t> runs;
  std::vector<std::vector<Time>> leaving;
  uint32_t first = 0, last = 0, device = kNone, round = 0;
  size_t counted = 0;
  bool clash = false;
  uint64_t pins = 0;
};

} // namespace

/// By start first: how far intervals go, and their bounds.
struct IntervalTable::Rows {
  std::vector<uint32_t> ends;
  /// By kind.
  std::vector<std::vector<Time>> plain;
};

void IntervalTable::findLayers() {
  for (const LatencyProblem::Device &device : problem.devices())
    if (layerList.empty() || layerList.back().kind != device.kind)
      layerList.push_back({device.kind, false});
  size_t kinds = layerList.size();
  if (problem.piecesPerDevice() > 1)
    for (size_t k = 0; k < kinds; ++k)
      layerList.push_back({layerList[k].kind, true});
}

/// Nets with a pin on each of two neighbours on the chain.
void IntervalTable::findCrossings() {
  crossings.assign(problem.numKinds(), std::vector<Time>(chain.length(), 0));
  for (uint32_t i = 0; i + 1 < chain.length(); ++i) {
    uint32_t next = chain[i + 1];
    for (uint32_t net : problem.netsFrom(chain[i])) {
      std::span<const uint32_t> users = problem.consumers(net);
      if (std::find(users.begin(), users.end(), next) != users.end())
        for (KindId k = 0; k < problem.numKinds(); ++k)
          crossings[k][i] += problem.cost(net, k);
    }
  }
}

Time IntervalTable::crossing(KindId kind, uint32_t first, uint32_t last) const {
  return *std::min_element(crossings[kind].begin() + first,
                           crossings[kind].begin() + last);
}

void IntervalTable::build(Rows &rows, bool several,
                          const contiguous::Budget &budget) {
  std::vector<KindId> kinds;
  for (const IntervalLayer &layer : layerList)
    if (layer.several == several)
      kinds.push_back(layer.kind);
  uint32_t length = chain.length();
  RowBuilder row(problem, atoms, chain, kinds, !several);
  rows.ends.resize(length);
  rows.plain.resize(kinds.size());
  std::vector<Time> extra(kinds.size());
  uint64_t nextLook = 1'000'000;
  for (uint32_t i = 0; i < length; ++i) {
    row.start(i);
    std::fill(extra.begin(), extra.end(), kInfiniteTime);
    uint32_t j = i;
    for (; j < length && row.extendTo(j); ++j) {
      bool useful = false, apart = canEnd(i, j) && (!several || j > i);
      for (uint32_t k = 0; k < kinds.size(); ++k) {
        if (several && j > i)
          extra[k] = std::min(extra[k], crossings[kinds[k]][j - 1]);
        Time plain = apart ? row.plain(k) : kInfiniteTime;
        if (plain != kInfiniteTime && several)
          plain += extra[k];
        rows.plain[k].push_back(plain >= limit ? kInfiniteTime : plain);
        limited |= plain >= limit && plain != kInfiniteTime;
        // A limited row may end before it becomes possible.
        limited |= row.canRun(k) && row.computed(k) >= limit;
        useful |= row.canRun(k) && row.computed(k) < limit;
      }
      start[j] = std::min(start[j], i);
      if (!useful) {
        ++j;
        break;
      }
    }
    rows.ends[i] = j;
    numIntervals += j - i;
    complete = numIntervals <= mostEntries;
    if (!complete) {
      // As many rows as nodes of the chain, each as much shorter.
      double wanted = static_cast<double>(mostEntries) * (i + 1) /
                      (static_cast<double>(numIntervals) * length);
      shorter = static_cast<uint32_t>(std::sqrt(wanted) * 0.9 * length);
      shorter = std::max<uint32_t>(1, std::min(shorter, length - 1));
      break;
    }
    // A row may walk through the whole graph.
    if (row.stepsUsed() >= nextLook) {
      nextLook = row.stepsUsed() + 1'000'000;
      complete = budget.limit(0) == contiguous::Verdict::Found;
      if (!complete)
        break;
    }
  }
  used += row.stepsUsed();
}

/// Whether the interval's neighbours on the chain can be elsewhere.
bool IntervalTable::canEnd(uint32_t first, uint32_t last) const {
  if (problem.piecesPerDevice() == 1)
    return true; // The hull sees to that.
  return (first == 0 || !atoms.areTied(chain[first - 1], chain[first])) &&
         (last + 1 == chain.length() ||
          !atoms.areTied(chain[last], chain[last + 1]));
}

IntervalTable::IntervalTable(const LatencyProblem &problem,
                             const PathAtoms &atoms, const PathChain &chain,
                             Time limit, size_t mostEntries,
                             const contiguous::Budget &budget)
    : problem(problem), atoms(atoms), chain(chain), limit(limit),
      mostEntries(mostEntries) {
  findLayers();
  findCrossings();
  uint32_t length = chain.length();
  start.resize(length);
  for (uint32_t i = 0; i < length; ++i)
    start[i] = i;
  Rows single, several;
  build(single, false, budget);
  if (complete && problem.piecesPerDevice() > 1)
    build(several, true, budget);
  if (!complete)
    return;
  begin.resize(length + 1, 0);
  size_t entries = 0;
  for (uint32_t j = 0; j < length; ++j) {
    begin[j] = entries;
    entries += j - start[j] + 1;
  }
  begin[length] = entries;
  loads.assign(layerList.size(), std::vector<Time>(entries, kInfiniteTime));
  size_t kinds = single.plain.size();
  for (uint32_t layer = 0; layer < layerList.size(); ++layer) {
    const Rows &rows = layerList[layer].several ? several : single;
    size_t read = 0;
    for (uint32_t i = 0; i < length; ++i)
      for (uint32_t j = i; j < rows.ends[i]; ++j)
        loads[layer][entry(i, j)] = rows.plain[layer % kinds][read++];
  }
  numIntervals = entries;
  used += entries;
}

} // namespace placement::solver::latency
