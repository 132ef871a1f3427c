//===- LimitPricing.h - The heaviest sets within one limit ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_LIMITPRICING_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_LIMITPRICING_H

#include "Solver/NonContiguous/LabelPricing.h"
#include "Solver/NonContiguous/SetPool.h"

namespace placement::solver::noncontiguous {

/// What column generation asks for multipliers l and one limit: sets of large
/// sums, by grids, and whether
///
///     F(l) = sum over kinds k of count_k * max { l(S) : load_k(S) <= limit }
///
/// is below sum l, exactly, by labels.
class LimitPricing {
public:
  /// How fine the grids were that sufficed so far; kept from limit to limit.
  struct Grids {
    uint32_t cells = 1'024;
    std::vector<uint32_t> labelCells;
  };
  enum class Proof { Below, Above, Unknown };

  /// `reference` is the kind whose sets are searched last, against what the
  /// others leave. Keeps references.
  LimitPricing(SetPool &pool, const std::vector<FrontierStates> &states,
               const std::vector<uint32_t> &counts, size_t reference,
               Time limit, const Budget &budget, Grids &grids);

  /// Finds a set of each kind.
  void search(const Multipliers &multipliers);
  const std::vector<ClassId> &set(size_t kind) const { return sets[kind]; }
  /// F by the sets found, relative to the sum of multipliers: never too large.
  double value() const { return relative(largest); }
  /// F by the grids, a guess.
  double guess() const { return relative(guesses); }

  /// After a search with the same multipliers: whether F is below their sum.
  /// Where it is not, `set(reference)` is the best set, and `value()` F.
  Proof prove(const Multipliers &multipliers);

  /// Finer grids for `search`; false where they are as fine as they may be.
  bool refine();
  /// Cells of the table that bounded the labels of the reference kind.
  uint32_t labelCells() const { return exact[reference].cells(); }
  /// Arcs times cells over 16, and labels.
  uint64_t work() const { return workCount; }

private:
  void makeGrids();
  double relative(const std::vector<int64_t> &byKind) const;
  LabelPricing::Answer
  searchExactly(size_t kind, const Multipliers &multipliers, int64_t threshold);

  SetPool &pool;
  const std::vector<FrontierStates> &states;
  const std::vector<uint32_t> &counts;
  size_t reference;
  Time limit;
  const Budget &budget;
  Grids &grids;
  std::vector<GridPricing> pricing;
  std::vector<LabelPricing> exact;
  size_t mostLabels;
  /// Of the last search, by kind.
  std::vector<std::vector<ClassId>> sets;
  std::vector<int64_t> largest, guesses;
  int64_t sum = 0;
  uint64_t workCount = 0;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_LIMITPRICING_H
