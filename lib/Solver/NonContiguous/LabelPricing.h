//===- LabelPricing.h - The best set within a load, exactly -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_LABELPRICING_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_LABELPRICING_H

#include "Solver/NonContiguous/GridPricing.h"

#include <memory>

namespace placement::solver::noncontiguous {

/// Whether some set within a limit has a multiplier sum above a threshold: no
/// rounding at all. Labels (load, sum) that no other one of their state
/// dominates go along the order; a coarse grid from the other end, with loads
/// rounded down, says how much each can still gain, and those that cannot pass
/// the threshold are dropped. Few are left where the threshold is near the
/// largest sum (docs/Solvers.md, "Column generation").
class LabelPricing {
public:
  enum class Answer { None, Found, TooMany };

  /// About `cells` cells, or fewer where the table would need more than
  /// `memory` bytes.
  LabelPricing(const FrontierStates &states, Time limit, uint32_t cells,
               uint64_t memory);
  /// Four times as many cells, unless there are `mostCells` or the table would
  /// be too large; then false.
  bool refine(uint32_t mostCells);
  uint32_t cells() const { return static_cast<uint32_t>(width); }

  /// None: every set within the limit has a sum of at most `threshold`.
  /// Found: `set` has the largest sum, which is above it. TooMany: neither is
  /// known within `mostLabels`, or the budget is spent.
  Answer search(const Multipliers &multipliers, int64_t threshold,
                size_t mostLabels, const Budget &budget,
                std::vector<ClassId> &set);

  /// What the grid alone says: no set within the limit has a larger sum. Of
  /// the last search.
  int64_t bound() const { return tableBound; }
  /// Work of the last search, in arcs times cells over 16 and labels.
  uint64_t work() const { return workCount; }

private:
  struct Label {
    Time load;
    int32_t sum;
    /// The label before, and whether the step took its class.
    uint32_t parent;
    bool taken;
  };

  bool setGrid(unsigned newShift);
  bool fillTable(const Multipliers &multipliers, const Budget &budget);
  const int32_t *row(size_t layer, uint32_t state) const {
    return &table[(firstRow[layer / stride] + state) * width];
  }

  const FrontierStates &states;
  Time limit;
  uint64_t memory;
  /// A cell is 2^shift units of time; a row has `width` cells.
  unsigned shift = 0;
  size_t width = 0;
  /// What a state can still gain within so many cells: rows by layer and state,
  /// of every layer whose number is a multiple of `stride`. Labels are looked
  /// at there.
  size_t stride = 1;
  std::vector<size_t> firstRow;
  /// Left as it comes: filling half a gigabyte twice would take long.
  std::unique_ptr<int32_t[]> table;
  size_t tableSize = 0;
  std::vector<int32_t> later, earlier;
  int64_t tableBound = 0;
  uint64_t workCount = 0;
  std::vector<Label> pool;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_LABELPRICING_H
