//===- LatencyProvers.h - The provers of the latency engine -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_LATENCYPROVERS_H
#define PLACEMENT_LIB_SOLVER_LATENCY_LATENCYPROVERS_H

#include "Solver/Latency/LatencyBounds.h"

#include <memory>
#include <vector>

namespace placement::solver::latency {

/// The families of bounds that suit the problem, in the order in which the
/// engine first tries them. They keep a reference to the problem.
std::vector<std::unique_ptr<LatencyProver>>
createLatencyProvers(const LatencyProblem &problem, uint64_t seed);

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_LATENCYPROVERS_H
