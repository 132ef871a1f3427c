//===- Run.h - placement-solve from arguments to exit status -- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_SOLVE_RUN_H
#define PLACEMENT_TOOLS_PLACEMENT_SOLVE_RUN_H

namespace placement::tool {

/// The exit statuses that other programs rely on; docs/Formats.md.
enum ExitStatus : int {
  kFinished = 0,
  kBadInput = 1,
  kInfeasible = 2,
  kStoppedWithPlan = 3,
  kStoppedWithoutPlan = 4,
  kInternalError = 70,
};

/// The whole program. Lets no exception out.
int run(int argc, const char *const *argv) noexcept;

} // namespace placement::tool

#endif // PLACEMENT_TOOLS_PLACEMENT_SOLVE_RUN_H
