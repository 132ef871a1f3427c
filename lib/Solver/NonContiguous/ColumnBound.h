//===- ColumnBound.h - Bounds by column generation --------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_COLUMNBOUND_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_COLUMNBOUND_H

#include "Solver/NonContiguous/BundleMaster.h"
#include "Solver/NonContiguous/FrontierOrder.h"
#include "Solver/NonContiguous/LimitPricing.h"

namespace placement::solver::noncontiguous {

/// Multipliers that refute a limit (docs/Solvers.md, "Column generation"):
/// their sum is more than all devices can take within it.
struct Refutation {
  Time limit = 0;
  /// Cells of a grid fine enough to check the multipliers with few labels.
  uint32_t cells = 0;
  Multipliers multipliers;
};

/// Refutes limits: is there a placement with every load at most T? For any
/// multipliers l of classes, a plan within T satisfies
///
///     sum l  <=  sum over kinds of count * max { l(S) : load(S) <= T },
///
/// so multipliers that break this prove that there is none. Column generation
/// looks for them; the inequality is checked in integers.
class ColumnBound {
public:
  enum class Verdict { Refuted, Open, Stopped };

  /// `states` holds the sets of each kind that has devices, in the order of
  /// kinds, all for the same graph. Keeps references.
  ColumnBound(const ClassGraph &graph,
              const std::vector<FrontierStates> &states,
              const std::vector<uint32_t> &counts, const Budget &budget);

  /// Sets to begin with: what the devices of a plan hold.
  void addSets(const DeviceTable &devices, const DeviceMap &placement) {
    pool.addPlacement(devices, placement);
  }

  /// Refuted: `refutation` holds the proof. Open: the relaxation itself has a
  /// solution within `limit`, or `mostRounds` were not enough. Stopped: by the
  /// budget, or once `work()` has reached `mostWork`.
  Verdict refute(Time limit, unsigned mostRounds, uint64_t mostWork,
                 Refutation &refutation);
  /// Arcs times cells over 16, and labels, of all pricing so far.
  uint64_t work() const { return workCount; }

  uint64_t rounds() const { return roundCount; }

private:
  bool scale(const std::vector<double> &from, Multipliers &to) const;
  void addFromPool(Time limit, BundleMaster &master) const;
  void startCentre();

  const ClassGraph &graph;
  const std::vector<FrontierStates> &states;
  const std::vector<uint32_t> &counts;
  const Budget &budget;
  /// The kind that does most of the work.
  size_t reference = 0;
  SetPool pool;
  LimitPricing::Grids grids;
  /// The multipliers with the best value so far, and how far to go from there.
  std::vector<double> centre;
  double step = 0;
  uint64_t roundCount = 0, workCount = 0;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_COLUMNBOUND_H
