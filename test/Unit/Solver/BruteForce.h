//===- BruteForce.h - Exact answers for small problems ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_BRUTEFORCE_H
#define PLACEMENT_TEST_UNIT_SOLVER_BRUTEFORCE_H

#include "placement/Solver/Model/Assignment.h"
#include "placement/Solver/Model/Instance.h"

#include <cstdint>

namespace placement::solver::test {

struct BruteForceAnswer {
  bool feasible = false;
  Time value = kInfiniteTime;
  /// A plan of that value.
  Assignment assignment;
  /// Size of the problem: nodes of the forward graph after merging, and its
  /// ideals.
  size_t classes = 0, ideals = 0;
};

/// Contiguous throughput from the definition: the best of all chains of ideals
/// of the forward graph with all sequences of device kinds. Shares no code with
/// the algorithms or the checker. Time grows with the square of the number of
/// ideals. More than 30 classes abort the test program.
/// Nothing is solved, and only sizes are given, where there are more than
/// `maxIdeals`.
BruteForceAnswer bruteForce(const Instance &instance, uint32_t maxStages = 0,
                            size_t maxIdeals = SIZE_MAX);

/// The value of an assignment that is a chain of ideals on distinct devices and
/// keeps all rules; kInfiniteTime for any other. What the checker says, from
/// the oracle's own code.
Time chainValue(const Instance &instance, const Assignment &assignment);

/// The same as `bruteForce` from an even plainer definition: the best of all
/// assignments of nodes to ordered stages that the checker accepts. For very
/// few nodes.
BruteForceAnswer enumerateAssignments(const Instance &instance,
                                      uint32_t maxStages = 0);

/// Throughput where a device may hold any nodes: the best of all maps of groups
/// and single nodes to at most `maxDevices` devices (zero: any number) by the
/// definitions, devices that no pin names taken in order; at most 64 devices.
/// Shares no code with the algorithms or, unless stashes depend on the order of
/// stages, the checker. Time grows as devices to the power of groups; a
/// problem of more than `maxPlans` maps is left alone (`classes` and `ideals`,
/// here the number of maps, are set).
BruteForceAnswer bruteForceAnywhere(const Instance &instance,
                                    size_t maxPlans = 200000,
                                    uint32_t maxDevices = 0);

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_BRUTEFORCE_H
