//===- Biconnected.h - Biconnected components -------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_BASELINES_BICONNECTED_H
#define PLACEMENT_LIB_SOLVER_BASELINES_BICONNECTED_H

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace placement::solver::baselines {

/// The biconnected component of each edge of an undirected graph with vertices
/// 0 to n - 1: two edges are in one component exactly if some simple cycle has
/// both. Components are numbered from 0. Neither loops nor parallel edges.
/// Hopcroft and Tarjan, CACM 16(6), 1973, without recursion; O(n + edges).
std::vector<uint32_t>
biconnectedComponents(std::size_t n,
                      const std::vector<std::pair<uint32_t, uint32_t>> &edges);

} // namespace placement::solver::baselines

#endif // PLACEMENT_LIB_SOLVER_BASELINES_BICONNECTED_H
