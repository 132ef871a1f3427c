//===- LoadState.h - Loads of devices, kept up to date ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_LOADSTATE_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_LOADSTATE_H

#include "Solver/NonContiguous/DeviceTable.h"

#include <array>

namespace placement::solver::noncontiguous {

/// Time of a device by pass. Only GPipe tells passes apart; elsewhere the
/// first entry is the load and the second zero.
using PassTimes = std::array<Time, 2>;

/// Where each class is, and what that takes of each device's memory: the part
/// that all models of load share.
class MemoryState {
public:
  MemoryState(const ClassGraph &graph, const DeviceTable &devices);

  const DeviceMap &placement() const { return deviceOf; }
  DeviceId device(ClassId c) const { return deviceOf[c]; }
  /// Classes on device d.
  uint32_t count(DeviceId d) const { return counts[d]; }
  Bytes memory(DeviceId d) const { return held[d] + largest[d]; }
  Bytes capacity(DeviceId d) const {
    return graph.kinds[devices.kind(d)].memory;
  }
  bool fits(DeviceId d) const {
    return capacity(d) == kUnlimitedBytes || memory(d) <= capacity(d);
  }

protected:
  void clear();
  void addTo(ClassId c, DeviceId d, Bytes change);
  /// deviceOf[c] must be another device already.
  void removeFrom(ClassId c, DeviceId d, Bytes change);

  const ClassGraph &graph;
  const DeviceTable &devices;
  DeviceMap deviceOf;
  std::vector<uint32_t> counts;
  /// Sizes and weights; the largest transient is apart.
  std::vector<Bytes> held, largest;
};

/// A placement of classes with the load and memory of every device, for the
/// default model: transfers and work one after the other, both passes together.
/// Moving a class costs its items; all sums are integers, so a move undone
/// leaves no trace. Memory: items * devices counters.
class LoadState : public MemoryState {
public:
  LoadState(const ClassGraph &graph, const DeviceTable &devices);

  /// What device d gains if class c comes to it, or loses if c leaves it
  /// (negative): time, and bytes but for transients. O(items of c).
  struct Change {
    Time load = 0;
    Bytes held = 0;
    Change operator-() const { return {-load, -held}; }
  };
  Change ifAdded(ClassId c, DeviceId d) const;
  /// For the device that holds c.
  Change ifRemoved(ClassId c, DeviceId d) const;

  /// Places everything anew. O(classes + pins of items).
  void assign(const DeviceMap &placement);
  /// Moves class c to device `to`; O(items of c), and O(classes) where its
  /// transient was the largest. Support and pins are the caller's business.
  void move(ClassId c, DeviceId to);
  /// The same where the changes of both devices are known already.
  void move(ClassId c, DeviceId to, const Change &removed, const Change &added);

  Time load(DeviceId d) const { return loads[d]; }
  PassTimes times(DeviceId d) const { return {loads[d], 0}; }
  PassTimes timesAfter(DeviceId d, const Change &change) const {
    return {loads[d] + change.load, 0};
  }
  /// As if the largest transient stayed and no other came.
  Bytes memoryAfter(DeviceId d, const Change &change) const {
    return memory(d) + change.held;
  }
  Bytes heldAfter(DeviceId d, const Change &change) const {
    return held[d] + change.held;
  }
  /// The largest load, or kInfiniteTime where a device is over its memory.
  Time value() const;

private:
  /// An item of a class and its number of members; no number where it is paid
  /// for even by a device that holds all of them.
  struct Incidence {
    ItemId item = 0;
    uint32_t closedAt = 0;
  };

  std::vector<Time> loads;
  /// members[item * devices + device].
  std::vector<uint32_t> members;
  /// Of class c: incidences[begin[c]] and on.
  std::vector<size_t> begin;
  std::vector<Incidence> incidences;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_LOADSTATE_H
