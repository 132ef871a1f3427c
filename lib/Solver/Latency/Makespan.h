//===- Makespan.h - When a placement has done its sample --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_MAKESPAN_H
#define PLACEMENT_LIB_SOLVER_LATENCY_MAKESPAN_H

#include "Solver/Latency/Placement.h"

namespace placement::solver::latency {

/// Evaluates placements of one problem: the longest path over pieces and host
/// nodes, with the pieces of a device, and the nodes of a core where these are
/// bounded, one after the other. Owns its tables: calls allocate nothing once
/// the largest number of pieces has been seen. Not for several threads at once.
///
/// A *vertex* is a host node (its own number) or a piece (the number of nodes
/// plus its own).
class Makespan {
public:
  explicit Makespan(const LatencyProblem &problem);

  /// The finish of the last vertex; kInfiniteTime where vertices wait for each
  /// other in a circle. Assumes times that are supported, and looks at no other
  /// rule (see isAllowed). O(nodes + edges + pins + pieces), and with bounded
  /// cores a sort of their nodes.
  Time evaluate(const Placement &placement);

  // ---- about the last placement; meaningless after kInfiniteTime ----
  uint32_t vertexOf(uint32_t v) const { return vertex[v]; }
  Time start(uint32_t vertexNumber) const { return starts[vertexNumber]; }
  Time finish(uint32_t vertexNumber) const {
    return starts[vertexNumber] + work[vertexNumber];
  }
  Time finishOfNode(uint32_t v) const { return finish(vertex[v]); }
  /// Of a piece: in, compute and out together.
  Time load(uint32_t piece) const { return work[problem.numNodes() + piece]; }
  Time in(uint32_t piece) const { return paidIn[piece]; }
  Time out(uint32_t piece) const { return paidOut[piece]; }
  /// The vertex whose finish is this one's start, kNone for none.
  uint32_t waitsFor(uint32_t vertexNumber) const { return cause[vertexNumber]; }
  /// The vertex that finishes last, the one with the lowest number if several.
  uint32_t last() const { return latest; }
  /// First and next node of a piece, kNone at the end; highest number first.
  uint32_t firstNode(uint32_t piece) const { return head[piece]; }
  uint32_t nextNode(uint32_t v) const { return next[v]; }

private:
  void payTransfers(const Placement &placement);
  void queueOnCores(const Placement &placement);
  void follow(uint32_t from, uint32_t to);
  void release(uint32_t from, uint32_t to);

  const LatencyProblem &problem;
  std::vector<uint32_t> vertex, cause, open, next, head, following, ready;
  std::vector<Time> starts, work, paidIn, paidOut;
  std::vector<uint32_t> stamp, lastOnDevice, onCores;
  uint32_t latest = kNone;
};

/// Renames what can be renamed: pieces get numbers in the order in which they
/// start, without gaps, and those that may be on any free device of a kind get
/// the first one that is left. `makespan` has just evaluated the placement, to
/// a finite value; the value stays.
void renumber(const LatencyProblem &problem, const Makespan &makespan,
              Placement &placement);

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_MAKESPAN_H
