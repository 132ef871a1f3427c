//===- Timeline.h - When each part of a plan runs ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_TIMELINE_H
#define PLACEMENT_SOLVER_MODEL_TIMELINE_H

#include "placement/Solver/Model/Assignment.h"

namespace placement::solver {

/// One call of a piece, or one node on a host, while one sample passes through
/// a plan for latency. Everything starts as early as it can. A timeline is
/// sorted by start, finish, stage and node.
struct TimelineEntry {
  DeviceRef device;
  uint32_t stage = 0;
  /// The node that runs on a host; kNone for a piece.
  uint32_t node = kNone;
  /// In integer times of the instance. A piece first receives, then computes,
  /// then sends: finish = start + in + compute + out. Host nodes compute only.
  Time start = 0, finish = 0;
  Time in = 0, compute = 0, out = 0;
  /// The same over the source's own numbers, in the source's unit.
  double exactStart = 0, exactFinish = 0;
  double exactIn = 0, exactCompute = 0, exactOut = 0;
  /// The entry of the same timeline whose end this one waited for last, in
  /// integer times; kNone where it started at once. Following it from an entry
  /// that ends last gives a critical path.
  uint32_t waitedFor = kNone;

  bool isPiece() const { return node == kNone; }
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_TIMELINE_H
