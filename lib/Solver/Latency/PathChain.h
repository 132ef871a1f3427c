//===- PathChain.h - A chain of nodes and what lies about it ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_PATHCHAIN_H
#define PLACEMENT_LIB_SOLVER_LATENCY_PATHCHAIN_H

#include "Solver/Latency/LatencyProblem.h"

namespace placement::solver::latency {

/// Nodes that must share a piece where they run in pieces: with one piece a
/// device the members of a unit, and nodes pinned to one call device; with more
/// pieces each node alone.
class PathAtoms {
public:
  explicit PathAtoms(const LatencyProblem &problem);
  uint32_t of(uint32_t v) const { return atomOf[v]; }
  std::span<const uint32_t> members(uint32_t atom) const { return nodes[atom]; }
  /// Nodes that are on the same call device, in whatever pieces, wherever one
  /// of them is on one.
  bool areTied(uint32_t a, uint32_t b) const {
    return problem.unit(a) == problem.unit(b) ||
           (problem.pinnedDevice(a) != kNone &&
            problem.pinnedDevice(a) == problem.pinnedDevice(b));
  }

private:
  const LatencyProblem &problem;
  std::vector<uint32_t> atomOf;
  FlatLists nodes;
};

/// Nodes of which each comes before the next one in every plan, and the place
/// of all other nodes about them: `behind(v)` nodes of the chain are v or come
/// before it, and node `ahead(v)` is the first that is v or comes after it. A
/// node lies between chain nodes i and j (both included) iff behind(v) > i and
/// ahead(v) <= j; a piece that meets the chain in i..j can hold it only if
/// ahead(v) >= i and behind(v) <= j + 1.
class PathChain {
public:
  /// `nodes` along a path of the graph, some of it left out perhaps. Linear.
  PathChain(const LatencyProblem &problem, std::vector<uint32_t> nodes);

  uint32_t length() const { return static_cast<uint32_t>(chain.size()); }
  uint32_t operator[](uint32_t i) const { return chain[i]; }
  std::span<const uint32_t> nodes() const { return chain; }
  uint32_t behind(uint32_t v) const { return numBehind[v]; }
  /// length() where no node of the chain comes after v.
  uint32_t ahead(uint32_t v) const { return firstAhead[v]; }
  bool mayJoin(uint32_t v, uint32_t first, uint32_t last) const {
    return firstAhead[v] >= first && numBehind[v] <= last + 1;
  }

private:
  std::vector<uint32_t> chain, numBehind, firstAhead;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_PATHCHAIN_H
