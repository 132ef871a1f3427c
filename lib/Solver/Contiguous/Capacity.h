//===- Capacity.h - What devices can do within a limit ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_CAPACITY_H
#define PLACEMENT_SOLVER_CONTIGUOUS_CAPACITY_H

#include "Solver/Contiguous/ClassGraph.h"

namespace placement::solver::contiguous {

/// Work and how much of it devices can take.
///
/// Work is measured in time on the *reference kind* (zero for classes that
/// it cannot run). A device of another kind that computes for time x takes at
/// most the fractional-knapsack value of its best classes (docs/Solvers.md,
/// "Capacity"). All figures are rounded so that bounds stay valid: capacity
/// up, hence bounds down.
class Capacity {
public:
  explicit Capacity(const ClassGraph &graph);

  KindId reference() const { return referenceKind; }
  Time work(ClassId c) const { return classWork[c]; }
  Time totalWork() const { return total; }

  /// Largest work that devices of kind k can do in `time` altogether.
  Time within(KindId k, __int128 time) const;
  /// Largest work that every device of the machine can do with each of them
  /// at most `limit`.
  Time withinAll(Time limit) const;

  /// The simple lower bound: the heaviest class, and the smallest limit for
  /// which `withinAll` covers the work. kInfiniteTime when a class has no
  /// device at all.
  Time lowerBound() const;

private:
  struct Knapsack {
    /// Prefix sums over classes by falling work per time.
    std::vector<Time> time, work;
  };

  const ClassGraph &graph;
  KindId referenceKind = 0;
  std::vector<Time> classWork;
  Time total = 0;
  std::vector<Knapsack> knapsacks;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_CAPACITY_H
