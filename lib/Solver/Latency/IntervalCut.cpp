//===- IntervalCut.cpp - The least load of a piece about an interval ------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/IntervalCut.h"

#include <algorithm>
#include <queue>

namespace placement::solver::latency {

/// Pieces with some nodes and without others.
struct IntervalCut::Node {
  std::vector<uint32_t> with, without;
  Time bound = 0;
  int64_t multiplier = 0;
  /// What to branch on, kNone where nothing is left to be gained.
  uint32_t choice = kNone;
  /// The two halves, with the choice first; zero for a leaf.
  uint32_t children = 0;
};

/// The best multiplier is where the lines (load + price * bytes) of a piece
/// that fits and of one that does not cross, and no piece is below: a search
/// that moves to where the two lines known best cross ends there.
void IntervalCut::price(Node &node, Effort effort, Time target, uint64_t end) {
  auto left = [&] {
    uint64_t now = network.stepsUsed();
    return now < end ? end - now : 0;
  };
  CutNetwork::Cut cheap = network.solve(0, left());
  node.bound = std::max(node.bound, cheap.bound);
  if (!cheap.complete)
    return;
  auto offer = [&](Time load) {
    if (load < best.pieceLoad) {
      best.pieceLoad = load;
      best.piece = network.piece();
    }
  };
  if (cheap.bytes <= network.memory()) {
    offer(cheap.load);
    return;
  }
  // The hull fits.
  Time fitLoad = network.hullLoad();
  Bytes fitBytes = network.hullBytes();
  std::vector<std::pair<uint32_t, Bytes>> over, fits;
  auto choices = [&](auto &list) {
    list.clear();
    network.forEachChoice(
        [&](uint32_t v, Bytes bytes) { list.push_back({v, bytes}); });
  };
  choices(over);
  constexpr int kMostCuts = 40;
  for (int cuts = 0; cuts < kMostCuts && effort != Effort::Cut; ++cuts) {
    if (node.bound >= target || left() == 0 || fitLoad <= cheap.load)
      break;
    __int128 wanted =
        (static_cast<__int128>(fitLoad - cheap.load) << network.shift()) /
        (cheap.bytes - fitBytes);
    int64_t multiplier = static_cast<int64_t>(
        std::min<__int128>(wanted, network.largestMultiplier()));
    CutNetwork::Cut found = network.solve(multiplier, left());
    if (found.bound > node.bound) {
      node.bound = found.bound;
      node.multiplier = multiplier;
    }
    if (!found.complete)
      break;
    if (found.bytes <= network.memory()) {
      offer(found.load);
      choices(fits);
      if (found.load == fitLoad && found.bytes == fitBytes)
        break;
      fitLoad = found.load;
      fitBytes = found.bytes;
    } else {
      if (found.load == cheap.load && found.bytes == cheap.bytes)
        break;
      choices(over);
      cheap = found;
    }
  }
  // Branch on the largest part of what fits only by its price.
  std::sort(fits.begin(), fits.end());
  Bytes largest = -1;
  for (auto [v, bytes] : over) {
    auto at = std::lower_bound(
        fits.begin(), fits.end(), std::pair(v, Bytes(0)),
        [](const auto &a, const auto &b) { return a.first < b.first; });
    bool shared = at != fits.end() && at->first == v;
    if (!shared && bytes > largest) {
      largest = bytes;
      node.choice = v;
    }
  }
}

IntervalBound IntervalCut::bound(const Interval &interval,
                                 const IntervalLayer &layer, Effort effort,
                                 Time target, uint32_t mostNodes,
                                 uint64_t steps) {
  uint64_t end = network.stepsUsed() + steps;
  best = IntervalBound();
  std::vector<Node> nodes(1);
  // The open node with the least bound, the oldest first.
  using Entry = std::pair<Time, uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  auto evaluate = [&](uint32_t at) {
    Node &node = nodes[at];
    if (!network.prepare(interval, layer, node.with, node.without)) {
      node.bound = kInfiniteTime;
      return;
    }
    price(node, effort, target, end);
    open.push({node.bound, at});
  };
  evaluate(0);
  while (effort == Effort::Branching && !open.empty()) {
    auto [bound, at] = open.top();
    if (bound >= std::min(target, best.pieceLoad) ||
        nodes.size() + 2 > mostNodes || network.stepsUsed() >= end ||
        nodes[at].choice == kNone)
      break;
    open.pop();
    uint32_t child = static_cast<uint32_t>(nodes.size());
    for (int side = 0; side < 2; ++side) {
      Node half;
      half.with = nodes[at].with;
      half.without = nodes[at].without;
      (side == 0 ? half.with : half.without).push_back(nodes[at].choice);
      nodes.push_back(std::move(half));
    }
    nodes[at].children = child;
    evaluate(child);
    evaluate(child + 1);
  }
  best.load = open.empty() ? kInfiniteTime : open.top().first;
  emit(nodes, 0, best.tree);
  return std::move(best);
}

void IntervalCut::emit(const std::vector<Node> &nodes, uint32_t at,
                       std::vector<PathCutStep> &tree) const {
  // Deep only where branching is, and that is limited.
  const Node &node = nodes[at];
  if (node.children == 0) {
    tree.push_back({kNone, node.multiplier});
    return;
  }
  tree.push_back({node.choice, 0});
  emit(nodes, node.children, tree);
  emit(nodes, node.children + 1, tree);
}

} // namespace placement::solver::latency
