//===- ColumnBound.h - Bounds by column generation --------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_COLUMNBOUND_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_COLUMNBOUND_H

#include "Solver/NonContiguous/ColumnLp.h"
#include "Solver/NonContiguous/FrontierOrder.h"
#include "Solver/NonContiguous/GridPricing.h"
#include "Solver/NonContiguous/LabelPricing.h"

#include <set>

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
  void addSets(const DeviceTable &devices, const DeviceMap &placement);

  /// Refuted: `refutation` holds the proof. Open: the relaxation itself has a
  /// solution within `limit`, or `mostRounds` were not enough. Stopped: by the
  /// budget, or once `work()` has reached `mostWork`.
  Verdict refute(Time limit, unsigned mostRounds, uint64_t mostWork,
                 Refutation &refutation);
  /// Arcs times cells over 16, and labels, of all pricing so far.
  uint64_t work() const { return workCount; }

  uint64_t rounds() const { return roundCount; }

private:
  struct Set {
    size_t kind;
    std::vector<ClassId> classes;
    Time load;
  };

  Time loadOf(KindId kind, const std::vector<ClassId> &classes) const;
  void shrink(size_t kind, Time limit, const Multipliers &multipliers,
              std::vector<ClassId> &set);
  void addSet(size_t kind, std::vector<ClassId> classes);
  void addWindows(Time limit);
  bool scale(const std::vector<double> &from, Multipliers &to) const;

  const ClassGraph &graph;
  const std::vector<FrontierStates> &states;
  const std::vector<uint32_t> &counts;
  const Budget &budget;
  /// The kind whose devices are counted.
  size_t reference = 0;
  std::vector<Set> pool;
  std::set<std::pair<size_t, std::vector<ClassId>>> known;
  /// The multipliers with the best bound so far.
  std::vector<double> best;
  std::vector<uint32_t> memberCount;
  /// Cells that labels of each kind needed so far.
  std::vector<uint32_t> labelCells;
  uint64_t roundCount = 0, workCount = 0;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_COLUMNBOUND_H
