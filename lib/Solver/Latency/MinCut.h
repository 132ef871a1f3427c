//===- MinCut.h - Least cuts in integers ------------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_MINCUT_H
#define PLACEMENT_LIB_SOLVER_LATENCY_MINCUT_H

#include "placement/Solver/Model/Units.h"

#include <vector>

namespace placement::solver::latency {

/// A cheapest cut between a source and a sink, by Dinic's blocking flows over
/// flat arrays that are used again from network to network. Arcs to the source
/// and the sink are numbers of their ends. After `raiseSink` a further `run`
/// goes on from the flow that it has.
///
/// All finite capacities together must stay below 2^62; kUncuttable stands for
/// an infinite one. Blocking flows: O(nodes) phases of O(nodes * arcs) at
/// worst, a few of O(arcs) in practice.
class MinCut {
public:
  static constexpr Time kUncuttable = Time(1) << 62;

  /// An empty network with so many inner nodes.
  void reset(uint32_t nodes);
  uint32_t addNode();
  /// An arc, and one back.
  void addArc(uint32_t from, uint32_t to, Time capacity, Time back = 0);
  /// What is paid when the node is on the sink's side, or on the source's.
  void addSource(uint32_t node, Time capacity);
  void addSink(uint32_t node, Time capacity);
  /// Makes the source's side dearer for a node, keeping the flow.
  void raiseSink(uint32_t node, Time capacity) { addSink(node, capacity); }

  /// Pushes a largest flow, and returns its value. Stops early where `steps`
  /// have been used up; the value is then that of some flow, which no cut falls
  /// below, and `complete()` is false.
  Time run(uint64_t steps);
  bool complete() const { return done; }
  /// After a complete run: the cheapest cut with the fewest nodes beside the
  /// source.
  bool besideSource(uint32_t node) const { return reached[node] != 0; }
  /// Arcs looked at since the object was made.
  uint64_t stepsUsed() const { return used; }

private:
  struct Arc {
    uint32_t from, to;
    Time capacity, back;
  };
  void link();
  bool label();
  Time push();
  void reach();

  std::vector<Arc> arcs;
  /// Of each node: what the source can still send, or (negative) the sink take.
  std::vector<Time> ends;
  std::vector<uint32_t> first, slots, level, current, queue, path;
  std::vector<uint8_t> reached;
  Time value = 0;
  uint64_t used = 0;
  bool linked = false, done = false;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_MINCUT_H
