//===- Pieces.cpp - Cut the sets of devices into stages -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pieces run one after the other, so a plan is a sequence of devices, each of
// which then runs all of its nodes that can run. For a given sequence running
// all of them is best: any other choice has run a subset at every point. The
// sequence is chosen by the longest way that is left (K.-J. Räihä, E. Ukkonen,
// "The shortest common supersequence problem over binary alphabet is
// NP-complete", TCS 16, 1981, for why it is not the best one).
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/Pieces.h"

#include "Digraph.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>
#include <vector>

namespace placement::solver {

namespace {

/// Merging looks at pairs; a plan that jumps about at random is left alone.
constexpr uint32_t kMostMerged = 512;

/// Calls `visit(u, v)` for each edge along which the number of the stage must
/// not fall. `device` tells nodes of one device.
template <typename Visitor>
void forEachStep(const Instance &instance, const std::vector<uint32_t> &device,
                 Visitor visit) {
  auto step = [&](NodeId from, NodeId to) {
    if (instance.isBackward(from))
      visit(to, from);
    else if (!instance.isBackward(to) || device[from] == device[to])
      visit(from, to);
  };
  for (NetId n = 0; n < instance.numNets(); ++n)
    if (uint32_t producer = instance.producer(n); producer != kNone)
      for (uint32_t consumer : instance.consumers(n))
        step(producer, consumer);
  for (auto [first, second] : instance.data().orderEdges)
    step(first, second);
}

/// The same for backward nodes and the first forward node of their group.
template <typename Visitor>
void forEachPartner(const Instance &instance,
                    const std::vector<uint32_t> &device, Visitor visit) {
  std::vector<uint32_t> partner(instance.numGroups(), kNone);
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (uint32_t group = instance.group(v);
        group != kNone && !instance.isBackward(v) && partner[group] == kNone)
      partner[group] = v;
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (uint32_t group = instance.group(v);
        group != kNone && instance.isBackward(v) && partner[group] != kNone &&
        device[partner[group]] == device[v])
      visit(partner[group], v);
}

/// The devices in use, by kind and index, and which of them each stage is on.
struct Devices {
  explicit Devices(const Assignment &assignment)
      : list(assignment.stages), ofStage(assignment.stages.size()) {
    auto less = [](const DeviceRef &a, const DeviceRef &b) {
      return std::tie(a.kind, a.index) < std::tie(b.kind, b.index);
    };
    std::sort(list.begin(), list.end(), less);
    list.erase(std::unique(list.begin(), list.end()), list.end());
    for (size_t s = 0; s < ofStage.size(); ++s)
      ofStage[s] =
          static_cast<uint32_t>(std::lower_bound(list.begin(), list.end(),
                                                 assignment.stages[s], less) -
                                list.begin());
  }

  uint32_t size() const { return static_cast<uint32_t>(list.size()); }
  std::vector<uint32_t> ofNodes(const Assignment &assignment) const {
    std::vector<uint32_t> result;
    result.reserve(assignment.stageOf.size());
    for (uint32_t stage : assignment.stageOf)
      result.push_back(ofStage[stage]);
    return result;
  }

  std::vector<DeviceRef> list;
  std::vector<uint32_t> ofStage;
};

/// Cuts the sets of one assignment.
class Splitter {
public:
  Splitter(const Instance &instance, Assignment &assignment)
      : instance(instance), assignment(assignment), devices(assignment),
        deviceOf(devices.ofNodes(assignment)),
        graph(static_cast<uint32_t>(instance.numNodes())) {}

  void run() {
    graph.fill([&](auto visit) {
      forEachStep(instance, deviceOf, visit);
      forEachPartner(instance, deviceOf, visit);
    });
    component = componentsOf(quotient(graph, deviceOf, devices.size()));
    measureWays();
    formBlocks();
    if (deviceOfPiece.size() > devices.size() &&
        deviceOfPiece.size() <= kMostMerged)
      mergePieces();
    write();
  }

private:
  uint32_t componentOf(NodeId v) const { return component[deviceOf[v]]; }

  /// way[v]: on a path from v that stays in its component, how often the device
  /// changes, at most.
  void measureWays() {
    std::vector<uint32_t> waiting = graph.predecessorCounts();
    std::vector<NodeId> order;
    order.reserve(graph.size());
    for (NodeId v = 0; v < graph.size(); ++v)
      if (waiting[v] == 0)
        order.push_back(v);
    for (size_t i = 0; i < order.size(); ++i)
      graph.forEachSuccessor(order[i], [&](NodeId w) {
        if (--waiting[w] == 0)
          order.push_back(w);
      });
    way.assign(graph.size(), 0);
    for (size_t i = order.size(); i-- > 0;)
      graph.forEachSuccessor(order[i], [&](NodeId w) {
        NodeId v = order[i];
        if (componentOf(v) == componentOf(w))
          way[v] = std::max(way[v], way[w] + (deviceOf[v] != deviceOf[w]));
      });
  }

