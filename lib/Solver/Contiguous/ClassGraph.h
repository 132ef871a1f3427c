//===- ClassGraph.h - The contracted form of an instance --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything that has to share a stage is one class (docs/Solvers.md,
// "Contraction"): colocation groups, nodes pinned to one device, strongly
// connected components of the forward order, and leaves that cost nothing.
// What classes pay when they are separated is a hypergraph of *items*: nets
// (time) and shared weights (bytes).
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_CLASSGRAPH_H
#define PLACEMENT_SOLVER_CONTIGUOUS_CLASSGRAPH_H

#include "placement/Solver/Model/Assignment.h"
#include "placement/Solver/Model/Instance.h"

#include <span>
#include <vector>

namespace placement::solver::contiguous {

using ClassId = uint32_t;
using ItemId = uint32_t;

/// Ragged rows in two flat arrays.
struct Rows {
  std::vector<uint32_t> begin = {0};
  std::vector<uint32_t> values;

  size_t size() const { return begin.size() - 1; }
  std::span<const uint32_t> operator[](size_t row) const {
    return {values.data() + begin[row], begin[row + 1] - begin[row]};
  }
  void add(uint32_t value) { values.push_back(value); }
  void endRow() { begin.push_back(static_cast<uint32_t>(values.size())); }
};

/// A kind of device as the engine sees it.
struct EngineKind {
  /// Devices of the kind that can ever be useful.
  uint32_t count = 0;
  /// Memory of one device; kUnlimitedBytes when it cannot bind.
  Bytes memory = kUnlimitedBytes;
  /// No item costs time on this kind, and memory cannot bind: a stage's load
  /// is the sum of its times.
  bool plain = false;
};

/// Classes numbered in topological order of the chain constraint: an edge
/// a -> b says stage(a) <= stage(b), and a < b.
struct ClassGraph {
  size_t numClasses = 0;
  std::vector<EngineKind> kinds;
  /// At most this many stages in all.
  uint32_t maxStages = 0;
  /// Stage memory counts a stash once for the stage and once for each later
  /// stage (InFlight::SuffixStages).
  bool suffixStash = false;
  /// The order has been turned round, so that later stages come first.
  bool turned = false;
  /// False where classes may sit anywhere, as in plans that need not be
  /// contiguous: no class has predecessors.
  bool ordered = true;
  /// False when no memory limit can bind, so that sizes can be ignored.
  bool memoryBinds = false;

  Rows preds, succs;
  /// time[c * kinds + k]; kUnsupported where a member is unsupported.
  std::vector<Time> time;
  std::vector<Bytes> size, stash, transient;
  /// 0, or 1 + a number of the device that the class is pinned to. No stage
  /// may hold two different pins.
  std::vector<uint32_t> pin;
  uint32_t numPins = 0;

  /// Members of each item, ascending; at least two, or one and sticky.
  Rows items;
  /// cost[k][item]: what a device of kind k pays while the item is cut there.
  std::vector<std::vector<Time>> cost;
  /// Bytes a device pays for touching the item (weights), else zero.
  std::vector<Bytes> itemBytes;
  /// Once touched by a stage the item is paid for good: weights, and nets with
  /// a pin on the host.
  std::vector<uint8_t> sticky;
  /// Items of each class, ascending.
  Rows itemsOf;

  /// classOf[node].
  std::vector<ClassId> classOf;

  size_t numItems() const { return items.size(); }
  size_t numKinds() const { return kinds.size(); }
  Time timeOf(ClassId c, KindId k) const { return time[c * kinds.size() + k]; }

  /// The same problem with every edge turned round; class c becomes
  /// numClasses - 1 - c. Loads do not change, and stage i of a chain becomes
  /// stage i from the end.
  ClassGraph reversed() const;
};

/// The kinds of a machine with the counts that can be useful, and no limit or
/// cost looked at yet.
std::vector<EngineKind> engineKinds(const Instance &instance,
                                    uint32_t maxStages);

/// Contracts an instance. Exact: every contiguous plan of the instance can be
/// turned into one of the classes that is no worse, and the other way round.
/// Without order, the same holds for all plans, each device taken as a stage.
/// Near-linear (union-find, Tarjan's components, sorting of items).
ClassGraph contract(const Instance &instance, uint32_t maxStages,
                    bool ordered = true);

/// Merges classes: two of equal `mergeInto` become one, and whatever that ties
/// in a cycle with them too. Items and costs are rebuilt. Near-linear.
ClassGraph mergeClasses(const ClassGraph &graph,
                        const std::vector<uint32_t> &mergeInto);

/// The same classes with a linear extension of their order as the order: its
/// ideals are the prefixes of `order`, so class i is `order[i]`.
ClassGraph orderClasses(const ClassGraph &graph,
                        const std::vector<ClassId> &order);

/// Merges classes that can follow a neighbour for free: whenever such a class
/// is elsewhere, moving it to its neighbour's stage raises no load. Without
/// order, whoever shares an item of two members is a neighbour. Exact.
ClassGraph mergeFollowers(ClassGraph graph);

/// Merges what no chain with every load at most `limit` can separate: items so
/// expensive that each stage that cuts them is above the limit, whatever else
/// it holds. Exact for such chains. Repeats until nothing changes.
ClassGraph mergeUnderLimit(ClassGraph graph, Time limit);

/// A contiguous solution on classes: stages in order, their kinds.
struct StageChain {
  std::vector<uint32_t> stageOf;
  std::vector<KindId> kinds;
  /// Largest load; kInfiniteTime when there is no chain.
  Time value = kInfiniteTime;

  bool valid() const { return value != kInfiniteTime; }
};

/// Largest load of a chain, from scratch, or kInfiniteTime when it breaks a
/// memory limit, a pin or the support of a kind. O(pins of items + classes).
/// `loads` gets the load of each stage unless a rule is broken.
Time evaluate(const ClassGraph &graph, const StageChain &chain,
              std::vector<Time> *loads = nullptr);

/// A chain in the instance's terms. Stages with a pin take their device; the
/// others the next free one. Linear.
Assignment assignmentOf(const Instance &instance, const ClassGraph &graph,
                        const StageChain &chain);

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_CLASSGRAPH_H
