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

namespace placement::solver::noncontiguous {

/// A placement of classes with the load and memory of every device. Moving a
/// class costs its items; all sums are integers, so a move undone leaves no
/// trace. Memory: items * devices counters.
class LoadState {
public:
  LoadState(const ClassGraph &graph, const DeviceTable &devices);

  /// Places everything anew. O(classes + pins of items).
  void assign(const DeviceMap &placement);
  /// Moves class c to device `to`; O(items of c). Support and pins are the
  /// caller's business.
  void move(ClassId c, DeviceId to);

  /// What device d gains if class c comes to it, or loses if c leaves it
  /// (negative): time, and bytes but for transients. O(items of c).
  struct Change {
    Time load = 0;
    Bytes held = 0;
  };
  Change ifAdded(ClassId c, DeviceId d) const;
  Change ifRemoved(ClassId c, DeviceId d) const;

  const DeviceMap &placement() const { return deviceOf; }
  DeviceId device(ClassId c) const { return deviceOf[c]; }
  Time load(DeviceId d) const { return loads[d]; }
  Bytes memory(DeviceId d) const { return held[d] + largest[d]; }
  Bytes capacity(DeviceId d) const {
    return graph.kinds[devices.kind(d)].memory;
  }
  bool fits(DeviceId d) const {
    return capacity(d) == kUnlimitedBytes || memory(d) <= capacity(d);
  }
  /// The largest load, or kInfiniteTime where a device is over its memory.
  Time value() const;

private:
  void add(ClassId c, DeviceId d);
  void remove(ClassId c, DeviceId d);
  /// Whether a device with this many members of the item pays for it.
  bool pays(ItemId i, uint32_t members) const {
    return members > 0 && (graph.sticky[i] || members < graph.items[i].size());
  }

  const ClassGraph &graph;
  const DeviceTable &devices;
  DeviceMap deviceOf;
  std::vector<Time> loads;
  /// Sizes and weights; the largest transient is apart.
  std::vector<Bytes> held, largest;
  /// members[item * devices + device].
  std::vector<uint32_t> members;
};

/// The value of a placement from scratch, kInfiniteTime where it breaks a
/// memory limit, a pin or the support of a kind.
Time evaluate(const ClassGraph &graph, const DeviceTable &devices,
              const DeviceMap &placement);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_LOADSTATE_H
