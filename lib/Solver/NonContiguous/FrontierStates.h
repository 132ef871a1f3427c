//===- FrontierStates.h - What a device pays along an order -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_FRONTIERSTATES_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_FRONTIERSTATES_H

#include "Solver/NonContiguous/DeviceTable.h"

#include <optional>

namespace placement::solver::noncontiguous {

/// All sets of classes that one device of a kind may hold, as paths of a
/// layered graph. Classes are decided one after the other along a linear order;
/// a state says of each open item whether its placed members are all outside,
/// all inside, or paid for. The loads of the arcs of a path add up to the load
/// of the set, exactly. Memory and pins to a device number are left out: sets
/// that break them are among the paths too.
struct FrontierStates {
  struct Arc {
    uint32_t from = 0, to = 0;
    Time load = 0;
  };
  /// Arcs of one class: those that leave it outside, and those that take it.
  struct Step {
    ClassId member = 0;
    std::vector<Arc> skip, take;
  };

  KindId kind = 0;
  std::vector<Step> steps;
  /// States before each step, and one after the last.
  std::vector<uint32_t> numStates;

  /// Most states met at a step.
  size_t width() const;
  /// Arcs of all steps.
  size_t numArcs() const;
};

/// Builds the states of a kind along `order`. Arcs of sets above `limit` are
/// left out where a single class is. Empty where a step has more than
/// `maxStates`.
std::optional<FrontierStates>
buildFrontierStates(const ClassGraph &graph, KindId kind,
                    const std::vector<ClassId> &order, Time limit,
                    size_t maxStates);

/// The least load of a set of weight at least `need`, for each need up to
/// `mostNeed` (result[need]; kInfiniteTime where there is none at most
/// `limit`). Weights are by class. O(arcs * mostNeed).
std::vector<Time> leastLoads(const FrontierStates &states,
                             const std::vector<uint32_t> &weight,
                             uint32_t mostNeed, Time limit);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_FRONTIERSTATES_H
