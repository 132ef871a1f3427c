//===- LatencyOracle.h - Exact answers about latency ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_LATENCYORACLE_H
#define PLACEMENT_TEST_UNIT_SOLVER_LATENCYORACLE_H

#include "BruteForce.h"

#include <cstdint>
#include <vector>

namespace placement::solver::test {

/// What the definition says about an assignment.
struct LatencyVerdict {
  bool feasible = false;
  /// Pieces and host nodes can run one after the other. Without that there is
  /// no value.
  bool acyclic = false;
  /// The finish of the last node, also where another rule is broken.
  Time value = kInfiniteTime;
  /// By node: the start of its piece, or its own on a host.
  std::vector<Time> start;
};

/// Reads an assignment as docs/Solvers.md, "Latency", does: shares nothing with
/// the checker, the engines or the search below. Every stage has a node, and
/// nodes of one bounded core have distinct ranks. At most `maxPieces` pieces on
/// call kinds (zero: any number). Quadratic.
LatencyVerdict latencyVerdict(const Instance &instance,
                              const Assignment &assignment,
                              uint32_t maxPieces = 0);

/// The least latency from the definition: all maps of nodes to host kinds and
/// to pieces, all orders of the pieces of a device, all orders of the nodes of
/// bounded cores. Maps that differ only in the names of devices that no pin
/// names are tried once, and maps whose compute alone takes as long as the best
/// plan known are cut off. At most 12 nodes; meant for eight.
BruteForceAnswer bruteForceLatency(const Instance &instance,
                                   uint32_t maxPieces = 0);

/// The same from an even plainer definition: the best by `latencyVerdict` of
/// all lists of stages, maps of nodes to them and ranks. For four nodes.
BruteForceAnswer enumerateLatency(const Instance &instance,
                                  uint32_t maxPieces = 0);

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_LATENCYORACLE_H
