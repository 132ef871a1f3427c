//===- LatencyBaseline.h - Baselines under latency --------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The DPO paper (appendix F) compares its plans for latency with two methods:
// a greedy one made for it, and the plan of the least largest load, whose
// latency is then computed. The same is done here with every baseline made for
// throughput: it solves that problem, and the sets of its devices become calls.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_BASELINES_LATENCYBASELINE_H
#define PLACEMENT_LIB_SOLVER_BASELINES_LATENCYBASELINE_H

#include "placement/Solver/Model/Result.h"
#include "placement/Solver/Search/Algorithm.h"

#include <memory>

namespace placement::solver::baselines {

/// The same graph, machine and rules as a problem of throughput. All nodes are
/// of the forward pass, so that every chain of stages keeps the order of data;
/// a stash is part of a node's size; cores of a host are its devices, and a pin
/// to one of them is a pin to the kind. An error where the machine is then
/// without a device. Linear.
Result<Instance> asThroughput(const Instance &instance);

/// Turns sets of nodes into a plan for latency. `sets` has a stage for each
/// device in use, as plans of `asThroughput` have; `proxy` is that instance.
/// Sets of call devices are cut into the few pieces that run one after the
/// other (splitIntoPieces), whose number may be above what a device may run;
/// nodes on a host run one by one, and with bounded cores on the core that is
/// free first, in the order in which they would start without a bound.
/// O((nodes + pins of nets) log nodes).
Assignment toCalls(const Instance &instance, const Instance &proxy,
                   const Assignment &sets);

/// No plan has a latency below this: the longest path of data with each node on
/// the kind that is fastest for it; kInfiniteTime where no kind takes some
/// node. Linear.
Time latencyBound(const Instance &instance);

/// What a baseline under latency begins with: the bound of all plans, or that
/// there are none.
Outcome boundedOutcome(const Instance &instance);

/// Adds what a method ended with to its answer and tells the observer, as a
/// plan if it keeps all rules, and a limit of pieces (zero: none). If not, the
/// answer says what its latency would be and which rules it breaks.
void concludeCalls(const Instance &instance, uint32_t maxPieces,
                   std::string_view name, Assignment assignment,
                   Observer &observer, Outcome &outcome);

/// One name for two methods: that for throughput, and that for latency.
std::unique_ptr<Algorithm> byObjective(std::unique_ptr<Algorithm> throughput,
                                       std::unique_ptr<Algorithm> latency);

/// The method for latency that follows from one for throughput. `contiguous`:
/// it makes chains of stages; else its devices may hold any nodes.
std::unique_ptr<Algorithm> asCalls(std::unique_ptr<Algorithm> throughput,
                                   bool contiguous);

/// The greedy method and the trivial plan under latency.
std::unique_ptr<Algorithm> createLatencyGreedy();
std::unique_ptr<Algorithm> createOneCall();

} // namespace placement::solver::baselines

#endif // PLACEMENT_LIB_SOLVER_BASELINES_LATENCYBASELINE_H
