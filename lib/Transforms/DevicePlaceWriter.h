//===- DevicePlaceWriter.h - Writes a plan into the IR ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_DEVICEPLACEWRITER_H
#define PLACEMENT_LIB_TRANSFORMS_DEVICEPLACEWRITER_H

#include "placement/Analysis/PlacementGraph.h"
#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

namespace placement {

/// What was cloned, for a remark.
struct CloneSummary {
  /// Attached operations that needed clones, and the clones made.
  unsigned originals = 0, clones = 0;
  /// The one with the most bytes of results, and its clones.
  mlir::Operation *biggest = nullptr;
  int64_t biggestBytes = 0;
  unsigned biggestClones = 0;
};

/// Gives each attached operation of `graph` one clone for every further stage
/// (and pass of a training step) that uses it; puts `placement.device`,
/// `placement.stage` and, where it is backward, `placement.phase` on all
/// operations of the function, `placement.role` on its arguments and
/// `placement.plan` on itself. `graph` must be of the unchanged function, and
/// `plan` must have an assignment; `contiguous` says which rules it was made
/// under. Linear in the function.
CloneSummary writePlan(const PlacementGraph &graph,
                       const solver::Instance &instance,
                       const solver::Plan &plan, bool contiguous);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_DEVICEPLACEWRITER_H
