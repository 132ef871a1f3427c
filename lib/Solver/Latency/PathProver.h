//===- PathProver.h - Bounds on latency along many chains -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_PATHPROVER_H
#define PLACEMENT_LIB_SOLVER_LATENCY_PATHPROVER_H

#include "Solver/Latency/PathBound.h"
#include "Solver/Latency/PathChoice.h"

#include <deque>
#include <memory>
#include <set>

namespace placement::solver::latency {

/// The path bound (PathBound) of one path after the other: heavy ones first,
/// then those on which the best plans known take longest, then detours from the
/// best path so far. The pieces of each bound are offered as a plan. Chains
/// that are too long for a table of their intervals lose their lightest nodes.
class PathProver : public LatencyProver {
public:
  explicit PathProver(const LatencyProblem &problem);

  std::string_view family() const override { return "path"; }
  Verdict run(uint64_t steps, const Budget &budget,
              LatencyBoard &board) override;
  uint64_t stepsUsed() const override { return used / kSmallSteps; }
  void describe(Outcome &outcome) const override;

  /// What proves the best bound so far; none without a bound.
  const std::optional<PathCertificate> &certificate() const { return best; }

private:
  /// Arcs and entries of tables are looked at faster than steps of provers are
  /// meant to be.
  static constexpr uint64_t kSmallSteps = 32;
  bool nextChain(const Budget &budget, LatencyBoard &board);
  void take(LatencyBoard &board);
  void finishChain(LatencyBoard &board);

  const LatencyProblem &problem;
  PathAtoms atoms;
  PathChoice choice;
  std::unique_ptr<PathBound> current;
  std::vector<uint32_t> currentPath, bestPath;
  std::deque<std::vector<uint32_t>> waiting, detours;
  std::set<std::vector<uint32_t>> seen;
  std::optional<PathCertificate> best;

  uint32_t numChains = 0;
  /// In small steps.
  uint64_t used = 0;
  bool detoured = false, infeasible = false;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_PATHPROVER_H
