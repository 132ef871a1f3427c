//===- Calls.h - Stages of a plan for latency, call by call -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_CALLS_H
#define PLACEMENT_SOLVER_MODEL_CALLS_H

#include "placement/Solver/Model/Assignment.h"
#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Timeline.h"

#include <span>

namespace placement::solver {

/// The nodes of bounded cores in the order in which they run, those of one core
/// together (Assignment::rank). Empty where no core is bounded.
std::vector<NodeId> coreOrder(const Instance &instance,
                              const Assignment &assignment);

/// Whether the pieces and host nodes of an assignment for latency wait for each
/// other in no circle. O(pins of nets + nodes log nodes).
bool canCallsRun(const Instance &instance, const Assignment &assignment);

/// Whether a program can call the stages of an assignment for latency one by
/// one: along every net and order edge the number of the stage stays or rises,
/// and nodes of one core run in the order of their stages. O(pins of nets +
/// nodes log nodes).
bool areCallsInOrder(const Instance &instance, const Assignment &assignment);

/// Replaces the stages of an assignment for latency by calls that a program can
/// make one by one, in the order of their numbers. Pieces stay as they are.
/// Host nodes get as few stages as possible (docs/Solvers.md, "Calls"). With
/// any number of cores, nodes share a stage if the same pieces come before and
/// the same pieces come after them: then no piece waits for a host node, and no
/// host node for a piece, that it does not need. With bounded cores a stage is
/// a run of nodes of one core; it ends where somebody else needs a node, and
/// before a node that has to wait. Among stages that could come next, the one
/// that starts first on the timeline does. `rank` numbers the nodes of each
/// bounded core as they run, from zero, and is empty where no core is bounded.
///
/// `timeline` is that of the same assignment, by the checker. Times and value
/// do not change. Deterministic. Time O((edges + nodes log nodes) (1 + pieces /
/// 64)), memory linear.
void arrangeCalls(const Instance &instance,
                  std::span<const TimelineEntry> timeline,
                  Assignment &assignment);

/// Cuts the sets of devices into pieces that do not wait for each other in a
/// circle, and ranks the nodes of bounded cores as they can run then. Each node
/// keeps its device, and a device that is in no circle with others gets one
/// piece; which stage a node had, but for its device, does not matter. Where
/// devices depend on each other, the next is that with the longest way ahead,
/// and it runs all that it can, as `splitIntoPieces` does it. Stages of hosts
/// come first, one a core. Every stage must hold a node and every node have a
/// stage. Deterministic. O((nodes + pins of nets) log nodes).
void cutIntoCalls(const Instance &instance, Assignment &assignment);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_CALLS_H
