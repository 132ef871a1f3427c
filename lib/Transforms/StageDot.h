//===- StageDot.h - Placed stages as a Graphviz graph -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_STAGEDOT_H
#define PLACEMENT_LIB_TRANSFORMS_STAGEDOT_H

#include "StageTraffic.h"

#include "placement/Analysis/PlacementGraph.h"

namespace placement {

/// Draws a plan: a cluster for each stage with its load and what it is busy
/// with, and an edge for each cut value (one for many where there are many).
/// The file appears whole or not at all. Emits an error when it cannot be
/// written.
mlir::LogicalResult writeStageDot(const PlacementGraph &graph,
                                  const solver::Instance &instance,
                                  const solver::Plan &plan,
                                  const StageTraffic &traffic,
                                  llvm::StringRef path);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_STAGEDOT_H
