//===- DeviceTable.h - The devices that classes may sit on ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_DEVICETABLE_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_DEVICETABLE_H

#include "Solver/Contiguous/ClassGraph.h"
#include "placement/Solver/Model/Assignment.h"

#include <span>
#include <vector>

namespace placement::solver::noncontiguous {

using contiguous::ClassGraph;
using contiguous::ClassId;
using contiguous::ItemId;

/// Dense number of a device in a DeviceTable.
using DeviceId = uint32_t;
/// The device of each class of a graph.
using DeviceMap = std::vector<DeviceId>;

/// Devices that can be useful, by kind: those that pins name, and as many
/// others as a plan can use. More never help, since devices of a kind are
/// alike.
class DeviceTable {
public:
  /// `graph` must come from `contract(instance, 0, /*ordered=*/false)`.
  DeviceTable(const Instance &instance, const ClassGraph &graph);

  size_t size() const { return devices.size(); }
  const DeviceRef &operator[](DeviceId d) const { return devices[d]; }
  KindId kind(DeviceId d) const { return devices[d].kind; }
  /// The device that pin number p (from 1) of the graph names.
  DeviceId pinned(uint32_t pin) const { return pinnedDevice[pin - 1]; }
  /// The number of a device of the machine. A device that the table leaves out
  /// is kNone: a plan that uses it has an equal one among those that are in.
  DeviceId find(const DeviceRef &device) const;

  /// Whether class c may be on device d as far as kind and pin go. Also for
  /// graphs made by merging classes of the one given above.
  bool allows(const ClassGraph &graph, ClassId c, DeviceId d) const {
    if (graph.timeOf(c, kind(d)) == kUnsupported)
      return false;
    return !graph.pin[c] || pinned(graph.pin[c]) == d;
  }
  /// The same for all classes; false where a device is none of the table.
  bool allows(const ClassGraph &graph, const DeviceMap &placement) const {
    for (ClassId c = 0; c < placement.size(); ++c)
      if (placement[c] >= size() || !allows(graph, c, placement[c]))
        return false;
    return true;
  }

private:
  std::vector<DeviceRef> devices;
  std::vector<DeviceId> pinnedDevice;
};

/// Turns a placement of classes into one stage for each device in use. Stages
/// are in the order of the mean position of their nodes in the program, so that
/// most data flows from earlier to later stages.
Assignment toAssignment(const Instance &instance, const ClassGraph &graph,
                        const DeviceTable &devices, const DeviceMap &placement);

/// The placement of classes that an assignment stands for, with devices that
/// the table leaves out replaced by equal ones. A class whose nodes are apart
/// follows its first node. Empty where devices do not suffice.
DeviceMap toDeviceMap(const Instance &instance, const ClassGraph &graph,
                      const DeviceTable &devices, const Assignment &assignment);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_DEVICETABLE_H
