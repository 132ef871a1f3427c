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

InstanceData withFreeNode(InstanceData data) {
  size_t before = data.numNodes();
  data.nodeIds.push_back(
      *std::max_element(data.nodeIds.begin(), data.nodeIds.end()) + 1);
  if (!data.nodeNames.empty())
    data.nodeNames.push_back("free");
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
