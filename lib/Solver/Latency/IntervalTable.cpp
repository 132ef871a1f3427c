//===- IntervalTable.cpp - Least loads about intervals of a chain ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/IntervalTable.h"

namespace placement::solver::latency {
namespace {

/// The hulls of all intervals with one start, from the shortest on.
class RowBuilder {
public:
  RowBuilder(const LatencyProblem &problem, const PathAtoms &atoms,
             const PathChain &chain, std::span<const KindId> kinds,
             std::span<const Bytes> memory)
      : problem(problem), kinds(kinds), memory(memory),
        hull(problem, atoms, chain), bytes(problem),
        earliest(problem.numNets(), kNone), latest(problem.numNets(), 0),
        seen(problem.numNets(), 0), compute(kinds.size()), paid(kinds.size()),
        runs(kinds.size()),
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
      runs[k] &= bytes.total() <= memory[k] && !clash;
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
  std::span<const Bytes> memory;
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

IntervalTable::IntervalTable(const LatencyProblem &problem,
                             const PathAtoms &atoms, const PathChain &chain,
                             Time limit, size_t mostEntries) {
  std::vector<Bytes> memory;
  for (const LatencyProblem::Device &device : problem.devices())
    if (callKinds.empty() || callKinds.back() != device.kind) {
      callKinds.push_back(device.kind);
      memory.push_back(device.memory);
    }
  uint32_t length = chain.length();
  RowBuilder row(problem, atoms, chain, callKinds, memory);
  // By start first: how far intervals go, and their bounds.
  std::vector<uint32_t> ends(length);
  std::vector<std::vector<Time>> byStart(callKinds.size());
  start.resize(length);
  begin.resize(length + 1, 0);
  for (uint32_t i = 0; i < length; ++i)
    start[i] = i;
  for (uint32_t i = 0; i < length; ++i) {
    row.start(i);
    uint32_t j = i;
    for (; j < length && row.extendTo(j); ++j) {
      bool useful = false;
      for (uint32_t k = 0; k < callKinds.size(); ++k) {
        Time plain = row.plain(k);
        byStart[k].push_back(plain >= limit ? kInfiniteTime : plain);
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
    ends[i] = j;
    numIntervals += j - i;
    if (numIntervals > mostEntries) {
      complete = false;
      used = row.stepsUsed();
      return;
    }
  }
  size_t entries = 0;
  for (uint32_t j = 0; j < length; ++j) {
    begin[j] = entries;
    entries += j - start[j] + 1;
  }
  begin[length] = entries;
  loads.assign(callKinds.size(), std::vector<Time>(entries, kInfiniteTime));
  for (uint32_t k = 0; k < callKinds.size(); ++k) {
    size_t read = 0;
    for (uint32_t i = 0; i < length; ++i)
      for (uint32_t j = i; j < ends[i]; ++j)
        loads[k][entry(i, j)] = byStart[k][read++];
  }
  numIntervals = entries;
  used = row.stepsUsed() + entries;
}

} // namespace placement::solver::latency
