//===- ChainCover.h - Ideals as counts along chains -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_CHAINCOVER_H
#define PLACEMENT_SOLVER_CONTIGUOUS_CHAINCOVER_H

#include "Solver/Contiguous/ClassGraph.h"

#include <vector>

namespace placement::solver::contiguous {

/// A partition of the classes into chains of the order. An ideal is then one
/// count a chain, and membership is one comparison; the number of chains is
/// about the graph's width, whatever its size.
struct ChainCover {
  std::vector<std::vector<ClassId>> chains;
  std::vector<uint32_t> chainOf;
  /// Position of a class within its chain.
  std::vector<uint16_t> positionOf;

  size_t numChains() const { return chains.size(); }
  bool contains(const uint16_t *counts, ClassId c) const {
    return positionOf[c] < counts[chainOf[c]];
  }
};

/// The cover of the turned graph with the same chains in the same places: an
/// ideal with counts n there is the complement of one with counts size - n.
ChainCover turned(const ChainCover &cover);

/// Greedy cover along the class numbers: a class goes to a chain whose last
/// class reaches it, found by a bounded backward search; when the search finds
/// none it starts a chain, which costs width and never correctness.
/// O(classes * bound).
ChainCover coverByChains(const ClassGraph &graph);

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_CHAINCOVER_H
