//===- Budget.h - Limits of a search ----------------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_BUDGET_H
#define PLACEMENT_SOLVER_CONTIGUOUS_BUDGET_H

#include "placement/Solver/Search/Options.h"

#include <atomic>
#include <chrono>

namespace placement::solver::contiguous {

enum class Verdict {
  /// No chain within the limit; a proof unless the sweep was restricted.
  None,
  /// A chain was found (rebuilt unless relaxed).
  Found,
  OutOfQuota,
  OutOfTime,
  OutOfMemory,
  Cancelled
};

/// Wall clock, table memory and cancellation, shared by all steps of a solve.
struct Budget {
  std::chrono::steady_clock::time_point deadline =
      std::chrono::steady_clock::time_point::max();
  uint64_t memory = uint64_t(2) << 30;
  const std::atomic<bool> *cancel = nullptr;

  bool cancelled() const {
    return cancel && cancel->load(std::memory_order_relaxed);
  }
  bool timeOut() const {
    return deadline != std::chrono::steady_clock::time_point::max() &&
           std::chrono::steady_clock::now() >= deadline;
  }
  /// The limit that a search whose tables take so many bytes has met, Found for
  /// none. Looks at the clock: not for every step.
  Verdict limit(uint64_t bytes) const {
    if (cancelled())
      return Verdict::Cancelled;
    if (timeOut())
      return Verdict::OutOfTime;
    return bytes > memory ? Verdict::OutOfMemory : Verdict::Found;
  }
};

/// The limits of the options, counted from now.
inline Budget budgetOf(const SolveOptions &options) {
  Budget budget;
  // Clocks count in nanoseconds; a limit of decades is none.
  if (options.timeLimit < 1e9)
    budget.deadline =
        std::chrono::steady_clock::now() +
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(
            std::chrono::duration<double>(options.timeLimit));
  budget.memory = options.memoryLimit;
  budget.cancel = options.cancel;
  return budget;
}

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_BUDGET_H
