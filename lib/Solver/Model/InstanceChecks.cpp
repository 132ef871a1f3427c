//===- InstanceChecks.cpp - Lengths, numbers and the machine --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InstanceChecks.h"

#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <cmath>

namespace placement::solver {

Error makeError(const InstanceData &data, const std::string &text) {
  return Error{(data.source.empty() ? "instance" : data.source) + ": " + text};
}

namespace {

/// Largest count of one kind, so that sums over devices stay small.
constexpr uint32_t kMaxCount = uint32_t(1) << 20;

bool isFigure(double value) { return std::isfinite(value) && value >= 0; }

template <typename T>
MaybeError fill(const InstanceData &data, const char *name,
                std::vector<T> &array, size_t length, T value) {
  if (array.empty())
    array.assign(length, value);
  if (array.size() == length)
    return std::nullopt;
  return makeError(data, std::string("array '") + name + "' has " +
                             std::to_string(array.size()) +
                             " entries; give it " + std::to_string(length) +
                             " or leave it empty");
}

template <typename T>
MaybeError checkLength(const InstanceData &data, const char *name,
                       const std::vector<T> &array, size_t length) {
  if (array.size() == length)
    return std::nullopt;
  return makeError(data, std::string("array '") + name + "' has " +
                             std::to_string(array.size()) +
                             " entries; it needs " + std::to_string(length));
}

/// Offsets of a flat list of lists: zero first, never falling, the length of
/// the list last.
MaybeError checkOffsets(const InstanceData &data, const char *name,
                        const std::vector<uint32_t> &begin, size_t lists,
                        size_t entries) {
  if (MaybeError error = checkLength(data, name, begin, lists + 1))
    return error;
  if (begin.front() == 0 && begin.back() == entries &&
      std::is_sorted(begin.begin(), begin.end()))
    return std::nullopt;
  return makeError(data, std::string("array '") + name +
                             "' is not a list of offsets; it must start with "
                             "0, never fall and end with " +
                             std::to_string(entries));
}

} // namespace

std::vector<uint8_t> findHosts(const InstanceData &data) {
  size_t kinds = data.numKinds();
  std::vector<uint8_t> hosts(kinds, 1);
  for (size_t i = 0; i < data.netCost.size(); ++i)
    if (data.netCost[i] != 0)
      hosts[i % kinds] = 0;
  for (KindId k = 0; k < kinds; ++k) {
    const DeviceKind &kind = data.machine.kinds[k];
    hosts[k] = kind.host.value_or(hosts[k] && kind.bandwidth == 0);
  }
  return hosts;
}

/// Latency is the time of calls of one sample: it has a number of pieces and of
/// cores, and nothing that interleaves samples or transfers.
static MaybeError checkObjective(const InstanceData &data) {
  if (data.objective == Objective::Throughput) {
    if (data.piecesPerDevice == 1 && !data.cores)
      return std::nullopt;
    return makeError(
        data, std::string(data.cores ? "a number of cores"
                                     : "a number of subgraphs per device") +
                  " is given, but the objective is throughput, which has "
                  "none; leave it out, or ask for latency");
  }
  if (data.piecesPerDevice < 1 || data.piecesPerDevice > kMostPiecesPerDevice)
    return makeError(data, "the number of subgraphs per device is " +
                               std::to_string(data.piecesPerDevice) +
                               "; give one from 1 to " +
                               std::to_string(kMostPiecesPerDevice));
  if (data.cores && *data.cores > kMostCores)
    return makeError(data, "the number of cores is " +
                               std::to_string(*data.cores) +
                               "; give one from 1 to 2^20");
  std::string model;
  if (data.communication != Communication::Sequential)
    model = std::string(toString(data.communication)) + " communication";
  else if (data.schedule != Schedule::OneForwardOneBackward)
    model = std::string("the schedule ") + toString(data.schedule);
  else if (data.inFlight == InFlight::All || data.microbatches != 0)
    model = "microbatches";
  if (model.empty())
    return std::nullopt;
  return makeError(data, "latency is asked for together with " + model +
                             ", but one sample passes by calls, which transfer "
                             "and compute in turn and have no schedule; leave "
                             "it out");
}

MaybeError checkModels(const InstanceData &data) {
  if (MaybeError error = checkObjective(data))
    return error;
  if (data.inFlight == InFlight::All) {
    if (data.microbatches == 0 || data.microbatches > kMostMicrobatches)
      return makeError(data, "microbatches is " +
                                 std::to_string(data.microbatches) +
                                 ", but stages keep the stashes of all "
                                 "microbatches; give a number from 1 to 2^20");
  } else if (data.microbatches != 0) {
    return makeError(data, "microbatches is " +
                               std::to_string(data.microbatches) +
                               ", but no stage keeps the stashes of all "
                               "microbatches; leave it out");
  }
  if (data.inFlight == InFlight::SuffixStages &&
      data.schedule == Schedule::GPipe)
    return makeError(data, "a stage keeps the stashes of later stages, which "
                           "holds for the schedule 1f1b; under gpipe it keeps "
                           "those of all microbatches: say how many there are "
                           "(microbatches)");
  return std::nullopt;
}

MaybeError completeArrays(InstanceData &data) {
  size_t nodes = data.numNodes(), nets = data.numNets(),
         kinds = data.numKinds();
  if (nodes == 0)
    return makeError(data, "there are no nodes; nothing can be placed");
  if (std::max({nodes, nets, data.weightBytes.size()}) >= kNone)
    return makeError(data, "more than 2^32 - 2 nodes, nets or weights");

  MaybeError error;
  auto failed = [&](MaybeError result) {
    error = std::move(result);
    return error.has_value();
  };
  if (!data.nodeNames.empty() &&
      failed(checkLength(data, "nodeNames", data.nodeNames, nodes)))
    return error;
  if (failed(checkLength(data, "time", data.time, nodes * kinds)) ||
      failed(fill(data, "size", data.size, nodes, 0.0)) ||
      failed(fill(data, "stash", data.stash, nodes, 0.0)) ||
      failed(fill(data, "transient", data.transient, nodes, 0.0)) ||
      failed(fill(data, "backward", data.backward, nodes, uint8_t(0))) ||
      failed(fill(data, "group", data.group, nodes, kNone)) ||
      failed(fill(data, "pinKind", data.pinKind, nodes, kNone)) ||
      failed(fill(data, "pinIndex", data.pinIndex, nodes, kNone)) ||
      failed(checkOffsets(data, "netBegin", data.netBegin, nets,
                          data.netConsumers.size())) ||
      failed(fill(data, "netOnHost", data.netOnHost, nets, uint8_t(0))) ||
      failed(checkLength(data, "netCost", data.netCost, nets * kinds)) ||
      failed(checkOffsets(data, "weightBegin", data.weightBegin,
                          data.weightBytes.size(), data.weightUsers.size())))
    return error;
  if (!data.netBytes.empty() &&
      failed(checkLength(data, "netBytes", data.netBytes, nets)))
    return error;
  return std::nullopt;
}

MaybeError checkMachine(const InstanceData &data) {
  const std::vector<DeviceKind> &kinds = data.machine.kinds;
  uint64_t devices = 0;
  for (size_t k = 0; k < kinds.size(); ++k) {
    const DeviceKind &kind = kinds[k];
    std::string name = "device kind \"" + kind.name + "\"";
    if (kind.name.empty())
      return makeError(data, "device kind number " + std::to_string(k) +
                                 " has no name; give it one");
    for (size_t j = 0; j < k; ++j)
      if (kinds[j].name == kind.name)
        return makeError(data, name + " is given twice; merge the two");
    if (kind.count > kMaxCount)
      return makeError(data, name + ": count is " + std::to_string(kind.count) +
                                 "; at most 1048576 devices of a kind");
    if (kind.memory < 0)
      return makeError(data, name + ": memory is " +
                                 std::to_string(kind.memory) +
                                 " bytes; it must not be negative");
    if (!isFigure(kind.latency))
      return makeError(data, name + ": link latency is " +
                                 describeNumber(kind.latency) +
                                 "; it must be finite and not negative");
    if (!isFigure(kind.bandwidth))
      return makeError(data, name + ": link bandwidth is " +
                                 describeNumber(kind.bandwidth) +
                                 "; it must be finite and not negative");
    devices += kind.count;
  }
  if (devices == 0)
    return makeError(data, "the machine has no device; give at least one kind "
                           "a count above zero");
  return std::nullopt;
}

MaybeError checkNumbers(const InstanceData &data) {
  size_t nodes = data.numNodes(), nets = data.numNets(),
         kinds = data.numKinds();
  for (NodeId v = 0; v < nodes; ++v) {
    bool supported = false;
    for (size_t k = 0; k < kinds; ++k) {
      double time = data.time[v * kinds + k];
      if (!(time >= 0))
        return makeError(data, describeNode(data, v) + ": time on \"" +
                                   data.machine.kinds[k].name + "\" is " +
                                   describeNumber(time) +
                                   "; it must be finite and not negative, or "
                                   "infinite where the kind cannot run it");
      supported |= std::isfinite(time) && data.machine.kinds[k].count > 0;
    }
    if (!supported)
      return makeError(data, describeNode(data, v) +
                                 ": no device of the machine supports it; give "
                                 "it a time on a kind with a device");
    auto bytes = [&](const char *what, double value) -> MaybeError {
      if (isFigure(value))
        return std::nullopt;
      return makeError(data, describeNode(data, v) + ": " + what + " is " +
                                 describeNumber(value) +
                                 " bytes; it must be finite and not negative");
    };
    if (MaybeError error = bytes("size", data.size[v]))
      return error;
    if (MaybeError error = bytes("stash", data.stash[v]))
      return error;
    if (MaybeError error = bytes("transient", data.transient[v]))
      return error;
  }
  for (NetId n = 0; n < nets; ++n) {
    for (size_t k = 0; k < kinds; ++k) {
      double cost = data.netCost[n * kinds + k];
      const DeviceKind &kind = data.machine.kinds[k];
      if (!isFigure(cost))
        return makeError(data, describeNet(data, n) + ": cost on \"" +
                                   kind.name + "\" is " + describeNumber(cost) +
                                   "; it must be finite and not negative");
      if (cost != 0 && kind.host.value_or(false))
        return makeError(data, describeNet(data, n) + ": cost on \"" +
                                   kind.name + "\" is " + describeNumber(cost) +
                                   ", but that kind is said to be a host, "
                                   "which pays no transfers; remove one of "
                                   "the two");
    }
    if (!data.netBytes.empty() && !isFigure(data.netBytes[n]))
      return makeError(data, describeNet(data, n) + ": size is " +
                                 describeNumber(data.netBytes[n]) +
                                 " bytes; it must be finite and not negative");
  }
  for (size_t w = 0; w < data.weightBytes.size(); ++w)
    if (double bytes = data.weightBytes[w]; !isFigure(bytes))
      return makeError(data, "weight " + std::to_string(w) + ": size is " +
                                 describeNumber(bytes) +
                                 " bytes; it must be finite and not negative");
  return std::nullopt;
}

} // namespace placement::solver
