//===- Transformations.h - Problems with a known relation -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_TRANSFORMATIONS_H
#define PLACEMENT_TEST_UNIT_SOLVER_TRANSFORMATIONS_H

#include "placement/Solver/Model/InstanceData.h"

namespace placement::solver::test {

/// The same problem with every edge turned around, for nets of one consumer.
InstanceData reversedCopy(InstanceData data);

/// All times and costs of nets times `factor`.
InstanceData scaledCopy(InstanceData data, double factor);

/// With one more node that costs nothing anywhere and sees nobody.
InstanceData withFreeNode(InstanceData data);

/// With net `n` as two nets of the same pins, each at half the cost.
InstanceData withNetSplit(InstanceData data, uint32_t n);

/// With the kinds of devices in the opposite order.
InstanceData withKindsTurned(InstanceData data);

/// With node v as two, one after the other in one group: the first has its
/// inputs and half of its times, the second the other half and its outputs. The
/// value between them costs nothing. Sizes, stashes and transients stay with
/// the first, shared weights too.
InstanceData withNodeSplit(InstanceData data, uint32_t v);

/// With node v pinned to a kind, on top of what it has.
InstanceData pinnedCopy(InstanceData data, uint32_t v, KindId kind);

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_TRANSFORMATIONS_H
