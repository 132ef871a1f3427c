//===- StageTraffic.h - What passes between the stages ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_STAGETRAFFIC_H
#define PLACEMENT_LIB_TRANSFORMS_STAGETRAFFIC_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

#include <vector>

namespace placement {

/// Values between two stages, or between the host and a stage.
struct Flow {
  /// kNone is the host.
  uint32_t from = solver::kNone, to = solver::kNone;
  /// Ascending.
  std::vector<solver::NetId> nets;
  double bytes = 0;
};

/// The cut nets of a plan, by who sends them to whom. For reports only: loads
/// of plans are the checker's.
class StageTraffic {
public:
  StageTraffic(const solver::Instance &instance,
               const solver::Assignment &assignment);

  /// Sorted by sender and receiver, the host last.
  const std::vector<Flow> &flows() const { return list; }

  /// The values that pass the cut between stage `cut` and the next one, with
  /// what these two stages pay for them.
  struct Crossing {
    std::vector<solver::NetId> nets;
    double bytes = 0;
    double timeBefore = 0, timeAfter = 0;
  };
  Crossing crossing(uint32_t cut) const;

  /// The first node after a cut: the earliest forward node of the stage, or the
  /// earliest of all where it has no forward one.
  solver::NodeId firstNodeOf(uint32_t stage) const { return first[stage]; }

private:
  double netCost(solver::NetId net, uint32_t stage) const;

  const solver::Instance &instance;
  const solver::Assignment &assignment;
  std::vector<Flow> list;
  std::vector<solver::NodeId> first;
  /// Nets with a pin in each stage, cut or not.
  std::vector<std::vector<solver::NetId>> netsOfStage;
  /// The stages where each net has pins: lowest and highest.
  std::vector<std::pair<uint32_t, uint32_t>> span;
};

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_STAGETRAFFIC_H
