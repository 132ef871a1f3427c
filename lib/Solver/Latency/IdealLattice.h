//===- IdealLattice.h - Down-sets, module by module -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_IDEALLATTICE_H
#define PLACEMENT_LIB_SOLVER_LATENCY_IDEALLATTICE_H

#include "Solver/Contiguous/Budget.h"
#include "Solver/Latency/ItemGraph.h"

#include <utility>

namespace placement::solver::latency {

using contiguous::Budget;
using contiguous::Verdict;

/// A stretch of items between two *waists*. A waist is an item c such that
/// every other item is before or after it, and no value but c's own, no bundle,
/// shared weight or pin is on both sides. So ideals of the graph are those of
/// one module, together with all modules before, and all that is known after a
/// waist is when c is done, or what the piece holds that c is in.
///
/// Items have local numbers in here, in topological order; the last one is the
/// waist at the end unless the module is the graph's last.
struct Module {
  static constexpr uint32_t kEntry = kNone - 1;

  uint32_t first = 0, size = 0;
  /// The module has no waist at its end.
  bool isLast = false;
  /// The waist before the module exists.
  bool hasEntry = false;

  uint32_t item(uint32_t local) const { return first + local; }

  // ---- graph: locals, or kEntry for the waist before ----
  FlatLists before, after;
  struct Net {
    uint32_t item = 0;
    /// Local, kEntry, or kNone for a value from the host.
    uint32_t producer = kNone;
    bool needed = false;
  };
  /// Nets with a consumer in here, and those made here that the host needs.
  /// `item` is the net's number in the graph.
  std::vector<Net> nets;
  FlatLists consumers, made, used;
  std::vector<uint32_t> entryNets;
  std::vector<uint32_t> bundleOf;
  FlatLists bundles;
  FlatLists weights, weightUsers;
  std::vector<Bytes> weightBytes;

  // ---- ideals: the empty one first, the full one last, by size ----
  uint32_t numIdeals = 0, words = 1;
  std::vector<uint64_t> bits;
  /// For each ideal: what can be added, and the ideal that results.
  struct Step {
    uint32_t local = 0, to = 0;
  };
  std::vector<uint32_t> stepBegin;
  std::vector<Step> steps;
  /// For each ideal: members, kEntry included, that someone outside waits for;
  /// last of all kNone, for sinks, where it has one.
  std::vector<uint32_t> frontierBegin, frontiers;

  uint32_t full() const { return numIdeals - 1; }
  bool contains(uint32_t ideal, uint32_t local) const {
    return (bits[size_t(ideal) * words + local / 64] >> (local % 64) & 1) != 0;
  }
  std::span<const Step> stepsFrom(uint32_t ideal) const {
    return {steps.data() + stepBegin[ideal],
            stepBegin[ideal + 1] - stepBegin[ideal]};
  }
  std::span<const uint32_t> frontier(uint32_t ideal) const {
    return {frontiers.data() + frontierBegin[ideal],
            frontierBegin[ideal + 1] - frontierBegin[ideal]};
  }
  uint64_t memory() const;
};

/// All ideals of an item graph.
class IdealLattice {
public:
  /// Values that wait at the border of one ideal at most.
  static constexpr uint32_t kMaxFrontier = 32;

  IdealLattice(const ItemGraph &graph, Detail detail);

  /// Enumerates the ideals: None when done, else the limit that was met
  /// (OutOfMemory also for a frontier that is too wide). O(ideals * width)
  /// steps and memory.
  Verdict build(const Budget &budget, uint64_t memoryLimit);

  const ItemGraph &graph() const { return items; }
  std::span<const Module> modules() const { return all; }
  uint64_t numIdeals() const { return ideals; }
  uint64_t memory() const { return bytes; }

private:
  void split(Detail detail);
  void listModule(Module &module);
  Verdict enumerate(Module &module, const Budget &budget, uint64_t memoryLimit);
  bool listFrontiers(Module &module) const;

  const ItemGraph &items;
  std::vector<Module> all;
  uint64_t ideals = 0, bytes = 0;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_IDEALLATTICE_H
