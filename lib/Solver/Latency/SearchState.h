//===- SearchState.h - A placement that is changed step by step -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_SEARCHSTATE_H
#define PLACEMENT_LIB_SOLVER_LATENCY_SEARCHSTATE_H

#include "Solver/Latency/CoreSeats.h"
#include "Solver/Latency/Placement.h"

#include <optional>

namespace placement::solver::latency {

/// What a search compares: the makespan, and by how much limits of memory and
/// pieces are broken.
struct Energy {
  /// kInfiniteTime for a circle.
  Time makespan = kInfiniteTime;
  /// Zero where all limits are kept, more for more.
  double broken = 0;

  bool allowed() const { return makespan != kInfiniteTime && broken == 0; }
  /// With a price for broken limits in shares of the makespan.
  double value(double price) const {
    return makespan == kInfiniteTime
               ? 1e300
               : static_cast<double>(makespan) * (1 + price * broken);
  }
};

/// A placement as slots: pools first, then `piecesPerDevice` slots for each
/// device in order; a slot of a device is a piece, empty or not. Every move
/// keeps support, pins and groups; limits of memory and pieces may break, at a
/// price. Owns all tables: neither moves nor evaluations allocate.
class SearchState {
public:
  explicit SearchState(const LatencyProblem &problem);

  const LatencyProblem &problem;

  uint32_t numSlots() const { return static_cast<uint32_t>(kindOf.size()); }
  uint32_t numPools() const { return pools; }
  /// The device of a slot behind the pools.
  uint32_t device(uint32_t slot) const { return (slot - pools) / q; }
  KindId kind(uint32_t slot) const { return kindOf[slot]; }
  uint32_t slot(uint32_t v) const { return slots[v]; }
  uint32_t nodesIn(uint32_t slot) const { return count[slot]; }
  std::span<const uint32_t> all() const { return slots; }

  /// Whether the node alone can be there.
  bool canTake(uint32_t v, uint32_t slot) const {
    return problem.supports(v, kindOf[slot]) &&
           (slot < pools || problem.pinnedDevice(v) == kNone ||
            problem.pinnedDevice(v) == device(slot));
  }

  /// Takes over a list of slots; members of a unit have to fit together.
  void assign(std::span<const uint32_t> slotOf);
  /// Moves a node, and of its unit what has to move along: to the same pool, or
  /// to the same device, in pieces there as before. False, with nothing
  /// changed, where one of them cannot be there.
  bool move(uint32_t v, uint32_t to);
  /// Forgets the moves since the last `keep`, or undoes them.
  void keep() { undone.clear(); }
  void undo();
  bool changed() const { return !undone.empty(); }

  /// O(nodes + pins + slots); with bounded cores these run host nodes by list
  /// scheduling, at a logarithm more.
  Energy evaluate();

  /// How nodes that wait for a core are ranked from now on: by the rest of the
  /// sample with or without their own time, times a weight of each (empty:
  /// one). Evaluations before and after do not compare. Of no effect on
  /// unlimited width.
  void rankBy(bool ownTime, std::span<const double> weights) {
    countsOwnTime = ownTime;
    rankWeights.assign(weights.begin(), weights.end());
  }

  // ---- about the last evaluation of finite makespan ----
  Time finish(uint32_t v) const {
    return starts[vertexOf(v)] + work[vertexOf(v)];
  }
  /// The nodes on a longest path, last first; of a piece the one whose input
  /// came last. Appends to `path`.
  void criticalPath(std::vector<uint32_t> &path) const;

  Placement placement() const;
  /// Slots of a placement, empty where it has too many pieces on a device.
  std::vector<uint32_t> slotsOf(const Placement &placement) const;

private:
  /// Vertices: slots behind the pools keep their number, host nodes are behind
  /// all slots.
  uint32_t vertexOf(uint32_t v) const {
    return slots[v] < pools ? numSlots() + v : slots[v];
  }
  bool isHost(uint32_t x) const { return x >= numSlots(); }
  /// A host node whose pool has a bounded number of cores.
  bool needsCore(uint32_t x) const {
    return isHost(x) && problem.pools()[slots[x - numSlots()]].cores != kNone;
  }
  /// The slot of the same device that runs next, kNone for none.
  uint32_t nextPiece(uint32_t slot) const;
  /// Calls `visit(node, vertex)` for each vertex that waits for this one, and
  /// the node that it waits for; as often as it does.
  template <typename Visit>
  void forEachWaiting(uint32_t x, Visit visit) const;
  uint32_t buildVertices();
  Time runUnlimited(uint32_t left);
  Time runOnCores();
  Time coreRank(uint32_t x) const;
  void put(uint32_t v, uint32_t to);
  double brokenLimits();

  uint32_t pools, q;
  std::vector<KindId> kindOf;
  std::vector<uint32_t> slots, count;
  std::vector<std::pair<uint32_t, uint32_t>> undone;

  // Pins in one list: net by net, the producer apart.
  std::vector<uint32_t> netBegin, pins;
  std::vector<std::pair<uint32_t, uint32_t>> orderEdges;
  // A graph of both, for release: with repetitions as in the lists above.
  FlatLists after;

  std::vector<uint32_t> vertex, open, cause, next, head, ready, stamp;
  std::vector<Time> starts, work;
  std::vector<Bytes> bytes, largest;
  std::vector<uint32_t> holderStamp;
  // With bounded cores.
  std::optional<CoreSeats> seats;
  std::vector<uint32_t> openAtFirst, core, rank;
  std::vector<Time> rest;
  std::vector<double> rankWeights;
  bool countsOwnTime = true;
  std::vector<std::pair<Time, uint32_t>> running;
  uint32_t last = kNone;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_SEARCHSTATE_H
