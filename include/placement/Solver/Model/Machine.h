//===- Machine.h - Device kinds, counts, memory, links ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_MACHINE_H
#define PLACEMENT_SOLVER_MODEL_MACHINE_H

#include "placement/Solver/Model/Units.h"

#include <optional>
#include <string>
#include <vector>

namespace placement::solver {

/// `count` interchangeable devices. Each has its own memory and one link to a
/// common fabric or host (a star): moving a value over it takes
/// `latency + bytes / bandwidth`, paid once by the sender whatever the number
/// of receivers, and once by each receiver.
struct DeviceKind {
  std::string name;
  uint32_t count = 0;
  /// Bytes one device can hold; kUnlimitedBytes for no limit.
  Bytes memory = kUnlimitedBytes;
  /// Link figures in the instance's own time unit, and bytes per time unit.
  /// Only used to price nets that give bytes instead of times; a bandwidth of
  /// zero means transfers of this kind are free (DPO's CPUs).
  double latency = 0;
  double bandwidth = 0;
  /// Whether its nodes run out of host memory, one by one and without paying
  /// transfers; else a device of the kind runs pieces, each as one call. Read
  /// under Objective::Latency only. Not given: it is a host if it has no link
  /// and no net has a cost on it.
  std::optional<bool> host = {};

  double transferTime(double bytes) const {
    return bandwidth > 0 ? latency + bytes / bandwidth : 0;
  }
};

/// A fleet of devices. The order of kinds is the order of KindId.
struct Machine {
  std::string name;
  std::vector<DeviceKind> kinds;
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_MACHINE_H
