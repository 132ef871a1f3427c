//===- Placement.h - Which node runs in which call or pool ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_PLACEMENT_H
#define PLACEMENT_LIB_SOLVER_LATENCY_PLACEMENT_H

#include "Solver/Latency/LatencyProblem.h"

namespace placement::solver::latency {

/// A decision about a latency problem in the engines' own terms.
struct Placement {
  /// Of each node: a pool where it is below `numPools()`, else
  /// `numPools()` plus the number of a piece.
  std::vector<uint32_t> place;
  /// The device of each piece, an index of `devices()`. Pieces of one device
  /// run in the order of their numbers. A piece may be without nodes; it then
  /// counts nowhere.
  std::vector<uint32_t> deviceOf;
  /// For pools with a bounded number of cores: the core of each of their nodes
  /// (others: any number), and its rank: nodes of one core run by rank, which
  /// differs between them. Empty where no pool is bounded.
  std::vector<uint32_t> core, rank;

  uint32_t numPieces() const { return static_cast<uint32_t>(deviceOf.size()); }
};

/// Whether every rule but acyclicity holds: support, pins, groups, memory,
/// pieces on a device and in all, cores and ranks. O(nodes + pieces + weights).
bool isAllowed(const LatencyProblem &problem, const Placement &placement);

/// Bytes that each device, and behind them each pool, holds.
std::vector<Bytes> memoryUse(const LatencyProblem &problem,
                             const Placement &placement);

/// The placement as stages: pools first (one stage a pool, or one for each used
/// core), then the pieces that have nodes, in their order.
Assignment toAssignment(const LatencyProblem &problem,
                        const Placement &placement);

/// The inverse, for an assignment of the right shape; devices of a kind that
/// `devices()` leaves out are replaced by free ones of that kind.
Placement fromAssignment(const LatencyProblem &problem,
                         const Assignment &assignment);

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_PLACEMENT_H
