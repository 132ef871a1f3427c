//===- StageOrder.h - Stages in an order that data can follow ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_STAGEORDER_H
#define PLACEMENT_LIB_SOLVER_IO_STAGEORDER_H

#include "placement/Solver/Model/Assignment.h"
#include "placement/Solver/Model/Instance.h"

#include <span>

namespace placement::solver {

/// Makes old stage `stageAt[i]` the new stage i.
void renumberStages(Assignment &assignment, std::span<const uint32_t> stageAt);

/// Orders the stages so that forward values flow to later stages; among those
/// that could come next the one that was first before. Where the stages depend
/// on each other in a circle, the order stays as it is. Every node must have a
/// stage. O(pins of nets + stages log stages).
void orderStages(const Instance &instance, Assignment &assignment);

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_STAGEORDER_H
