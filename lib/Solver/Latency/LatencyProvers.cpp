//===- LatencyProvers.cpp - The provers of the latency engine -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/LatencyProvers.h"

#include "Solver/Latency/CoreBound.h"
#include "Solver/Latency/IdealProver.h"
#include "Solver/Latency/PathProver.h"

namespace placement::solver::latency {

std::vector<std::unique_ptr<LatencyProver>>
createLatencyProvers(const LatencyProblem &problem, uint64_t seed) {
  std::vector<std::unique_ptr<LatencyProver>> provers;
  if (problem.boundedCores())
    provers.push_back(std::make_unique<CoreProver>(problem));
  provers.push_back(std::make_unique<PathProver>(problem));
  provers.push_back(std::make_unique<IdealProver>(problem));
  return provers;
}

} // namespace placement::solver::latency
