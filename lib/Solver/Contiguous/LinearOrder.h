//===- LinearOrder.h - Linearisations of the class order --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_LINEARORDER_H
#define PLACEMENT_SOLVER_CONTIGUOUS_LINEARORDER_H

#include "Solver/Contiguous/ClassGraph.h"

#include <cstdint>
#include <vector>

namespace placement::solver::contiguous {

/// How to choose among the classes whose predecessors are all placed.
enum class OrderRule {
  /// The one that became ready last: follows a branch to its end.
  DepthFirst,
  /// The one that became ready first: advances all branches together.
  BreadthFirst,
  /// The one that leaves the cheapest cut (looks at the 64 latest).
  SmallestCut,
  /// Any, by the generator.
  Random
};

/// A small deterministic generator (splitmix64), the same on every platform.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}
  uint64_t next() {
    uint64_t z = (state += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  uint32_t below(uint32_t n) {
    return static_cast<uint32_t>((next() >> 32) * n >> 32);
  }

private:
  uint64_t state;
};

/// A linear extension of the class order. With `segment`, classes of a smaller
/// segment come first (segments must respect the order), and the rule applies
/// within each. O(classes + edges + pins), times 64 for SmallestCut.
std::vector<ClassId> linearise(const ClassGraph &graph, OrderRule rule,
                               Random &random,
                               const std::vector<uint32_t> *segment = nullptr);

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_LINEARORDER_H
