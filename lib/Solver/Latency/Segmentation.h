//===- Segmentation.h - Cut an order into calls and host runs ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_SEGMENTATION_H
#define PLACEMENT_LIB_SOLVER_LATENCY_SEGMENTATION_H

#include "Solver/Contiguous/Budget.h"
#include "Solver/Latency/BlockOrder.h"

namespace placement::solver::latency {

using contiguous::Budget;

/// A call device in the order in which it may come along the order of blocks,
/// and the bytes that its interval may hold.
struct DeviceTurn {
  uint32_t device = 0;
  Bytes room = 0;
  /// The slot of forward nodes (all, where not folded) and of backward nodes.
  uint32_t slot = 0, backwardSlot = 0;
};

/// The best way to cut one order of blocks into intervals, each a call or left
/// to the host, as if they ran one after the other: the sum of the calls' loads
/// and of the longest path through each run of host nodes (with bounded cores
/// at least its work over the cores). The makespan is never above that sum, and
/// below it where calls or runs can overlap.
///
/// On a folded order an interval is two calls, one a pass, on one device; the
/// last interval may be one, as no other device comes between.
class Segmentation {
public:
  Segmentation(const LatencyProblem &problem, const BlockOrder &blocks);

  /// Calls may use `turns` in that order, each once or not at all. Writes a
  /// slot for every node, and gives the sum; kInfiniteTime, with nothing
  /// written, where there is no way, or the budget is met. Intervals begin and
  /// end at every `stride`-th block. O(blocks^2 / stride^2 turns + blocks /
  /// stride (nodes + pins)), less where memory keeps intervals short.
  Time run(std::span<const uint32_t> order, uint32_t stride,
           std::span<const DeviceTurn> turns, const Budget &budget,
           std::vector<uint32_t> &slotOf);

  /// Elementary steps of all runs so far.
  uint64_t steps() const { return done; }

private:
  struct Choice {
    uint32_t from = kNone, turn = kNone;
    bool merged = false;
  };

  void hostRuns(uint32_t from);
  void calls(uint32_t from, KindId kind, std::span<const DeviceTurn> turns);
  void lastCall(uint32_t from, KindId kind, std::span<const DeviceTurn> turns);
  void offer(uint32_t from, uint32_t to, const DeviceTurn &turn, uint32_t g,
             bool merged);
  void begin();
  /// `merged`: forward and backward nodes are in one call.
  bool add(uint32_t v, KindId kind, bool merged = false);
  std::span<const uint32_t> chunk(uint32_t index) const {
    return {sequence.data() + chunkBegin[index],
            chunkBegin[index + 1] - chunkBegin[index]};
  }

  const LatencyProblem &problem;
  const BlockOrder &blocks;
  uint64_t done = 0;

  // The order as nodes, and where its chunks begin.
  std::vector<uint32_t> sequence, chunkBegin;
  uint32_t chunks = 0, width = 0;
  std::vector<Time> value;
  std::vector<Choice> choice;

  // One interval as it grows.
  uint32_t now = 0;
  Time load = 0;
  Bytes held = 0, largest = 0;
  bool present[2] = {false, false};
  // Bytes behind each chunk, shared weights and transients left out.
  std::vector<Bytes> behind;
  std::vector<uint32_t> addedAt, netAt[2], weightAt;
  std::vector<uint32_t> consumersIn[2];
  std::vector<Time> length;
  std::vector<uint32_t> poolOfNode;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_SEGMENTATION_H
