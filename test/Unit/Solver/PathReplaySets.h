//===- PathReplaySets.h - Sets about a chain by definition ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_SOLVER_PATHREPLAYSETS_H
#define PLACEMENT_TEST_UNIT_SOLVER_PATHREPLAYSETS_H

#include "PathReplay.h"

namespace placement::solver::test {

using NodeSet = std::vector<char>;

/// A set that grows, closed under what lies between two members and under what
/// shares a piece with one.
struct ReplayHull {
  NodeSet set;
  /// Nodes that come before a member, or after one; members are both.
  NodeSet before, behind;
};

/// What the checker of path certificates knows about a problem: order, units,
/// memory, all of it by definition.
class PathReplaySets {
public:
  PathReplaySets(const Instance &instance, const PathReplayRules &rules,
                 const std::vector<uint32_t> &chain);

  /// Why `chain` is none, empty if it is one.
  std::string chainFault() const;

  ReplayHull emptyHull() const;
  /// Several pieces together need not hold what lies between them.
  void grow(ReplayHull &hull, NodeId v, bool several) const;
  /// But each holds what lies between a node of its own and an end of the
  /// interval.
  void lookAround(ReplayHull &hull, uint32_t first, uint32_t last) const;

  /// Nodes share a piece wherever they run in pieces.
  bool together(NodeId a, NodeId b) const { return atom[a] == atom[b]; }
  /// The node's group, the node itself without one.
  const std::vector<NodeId> &unitOf(NodeId v) const { return units[unit[v]]; }
  const std::vector<std::vector<NodeId>> &allUnits() const { return units; }
  bool supports(NodeId v, KindId k) const {
    return supported[v * instance.numKinds() + k] != 0;
  }
  /// Nodes share a device, in whatever pieces, if one of them is on one.
  bool shareDevice(NodeId a, NodeId b) const {
    return unit[a] == unit[b] ||
           (pinned[a] != kNone && pinned[a] == pinned[b] &&
            pinnedKind[a] == pinnedKind[b]);
  }
  /// The numbered device that the node's unit is pinned to, kNone for none.
  uint32_t pinnedTo(NodeId v) const { return pinned[v]; }
  /// A piece that meets the chain in first..last cannot hold v.
  bool isStrange(NodeId v, uint32_t first, uint32_t last) const;
  /// No device that runs first..last, and their neighbours not, can hold v.
  bool isElsewhere(NodeId v, uint32_t first, uint32_t last) const;
  bool canRun(const NodeSet &set, uint32_t first, uint32_t last,
              KindId k) const;
  /// Bytes of a device with the set and the rest of its units.
  Bytes bytesOf(const NodeSet &set) const;
  Bytes ownBytes(NodeId v) const;
  /// Nets between neighbours on the chain, where that is least within
  /// first..last.
  Time crossing(uint32_t first, uint32_t last, KindId k) const;
  /// What a piece with the hull pays for certain.
  Time plain(const NodeSet &hull, uint32_t first, uint32_t last,
             KindId k) const;

  const std::vector<NodeId> &next(NodeId v) const { return successors[v]; }
  const std::vector<NodeId> &previous(NodeId v) const {
    return predecessors[v];
  }

private:
  void findOrder();
  void findUnits(const PathReplayRules &rules);

  const Instance &instance;
  const std::vector<uint32_t> &chain;
  uint32_t n;
  std::vector<std::vector<NodeId>> successors, predecessors, units;
  /// after[v][w]: w comes after v, or is v.
  std::vector<NodeSet> after;
  std::vector<uint32_t> atom, unit, pinned, pinnedKind;
  uint32_t piecesPerDevice;
  NodeSet supported;
};

} // namespace placement::solver::test

#endif // PLACEMENT_TEST_UNIT_SOLVER_PATHREPLAYSETS_H
