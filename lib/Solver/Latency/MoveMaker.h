//===- MoveMaker.h - Random changes of a placement --------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_MOVEMAKER_H
#define PLACEMENT_LIB_SOLVER_LATENCY_MOVEMAKER_H

#include "Solver/Latency/SearchState.h"
#include "Solver/Latency/SplitMix.h"

namespace placement::solver::latency {

/// Changes a SearchState by one random move: a node, a node with what has to
/// come along so that pieces stay convex, a run of an order, the side of a
/// piece, a whole piece. Half of the nodes that moves start from lie on the
/// critical path, as only what touches it can help.
class MoveMaker {
public:
  MoveMaker(SearchState &state, SplitMix &random);

  /// The order of nodes for runs; a topological one.
  void setOrder(std::span<const uint32_t> nodes);
  /// The critical path of the state, as SearchState gives it.
  std::vector<uint32_t> &path() { return critical; }

  /// Makes moves of the state; it may happen that nothing changes.
  void propose();

private:
  uint32_t pickNode();
  uint32_t neighbourSlot(uint32_t v);
  uint32_t anySlot() { return random.below(state.numSlots()); }
  void moveRun();
  void moveWithClosure(uint32_t v, uint32_t to);
  void grow(uint32_t v, uint32_t to);
  void moveSide(uint32_t v, uint32_t to);
  void movePiece();
  void put(uint32_t v, uint32_t to) { state.move(v, to); }

  SearchState &state;
  const LatencyProblem &problem;
  SplitMix &random;
  std::vector<uint32_t> order, position, critical, stack, found, mark;
  uint32_t markNow = 0;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_MOVEMAKER_H
