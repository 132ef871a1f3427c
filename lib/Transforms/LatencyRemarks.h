//===- LatencyRemarks.h - Tells of the way of one sample --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_LATENCYREMARKS_H
#define PLACEMENT_LIB_TRANSFORMS_LATENCYREMARKS_H

#include "placement/Analysis/PlacementGraph.h"
#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

#include <string>

namespace placement {

/// How a plan of latency splits the work: `in 2 calls on 1 device, 3 of them on
/// the host`.
std::string describeCalls(const solver::Instance &instance,
                          const solver::Plan &plan);

/// Remarks which kinds are hosts, and what a sample waits for from its start to
/// its end. Linear in the instance.
void remarkLatency(const PlacementGraph &graph,
                   const solver::Instance &instance, const solver::Plan &plan);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_LATENCYREMARKS_H
