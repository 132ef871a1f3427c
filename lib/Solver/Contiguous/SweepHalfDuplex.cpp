//===- SweepHalfDuplex.cpp - Work beside transfers ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/SweepShape.h"

namespace placement::solver::contiguous {

Verdict sweepHalfDuplex(const SweepTask &task) {
  return sweepShape<LoadShape<2, 1>>(task);
}

} // namespace placement::solver::contiguous
