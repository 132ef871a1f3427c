//===- ItemGraph.h - The graph that the lattice is built of -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_ITEMGRAPH_H
#define PLACEMENT_LIB_SOLVER_LATENCY_ITEMGRAPH_H

#include "Solver/Latency/Merging.h"

namespace placement::solver::latency {

/// A latency problem as path mixtures and labels see it: *items*, each some
/// nodes that share a place, in topological order. What it leaves out only
/// makes placements possible or faster (so bounds hold), and nothing is left
/// out with q = 1, unlimited width, host pools without limits of memory and
/// Detail::Exact, up to groups that could be on several pools:
/// - cores are not counted, nor is the memory of host pools;
/// - with q >= 2 pieces are not tied to devices: each has a device's memory for
///   itself, and groups may fall apart;
/// - each item takes the fastest pool.
class ItemGraph {
public:
  /// A kind that runs pieces.
  struct CallKind {
    KindId kind = 0;
    /// Pieces on all its devices together at most.
    uint32_t pieces = 0;
    Bytes memory = kUnlimitedBytes;
  };

  ItemGraph(const LatencyProblem &problem, Detail detail);

  const LatencyProblem &problem() const { return source; }
  uint32_t size() const { return static_cast<uint32_t>(hostTimes.size()); }
  std::span<const CallKind> callKinds() const { return calls; }
  /// Pieces in all at most.
  uint32_t maxPieces() const { return mostPieces; }

  /// The nodes of an item, and nodes that are on the host without being one.
  std::span<const uint32_t> nodes(uint32_t item) const { return members[item]; }
  std::span<const uint32_t> hostNodes() const { return dropped; }

  /// kUnsupported where an item cannot run.
  Time hostTime(uint32_t item) const { return hostTimes[item]; }
  /// `call` is a number in callKinds().
  Time callTime(uint32_t item, uint32_t call) const {
    return callTimes[item * calls.size() + call];
  }

  /// Who waits for whom. An edge that another path implies may be left out: it
  /// delays nobody, since along a path finish times never fall and pieces are
  /// convex.
  std::span<const uint32_t> predecessors(uint32_t item) const {
    return before[item];
  }
  std::span<const uint32_t> successors(uint32_t item) const {
    return after[item];
  }

  // ---- values that cost something on some call kind ----
  uint32_t numNets() const { return static_cast<uint32_t>(producers.size()); }
  /// kNone for a value that comes from the host.
  uint32_t producer(uint32_t net) const { return producers[net]; }
  std::span<const uint32_t> consumers(uint32_t net) const {
    return consumerLists[net];
  }
  bool neededByHost(uint32_t net) const { return needed[net] != 0; }
  Time cost(uint32_t net, uint32_t call) const {
    return costs[net * calls.size() + call];
  }
  std::span<const uint32_t> netsFrom(uint32_t item) const { return made[item]; }
  std::span<const uint32_t> netsInto(uint32_t item) const { return used[item]; }

  // ---- what has to be in one piece ----
  /// Items of a bundle are in one piece, or none of them is in any; kNone for
  /// an item on its own.
  uint32_t bundle(uint32_t item) const { return bundleOf[item]; }
  uint32_t numBundles() const {
    return static_cast<uint32_t>(bundleSizes.size());
  }
  uint32_t bundleSize(uint32_t bundle) const { return bundleSizes[bundle]; }
  /// The device that the item's piece has to be on, kNone for any.
  uint32_t pin(uint32_t item) const { return pins[item]; }

  // ---- memory of pieces ----
  Bytes bytes(uint32_t item) const { return ownBytes[item]; }
  Bytes transient(uint32_t item) const { return transients[item]; }
  /// Shared weights, which count once a piece, and their users.
  std::span<const uint32_t> weights(uint32_t item) const {
    return weightsOf[item];
  }
  std::span<const uint32_t> weightUsers(uint32_t weight) const {
    return usersOf[weight];
  }
  uint32_t numWeights() const { return static_cast<uint32_t>(usersOf.size()); }
  Bytes weightBytes(uint32_t weight) const { return weightSizes[weight]; }

private:
  void sortItems(const Merging &merging);
  void listNeighbours();
  void sumTimes();
  void listNets();
  void listBundles(const Merging &merging);
  void sumMemory(const Merging &merging);
  bool isImplied(uint32_t from, uint32_t to);

  const LatencyProblem &source;
  std::vector<CallKind> calls;
  uint32_t mostPieces = 0;
  FlatLists members, before, after, consumerLists, made, used, weightsOf,
      usersOf;
  std::vector<uint32_t> dropped, representatives;
  /// The item of each node, kNone for dropped ones.
  std::vector<uint32_t> itemOf;
  std::vector<Time> hostTimes, callTimes, costs;
  std::vector<uint32_t> producers;
  std::vector<uint8_t> needed;
  std::vector<uint32_t> bundleOf, bundleSizes, pins;
  std::vector<Bytes> ownBytes, transients, weightSizes;
  std::vector<uint32_t> mark, stack;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_ITEMGRAPH_H
