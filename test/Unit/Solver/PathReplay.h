//===- PathReplay.h - Checks a path bound from its figures ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_PATHREPLAY_H
#define PLACEMENT_TEST_UNIT_SOLVER_PATHREPLAY_H

#include "placement/Solver/Model/Certificate.h"
#include "placement/Solver/Model/Instance.h"

#include <string>

namespace placement::solver::test {

/// What a path certificate proves about the finish of every plan, by code that
/// shares nothing with the prover: sets by their definitions, flows by the
/// shortest augmenting path.
struct PathReplay {
  /// No plan finishes before this; kInfiniteTime: there is no plan.
  Time proven = 0;
  /// Why the certificate cannot be read; `proven` is zero then.
  std::string fault;
};

/// The rules of a latency problem that are not in the instance.
struct PathReplayRules {
  std::vector<uint8_t> host;
  uint32_t piecesPerDevice = 1;
  /// Zero for no limit.
  uint32_t maxPieces = 0;
};

PathReplay replay(const Instance &instance, const PathReplayRules &rules,
                  const PathCertificate &certificate);

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_PATHREPLAY_H
