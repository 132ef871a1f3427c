//===- RandomPaths.h - Random latency problems and chains -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_RANDOMPATHS_H
#define PLACEMENT_TEST_UNIT_SOLVER_RANDOMPATHS_H

#include "Random.h"
#include "RandomInstance.h"
#include "Seeds.h"

#include "Solver/Latency/LatencyProblem.h"

namespace placement::solver::test {

/// A small latency problem of a seed, with up to three pieces a device, and
/// chains of its nodes.
struct RandomPaths {
  explicit RandomPaths(uint64_t seed, int mostForward = 6)
      : random(seed * 7 + 3), instance(create(dataOf(seed, mostForward))),
        problem(instance, termsOf(random, instance)) {}

  static InstanceData dataOf(uint64_t seed, int mostForward) {
    RandomKnobs knobs;
    knobs.maxForward = seed % 3 == 0 ? 4 : mostForward;
    knobs.training = 0.15;
    knobs.memory = 0.7;
    knobs.suffixStages = 0;
    knobs.colocation = 0.4;
    knobs.pins = 0.3;
    InstanceData data = randomInstance(seed, knobs);
    // Transfers that a piece would rather take in, and no room for all.
    Random random(seed * 5 + 1);
    if (random.chance(0.5)) {
      double sum = 0;
      for (double &size : data.size)
        sum += size = random.between(1, 20);
      for (DeviceKind &kind : data.machine.kinds)
        kind.memory = static_cast<Bytes>(sum * (0.3 + 0.4 * random.unit()));
      for (double &cost : data.netCost)
        cost *= 4;
    }
    return data;
  }
  static latency::LatencyTerms termsOf(Random &random,
                                       const Instance &instance) {
    latency::LatencyTerms terms;
    for (KindId k = 0; k < instance.numKinds(); ++k) {
      terms.host.push_back(random.chance(k == 0 ? 0.1 : 0.7));
      terms.cores.push_back(kNone);
    }
    terms.piecesPerDevice = random.between(1, 3);
    terms.maxPieces = random.chance(0.2) ? random.between(1, 3) : 0;
    return terms;
  }

  /// Any path, some of it left out at times.
  std::vector<uint32_t> chain() {
    std::vector<uint32_t> nodes;
    bool thin = random.chance(0.2);
    uint32_t v = random.below(problem.numNodes());
    while (true) {
      if (!thin || random.chance(0.7) || nodes.empty())
        nodes.push_back(v);
      std::span<const uint32_t> after = problem.successors(v);
      if (after.empty())
        return nodes;
      v = after[random.below(after.size())];
    }
  }

  Random random;
  Instance instance;
  latency::LatencyProblem problem;
};

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_RANDOMPATHS_H
