//===- CallGraph.h - Pieces and host nodes as one graph ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_MODEL_CALLGRAPH_H
#define PLACEMENT_LIB_SOLVER_MODEL_CALLGRAPH_H

#include "Digraph.h"

#include "placement/Solver/Model/Assignment.h"
#include "placement/Solver/Model/Calls.h"
#include "placement/Solver/Model/Instance.h"

#include <queue>
#include <utility>

namespace placement::solver {

/// Calls `visit(before, after)` for the nodes of all nets and order edges.
template <typename Visitor>
void forEachDependence(const Instance &instance, Visitor visit) {
  for (NetId n = 0; n < instance.numNets(); ++n)
    if (uint32_t producer = instance.producer(n); producer != kNone)
      for (NodeId consumer : instance.consumers(n))
        visit(producer, consumer);
  for (auto [before, after] : instance.data().orderEdges)
    visit(before, after);
}

/// What waits for what in an assignment for latency: a vertex for each piece
/// with nodes, in the order of stages, and behind them one for each node on a
/// host, in the order of nodes. Edges are those of nets, order edges, and from
/// each piece and each node of a bounded core to the next of its device.
struct CallGraph {
  CallGraph(const Instance &instance, const Assignment &assignment);

  bool isPiece(uint32_t vertex) const { return vertex < pieceStage.size(); }
  uint32_t numPieces() const {
    return static_cast<uint32_t>(pieceStage.size());
  }

  /// The stage of each piece.
  std::vector<uint32_t> pieceStage;
  /// The vertex of each node.
  std::vector<uint32_t> vertexOf;
  /// The node of each vertex behind the pieces.
  std::vector<NodeId> hostNodes;
  /// coreOrder of the assignment.
  std::vector<NodeId> running;
  Digraph edges;
};

/// The vertices in an order in which edges lead forward; among those that can
/// come next, the one with the least `key(vertex)`, then the least number. Only
/// those before any circle. O(edges + vertices log vertices).
template <typename Key>
std::vector<uint32_t> orderBy(const Digraph &graph, Key key) {
  auto later = [&](uint32_t a, uint32_t b) {
    return std::pair(key(a), a) > std::pair(key(b), b);
  };
  std::priority_queue<uint32_t, std::vector<uint32_t>, decltype(later)> ready(
      later);
  std::vector<uint32_t> waiting = graph.predecessorCounts(), order;
  order.reserve(graph.size());
  for (uint32_t v = 0; v < graph.size(); ++v)
    if (waiting[v] == 0)
      ready.push(v);
  while (!ready.empty()) {
    uint32_t v = ready.top();
    ready.pop();
    order.push_back(v);
    graph.forEachSuccessor(v, [&](uint32_t next) {
      if (--waiting[next] == 0)
        ready.push(next);
    });
  }
  return order;
}

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_MODEL_CALLGRAPH_H
