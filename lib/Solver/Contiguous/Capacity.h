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

  /// Under GPipe the same for the work of one pass alone, on the same
  /// reference kind; else empty.
  const Capacity &ofPass(unsigned pass) const { return passes[pass]; }
  /// The largest load of that pass is at least this in every chain; zero where
  /// there are no passes.
  Time leastPass(unsigned pass) const { return least[pass]; }

  KindId reference() const { return referenceKind; }
  Time work(ClassId c) const { return classWork[c]; }
  Time totalWork() const { return total; }

  /// Largest work that devices of kind k can do in `time` altogether.
  Time within(KindId k, __int128 time) const;
  /// Largest work that every device of the machine can do with each of them
  /// at most `limit`.
  Time withinAll(Time limit) const;

  /// The simple lower bound: the heaviest class, and the smallest limit for
  /// which `withinAll` covers the work; under GPipe also the bounds of both
  /// passes together. kInfiniteTime when a class has no device at all.
  Time lowerBound() const;

private:
  Capacity(const ClassGraph &graph, unsigned pass, KindId reference);
  void build();
  Time timeOf(ClassId c, KindId k) const;

  struct Knapsack {
    /// Prefix sums over classes by falling work per time.
    std::vector<Time> time, work;
  };

  const ClassGraph &graph;
  /// The pass that counts; kNone for both together.
  uint32_t onlyPass = kNone;
  std::vector<Capacity> passes;
  Time least[2] = {0, 0};
  KindId referenceKind = 0;
  std::vector<Time> classWork;
  Time total = 0;
  std::vector<Knapsack> knapsacks;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_CAPACITY_H
