//===- PrefixDp.h - Best chain along one linear order -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_PREFIXDP_H
#define PLACEMENT_SOLVER_CONTIGUOUS_PREFIXDP_H

#include "Solver/Contiguous/Capacity.h"
#include "Solver/Contiguous/ClassGraph.h"

#include <atomic>

namespace placement::solver::contiguous {

/// The linearised dynamic program (DPL of the DPO paper, section 5), for any
/// number of device kinds, restricted to the boundaries that a limit leaves
/// open.
///
/// A boundary after `counts` devices sits only where the work before it fits
/// on them within the limit, and the work after it on the rest. So a stage
/// costs the square of its window, not of the order's length. Loads of
/// intervals come from a window that moves one class at a time.
class PrefixDp {
public:
  PrefixDp(const ClassGraph &graph, const Capacity &capacity);

  /// Looks for a chain whose stages are intervals of `order` with every load
  /// at most `limit`, the best one there is (under GPipe a good one). True when
  /// one was found; `best` is then replaced, and its value is at most the
  /// limit. Gives up with false when it would take more than `stepBudget`
  /// moves.
  bool improve(const std::vector<ClassId> &order, Time limit, StageChain &best,
               uint64_t stepBudget);

  /// Moves made so far.
  uint64_t steps() const { return stepCount; }

private:
  struct Window {
    uint32_t low = 0, high = 0; // positions low..high, empty when low > high
    size_t offset = 0;
    bool empty() const { return low > high; }
  };
  class Interval;

  void setStates();
  bool setWindows(const std::vector<ClassId> &order, Time limit,
                  uint64_t stepBudget);
  void relax(Interval &interval, uint32_t state, KindId kind, Time limit);
  void rebuild(const std::vector<ClassId> &order, StageChain &best) const;
  uint32_t digit(uint32_t state, KindId k) const {
    return state / stride[k] % (radix[k]);
  }

  const ClassGraph &graph;
  const Capacity &capacity;
  /// A state is a vector of used devices by kind, in mixed radix.
  std::vector<uint32_t> radix, stride;
  uint32_t numStates = 1;

  std::vector<Time> workBefore;
  std::vector<Window> windows;
  struct Cell {
    Time value;
    uint32_t from;
    KindId kind;
  };
  std::vector<Cell> cells;
  /// Under GPipe, by cell: the part of its value that is the forward pass.
  std::vector<Time> forwardOf;
  uint64_t stepCount = 0;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_PREFIXDP_H
