//===- SweepGPipe.cpp - Each pass on its own ------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/SweepShape.h"

namespace placement::solver::contiguous {

Verdict sweepGPipe(const SweepTask &task) {
  switch (task.graph.parts.communication) {
  case Communication::Sequential:
    return sweepShape<LoadShape<1, 2>>(task);
  case Communication::HalfDuplex:
    return sweepShape<LoadShape<2, 2>>(task);
  case Communication::FullDuplex:
    return sweepShape<LoadShape<3, 2>>(task);
  }
  return Verdict::OutOfQuota;
}

} // namespace placement::solver::contiguous
