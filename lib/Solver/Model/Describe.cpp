//===- Describe.cpp - Names of elements for messages ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/Describe.h"

#include <cmath>
#include <cstdio>
#include <iterator>

namespace placement::solver {

std::string describeNode(const InstanceData &data, NodeId node) {
  std::string text = "node " + std::to_string(data.nodeIds[node]);
  if (node < data.nodeNames.size() && !data.nodeNames[node].empty())
    text += " (\"" + data.nodeNames[node] + "\")";
  return text;
}

std::string describeNet(const InstanceData &data, NetId net) {
  std::string text = "net " + std::to_string(net);
  uint32_t producer = data.netProducer[net];
  if (producer == kNone)
    return text + " (from the host)";
  if (producer < data.numNodes())
    return text + " (of " + describeNode(data, producer) + ")";
  return text;
}

std::string describeDevice(const Machine &machine, DeviceRef device) {
  std::string kind = device.kind < machine.kinds.size()
                         ? machine.kinds[device.kind].name
                         : "kind " + std::to_string(device.kind);
  return kind + ":" + std::to_string(device.index);
}

std::string describeNumber(double value) {
  if (std::isnan(value))
    return "nan"; // Its sign differs between machines.
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string describeBytes(Bytes bytes) {
  static constexpr const char *kUnits[] = {"B",   "KiB", "MiB", "GiB",
                                           "TiB", "PiB", "EiB"};
  double amount = static_cast<double>(bytes);
  size_t unit = 0;
  while (amount >= 1024 && unit + 1 < std::size(kUnits)) {
    amount /= 1024;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.3g %s", amount, kUnits[unit]);
  return text;
}

} // namespace placement::solver
