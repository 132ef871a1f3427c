//===- RandomLatency.cpp - Random problems and plans for latency ----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomLatency.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::test {

namespace {

void setNetCosts(InstanceData &data, KindId k, double cost) {
  for (NetId n = 0; n < data.numNets(); ++n)
    data.netCost[n * data.numKinds() + k] = cost;
}

void chooseHosts(InstanceData &data, const LatencyKnobs &knobs,
                 Random &random) {
  bool none = random.chance(knobs.noHost);
  for (KindId k = 0; k < data.numKinds(); ++k) {
    DeviceKind &kind = data.machine.kinds[k];
    if (none)
      kind.host = false;
    else if (random.chance(knobs.said))
      kind.host = random.chance(0.5);
    if (kind.host == true)
      setNetCosts(data, k, 0);
  }
}

void addZeros(InstanceData &data, Random &random) {
  size_t kinds = data.numKinds();
  for (int i = random.between(1, 2); i > 0; --i) {
    NodeId v = random.below(static_cast<uint32_t>(data.numNodes()));
    for (size_t k = 0; k < kinds; ++k)
      if (double &time = data.time[v * kinds + k]; time < 1e100)
        time = 0;
    if (data.numNets() > 0) {
      NetId n = random.below(static_cast<uint32_t>(data.numNets()));
      std::fill_n(data.netCost.begin() + n * kinds, kinds, 0);
    }
  }
}

/// Cores that pins name have to be there.
void clampPins(InstanceData &data) {
  if (!data.cores || *data.cores == 0)
    return;
  for (uint32_t &index : data.pinIndex)
    if (index != kNone)
      index %= *data.cores;
}

/// Nodes in a random order along which all data flows.
std::vector<NodeId> randomOrder(const Instance &instance, Random &random) {
  size_t n = instance.numNodes();
  std::vector<std::vector<NodeId>> after(n);
  std::vector<size_t> waiting(n, 0);
  auto add = [&](NodeId from, NodeId to) {
    after[from].push_back(to);
    ++waiting[to];
  };
  for (NetId net = 0; net < instance.numNets(); ++net)
    if (instance.producer(net) != kNone)
      for (NodeId v : instance.consumers(net))
        add(instance.producer(net), v);
  for (auto [first, second] : instance.data().orderEdges)
    add(first, second);
  std::vector<NodeId> ready, order;
  for (NodeId v = 0; v < n; ++v)
    if (waiting[v] == 0)
      ready.push_back(v);
  while (!ready.empty()) {
    std::swap(ready[random.below(static_cast<uint32_t>(ready.size()))],
              ready.back());
    order.push_back(ready.back());
    ready.pop_back();
    for (NodeId next : after[order.back()])
      if (--waiting[next] == 0)
        ready.push_back(next);
  }
  return order;
}

} // namespace

InstanceData randomLatencyInstance(uint64_t seed, const LatencyKnobs &knobs) {
  Random random(seed * 4 + 1);
  InstanceData data;
  while (true) {
    RandomKnobs base = knobs.base;
    // A backward pass nearly doubles the nodes.
    base.training = random.chance(knobs.base.training / 2) ? 1 : 0;
    base.maxForward =
        base.training > 0 ? std::max(2, knobs.maxNodes / 2) : knobs.maxNodes;
    base.minForward = std::min(base.minForward, base.maxForward);
    data = randomInstance(random.next(), base);
    if (data.numNodes() <= size_t(knobs.maxNodes))
      break;
  }
  data.objective = Objective::Latency;
  data.piecesPerDevice =
      random.chance(0.5) ? 1 : 1 + random.below(knobs.maxPieces);
  if (random.chance(knobs.bounded))
    data.cores = random.below(4);
  chooseHosts(data, knobs, random);
  clampPins(data);
  if (random.chance(knobs.zeros))
    addZeros(data, random);
  return data;
}

Assignment randomLatencyPlan(const Instance &instance, Random &random) {
  std::vector<DeviceRef> devices;
  for (KindId k = 0; k < instance.numKinds(); ++k)
    for (uint32_t i = 0; i < instance.numDevices(k); ++i)
      devices.push_back({k, i});
  auto anyDevice = [&] {
    return devices[random.below(static_cast<uint32_t>(devices.size()))];
  };
  std::vector<NodeId> order = randomOrder(instance, random);
  auto n = static_cast<uint32_t>(order.size());
  Assignment plan;
  plan.stageOf.resize(n);
  plan.rank.resize(n);
  bool flows = random.chance(0.6);
  uint32_t stages = random.between(1, 4);
  for (uint32_t s = 0; s < stages; ++s)
    plan.stages.push_back(anyDevice());
  for (uint32_t i = 0; i < n; ++i) {
    plan.rank[order[i]] = i;
    plan.stageOf[order[i]] = flows ? i * stages / n : random.below(stages);
  }
  if (random.chance(0.4)) // One that went astray.
    plan.stageOf[random.below(n)] = random.below(stages);
  if (random.chance(0.2))
    std::swap(plan.rank[random.below(n)], plan.rank[random.below(n)]);

  // Stages without nodes go.
  std::vector<uint32_t> place(stages, 0);
  for (uint32_t stage : plan.stageOf)
    place[stage] = 1;
  std::vector<DeviceRef> kept;
  for (uint32_t s = 0; s < stages; ++s)
    if (std::exchange(place[s], static_cast<uint32_t>(kept.size())) > 0)
      kept.push_back(plan.stages[s]);
  plan.stages = std::move(kept);
  for (uint32_t &stage : plan.stageOf)
    stage = place[stage];
  return plan;
}

uint32_t randomMaxPieces(uint64_t seed) {
  Random random(seed * 8 + 3);
  return random.chance(0.75) ? 0 : random.between(1, 3);
}

} // namespace placement::solver::test
