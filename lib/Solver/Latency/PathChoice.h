//===- PathChoice.h - Which paths of a graph to bound by --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_PATHCHOICE_H
#define PLACEMENT_LIB_SOLVER_LATENCY_PATHCHOICE_H

#include "Solver/Latency/Placement.h"

namespace placement::solver::latency {

/// Finds paths that are heavy in one sense or another. All methods are linear
/// in the graph. Weights are integers, ties go to the lowest number.
class PathChoice {
public:
  explicit PathChoice(const LatencyProblem &problem);

  /// Paths heavy by host time, by memory, by work on devices, and by mixtures
  /// of them; without repetitions.
  std::vector<std::vector<uint32_t>> firstPaths() const;
  /// The path on which a placement takes longest, where a piece counts once.
  std::vector<uint32_t> slowestPath(const Placement &placement) const;
  /// Paths through one node each that is not on `path` and else as close to
  /// `path` as possible, the heaviest first, `most` at most.
  std::vector<std::vector<uint32_t>> detours(std::span<const uint32_t> path,
                                             uint32_t most) const;
  /// The `most` heaviest nodes of a path, in its order.
  std::vector<uint32_t> thinned(std::span<const uint32_t> path,
                                uint32_t most) const;

private:
  std::vector<uint32_t> heaviest(std::span<const int64_t> weight) const;

  const LatencyProblem &problem;
  /// Of each node, in parts of 2^30 of the sum of all.
  std::vector<int64_t> hostShare, workShare, sizeShare;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_PATHCHOICE_H
