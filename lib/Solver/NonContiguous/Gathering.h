//===- Gathering.h - Fewer transfers at the same value ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_GATHERING_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_GATHERING_H

#include "Solver/NonContiguous/DeviceTable.h"

namespace placement::solver::noncontiguous {

/// A placement of a value that is no larger, on no other devices, in which
/// items are on fewer devices in all. Value alone leaves open where classes go
/// for which every device has time left; annealing scatters them, and each
/// scattered class is one more stage to call and one more value to send.
///
/// Descent: connected groups of classes on a device, then single classes, move
/// to a device with which they share an item, as long as the sum over items of
/// the devices that hold members falls. Memory, pins and support are kept.
/// Deterministic. Time: a few rounds of O(pins of items * devices next to a
/// group); `placement` must keep all rules. Memory: items * devices counters.
DeviceMap gather(const ClassGraph &graph, const DeviceTable &devices,
                 DeviceMap placement);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_GATHERING_H
