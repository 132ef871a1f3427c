//===- DevicePlaceRemarks.h - Tells a person about a plan -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_DEVICEPLACEREMARKS_H
#define PLACEMENT_LIB_TRANSFORMS_DEVICEPLACEREMARKS_H

#include "DevicePlaceWriter.h"
#include "StageTraffic.h"

namespace placement {

/// One remark on what arguments without a role were taken to be; none where
/// every argument has one.
void remarkRoles(const PlacementGraph &graph);

/// One remark each on: the plan as a whole, its bottleneck, and every cut, at
/// the first operation after it; where the plan need not be contiguous, not on
/// cuts, but on every further stage of a device, at its first operation.
void remarkPlan(const PlacementGraph &graph, const solver::Instance &instance,
                const solver::Plan &plan, const StageTraffic &traffic,
                bool contiguous);

/// One remark on each alternative that was ranked, and on whether better ones
/// may be missing; `taken` is the rank of the one that is written.
void remarkAlternatives(const PlacementGraph &graph, const solver::Plan &plan,
                        unsigned taken);

/// One remark on what was cloned; none where nothing was.
void remarkClones(const PlacementGraph &graph, const CloneSummary &summary);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_DEVICEPLACEREMARKS_H
