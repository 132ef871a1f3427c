//===- Relaxation.h - Other models of load as the default one ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_RELAXATION_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_RELAXATION_H

#include "Solver/NonContiguous/DeviceTable.h"
#include "placement/Solver/Model/Certificate.h"

namespace placement::solver::noncontiguous {

using contiguous::LoadParts;

/// Shares that bound a load from below for the given parts, a few of them
/// (docs/Solvers.md, "Bounds of other models"): a load is a maximum of sums,
/// and no weighted mean of sums is above their maximum. With one sum a pass,
/// only whole shares.
std::vector<LoadShares> sharesToTry(const LoadParts &parts);

/// The graph with the default model and loads that are nowhere above those of
/// `graph`: each time of work and each item's cost is multiplied by its share
/// and rounded down, and under GPipe both passes are added up. So what bounds
/// its values bounds those of `graph`. Followers are merged.
ClassGraph relax(const ClassGraph &graph, const LoadShares &shares);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_RELAXATION_H
