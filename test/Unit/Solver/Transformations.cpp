//===- Transformations.cpp - Problems with a known relation ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Transformations.h"

#include <algorithm>

namespace placement::solver::test {

InstanceData reversedCopy(InstanceData data) {
  for (NetId n = 0; n < data.numNets(); ++n) {
    uint32_t begin = data.netBegin[n], end = data.netBegin[n + 1];
    // A host value with several readers has no direction.
    if (data.netProducer[n] == kNone && end - begin != 1)
      continue;
    // A result becomes an argument; its list of consumers was empty.
    if (begin == end) {
      data.netConsumers.insert(data.netConsumers.begin() + begin,
                               data.netProducer[n]);
      for (NetId m = n + 1; m < data.netBegin.size(); ++m)
        ++data.netBegin[m];
      data.netProducer[n] = kNone;
      continue;
    }
    if (data.netProducer[n] == kNone) {
      data.netProducer[n] = data.netConsumers[begin];
      data.netConsumers.erase(data.netConsumers.begin() + begin);
      for (NetId m = n + 1; m < data.netBegin.size(); ++m)
        --data.netBegin[m];
      data.netOnHost[n] = 1;
      continue;
    }
    std::swap(data.netProducer[n], data.netConsumers[begin]);
  }
  for (auto &[first, second] : data.orderEdges)
    std::swap(first, second);
  return data;
}

InstanceData scaledCopy(InstanceData data, double factor) {
  for (double &time : data.time)
    time *= factor;
  for (double &cost : data.netCost)
    cost *= factor;
  return data;
}

/// A node that costs nothing anywhere and sees nobody, at the end.
static void addFreeNode(InstanceData &data, const char *name) {
  size_t before = data.numNodes();
  data.nodeIds.push_back(
      *std::max_element(data.nodeIds.begin(), data.nodeIds.end()) + 1);
  if (!data.nodeNames.empty())
    data.nodeNames.push_back(name);
  data.time.insert(data.time.end(), data.numKinds(), 0);
  // Optional arrays are empty, or have an entry for each node.
  auto grow = [&](auto &array, auto value) {
    if (array.size() == before)
      array.push_back(value);
  };
  grow(data.size, 0.0);
  grow(data.stash, 0.0);
  grow(data.transient, 0.0);
  grow(data.backward, uint8_t(0));
  grow(data.group, kNone);
  grow(data.pinKind, kNone);
  grow(data.pinIndex, kNone);
}

InstanceData withFreeNode(InstanceData data) {
  addFreeNode(data, "free");
  return data;
}

InstanceData withKindsTurned(InstanceData data) {
  size_t kinds = data.numKinds();
  auto turnRows = [&](std::vector<double> &figures) {
    for (size_t i = 0; i < figures.size(); i += kinds)
      std::reverse(figures.begin() + i, figures.begin() + i + kinds);
  };
  turnRows(data.time);
  turnRows(data.netCost);
  std::reverse(data.machine.kinds.begin(), data.machine.kinds.end());
  for (uint32_t &kind : data.pinKind)
    if (kind != kNone)
      kind = static_cast<uint32_t>(kinds) - 1 - kind;
  return data;
}

InstanceData withNodeSplit(InstanceData data, uint32_t v) {
  size_t kinds = data.numKinds();
  auto second = static_cast<uint32_t>(data.numNodes());
  addFreeNode(data, "second half");
  for (size_t k = 0; k < kinds; ++k) {
    data.time[v * kinds + k] /= 2;
    data.time[second * kinds + k] = data.time[v * kinds + k];
  }
  if (data.group[v] == kNone)
    data.group[v] = 1'000'000;
  data.group[second] = data.group[v];
  if (!data.backward.empty())
    data.backward[second] = data.backward[v];
  if (!data.pinKind.empty()) {
    data.pinKind[second] = data.pinKind[v];
    data.pinIndex[second] = data.pinIndex[v];
  }
  for (uint32_t &producer : data.netProducer)
    if (producer == v)
      producer = second;
  for (auto &edge : data.orderEdges)
    if (edge.first == v)
      edge.first = second;
  data.netProducer.push_back(v);
  data.netConsumers.push_back(second);
  data.netBegin.push_back(static_cast<uint32_t>(data.netConsumers.size()));
  data.netOnHost.push_back(0);
  data.netCost.insert(data.netCost.end(), kinds, 0);
  if (!data.netBytes.empty())
    data.netBytes.push_back(0);
  return data;
}

InstanceData withNetSplit(InstanceData data, uint32_t n) {
  uint32_t begin = data.netBegin[n], end = data.netBegin[n + 1];
  std::vector<uint32_t> consumers(data.netConsumers.begin() + begin,
                                  data.netConsumers.begin() + end);
  data.netProducer.push_back(data.netProducer[n]);
  data.netConsumers.insert(data.netConsumers.end(), consumers.begin(),
                           consumers.end());
  data.netBegin.push_back(static_cast<uint32_t>(data.netConsumers.size()));
  data.netOnHost.push_back(data.netOnHost[n]);
  for (size_t k = 0; k < data.numKinds(); ++k) {
    double half = data.netCost[n * data.numKinds() + k] / 2;
    data.netCost[n * data.numKinds() + k] = half;
    data.netCost.push_back(half);
  }
  if (!data.netBytes.empty())
    data.netBytes.push_back(data.netBytes[n]);
  return data;
}

InstanceData pinnedCopy(InstanceData data, uint32_t v, KindId kind) {
  data.pinKind.resize(data.numNodes(), kNone);
  data.pinIndex.resize(data.numNodes(), kNone);
  data.pinKind[v] = kind;
  return data;
}

} // namespace placement::solver::test
