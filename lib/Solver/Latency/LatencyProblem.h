//===- LatencyProblem.h - One sample through calls and hosts ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_LATENCYPROBLEM_H
#define PLACEMENT_LIB_SOLVER_LATENCY_LATENCYPROBLEM_H

#include "placement/Solver/Model/Assignment.h"
#include "placement/Solver/Model/Instance.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

namespace placement::solver::latency {

/// A list of lists in two flat arrays.
class FlatLists {
public:
  explicit FlatLists(size_t lists = 0) : begin(lists + 1, 0) {}

  std::span<const uint32_t> operator[](size_t list) const {
    return {items.data() + begin[list], begin[list + 1] - begin[list]};
  }
  size_t size() const { return begin.size() - 1; }

  /// `forEach(visit)` calls `visit(list, item)`; it is called twice and has to
  /// give the same pairs. Items of a list stay in that order.
  template <typename Pairs>
  void fill(Pairs forEach) {
    std::fill(begin.begin(), begin.end(), 0);
    forEach([&](uint32_t list, uint32_t) { ++begin[list + 1]; });
    for (size_t i = 1; i < begin.size(); ++i)
      begin[i] += begin[i - 1];
    items.resize(begin.back());
    std::vector<uint32_t> next(begin.begin(), begin.end() - 1);
    forEach([&](uint32_t list, uint32_t item) { items[next[list]++] = item; });
  }

  /// Sorts every list and drops repetitions.
  void makeUnique();

private:
  std::vector<uint32_t> begin;
  std::vector<uint32_t> items;
};

/// The switches of a latency problem that are not in the graph.
struct LatencyTerms {
  /// By kind: nonzero for host kinds, whose nodes run one by one out of host
  /// memory; all others run pieces, each as one call.
  std::vector<uint8_t> host;
  /// q: at most so many pieces on one call device.
  uint32_t piecesPerDevice = 1;
  /// By kind: cores of a host kind, kNone for as many as there are nodes.
  std::vector<uint32_t> cores;
  /// At most so many pieces in all; zero for no such limit.
  uint32_t maxPieces = 0;
};

/// The terms that the instance states. `maxPieces` is zero for no limit.
LatencyTerms termsOf(const Instance &instance, uint32_t maxPieces);

/// What all latency engines read: an instance with its pins, groups and
/// devices resolved, and its graph as lists of neighbours. Immutable once
/// built; keeps a reference to the instance. Building is linear but for
/// sorting the lists of neighbours.
class LatencyProblem {
public:
  /// A device that runs pieces.
  struct Device {
    KindId kind = 0;
    uint32_t index = 0;
    Bytes memory = kUnlimitedBytes;
    /// No pin names it: it can change places with any other such device of its
    /// kind.
    bool free = true;
  };
  /// All devices of a host kind: one memory, one set of cores.
  struct Pool {
    KindId kind = 0;
    Bytes memory = kUnlimitedBytes;
    /// kNone for unlimited width.
    uint32_t cores = kNone;
  };

  LatencyProblem(const Instance &instance, LatencyTerms terms);

  const Instance &instance() const { return source; }
  const LatencyTerms &terms() const { return given; }
  uint32_t numNodes() const { return static_cast<uint32_t>(unitIndex.size()); }
  uint32_t numNets() const { return static_cast<uint32_t>(source.numNets()); }
  uint32_t numKinds() const { return static_cast<uint32_t>(source.numKinds()); }

  /// Devices that run pieces, by kind, then index; of each kind those that pins
  /// name and no more others than there are nodes.
  std::span<const Device> devices() const { return deviceList; }
  uint32_t numDevices() const {
    return static_cast<uint32_t>(deviceList.size());
  }
  /// Host kinds with a device, by kind.
  std::span<const Pool> pools() const { return poolList; }
  uint32_t numPools() const { return static_cast<uint32_t>(poolList.size()); }
  /// Pieces on one device at most: no more than there are nodes.
  uint32_t piecesPerDevice() const { return mostPieces; }
  /// Pieces in all at most, as a plain number.
  uint32_t maxPieces() const { return allPieces; }
  /// Whether a pool has a bounded number of cores.
  bool boundedCores() const { return bounded; }
  /// The number of a kind's pool, kNone for a call kind or one without devices.
  uint32_t poolOf(KindId k) const { return poolIndex[k]; }

