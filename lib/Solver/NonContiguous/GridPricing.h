//===- GridPricing.h - The best set within a load ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_GRIDPRICING_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_GRIDPRICING_H

#include "Solver/Contiguous/LabelSweep.h"
#include "Solver/NonContiguous/FrontierStates.h"

namespace placement::solver::noncontiguous {

using contiguous::Budget;

/// Integer multipliers of classes, of either sign. The sum of their absolute
/// values must be at most kMostMultipliers.
using Multipliers = std::vector<int32_t>;
inline constexpr int64_t kMostMultipliers = int64_t(1) << 28;

/// For one kind, one limit and a grid of load cells: the largest multiplier sum
/// of a set that fits. Loads of arcs become whole cells of limit / cells.
/// Rounded down, every set with load at most `limit` fits, and some others may:
/// what it returns is never too small. Rounded to the nearest, it is a guess
/// whose error grows more slowly.
class GridPricing {
public:
  enum class Rounding { Down, Nearest };

  GridPricing(const FrontierStates &states, Time limit, uint32_t cells,
              Rounding rounding, const Budget &budget);

  /// The largest sum, at least zero (the empty set). O(arcs * cells),
  /// vectorised over cells. Where the budget is spent the answer is any.
  int64_t best(const Multipliers &multipliers);
  /// A set of the largest sum within `cell` cells, after `best` with the same
  /// multipliers. As expensive as that.
  void trace(const Multipliers &multipliers, uint32_t cell,
             std::vector<ClassId> &set);

  /// Bytes of tables of tables needed.
  static uint64_t tableBytes(const FrontierStates &states, uint32_t cells);

private:
  struct Arc {
    uint32_t from, to, cells;
  };
  using Layer = std::vector<int32_t>;

  void advance(size_t step, const Multipliers &multipliers, const Layer &from,
               Layer &to) const;
  size_t spacing() const;
  std::pair<int32_t, uint32_t> bestWithin(uint32_t cell) const;

  const FrontierStates &states;
  const Budget *budget;
  uint32_t cells;
  /// skip[begin[2 n] ..] and take[begin[2 n + 1] ..] of step n, in one list.
  std::vector<Arc> arcs;
  std::vector<size_t> begin;
  /// The first cell that a state can have, for each layer.
  std::vector<std::vector<uint32_t>> first;
  /// Tables, kept from call to call: allocating them costs more than filling.
  Layer current, next;
  std::vector<Layer> kept, tables;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_GRIDPRICING_H
