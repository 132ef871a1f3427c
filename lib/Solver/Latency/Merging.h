//===- Merging.h - Nodes that can share a place -----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_MERGING_H
#define PLACEMENT_LIB_SOLVER_LATENCY_MERGING_H

#include "Solver/Latency/Placement.h"

namespace placement::solver::latency {

enum class Detail {
  /// Only what keeps the optimum.
  Exact,
  /// Also what may lower it: sinks that take no time take no memory either,
  /// and memory and pins are followed less far. For graphs whose lattice is too
  /// large otherwise.
  Relaxed
};

/// Finds nodes that some optimal placement puts in the same place, and nodes
/// that one leaves on the host where they delay nobody. With unlimited width
/// and without the memory of host pools, both of which the caller has given up,
/// the optimum stays what it was:
///
/// 1. *Tight pair*, u -> v in one bundle (so in one piece, or both on hosts; a
///    pair is merged only where q = 1): (a) v is u's only successor and u takes
///    no host time or is v's only predecessor; or (b) u is v's only predecessor
///    and v takes no host time. As host nodes: in (a) only v waits for u, and v
///    ends at max(inputs of both) + both times; in (b) v ends when u does.
///    Where the bundle cannot be on a host, an only successor or predecessor is
///    enough. No circle arises: every path from u goes through v, or every path
///    to v through u.
/// 2. *Lonely sink* z: no time on any kind that its only predecessor u can take
///    (and it can take all of those), no bytes, no bundle or pin of its own, no
///    costly input but from u, and no costly output. Move z to u's place.
///    Where z was, a piece loses at most inputs; the piece of u loses at most
///    an output; z ends when u's place does, which is no later than the end.
/// 3. *Lonely source* s: the mirror image, with an only successor v. The
///    piece of v loses at most an input, and a host node waits no longer.
/// 4. *Free source*: no predecessors, no time on some pool, and all its outputs
///    cost nothing on every call kind. On that pool it is done at 0, and no
///    piece pays for what it makes. It leaves the graph.
/// 5. *Free sink*: no successors, no time on some pool, and each input costs
///    nothing on every call kind or is in host memory anyhow. It leaves the
///    graph: on that pool it ends when its last producer does.
/// 6. *Follower*, with q >= 2: rules 2 and 3 without a word about bytes, bundle
///    and pin, where v is in a group with a node of that place: it is on the
///    same device anyhow, and so are its bytes.
///
/// The rules hold one after the other, for merged nodes as for single ones.
class Merging {
public:
  Merging(const LatencyProblem &problem, Detail detail);

  /// The same node for all that are merged.
  uint32_t representative(uint32_t v) const { return parent[v]; }
  /// v is on a host and in no item.
  bool isDropped(uint32_t v) const { return droppedNodes[v] != 0; }
  /// A sink that was merged although it takes memory (Detail::Relaxed).
  bool isLean(uint32_t v) const { return leanNodes[v] != 0; }
  /// What represents nodes that are in one piece if one of them is in any has
  /// the same number here.
  uint32_t bundle(uint32_t representative) const {
    return bundleOf[representative];
  }

private:
  uint32_t find(uint32_t v);
  void listBundles();
  std::vector<uint32_t> &unique(std::vector<uint32_t> &list, uint32_t self);
  bool visit(uint32_t v);
  bool canBeOnHost(uint32_t v) const;
  bool takesNoHostTime(uint32_t v) const;
  bool takesNoMemory(uint32_t v) const;
  bool costs(uint32_t net) const;
  bool isLonely(uint32_t v, uint32_t other, bool sink) const;
  bool isFree(uint32_t v, bool sink);
  void merge(uint32_t from, uint32_t into);

  const LatencyProblem &problem;
  Detail detail;
  std::vector<uint32_t> parent, bundleOf, bundleSize;
  std::vector<uint8_t> droppedNodes, leanNodes, queued;
  /// Of representatives; may name merged, dropped and repeated nodes until they
  /// are looked at.
  std::vector<std::vector<uint32_t>> before, after, nodes;
  std::vector<uint32_t> queue;
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_MERGING_H
