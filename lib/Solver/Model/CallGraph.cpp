//===- CallGraph.cpp - Pieces and host nodes as one graph -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallGraph.h"

#include <algorithm>
#include <tuple>

namespace placement::solver {

std::vector<NodeId> coreOrder(const Instance &instance,
                              const Assignment &assignment) {
  std::vector<NodeId> order;
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (instance.cores(assignment.stages[assignment.stageOf[v]].kind))
      order.push_back(v);
  if (order.empty())
    return order;

  Digraph nodes(static_cast<uint32_t>(instance.numNodes()));
  nodes.fill([&](auto visit) { forEachDependence(instance, visit); });
  std::vector<uint32_t> sorted = orderBy(nodes, [](uint32_t) { return 0; });
  std::vector<uint32_t> position(instance.numNodes());
  for (uint32_t i = 0; i < sorted.size(); ++i)
    position[sorted[i]] = i;
  auto key = [&](NodeId v) {
    uint32_t stage = assignment.stageOf[v];
    DeviceRef core = assignment.stages[stage];
    return std::tuple(core.kind, core.index,
                      assignment.rank.empty() ? 0 : assignment.rank[v], stage,
                      position[v]);
  };
  std::sort(order.begin(), order.end(),
            [&](NodeId a, NodeId b) { return key(a) < key(b); });
  return order;
}

/// Stages on calls of each device, in a row: sorted by device, then number.
static std::vector<uint32_t> stagesByDevice(const Assignment &assignment,
                                            std::vector<uint32_t> stages) {
  auto key = [&](uint32_t s) {
    DeviceRef device = assignment.stages[s];
    return std::tuple(device.kind, device.index, s);
  };
  std::sort(stages.begin(), stages.end(),
            [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
  return stages;
}

CallGraph::CallGraph(const Instance &instance, const Assignment &assignment)
    : vertexOf(instance.numNodes()), running(coreOrder(instance, assignment)),
      edges(0) {
  std::vector<uint32_t> pieceOf(assignment.stages.size(), kNone);
  for (uint32_t stage : assignment.stageOf)
    if (!instance.isHost(assignment.stages[stage].kind))
      pieceOf[stage] = 0;
  for (uint32_t s = 0; s < pieceOf.size(); ++s)
    if (pieceOf[s] != kNone) {
      pieceOf[s] = numPieces();
      pieceStage.push_back(s);
    }
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    vertexOf[v] = pieceOf[assignment.stageOf[v]];
    if (vertexOf[v] != kNone)
      continue;
    vertexOf[v] = static_cast<uint32_t>(numPieces() + hostNodes.size());
    hostNodes.push_back(v);
  }

  std::vector<uint32_t> inARow = stagesByDevice(assignment, pieceStage);
  auto device = [&](NodeId v) {
    return assignment.stages[assignment.stageOf[v]];
  };
  edges = Digraph(static_cast<uint32_t>(numPieces() + hostNodes.size()));
  edges.fill([&](auto visit) {
    forEachDependence(instance, [&](NodeId before, NodeId after) {
      if (vertexOf[before] != vertexOf[after])
        visit(vertexOf[before], vertexOf[after]);
    });
    for (size_t i = 1; i < inARow.size(); ++i)
      if (assignment.stages[inARow[i - 1]] == assignment.stages[inARow[i]])
        visit(pieceOf[inARow[i - 1]], pieceOf[inARow[i]]);
    for (size_t i = 1; i < running.size(); ++i)
      if (device(running[i - 1]) == device(running[i]))
        visit(vertexOf[running[i - 1]], vertexOf[running[i]]);
  });
}

} // namespace placement::solver
