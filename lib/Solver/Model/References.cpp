//===- References.cpp - Indices of raw problem data -----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InstanceChecks.h"

#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <functional>

namespace placement::solver {

namespace {

MaybeError checkNodeIds(const InstanceData &data) {
  const std::vector<int64_t> &ids = data.nodeIds;
  // Nearly every source counts upwards; sort only where it does not.
  if (std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) ==
      ids.end())
    return std::nullopt;
  std::vector<int64_t> sorted = ids;
  std::sort(sorted.begin(), sorted.end());
  auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end())
    return std::nullopt;
  return makeError(data, "node id " + std::to_string(*twice) +
                             " is given twice; ids must be unique");
}

MaybeError checkPins(const InstanceData &data) {
  const std::vector<DeviceKind> &kinds = data.machine.kinds;
  bool bounded = data.objective == Objective::Latency && data.cores &&
                 *data.cores != kMachineCores;
  std::vector<uint8_t> hosts(kinds.size(), 0);
  if (bounded)
    hosts = findHosts(data);
  for (NodeId v = 0; v < data.numNodes(); ++v) {
    uint32_t kind = data.pinKind[v], index = data.pinIndex[v];
    if (kind == kNone) {
      if (index != kNone)
        return makeError(data, describeNode(data, v) + ": pinned to device " +
                                   std::to_string(index) +
                                   " of no kind; name the kind too");
      continue;
    }
    if (kind >= kinds.size())
      return makeError(data, describeNode(data, v) +
                                 ": pinned to kind number " +
                                 std::to_string(kind) + ", but there are " +
                                 std::to_string(kinds.size()) + " kinds");
    if (index == kNone)
      continue;
    uint32_t count = hosts[kind] ? *data.cores : kinds[kind].count;
    if (index >= count)
      return makeError(
          data, describeNode(data, v) + ": pinned to \"" + kinds[kind].name +
                    "\" number " + std::to_string(index) + ", but " +
                    (hosts[kind] ? "there are " : "the machine has ") +
                    std::to_string(count) +
                    (hosts[kind] ? " cores" : " of them") + ", counted from 0");
  }
  return std::nullopt;
}

/// Sorts each list and drops repetitions, in place.
void sortLists(std::vector<uint32_t> &begin, std::vector<uint32_t> &entries) {
  uint32_t out = 0, from = 0;
  for (size_t list = 0; list + 1 < begin.size(); ++list) {
    uint32_t to = begin[list + 1];
    auto first = entries.begin() + from, last = entries.begin() + to;
    if (std::adjacent_find(first, last, std::greater_equal<>()) != last) {
      std::sort(first, last);
      last = std::unique(first, last);
    }
    begin[list] = out;
    out = std::copy(first, last, entries.begin() + out) - entries.begin();
    from = to;
  }
  begin.back() = out;
  entries.resize(out);
}

/// Numbers groups from zero in order of their first node.
void numberGroups(std::vector<uint32_t> &group) {
  std::vector<uint32_t> labels;
  for (uint32_t label : group)
    if (label != kNone)
      labels.push_back(label);
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  std::vector<uint32_t> number(labels.size(), kNone);
  uint32_t next = 0;
  for (uint32_t &label : group) {
    if (label == kNone)
      continue;
    size_t at =
        std::lower_bound(labels.begin(), labels.end(), label) - labels.begin();
    if (number[at] == kNone)
      number[at] = next++;
    label = number[at];
  }
}

} // namespace

MaybeError normaliseReferences(InstanceData &data) {
  size_t nodes = data.numNodes();
  if (MaybeError error = checkNodeIds(data))
    return error;
  if (MaybeError error = checkPins(data))
    return error;

  for (NetId n = 0; n < data.numNets(); ++n) {
    uint32_t producer = data.netProducer[n];
    if (producer != kNone && producer >= nodes)
      return makeError(data, describeNet(data, n) +
                                 ": producer is node number " +
                                 std::to_string(producer) + ", but there are " +
                                 std::to_string(nodes) + " nodes");
    for (uint32_t i = data.netBegin[n]; i < data.netBegin[n + 1]; ++i) {
      uint32_t consumer = data.netConsumers[i];
      if (consumer >= nodes)
        return makeError(data,
                         describeNet(data, n) + ": a consumer is node number " +
                             std::to_string(consumer) + ", but there are " +
                             std::to_string(nodes) + " nodes");
      if (consumer == producer)
        return makeError(data, describeNode(data, producer) +
                                   " consumes its own output; remove that "
                                   "edge, the graph must be acyclic");
    }
    data.netOnHost[n] = data.netOnHost[n] != 0 || producer == kNone;
  }
  for (uint32_t user : data.weightUsers)
    if (user >= nodes)
      return makeError(data, "a user of a weight is node number " +
                                 std::to_string(user) + ", but there are " +
                                 std::to_string(nodes) + " nodes");
  for (auto [first, second] : data.orderEdges) {
    if (std::max(first, second) >= nodes)
      return makeError(data, "an order edge names node number " +
                                 std::to_string(std::max(first, second)) +
                                 ", but there are " + std::to_string(nodes) +
                                 " nodes");
    if (first == second)
      return makeError(data, describeNode(data, first) +
                                 " is ordered before itself; remove that "
                                 "edge, the graph must be acyclic");
  }

  for (uint8_t &flag : data.backward)
    flag = flag != 0;
  sortLists(data.netBegin, data.netConsumers);
  sortLists(data.weightBegin, data.weightUsers);
  numberGroups(data.group);
  return std::nullopt;
}

} // namespace placement::solver
