//===- BoundProver.h - Lower bounds for any placement -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_BOUNDPROVER_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_BOUNDPROVER_H

#include "Solver/NonContiguous/ColumnBound.h"
#include "Solver/NonContiguous/CountingBound.h"
#include "placement/Solver/Model/Certificate.h"

#include <functional>
#include <optional>
#include <string>

namespace placement::solver::noncontiguous {

/// Raises a lower bound towards a known value: counting, then column
/// generation at rising limits (docs/Solvers.md, "Bounds along a linear
/// order").
class BoundProver {
public:
  /// Called with each bound and the family that proved it.
  using Report = std::function<void(Time, const char *)>;

  /// `value` is that of `placement`, a plan of `graph`; all are kept by
  /// reference but the value. `work` limits column generation, in arcs times
  /// grid cells over 16, which take about as long as a move of annealing.
  BoundProver(const ClassGraph &graph, const DeviceTable &devices,
              const DeviceMap &placement, Time value, Time bound,
              const Budget &budget, uint64_t work, uint64_t seed,
              Report report);

  void count();
  /// Until the relative gap is at most `gap`, or nothing helps.
  void generateColumns(double gap);

  Time bound() const { return lower; }
  /// Whether the limit of work ended the search.
  bool outOfWork() const { return exhausted; }
  bool closed() const { return lower >= value; }
  /// Absent while only the balance of work proves the bound.
  const std::optional<BoundCertificate> &certificate() const { return proof; }
  /// What counting and column generation proved, those of them that were tried.
  const std::vector<FamilyBound> &familyBounds() const { return families; }
  const std::vector<std::string> &explanation() const { return notes; }

private:
  bool prepare();
  void raise(Time bound, BoundCertificate certificate, const char *family);

  const ClassGraph &original;
  const DeviceTable &devices;
  const DeviceMap &placement;
  Time value, lower;
  const Budget &budget;
  uint64_t work, seed;
  Report report;
  /// The graph with what no plan below the value separates merged, and the
  /// same plan on it.
  ClassGraph graph;
  DeviceMap merged;
  std::vector<ClassId> order;
  /// States of each kind that has devices, and how many it has.
  std::vector<FrontierStates> states;
  std::vector<uint32_t> counts;
  bool prepared = false, tooWide = false, exhausted = false;
  std::optional<BoundCertificate> proof;
  std::vector<FamilyBound> families;
  std::vector<std::string> notes;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_BOUNDPROVER_H
