//===- SetPool.h - Sets that one device may hold ----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_SETPOOL_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_SETPOOL_H

#include "Solver/NonContiguous/FrontierStates.h"
#include "Solver/NonContiguous/GridPricing.h"

#include <set>

namespace placement::solver::noncontiguous {

/// The sets of classes that column generation has met, with their loads. Kinds
/// are numbered as the states are. Keeps references.
class SetPool {
public:
  struct Set {
    size_t kind;
    /// Ascending.
    std::vector<ClassId> classes;
    Time load;
  };

  SetPool(const ClassGraph &graph, const std::vector<FrontierStates> &states)
      : graph(graph), states(states) {}

  /// Adds a set unless it is empty, known, or nothing that the kind can run.
  void add(size_t kind, std::vector<ClassId> classes);
  /// What the devices of a plan hold.
  void addPlacement(const DeviceTable &devices, const DeviceMap &placement);
  /// From each class on the longest interval of the order within the limit, and
  /// single classes.
  void addWindows(Time limit);

  const std::vector<Set> &sets() const { return pool; }
  /// The load of a set, kInfiniteTime where the kind cannot run it.
  Time loadOf(size_t kind, const std::vector<ClassId> &classes) const;
  /// Takes classes out of a set until its load is at most `limit`: the one that
  /// costs least of the multiplier sum for what it saves, again and again.
  void shrink(size_t kind, Time limit, const Multipliers &multipliers,
              std::vector<ClassId> &set);

private:
  const ClassGraph &graph;
  const std::vector<FrontierStates> &states;
  std::vector<Set> pool;
  std::set<std::pair<size_t, std::vector<ClassId>>> known;
  /// Members of each item in the set that is shrunk.
  std::vector<uint32_t> memberCount;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_SETPOOL_H
