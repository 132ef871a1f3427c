//===- PieceCounts.h - How many pieces of each kind are used ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_PIECECOUNTS_H
#define PLACEMENT_LIB_SOLVER_LATENCY_PIECECOUNTS_H

#include "Solver/Latency/ItemGraph.h"

namespace placement::solver::latency {

/// Numbers for "so many pieces of each call kind are used": zero for none. Past
/// kMaxStates only the sum over all kinds is counted, which allows too many
/// pieces of a kind (and so keeps bounds valid).
class PieceCounts {
public:
  static constexpr uint32_t kMaxStates = 4096;
  /// Numbers `begin` to `end` become themselves plus `stride`.
  struct Run {
    uint32_t begin = 0, end = 0;
  };

  explicit PieceCounts(const ItemGraph &graph);

  uint32_t numStates() const { return states; }
  /// With one more piece of a kind; kNone where that is one too many.
  uint32_t more(uint32_t state, uint32_t call) const {
    return next[size_t(call) * states + state];
  }
  /// The states that allow one more piece of the kind, as few runs.
  std::span<const Run> runs(uint32_t call) const { return runLists[call]; }
  uint32_t stride(uint32_t call) const { return strides[call]; }
  /// In no kind more pieces than in the other.
  bool within(uint32_t state, uint32_t other) const {
    return state == other ||
           (calls == 1 ? state < other
                       : smaller[size_t(state) * states + other] != 0);
  }

private:
  uint32_t states = 1, calls = 1;
  std::vector<uint32_t> next, strides;
  std::vector<std::vector<Run>> runLists;
  std::vector<uint8_t> smaller;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_PIECECOUNTS_H