  /// Runs devices in turn: of the earliest component that is left, the device
  /// that holds up the longest way, with all that it can run.
  void formBlocks() {
    struct Entry {
      uint32_t component, way, device, turn;
      bool operator<(const Entry &other) const { // The largest comes first.
        return std::tuple(other.component, way, other.device) <
               std::tuple(component, other.way, device);
      }
    };
    std::priority_queue<Entry> queue;
    // How often a device had its turn; entries of an earlier one are void.
    std::vector<uint32_t> turn(devices.size(), 0);
    // Nodes that can run, one linked list a device.
    std::vector<uint32_t> ready(devices.size(), kNone), next(graph.size());
    auto add = [&](NodeId v) {
      next[v] = ready[deviceOf[v]];
      ready[deviceOf[v]] = v;
    };
    auto announce = [&](NodeId v) {
      uint32_t d = deviceOf[v];
      queue.push({component[d], way[v], d, turn[d]});
    };

    std::vector<uint32_t> waiting = graph.predecessorCounts();
    for (NodeId v = 0; v < graph.size(); ++v)
      if (waiting[v] == 0) {
        add(v);
        announce(v);
      }
    pieceOf.assign(graph.size(), 0);
    while (!queue.empty()) {
      Entry entry = queue.top();
      queue.pop();
      uint32_t d = entry.device;
      if (entry.turn != turn[d])
        continue;
      ++turn[d];
      uint32_t piece = static_cast<uint32_t>(deviceOfPiece.size());
      deviceOfPiece.push_back(d);
      while (ready[d] != kNone) {
        NodeId v = ready[d];
        ready[d] = next[v];
        pieceOf[v] = piece;
        graph.forEachSuccessor(v, [&](NodeId w) {
          if (--waiting[w] != 0)
            return;
          add(w);
          if (deviceOf[w] != d)
            announce(w);
        });
      }
    }
  }

  /// Makes one of two pieces of a device wherever no path through a third leads
  /// from one to the other, which is exactly when that closes no circle.
  void mergePieces() {
    uint32_t count = static_cast<uint32_t>(deviceOfPiece.size());
    Digraph pieces = quotient(graph, pieceOf, count);
    // Merged pieces are represented by the first of them.
    std::vector<uint32_t> leader(count), seen(count, 0), worklist;
    std::vector<std::vector<uint32_t>> members(count);
    for (uint32_t p = 0; p < count; ++p) {
      leader[p] = p;
      members[p] = {p};
    }
    uint32_t search = 0;
    auto leads = [&](uint32_t from, uint32_t to) {
      ++search;
      bool found = false;
      auto visit = [&](uint32_t piece) {
        for (uint32_t member : members[piece])
          pieces.forEachSuccessor(member, [&](uint32_t successor) {
            uint32_t other = leader[successor];
            if (other == to)
              found |= piece != from;
            else if (other != piece && seen[other] != search) {
              seen[other] = search;
              worklist.push_back(other);
            }
          });
      };
      worklist.clear();
      visit(from);
      while (!worklist.empty() && !found) {
        uint32_t piece = worklist.back();
        worklist.pop_back();
        visit(piece);
      }
      return found;
    };
    // The latest first: what lies between is likely to need both.
    std::vector<std::vector<uint32_t>> leadersOf(devices.size());
    for (uint32_t second = 0; second < count; ++second) {
      std::vector<uint32_t> &leaders = leadersOf[deviceOfPiece[second]];
      auto first = std::find_if(
          leaders.rbegin(), leaders.rend(), [&](uint32_t candidate) {
            return !leads(candidate, second) && !leads(second, candidate);
          });
      if (first == leaders.rend()) {
        leaders.push_back(second);
        continue;
      }
      leader[second] = *first;
      members[*first].push_back(second);
    }
    for (uint32_t &piece : pieceOf)
      piece = leader[piece];
  }

  /// Numbers the pieces in an order that data can follow, the one that was
  /// formed first where there is a choice.
  void write() {
    uint32_t count = static_cast<uint32_t>(deviceOfPiece.size());
    Digraph pieces = quotient(graph, pieceOf, count);
    std::vector<uint32_t> waiting = pieces.predecessorCounts();
    std::vector<uint8_t> used(count, 0);
    for (uint32_t piece : pieceOf)
      used[piece] = 1;
    std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready;
    for (uint32_t piece = 0; piece < count; ++piece)
      if (used[piece] && waiting[piece] == 0)
        ready.push(piece);
    std::vector<uint32_t> number(count, kNone);
    assignment.stages.clear();
    while (!ready.empty()) {
      uint32_t piece = ready.top();
      ready.pop();
      number[piece] = static_cast<uint32_t>(assignment.stages.size());
      assignment.stages.push_back(devices.list[deviceOfPiece[piece]]);
      pieces.forEachSuccessor(piece, [&](uint32_t successor) {
        if (--waiting[successor] == 0)
          ready.push(successor);
      });
    }
    for (NodeId v = 0; v < graph.size(); ++v)
      assignment.stageOf[v] = number[pieceOf[v]];
  }

  const Instance &instance;
  Assignment &assignment;
  Devices devices;
  std::vector<uint32_t> deviceOf;
  /// Edges along which the number of the piece must not fall.
  Digraph graph;
  /// By device.
  std::vector<uint32_t> component;
  std::vector<uint32_t> way, pieceOf, deviceOfPiece;
};

} // namespace

bool arePiecesInOrder(const Instance &instance, const Assignment &assignment) {
  std::vector<uint32_t> deviceOf = Devices(assignment).ofNodes(assignment);
  bool inOrder = true;
  forEachStep(instance, deviceOf, [&](NodeId from, NodeId to) {
    inOrder &= assignment.stageOf[from] <= assignment.stageOf[to];
  });
  return inOrder;
}

void splitIntoPieces(const Instance &instance, Assignment &assignment) {
  Splitter(instance, assignment).run();
}

} // namespace placement::solver
