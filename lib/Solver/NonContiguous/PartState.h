//===- PartState.h - Loads under any model, kept up to date -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_PARTSTATE_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_PARTSTATE_H

#include "Solver/NonContiguous/LoadState.h"

#include <array>

namespace placement::solver::noncontiguous {

/// What LoadState is, for every model of load: each part of the graph's
/// `LoadParts` is summed by itself. The same complexities.
class PartState : public MemoryState {
public:
  PartState(const ClassGraph &graph, const DeviceTable &devices);

  using Sums = std::array<Time, contiguous::LoadParts::kMost>;
  struct Change {
    Sums sums = {};
    Bytes held = 0;
    Change operator-() const;
  };
  Change ifAdded(ClassId c, DeviceId d) const;
  /// For the device that holds c.
  Change ifRemoved(ClassId c, DeviceId d) const;

  void assign(const DeviceMap &placement);
  void move(ClassId c, DeviceId to);
  void move(ClassId c, DeviceId to, const Change &removed, const Change &added);

  PassTimes times(DeviceId d) const { return timesOf(sums[d]); }
  PassTimes timesAfter(DeviceId d, const Change &change) const {
    Sums after = sums[d];
    for (unsigned p = 0; p < after.size(); ++p)
      after[p] += change.sums[p];
    return timesOf(after);
  }
  Bytes memoryAfter(DeviceId d, const Change &change) const {
    return memory(d) + change.held;
  }
  Bytes heldAfter(DeviceId d, const Change &change) const {
    return held[d] + change.held;
  }
  /// The largest load, under GPipe the largest forward and the largest backward
  /// load together; kInfiniteTime where a device is over its memory.
  Time value() const;

private:
  PassTimes timesOf(const Sums &of) const {
    const contiguous::LoadParts &parts = graph.parts;
    return {parts.passLoad(of.data(), 0),
            parts.byPass ? parts.passLoad(of.data(), 1) : 0};
  }
  void apply(const Change &change, DeviceId d) {
    for (unsigned p = 0; p < change.sums.size(); ++p)
      sums[d][p] += change.sums[p];
  }

  std::vector<Sums> sums;
  /// members[item * devices + device].
  std::vector<uint32_t> members;
};

/// The value of a placement from scratch under the graph's model,
/// kInfiniteTime where it breaks a memory limit, a pin or the support of a
/// kind.
Time evaluate(const ClassGraph &graph, const DeviceTable &devices,
              const DeviceMap &placement);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_PARTSTATE_H
