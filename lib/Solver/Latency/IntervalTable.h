//===- IntervalTable.h - Least loads about intervals of a chain -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_INTERVALTABLE_H
#define PLACEMENT_LIB_SOLVER_LATENCY_INTERVALTABLE_H

#include "Solver/Contiguous/Budget.h"
#include "Solver/Latency/PathHull.h"
#include "Solver/Latency/SetBytes.h"

namespace placement::solver::latency {

/// An interval of a chain, both ends included, and which of the table's layers
/// is meant.
struct Interval {
  uint32_t first = 0, last = 0;
  uint32_t layer = 0;
};

/// What runs an interval, with no other node of the chain before or after it on
/// the same device: one piece on a device of the kind, or, where devices may
/// have several, two pieces or more.
struct IntervalLayer {
  KindId kind = 0;
  bool several = false;
  uint32_t pieces() const { return several ? 2 : 1; }
};

/// For each interval of a chain and each layer a lower bound on the loads of
/// the pieces that meet the chain there; kInfiniteTime where there are none. At
/// first the *plain* bound: what the hull computes, and the nets between the
/// hull and nodes that cannot join it; for several pieces together also the
/// nets that cross from one node of the chain to the next, where that is least.
class IntervalTable {
public:
  /// Only intervals whose plain bound is below `limit` have to be right; others
  /// count as impossible. O(chain * (nodes + edges)), near the chain only.
  /// `isComplete()` is false where more than `mostEntries` would be needed, or
  /// a limit of the budget was met.
  IntervalTable(const LatencyProblem &problem, const PathAtoms &atoms,
                const PathChain &chain, Time limit, size_t mostEntries,
                const contiguous::Budget &budget);

  bool isComplete() const { return complete; }
  /// Of an incomplete table: a length of chains of which one may well have a
  /// complete one.
  uint32_t shorterLength() const { return shorter; }
  /// Some interval was left out for its bound alone.
  bool isLimited() const { return limited; }
  std::span<const IntervalLayer> layers() const { return layerList; }
  uint32_t numLayers() const { return static_cast<uint32_t>(layerList.size()); }
  uint32_t length() const { return static_cast<uint32_t>(start.size()); }
  /// Entries of intervals that end at `last` begin with the interval that
  /// starts at `firstStart(last)`, and go on to the one of that node alone.
  uint32_t firstStart(uint32_t last) const { return start[last]; }
  size_t entry(uint32_t first, uint32_t last) const {
    return begin[last] + (first - start[last]);
  }
  size_t numEntries() const { return numIntervals; }
  Time load(uint32_t layer, size_t entry) const { return loads[layer][entry]; }
  const Time *loadsAt(uint32_t layer, size_t entry) const {
    return loads[layer].data() + entry;
  }
  void raise(uint32_t layer, size_t entry, Time load) {
    loads[layer][entry] = std::max(loads[layer][entry], load);
  }
  /// What several pieces about the interval pay beyond their common cut: nets
  /// from one node of the chain to the next, where that is least.
  Time crossing(KindId kind, uint32_t first, uint32_t last) const;
  uint64_t stepsUsed() const { return used; }

private:
  struct Rows;
  void build(Rows &rows, bool several, const contiguous::Budget &budget);
  bool canEnd(uint32_t first, uint32_t last) const;
  void findLayers();
  void findCrossings();

  const LatencyProblem &problem;
  const PathAtoms &atoms;
  const PathChain &chain;
  Time limit;
  size_t mostEntries;
  std::vector<IntervalLayer> layerList;
  /// By kind and place on the chain.
  std::vector<std::vector<Time>> crossings;
  std::vector<uint32_t> start;
  std::vector<size_t> begin;
  std::vector<std::vector<Time>> loads;
  size_t numIntervals = 0;
  uint32_t shorter = 0;
  uint64_t used = 0;
  bool complete = true, limited = false;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_INTERVALTABLE_H
