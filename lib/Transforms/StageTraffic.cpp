//===- StageTraffic.cpp - What passes between the stages ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageTraffic.h"

#include <algorithm>
#include <map>

namespace placement {

using namespace solver;

StageTraffic::StageTraffic(const Instance &instance,
                           const Assignment &assignment)
    : instance(instance), assignment(assignment) {
  size_t numStages = assignment.stages.size();
  first.assign(numStages, kNone);
  for (bool forward : {true, false})
    for (NodeId node = 0; node < instance.numNodes(); ++node) {
      NodeId &earliest = first[assignment.stageOf[node]];
      if (earliest == kNone && (!forward || !instance.isBackward(node)))
        earliest = node;
    }

  netsOfStage.resize(numStages);
  span.reserve(instance.numNets());
  std::map<std::pair<uint32_t, uint32_t>, Flow> flowOf;
  std::vector<uint32_t> stages;
  for (NetId net = 0; net < instance.numNets(); ++net) {
    uint32_t producer = instance.producer(net);
    uint32_t from = producer == kNone ? kNone : assignment.stageOf[producer];
    stages.clear();
    for (NodeId consumer : instance.consumers(net))
      stages.push_back(assignment.stageOf[consumer]);
    std::sort(stages.begin(), stages.end());
    stages.erase(std::unique(stages.begin(), stages.end()), stages.end());

    auto addFlow = [&](uint32_t to) {
      Flow &flow = flowOf[{from, to}];
      flow.from = from;
      flow.to = to;
      flow.nets.push_back(net);
      flow.bytes += instance.data().netBytes[net];
    };
    for (uint32_t to : stages)
      if (to != from)
        addFlow(to);
    if (from != kNone && instance.onHost(net))
      addFlow(kNone);

    if (from != kNone &&
        !std::binary_search(stages.begin(), stages.end(), from))
      stages.insert(std::upper_bound(stages.begin(), stages.end(), from), from);
    for (uint32_t stage : stages)
      netsOfStage[stage].push_back(net);
    span.push_back({stages.front(), stages.back()});
  }
  for (auto &[key, flow] : flowOf)
    list.push_back(std::move(flow));
}

double StageTraffic::netCost(NetId net, uint32_t stage) const {
  return instance.data()
      .netCost[net * instance.numKinds() + assignment.stages[stage].kind];
}

StageTraffic::Crossing StageTraffic::crossing(uint32_t cut) const {
  Crossing result;
  for (NetId net = 0; net < instance.numNets(); ++net)
    if (span[net].first <= cut && span[net].second > cut) {
      result.nets.push_back(net);
      result.bytes += instance.data().netBytes[net];
    }
  for (uint32_t stage : {cut, cut + 1})
    for (NetId net : netsOfStage[stage])
      if (span[net].first <= cut && span[net].second > cut)
        (stage == cut ? result.timeBefore : result.timeAfter) +=
            netCost(net, stage);
  return result;
}

} // namespace placement
