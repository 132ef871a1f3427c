//===- StageTimes.h - When the stages of a plan run -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_STAGETIMES_H
#define PLACEMENT_LIB_TRANSFORMS_STAGETIMES_H

#include "placement/Dialect/PlacementAttrs.h"
#include "placement/Solver/Model/Timeline.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <algorithm>

namespace placement {

/// Start and end of each stage in a timeline, in the source's unit: those of a
/// piece, or of the first and the last node of a stage on a host. Empty for an
/// empty timeline. Linear.
struct StageTimes {
  llvm::SmallVector<Double> starts, finishes;

  StageTimes(llvm::ArrayRef<solver::TimelineEntry> timeline, size_t stages) {
    if (timeline.empty())
      return;
    llvm::SmallVector<bool> seen(stages, false);
    starts.assign(stages, 0.0);
    finishes.assign(stages, 0.0);
    for (const solver::TimelineEntry &entry : timeline) {
      Double &start = starts[entry.stage], &finish = finishes[entry.stage];
      if (!seen[entry.stage] || entry.exactStart < start)
        start = entry.exactStart;
      finish = std::max<double>(finish, entry.exactFinish);
      seen[entry.stage] = true;
    }
  }
};

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_STAGETIMES_H
