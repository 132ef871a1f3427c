//===- Assignment.h - Which node runs in which stage, on which device ---*- C++
//-*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_ASSIGNMENT_H
#define PLACEMENT_SOLVER_MODEL_ASSIGNMENT_H

#include "placement/Solver/Model/Units.h"

#include <vector>

namespace placement::solver {

/// One device of a machine.
struct DeviceRef {
  KindId kind = 0;
  uint32_t index = 0;
  friend bool operator==(const DeviceRef &, const DeviceRef &) = default;
};

/// A decision, without any claim about its value: an ordered list of stages,
/// each on one device, and the stage of every node. In a contiguous plan each
/// device has at most one stage and forward data flows only to equal or later
/// stages; otherwise a device may appear several times.
///
/// Under Objective::Latency a stage on a device that runs calls is a piece, and
/// pieces of one device run in the order of `stages`. A stage on a host kind
/// holds nodes that run there: on device 0 where cores are unlimited, else on
/// the core of that number. Stages of hosts wait for nobody; their nodes do.
struct Assignment {
  std::vector<DeviceRef> stages;
  /// stageOf[node] indexes `stages`.
  std::vector<uint32_t> stageOf;
  /// Latency with bounded cores: nodes of one core run by increasing rank,
  /// those of one rank by stage and then in the topological order that takes
  /// the smallest node first. Empty (all ranks are equal), or one for each
  /// node.
  std::vector<uint32_t> rank = {};
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_ASSIGNMENT_H
