//===- SetBytes.h - Memory that a growing set takes -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_SETBYTES_H
#define PLACEMENT_LIB_SOLVER_LATENCY_SETBYTES_H

#include "Solver/Latency/LatencyProblem.h"

namespace placement::solver::latency {

/// Bytes that a device holds at least which runs a set of nodes: their own,
/// each shared weight once, the largest transient, and all of that for the rest
/// of their units, which are on the same device, too.
class SetBytes {
public:
  explicit SetBytes(const LatencyProblem &problem)
      : problem(problem), unitSeen(problem.numUnits(), 0),
        weightSeen(problem.numWeights(), 0) {}

  void clear() {
    sum = largest = 0;
    ++round;
  }
  void add(uint32_t v) {
    uint32_t unit = problem.unit(v);
    if (unitSeen[unit] == round)
      return;
    unitSeen[unit] = round;
    for (uint32_t m : problem.members(unit)) {
      sum += problem.ownBytes(m);
      largest = std::max(largest, problem.transient(m));
      for (uint32_t w : problem.weights(m))
        if (weightSeen[w] != round) {
          weightSeen[w] = round;
          sum += problem.weightBytes(w);
        }
    }
  }
  Bytes total() const { return sum + largest; }
  Bytes largestTransient() const { return largest; }
  bool holdsUnit(uint32_t unit) const { return unitSeen[unit] == round; }
  bool holdsWeight(uint32_t w) const { return weightSeen[w] == round; }

private:
  const LatencyProblem &problem;
  std::vector<uint64_t> unitSeen, weightSeen;
  uint64_t round = 1;
  Bytes sum = 0, largest = 0;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_SETBYTES_H
