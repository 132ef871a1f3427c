//===- Interrupt.cpp - Ctrl-C stops the search, not the program -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Interrupt.h"

#include <signal.h>

namespace placement::tool {

namespace {

// A signal handler reaches nothing but what is static.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void handle(int) { interrupted.store(true, std::memory_order_relaxed); }

} // namespace

const std::atomic<bool> &catchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = handle;
  // One chance to stop in order; system calls go on, so that output that is
  // being written is written whole.
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  return interrupted;
}

} // namespace placement::tool
