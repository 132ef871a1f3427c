//===- NoHighs.cpp - Says that the worker has no HiGHS --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// In place of HighsSolver.cpp and ScaledModel.cpp where CMake finds no HiGHS.

#include "Solvers.h"

using namespace placement::worker;

std::string placement::worker::highsUnavailableReason() {
  return "placement-worker was built without HiGHS: run tools/dev/setup.sh, or "
         "install HiGHS 1.15, and configure again";
}

void placement::worker::solveWithHighs(const Job &job) {
  job.answer.finish("failed", highsUnavailableReason());
}
