//===- LatencyProblem.cpp - One sample through calls and hosts ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/LatencyProblem.h"

#include <functional>
#include <queue>
#include <utility>

namespace placement::solver::latency {

void FlatLists::makeUnique() {
  uint32_t write = 0, read = 0;
  for (size_t list = 0; list + 1 < begin.size(); ++list) {
    auto first = items.begin() + read;
    auto last = items.begin() + begin[list + 1];
    read = begin[list + 1];
    std::sort(first, last);
    auto end = std::unique(first, last);
    begin[list] = write;
    write = static_cast<uint32_t>(std::move(first, end, items.begin() + write) -
                                  items.begin());
  }
  begin.back() = write;
  items.resize(write);
}

LatencyTerms termsOf(const Instance &instance, uint32_t maxPieces) {
  LatencyTerms terms;
  for (KindId k = 0; k < instance.numKinds(); ++k) {
    terms.host.push_back(instance.isHost(k));
    terms.cores.push_back(instance.cores(k).value_or(kNone));
  }
  terms.piecesPerDevice = instance.piecesPerDevice();
  terms.maxPieces = maxPieces;
  return terms;
}

LatencyProblem::LatencyProblem(const Instance &instance, LatencyTerms terms)
    : source(instance), given(std::move(terms)),
      poolIndex(instance.numKinds(), kNone), pinned(instance.numNodes(), kNone),
      pinnedCores(instance.numNodes(), kNone),
      unitIndex(instance.numNodes(), kNone) {
  size_t n = source.numNodes();
  times.resize(n * kinds());
  for (NodeId v = 0; v < n; ++v)
    for (KindId k = 0; k < kinds(); ++k)
      times[v * kinds() + k] =
          source.pinKind(v) == kNone || source.pinKind(v) == k
              ? source.time(v, k)
              : kUnsupported;
  countBytes();
  listDevices();
  listUnits();
  listNeighbours();
  sortNodes();
  for (NodeId v = 0; v < n && stuck == kNone; ++v) {
    bool taken = false;
    for (KindId k = 0; k < kinds(); ++k)
      taken |= supports(v, k);
    if (!taken)
      stuck = v;
  }
}

void LatencyProblem::countBytes() {
  size_t n = source.numNodes();
  bool stashes = source.data().inFlight != InFlight::Single;
  bytes.resize(n);
  for (NodeId v = 0; v < n; ++v) {
    bytes[v] = source.size(v) + (stashes ? source.stash(v) : 0);
    additive &= source.transient(v) == 0;
  }
  weightsOf = FlatLists(n);
  weightsOf.fill([&](auto visit) {
    for (uint32_t w = 0; w < source.numWeights(); ++w)
      for (uint32_t v : source.weightUsers(w))
        visit(v, w);
  });
  for (NodeId v = 0; v < n; ++v)
    additive &= weightsOf[v].empty();
}

void LatencyProblem::listDevices() {
  uint32_t n = numNodes();
  std::vector<std::vector<uint32_t>> named(kinds());
  for (NodeId v = 0; v < n; ++v)
    if (source.pinKind(v) != kNone && source.pinIndex(v) != kNone)
      named[source.pinKind(v)].push_back(source.pinIndex(v));
  std::vector<uint32_t> firstDevice(kinds() + 1, 0);
  for (KindId k = 0; k < kinds(); ++k) {
    firstDevice[k] = numDevices();
    const DeviceKind &kind = source.machine().kinds[k];
    if (kind.count == 0) {
      for (NodeId v = 0; v < n; ++v)
        times[v * kinds() + k] = kUnsupported;
      continue;
    }
    if (given.host[k]) {
      poolIndex[k] = numPools();
      bool unlimited = kind.memory > kUnlimitedBytes / kind.count;
      poolList.push_back(
          {k, unlimited ? kUnlimitedBytes : kind.memory * kind.count,
           given.cores[k]});
      bounded |= given.cores[k] != kNone;
      continue;
    }
    std::vector<uint32_t> &pins = named[k];
    std::sort(pins.begin(), pins.end());
    pins.erase(std::unique(pins.begin(), pins.end()), pins.end());
    // More free devices than nodes are of no use to anybody.
    uint32_t others = n;
    auto pin = pins.begin();
    for (uint32_t i = 0; i < kind.count; ++i) {
      bool isNamed = pin != pins.end() && *pin == i;
      if (isNamed)
        ++pin;
      else if (others == 0 && pin == pins.end())
        break;
      else if (others == 0)
        continue;
      else
        --others;
      deviceList.push_back({k, i, kind.memory, !isNamed});
    }
  }
  firstDevice[kinds()] = numDevices();
  mostPieces = std::max<uint32_t>(1, std::min(given.piecesPerDevice, n));
  allPieces = static_cast<uint32_t>(
      std::min<uint64_t>(uint64_t(numDevices()) * mostPieces, n));
  if (given.maxPieces != 0)
    allPieces = std::min(allPieces, given.maxPieces);
  for (NodeId v = 0; v < n; ++v) {
    KindId k = source.pinKind(v);
    if (k == kNone || source.pinIndex(v) == kNone)
      continue;
    if (given.host[k]) {
      if (given.cores[k] != kNone)
        pinnedCores[v] = source.pinIndex(v);
      if (given.cores[k] != kNone && given.cores[k] <= source.pinIndex(v))
        times[v * kinds() + k] = kUnsupported;
      continue;
    }
    auto device = std::lower_bound(
        deviceList.begin() + firstDevice[k],
        deviceList.begin() + firstDevice[k + 1], source.pinIndex(v),
        [](const Device &d, uint32_t index) { return d.index < index; });
    pinned[v] = static_cast<uint32_t>(device - deviceList.begin());
  }
}

void LatencyProblem::listUnits() {
  uint32_t n = numNodes(), units = 0;
  std::vector<uint32_t> unitOfGroup(source.numGroups(), kNone);
  for (NodeId v = 0; v < n; ++v) {
    uint32_t g = source.group(v);
    if (g == kNone)
      unitIndex[v] = units++;
    else if (unitOfGroup[g] == kNone)
      unitIndex[v] = unitOfGroup[g] = units++;
    else
      unitIndex[v] = unitOfGroup[g];
  }
  unitNodes = FlatLists(units);
  unitNodes.fill([&](auto visit) {
    for (NodeId v = 0; v < n; ++v)
      visit(unitIndex[v], v);
  });
  for (uint32_t u = 0; u < units; ++u)
    restrictUnit(u);
}

/// What holds for one member of a unit holds for all.
void LatencyProblem::restrictUnit(uint32_t u) {
  std::span<const uint32_t> nodes = members(u);
  uint32_t device = kNone;
  bool conflict = false;
  for (uint32_t v : nodes) {
    conflict |= device != kNone && pinned[v] != kNone && pinned[v] != device;
    if (pinned[v] != kNone)
      device = pinned[v];
  }
  Bytes needed = unitBytes(u);
  for (KindId k = 0; k < kinds(); ++k) {
    uint32_t pool = poolIndex[k];
    bool can = needed <= (pool != kNone ? poolList[pool].memory
                                        : source.machine().kinds[k].memory) &&
               (pool != kNone || !conflict);
    for (uint32_t v : nodes)
      can = can && supports(v, k);
    if (!can)
      for (uint32_t v : nodes)
        times[v * kinds() + k] = kUnsupported;
  }
  for (uint32_t v : nodes)
    pinned[v] = conflict ? kNone : device;
}

/// What a device holds at least that runs the unit.
Bytes LatencyProblem::unitBytes(uint32_t u) const {
  Bytes sum = 0, largest = 0;
  std::vector<uint32_t> shared;
  for (uint32_t v : members(u)) {
    sum += bytes[v];
    largest = std::max(largest, source.transient(v));
    shared.insert(shared.end(), weightsOf[v].begin(), weightsOf[v].end());
  }
  std::sort(shared.begin(), shared.end());
  shared.erase(std::unique(shared.begin(), shared.end()), shared.end());
  for (uint32_t w : shared)
    sum += source.weightBytes(w);
  return sum + largest;
}

void LatencyProblem::listNeighbours() {
  uint32_t n = numNodes();
  after = FlatLists(n);
  before = FlatLists(n);
  madeBy = FlatLists(n);
  usedBy = FlatLists(n);
  auto edges = [&](auto visit) {
    for (NetId net = 0; net < numNets(); ++net)
      if (producer(net) != kNone)
        for (uint32_t consumer : consumers(net))
          visit(producer(net), consumer);
    for (auto [from, to] : source.data().orderEdges)
      visit(from, to);
  };
  after.fill(edges);
  after.makeUnique();
  before.fill([&](auto visit) {
    for (uint32_t v = 0; v < n; ++v)
      for (uint32_t w : after[v])
        visit(w, v);
  });
  madeBy.fill([&](auto visit) {
    for (NetId net = 0; net < numNets(); ++net)
      if (producer(net) != kNone)
        visit(producer(net), net);
  });
  usedBy.fill([&](auto visit) {
    for (NetId net = 0; net < numNets(); ++net)
      for (uint32_t consumer : consumers(net))
        visit(consumer, net);
  });
}

void LatencyProblem::sortNodes() {
  uint32_t n = numNodes();
  std::vector<uint32_t> open(n);
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready;
  for (uint32_t v = 0; v < n; ++v) {
    open[v] = static_cast<uint32_t>(before[v].size());
    if (open[v] == 0)
      ready.push(v);
  }
  topological.reserve(n);
  while (!ready.empty()) {
    uint32_t v = ready.top();
    ready.pop();
    topological.push_back(v);
    for (uint32_t w : after[v])
      if (--open[w] == 0)
        ready.push(w);
  }
}

} // namespace placement::solver::latency
