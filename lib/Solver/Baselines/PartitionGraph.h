//===- PartitionGraph.h - A problem as graph partitioners see it -*- C++
//-*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_BASELINES_PARTITIONGRAPH_H
#define PLACEMENT_LIB_SOLVER_BASELINES_PARTITIONGRAPH_H

#include "Solver/Baselines/Baseline.h"

namespace placement::solver::baselines {

/// The undirected graph of the DPO paper's Scotch baseline: a vertex is a
/// class and weighs what it computes; an edge weighs what all nets between two
/// classes cost, each of them once for every class that consumes it. In 32
/// bits, since partitioners are built so: weights are scaled down until all of
/// one sort add up to less than 2^29, both directions of an edge counted.
struct PartitionGraph {
  /// Neighbours of vertex v: neighbours[begin[v] .. begin[v + 1]), ascending.
  std::vector<int32_t> begin = {0}, neighbours;
  /// Of vertices; zeros only where some is not.
  std::vector<int32_t> compute;
  /// Of entries of `neighbours`; positive. Nets that cost nothing are left out.
  std::vector<int32_t> cost;
  /// Of vertices: bytes, scaled like the weights. A shared weight counts at the
  /// first class that uses it.
  std::vector<int32_t> memory;

  int32_t size() const { return static_cast<int32_t>(compute.size()); }
};

/// O(pins of nets, sorted).
PartitionGraph partitionGraph(const Instance &instance, const ClassGraph &graph,
                              KindId kind);

/// Numbers that are not negative scaled down so that they add up to at most
/// `most` and one for each, rounded to the nearest.
std::vector<int32_t> scaleDown(const std::vector<Time> &numbers, int64_t most);

} // namespace placement::solver::baselines

#endif // PLACEMENT_LIB_SOLVER_BASELINES_PARTITIONGRAPH_H
