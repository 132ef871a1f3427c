//===- TimelineFacts.h - What a timeline says about a plan ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_TIMELINEFACTS_H
#define PLACEMENT_SOLVER_MODEL_TIMELINEFACTS_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"
#include "placement/Solver/Model/Timeline.h"

#include <span>
#include <vector>

namespace placement::solver {

/// What tables, drawings and traces tell of the timeline of a plan for latency:
/// what each entry needs, how long it could wait, what makes the plan take its
/// time, and how wide the host is. Nothing here decides anything; the checker
/// made the times.
struct TimelineFacts {
  /// An entry that has to end before another may start.
  struct Need {
    uint32_t entry;
    /// The net whose value is needed; kNone for an order edge.
    NetId net;
  };
  /// What is done on the host devices of one kind together.
  struct HostWork {
    KindId kind = 0;
    uint32_t nodes = 0;
    /// Nodes that run at once at most; without a limit of cores also the number
    /// of lanes.
    uint32_t width = 0;
    Time busy = 0;
  };

  /// Needs of entry e: needs[needBegin[e] .. needBegin[e + 1]). Each value is
  /// named once.
  std::vector<uint32_t> needBegin = {0};
  std::vector<Need> needs;
  /// The entry that runs before this one on the same device or core, which runs
  /// one at a time; kNone for the first, and on a host without a limit.
  std::vector<uint32_t> before;
  /// The entry of each node: its piece, or itself on a host.
  std::vector<uint32_t> entryOf;
  /// How much longer each entry could take, all else alike, before the plan
  /// takes longer. Zero on every critical path.
  std::vector<Time> slack;
  /// Of entries of hosts, the core or the lane: nodes of one lane don't
  /// overlap, and each takes the lowest free lane. Zero for pieces.
  std::vector<uint32_t> lane;
  /// One critical path: entries each of which waits for the one before, from
  /// time zero to the end of the plan. A piece goes before a host node where
  /// both would do. Empty without a timeline.
  std::vector<uint32_t> critical;
  /// One for each host kind in use, in the order of kinds.
  std::vector<HostWork> hosts;
  /// The largest finish.
  Time makespan = 0;

  std::span<const Need> needsOf(uint32_t entry) const {
    return {needs.data() + needBegin[entry],
            needBegin[entry + 1] - needBegin[entry]};
  }
};

/// Reads the facts out of `plan.timeline`; empty where that is.
/// O(pins of nets + nodes log nodes).
TimelineFacts readTimeline(const Instance &instance, const Plan &plan);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_TIMELINEFACTS_H
