//===- PassState.h - Loads under any model, kept up to date -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_PASSSTATE_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_PASSSTATE_H

#include "Solver/NonContiguous/LoadState.h"
#include "Solver/NonContiguous/PassTable.h"

namespace placement::solver::noncontiguous {

/// What LoadState is, for every model of load: sums are kept by pass and
/// direction. The same complexities.
class PassState : public MemoryState {
public:
  PassState(const Instance &instance, const ClassGraph &graph,
            const DeviceTable &devices);

  struct Change {
    PassSums forward, backward;
    Bytes held = 0;
    Change operator-() const { return {-forward, -backward, -held}; }
  };
  Change ifAdded(ClassId c, DeviceId d) const;
  /// For the device that holds c.
  Change ifRemoved(ClassId c, DeviceId d) const;

  void assign(const DeviceMap &placement);
  void move(ClassId c, DeviceId to);
  void move(ClassId c, DeviceId to, const Change &removed, const Change &added);

  PassTimes times(DeviceId d) const {
    return table.times(forward[d], backward[d]);
  }
  PassTimes timesAfter(DeviceId d, const Change &change) const {
    PassSums one = forward[d], two = backward[d];
    one += change.forward;
    two += change.backward;
    return table.times(one, two);
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
  uint32_t membersOn(ItemId i, DeviceId d) const {
    return members[i * devices.size() + d];
  }
  void apply(const Change &change, DeviceId d);

  PassTable table;
  std::vector<PassSums> forward, backward;
  /// members[item * devices + device].
  std::vector<uint32_t> members;
};

/// Whether the instance has the default model, for which LoadState suffices.
bool hasDefaultModel(const Instance &instance);

/// The value of a placement from scratch under the instance's model,
/// kInfiniteTime where it breaks a memory limit, a pin or the support of a
/// kind.
Time evaluate(const Instance &instance, const ClassGraph &graph,
              const DeviceTable &devices, const DeviceMap &placement);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_PASSSTATE_H
