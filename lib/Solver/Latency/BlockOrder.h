//===- BlockOrder.h - Orders in which blocks can be cut ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_BLOCKORDER_H
#define PLACEMENT_LIB_SOLVER_LATENCY_BLOCKORDER_H

#include "Solver/Latency/LatencyProblem.h"
#include "Solver/Latency/SplitMix.h"

namespace placement::solver::latency {

/// Blocks are units that depend on each other in circles; every interval of a
/// topological order of blocks is a set that one call can run.
///
/// *Folded*, a training step is a sheet: the order is that of the forward pass,
/// the edges of the backward pass are turned around, and an interval is two
/// sets, the forward and the backward nodes of its blocks. Then units that hold
/// a forward and a backward node make no circles, but a device needs two
/// pieces.
class BlockOrder {
public:
  BlockOrder(const LatencyProblem &problem, bool folded);

  uint32_t numBlocks() const {
    return static_cast<uint32_t>(blockNodes.size());
  }
  /// Forward nodes in topological order, then (folded) backward nodes in the
  /// reverse of it; else all in topological order.
  std::span<const uint32_t> members(uint32_t block) const {
    return blockNodes[block];
  }
  uint32_t blockOf(uint32_t v) const { return block[v]; }
  bool folded() const { return fold; }
  /// Zero, but one for a backward node where folded.
  uint32_t part(uint32_t v) const { return parts[v]; }

  /// A topological order of the blocks; of those that are ready, the one with
  /// the smallest key comes next. O(edges log blocks).
  void sort(std::span<const double> keyOfBlock,
            std::vector<uint32_t> &order) const;
  /// A random topological order, deep first or anyhow.
  void shuffle(SplitMix &random, std::vector<uint32_t> &order) const;

private:
  bool fold;
  std::vector<uint32_t> block;
  std::vector<uint8_t> parts;
  FlatLists blockNodes, after;
  std::vector<uint32_t> indegree;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_BLOCKORDER_H
