//===- RandomLatency.h - Random problems and plans for latency --*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_RANDOMLATENCY_H
#define PLACEMENT_TEST_UNIT_SOLVER_RANDOMLATENCY_H

#include "Random.h"
#include "RandomInstance.h"

#include "placement/Solver/Model/Assignment.h"
#include "placement/Solver/Model/Instance.h"

#include <cstdint>

namespace placement::solver::test {

/// What random latency problems may hold beside what RandomKnobs lists.
struct LatencyKnobs {
  int maxNodes = 6;
  uint32_t maxPieces = 3;
  /// Of problems: cores are bounded.
  double bounded = 0.4;
  /// Of problems: no kind is a host.
  double noHost = 0.1;
  /// Of kinds: said to be a host, or not to be one, whatever their links are.
  double said = 0.25;
  /// Of problems: all times and costs of one node or net are zero, here and
  /// there more than the generator makes anyway.
  double zeros = 0.2;
  RandomKnobs base;
};

/// The problem of a seed under Objective::Latency. Valid for
/// `Instance::create`; at most `maxNodes` nodes.
InstanceData randomLatencyInstance(uint64_t seed,
                                   const LatencyKnobs &knobs = {});

/// An assignment of the right shape, every stage with a node, nodes with
/// distinct ranks. It may break any rule; about half of them keep the order of
/// data.
Assignment randomLatencyPlan(const Instance &instance, Random &random);

/// Zero (no limit) for most seeds, else one to three pieces.
uint32_t randomMaxPieces(uint64_t seed);

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_RANDOMLATENCY_H
