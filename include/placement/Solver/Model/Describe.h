//===- Describe.h - Names of elements for messages --------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_DESCRIBE_H
#define PLACEMENT_SOLVER_MODEL_DESCRIBE_H

#include "placement/Solver/Model/Assignment.h"
#include "placement/Solver/Model/InstanceData.h"

#include <string>

namespace placement::solver {

/// `node 17` or `node 17 ("relu")`, with the id of the source.
std::string describeNode(const InstanceData &data, NodeId node);
/// `net 3 (of node 17)` or `net 3 (from the host)`.
std::string describeNet(const InstanceData &data, NetId net);
/// `acc:2`; a kind out of range prints as its number.
std::string describeDevice(const Machine &machine, DeviceRef device);
/// A number the way a person would type it.
std::string describeNumber(double value);
/// Bytes in a unit that fits: `1.5 GiB`.
std::string describeBytes(Bytes bytes);

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_DESCRIBE_H
