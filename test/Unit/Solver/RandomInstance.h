//===- RandomInstance.h - Seeded random problems ----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_RANDOMINSTANCE_H
#define PLACEMENT_TEST_UNIT_SOLVER_RANDOMINSTANCE_H

#include "placement/Solver/Model/InstanceData.h"

#include <cstdint>

namespace placement::solver::test {

/// What random problems may hold. Probabilities are per problem, unless they
/// say otherwise; within a problem each feature appears here and there.
struct RandomKnobs {
  int minForward = 2, maxForward = 10;
  int maxKinds = 3;
  /// Devices of one kind.
  int maxCount = 3;
  /// Of problems: parallel branches between a first and a last node; of those:
  /// most branches alike, so that many plans are images of each other.
  double branches = 0.25, twins = 0.5;
  double training = 0.5;
  /// Of problems with a backward pass.
  double orphans = 0.5;
  double colocation = 0.3;
  double unsupported = 0.3;
  double memory = 0.4;
  double sharedWeights = 0.3;
  double transients = 0.3;
  /// Of problems with memory limits.
  double suffixStages = 0.3;
  double hostValues = 0.4;
  double pins = 0.2;
  double orderEdges = 0.2;
  double severalNets = 0.3;
  /// Small whole costs, so that many plans tie.
  double wholeNumbers = 0.5;
  /// Nodes in an order that is not topological.
  double shuffled = 0.3;
  /// Every net has one consumer.
  bool singleConsumers = false;
};

/// The problem of a seed, the same on every platform. Valid for
/// `Instance::create`; the number of classes (groups and single nodes) is at
/// most maxForward + 3.
InstanceData randomInstance(uint64_t seed, const RandomKnobs &knobs = {});

/// Gives a problem one of the models of load that are not the default, all as
/// often. Under GPipe stages keep the stashes of all microbatches where they
/// kept those of later stages.
void chooseLoadModel(InstanceData &data, uint64_t seed);

/// The same problem with nodes, nets, weights, groups and lists in another
/// order, and other ids.
InstanceData shuffledCopy(const InstanceData &data, uint64_t seed);

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_RANDOMINSTANCE_H
