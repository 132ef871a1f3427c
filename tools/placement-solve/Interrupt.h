//===- Interrupt.h - Ctrl-C stops the search, not the program - -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TOOLS_PLACEMENT_SOLVE_INTERRUPT_H
#define PLACEMENT_TOOLS_PLACEMENT_SOLVE_INTERRUPT_H

#include <atomic>

namespace placement::tool {

/// From now on the first SIGINT or SIGTERM sets the flag, which is returned;
/// a second one ends the program as usual.
const std::atomic<bool> &catchInterrupts();

} // namespace placement::tool

#endif // PLACEMENT_TOOLS_PLACEMENT_SOLVE_INTERRUPT_H
