//===- CoreBound.h - Work that bounded cores cannot avoid -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_COREBOUND_H
#define PLACEMENT_LIB_SOLVER_LATENCY_COREBOUND_H

#include "Solver/Latency/LatencyBounds.h"

namespace placement::solver::latency {

/// A lower bound where hosts have a bounded number of cores: the work that
/// cannot be elsewhere, over all cores. Call devices together have so much
/// memory; what fits into it, whole units or the last one in part, can be there
/// at best. Zero where some host has no such bound and runs every node. O(units
/// log units).
Time coreBound(const LatencyProblem &problem);

/// Gives that bound once.
class CoreProver : public LatencyProver {
public:
  explicit CoreProver(const LatencyProblem &problem) : problem(problem) {}
  std::string_view family() const override { return "cores"; }
  Verdict run(uint64_t steps, const Budget &budget,
              LatencyBoard &board) override;
  uint64_t stepsUsed() const override { return used; }

private:
  const LatencyProblem &problem;
  uint64_t used = 0;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_COREBOUND_H
