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

#include <algorithm>
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

/// The sums that make up the load of a stage and that are kept apart
/// (docs/Solvers.md, "Models of load"): work, transfers in and transfers out as
/// far as they may overlap, and those of each pass under GPipe. Sequential
/// communication under 1F1B has one. Parts are numbered pass by pass, work
/// first, transfers in before transfers out.
struct LoadParts {
  Communication communication = Communication::Sequential;
  /// GPipe: the forward pass and the backward pass have their own.
  bool byPass = false;

  /// No model has more.
  static constexpr unsigned kMost = 6;

  unsigned perPass() const {
    return communication == Communication::Sequential   ? 1
           : communication == Communication::HalfDuplex ? 2
                                                        : 3;
  }
  unsigned passes() const { return byPass ? 2 : 1; }
  unsigned count() const { return perPass() * passes(); }
  bool single() const { return count() == 1; }
  unsigned compute(bool backward) const {
    return byPass && backward ? perPass() : 0;
  }
  unsigned in(bool backward) const {
    return compute(backward) + (perPass() > 1 ? 1 : 0);
  }
  unsigned out(bool backward) const {
    return compute(backward) + perPass() - 1;
  }
  /// The time of one pass with these sums (all there is, under 1F1B).
  Time passLoad(const Time *sums, unsigned pass) const {
    return *std::max_element(sums + pass * perPass(),
                             sums + (pass + 1) * perPass());
  }
  /// What a chain with a stage of these sums is worth at least, where no pass
  /// lasts less than `leastPass`.
  Time valueAtLeast(const Time *sums, const Time *leastPass) const {
    Time value = std::max(passLoad(sums, 0), leastPass[0]);
    return byPass ? value + std::max(passLoad(sums, 1), leastPass[1]) : value;
  }
  /// What a stage alone costs with these sums.
  Time load(const Time *sums) const {
    return byPass ? passLoad(sums, 0) + passLoad(sums, 1) : passLoad(sums, 0);
  }
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

  /// What loads are made of.
  LoadParts parts;

  Rows preds, succs;
  /// time[c * kinds + k]; kUnsupported where a member is unsupported. Work of
  /// both passes; where transfers do not overlap with it, those with the host
  /// that the class always pays are work as well.
  std::vector<Time> time;
  /// partTime[(c * kinds + k) * parts + p]: what the class adds to part p
  /// where it is supported. Empty if there is one part, which is `time`.
  std::vector<Time> partTime;
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
  /// The part in which a stage pays the item: `outPart` if it holds the class
  /// of the producer, else `inPart`. Where they differ, `source` is that class,
  /// or kNone for values of the host; elsewhere it is kNone.
  std::vector<uint8_t> inPart, outPart;
  std::vector<ClassId> source;
  /// Items of each class, ascending.
  Rows itemsOf;

  /// classOf[node].
  std::vector<ClassId> classOf;

  size_t numItems() const { return items.size(); }
  size_t numKinds() const { return kinds.size(); }
  Time timeOf(ClassId c, KindId k) const { return time[c * kinds.size() + k]; }
  /// What supported class c adds to each part: parts.count() figures.
  const Time *partsOf(ClassId c, KindId k) const {
    size_t at = c * kinds.size() + k;
    return parts.single() ? &time[at] : &partTime[at * parts.count()];
  }
  /// The part in which a stage that holds class c pays item i at least, if
  /// nothing else is known of the stage.
  unsigned partFor(ItemId i, ClassId c) const {
    return source[i] == c ? outPart[i] : inPart[i];
  }

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
  /// What it is worth (`evaluate`); kInfiniteTime when there is no chain.
  Time value = kInfiniteTime;

  bool valid() const { return value != kInfiniteTime; }
};

/// What a chain is worth, the largest load or under GPipe the largest of both
/// passes together, from scratch, or kInfiniteTime when it breaks a
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
