//===- CheckParts.h - What the checks of both objectives share --*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_CHECK_CHECKPARTS_H
#define PLACEMENT_LIB_SOLVER_CHECK_CHECKPARTS_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

#include <cmath>
#include <string>
#include <vector>

namespace placement::solver {

/// A sum with the rounding errors carried along (A. Neumaier, "Rundungsfehler-
/// analyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54, 1974).
class CompensatedSum {
public:
  void add(double term) {
    double next = sum + term;
    if (std::fabs(sum) >= std::fabs(term))
      error += (sum - next) + term;
    else
      error += (term - next) + sum;
    sum = next;
  }
  double value() const { return sum + error; }

private:
  double sum = 0, error = 0;
};

/// Why nothing can be computed: a length or an index out of range. Empty where
/// the shape is right.
std::string describeWrongShape(const Instance &instance,
                               const Assignment &assignment);

/// Gives every device in use a slot, in the order of first stages: `loads` gets
/// an entry for each, and the result the slot of each stage.
std::vector<uint32_t> collectDevices(const Assignment &assignment,
                                     std::vector<DeviceLoad> &loads);

/// `it is pinned to kind "acc" number 2`, if the device is not where the node's
/// pin says; else empty. With `anyIndex` only the kind counts.
std::string describePin(const Instance &instance, NodeId v, DeviceRef device,
                        bool anyIndex);

struct CheckReport;
/// `check` for Objective::Latency: the value is the longest path through pieces
/// and host nodes. O(nodes + pins of nets + stages), and sorting the nodes of
/// bounded cores and the timeline. `maxViolations` is not zero.
CheckReport checkLatency(const Instance &instance, const Assignment &assignment,
                         size_t maxViolations);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_CHECK_CHECKPARTS_H
