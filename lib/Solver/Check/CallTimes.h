//===- CallTimes.h - When calls and host nodes run --------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_CHECK_CALLTIMES_H
#define PLACEMENT_LIB_SOLVER_CHECK_CALLTIMES_H

#include "CheckParts.h"

namespace placement::solver {

/// What runs without a break: a piece, or a node on a host.
struct CallVertex {
  Time in = 0, compute = 0, out = 0;
  /// `exact` is the sum of all three.
  CompensatedSum exactIn, exactCompute, exactOut, exact;
  Time start = 0, finish = 0;
  double exactStart = 0, exactFinish = 0;
  uint32_t waitedFor = kNone;
};

/// The vertex of a node: its stage where that is a piece. Nodes on hosts have
/// their own, after all stages.
inline uint32_t vertexOf(const Instance &instance, const Assignment &assignment,
                         NodeId v) {
  uint32_t stage = assignment.stageOf[v];
  return instance.isHost(assignment.stages[stage].kind)
             ? assignment.stages.size() + v
             : stage;
}

/// `acc:2`; the name of the kind alone for a host with any number of cores.
std::string describePlace(const Instance &instance, DeviceRef device);

/// Part of the check for latency: when everything starts at the earliest. The
/// shape of the assignment must be right.
class CallTimes {
public:
  /// `vertices` has an entry for each stage and then one for each node, those
  /// in use with their durations; slots are those of `collectDevices`.
  CallTimes(const Instance &instance, const Assignment &assignment,
            const std::vector<uint32_t> &slotOfStage,
            std::vector<CallVertex> &vertices)
      : instance(instance), assignment(assignment), slotOfStage(slotOfStage),
        vertices(vertices), used(assignment.stages.size(), 0) {
    for (uint32_t s : assignment.stageOf)
      used[s] = 1;
  }

  /// Fills in the times of all vertices. Empty, or a sentence about a circle in
  /// which some wait for each other.
  std::string run();
  /// After a run without a circle.
  std::vector<TimelineEntry> timeline() const;

private:
  struct Successors;

  uint32_t stage(NodeId v) const { return assignment.stageOf[v]; }
  uint32_t slot(NodeId v) const { return slotOfStage[stage(v)]; }
  bool onHost(uint32_t s) const {
    return instance.isHost(assignment.stages[s].kind);
  }
  uint32_t vertex(NodeId v) const { return vertexOf(instance, assignment, v); }
  std::string vertexName(uint32_t v) const;

  template <typename Visit>
  void forEachDependence(Visit visit) const;
  std::vector<uint32_t> topologicalPositions() const;
  std::vector<NodeId> runningOrder() const;
  std::string describeCircle(const Successors &graph,
                             const std::vector<uint32_t> &waiting) const;

  const Instance &instance;
  const Assignment &assignment;
  const std::vector<uint32_t> &slotOfStage;
  std::vector<CallVertex> &vertices;
  /// Stages with a node.
  std::vector<uint8_t> used;
};

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_CHECK_CALLTIMES_H
