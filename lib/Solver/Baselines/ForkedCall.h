//===- ForkedCall.h - A call in a process of its own ------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_BASELINES_FORKEDCALL_H
#define PLACEMENT_LIB_SOLVER_BASELINES_FORKEDCALL_H

#include "Solver/Contiguous/Budget.h"
#include "placement/Solver/Model/Plan.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace placement::solver::baselines {

struct ForkedAnswer {
  /// What the call returned; empty when it did not.
  std::vector<int32_t> numbers;
  /// A limit that was met before.
  std::optional<Stop> stop;
  /// Otherwise why there is no answer: "it ended with signal 11".
  std::string failure;
};

/// Calls `work` in a forked process and waits for at most `most` numbers.
///
/// For libraries that look at no clock, write to standard output, change
/// signal handlers (METIS catches SIGTERM and SIGABRT while it runs, and jumps)
/// or end the process: none of that reaches ours. The child has no standard
/// input and output, and ends with us at the latest. An empty result of `work`
/// is a failure. Works in programs with several threads as far as `work` needs
/// no lock but those that fork() looks after, such as that of malloc.
ForkedAnswer callForked(const std::function<std::vector<int32_t>()> &work,
                        size_t most, const contiguous::Budget &budget);

} // namespace placement::solver::baselines

#endif // PLACEMENT_LIB_SOLVER_BASELINES_FORKEDCALL_H
