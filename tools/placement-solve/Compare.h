//===- Compare.h - placement-solve --compare --------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_SOLVE_COMPARE_H
#define PLACEMENT_TOOLS_PLACEMENT_SOLVE_COMPARE_H

#include "Options.h"

namespace placement::tool {

/// Reads all instances, compares, and writes the table; returns the exit
/// status. Nothing is solved before every file has been read, and a table that
/// was stopped says so.
int compareInstances(const Options &options);

} // namespace placement::tool

#endif // PLACEMENT_TOOLS_PLACEMENT_SOLVE_COMPARE_H