  /// Time of a node on a kind; kUnsupported where it cannot run there in any
  /// plan: unsupported, pinned elsewhere, or in a unit of which a member is, or
  /// which alone is too large for the kind's memory.
  Time time(uint32_t v, KindId k) const { return times[v * kinds() + k]; }
  bool supports(uint32_t v, KindId k) const {
    return time(v, k) != kUnsupported;
  }
  /// The call device that the node's unit is pinned to where it runs on a call
  /// kind, else kNone.
  uint32_t pinnedDevice(uint32_t v) const { return pinned[v]; }
  /// The core that the node is pinned to where it runs on a pool with a bounded
  /// number of cores, else kNone.
  uint32_t pinnedCore(uint32_t v) const { return pinnedCores[v]; }
  /// A node that no kind can take, kNone if there is none.
  uint32_t stuckNode() const { return stuck; }

  // ---- the graph: nets and order edges alike, without repetitions ----
  std::span<const uint32_t> predecessors(uint32_t v) const { return before[v]; }
  std::span<const uint32_t> successors(uint32_t v) const { return after[v]; }
  /// A topological order of the nodes, the lowest number first.
  std::span<const uint32_t> order() const { return topological; }

  // ---- values ----
  /// Nets that a node makes, and nets that it consumes.
  std::span<const uint32_t> netsFrom(uint32_t v) const { return madeBy[v]; }
  std::span<const uint32_t> netsInto(uint32_t v) const { return usedBy[v]; }
  uint32_t producer(uint32_t net) const { return source.producer(net); }
  std::span<const uint32_t> consumers(uint32_t net) const {
    return source.consumers(net);
  }
  /// The host needs the value: a piece that makes it pays for it.
  bool neededByHost(uint32_t net) const { return source.onHost(net); }
  /// What a piece on that kind pays for the value, in or out.
  Time cost(uint32_t net, KindId k) const { return source.netCost(net, k); }

  // ---- units: groups, and nodes without one ----
  /// The nodes of a unit are on one call device (with q = 1 in one piece) or in
  /// one pool. Numbered by first node.
  uint32_t numUnits() const { return static_cast<uint32_t>(unitNodes.size()); }
  uint32_t unit(uint32_t v) const { return unitIndex[v]; }
  std::span<const uint32_t> members(uint32_t unit) const {
    return unitNodes[unit];
  }

  // ---- memory ----
  /// Bytes that count on the node's device besides shared weights and
  /// transients: its size, and its stash where stashes count.
  Bytes ownBytes(uint32_t v) const { return bytes[v]; }
  Bytes transient(uint32_t v) const { return source.transient(v); }
  std::span<const uint32_t> weights(uint32_t v) const { return weightsOf[v]; }
  Bytes weightBytes(uint32_t w) const { return source.weightBytes(w); }
  uint32_t numWeights() const {
    return static_cast<uint32_t>(source.numWeights());
  }
  /// No node has a shared weight or a transient: memory is a sum.
  bool additiveMemory() const { return additive; }

private:
  size_t kinds() const { return source.numKinds(); }
  void listDevices();
  void listUnits();
  void listNeighbours();
  void sortNodes();
  void countBytes();
  void restrictUnit(uint32_t unit);
  Bytes unitBytes(uint32_t unit) const;

  const Instance &source;
  LatencyTerms given;
  std::vector<Device> deviceList;
  std::vector<Pool> poolList;
  std::vector<uint32_t> poolIndex;
  uint32_t mostPieces = 1;
  uint32_t allPieces = 0;
  bool bounded = false, additive = true;
  uint32_t stuck = kNone;
  std::vector<Time> times;
  std::vector<uint32_t> pinned, pinnedCores;
  std::vector<uint32_t> unitIndex;
  FlatLists unitNodes, before, after, madeBy, usedBy, weightsOf;
  std::vector<uint32_t> topological;
  std::vector<Bytes> bytes;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_LATENCYPROBLEM_H
