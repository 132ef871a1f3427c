//===- ItemGraph.cpp - The graph that the lattice is built of -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/ItemGraph.h"

#include <functional>
#include <queue>

namespace placement::solver::latency {

ItemGraph::ItemGraph(const LatencyProblem &problem, Detail detail)
    : source(problem), mostPieces(problem.maxPieces()) {
  for (const LatencyProblem::Device &device : problem.devices()) {
    if (calls.empty() || calls.back().kind != device.kind)
      calls.push_back({device.kind, 0, device.memory});
    calls.back().pieces =
        std::min(mostPieces, calls.back().pieces + problem.piecesPerDevice());
  }
  Merging merging(problem, detail);
  sortItems(merging);
  listNeighbours();
  sumTimes();
  listNets();
  listBundles(merging);
  sumMemory(merging);
}

void ItemGraph::sortItems(const Merging &merging) {
  uint32_t n = source.numNodes();
  std::vector<uint32_t> open(n, 0), rank(n);
  FlatLists nodesOf(n);
  nodesOf.fill([&](auto visit) {
    for (uint32_t v : source.order())
      if (!merging.isDropped(merging.representative(v)))
        visit(merging.representative(v), v);
  });
  for (uint32_t i = 0; i < n; ++i)
    rank[source.order()[i]] = i;
  auto isOutside = [&](uint32_t self, uint32_t v) {
    uint32_t r = merging.representative(v);
    return r != self && !merging.isDropped(r);
  };
  for (uint32_t r = 0; r < n; ++r)
    for (uint32_t v : nodesOf[r])
      for (uint32_t u : source.predecessors(v))
        open[r] += isOutside(r, u);
  // By the first node, so that equal inputs give equal orders.
  using Entry = std::pair<uint32_t, uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
  auto push = [&](uint32_t r) { ready.emplace(rank[nodesOf[r][0]], r); };
  for (uint32_t r = 0; r < n; ++r)
    if (!nodesOf[r].empty() && open[r] == 0)
      push(r);
  while (!ready.empty()) {
    uint32_t r = ready.top().second;
    ready.pop();
    representatives.push_back(r);
    for (uint32_t v : nodesOf[r])
      for (uint32_t w : source.successors(v))
        if (isOutside(r, w) && --open[merging.representative(w)] == 0)
          push(merging.representative(w));
  }
  itemOf.assign(n, kNone);
  members = FlatLists(representatives.size());
  members.fill([&](auto visit) {
    for (uint32_t i = 0; i < representatives.size(); ++i)
      for (uint32_t v : nodesOf[representatives[i]])
        visit(i, v);
  });
  for (uint32_t i = 0; i < members.size(); ++i)
    for (uint32_t v : members[i])
      itemOf[v] = i;
  for (uint32_t v = 0; v < n; ++v)
    if (itemOf[v] == kNone)
      dropped.push_back(v);
}

void ItemGraph::listNeighbours() {
  auto items = static_cast<uint32_t>(members.size());
  after = FlatLists(items);
  after.fill([&](auto visit) {
    for (uint32_t i = 0; i < items; ++i)
      for (uint32_t v : members[i])
        for (uint32_t w : source.successors(v))
          if (itemOf[w] != kNone && itemOf[w] != i)
            visit(i, itemOf[w]);
  });
  after.makeUnique();
  mark.assign(items, kNone);
  before = FlatLists(items);
  before.fill([&](auto visit) {
    for (uint32_t i = 0; i < items; ++i)
      for (uint32_t w : after[i])
        visit(w, i);
  });
  std::vector<std::pair<uint32_t, uint32_t>> kept;
  for (uint32_t i = 0; i < items; ++i)
    for (uint32_t w : after[i])
      if (!isImplied(i, w))
        kept.emplace_back(i, w);
  after.fill([&](auto visit) {
    for (auto [from, to] : kept)
      visit(from, to);
  });
  before.fill([&](auto visit) {
    for (auto [from, to] : kept)
      visit(to, from);
  });
}

/// Whether a path of at least two edges leads from one item to the other. Gives
/// up, with false, after looking at a few thousand edges: an edge more is no
/// mistake.
bool ItemGraph::isImplied(uint32_t from, uint32_t to) {
  if (after[from].size() < 2 || before[to].size() < 2)
    return false;
  uint32_t edges = 0;
  stack.assign(1, from);
  mark[from] = to;
  bool found = false;
  // Marks are cleared by hand: the same `to` is asked for several times.
  std::vector<uint32_t> touched = {from};
  while (!stack.empty() && !found && edges < 4096) {
    uint32_t v = stack.back();
    stack.pop_back();
    for (uint32_t w : after[v]) {
      ++edges;
      if (w == to && v != from)
        found = true;
      if (w >= to || mark[w] == to)
        continue;
      mark[w] = to;
      touched.push_back(w);
      stack.push_back(w);
    }
  }
  for (uint32_t v : touched)
    mark[v] = kNone;
  return found;
}

void ItemGraph::sumTimes() {
  auto items = static_cast<uint32_t>(members.size());
  auto sum = [&](uint32_t item, KindId kind) {
    Time total = 0;
    for (uint32_t v : members[item]) {
      if (!source.supports(v, kind))
        return kUnsupported;
      total += source.time(v, kind);
    }
    return total;
  };
  hostTimes.assign(items, kUnsupported);
  for (uint32_t i = 0; i < items; ++i) {
    for (const LatencyProblem::Pool &pool : source.pools())
      hostTimes[i] = std::min(hostTimes[i], sum(i, pool.kind));
    for (const CallKind &call : calls)
      callTimes.push_back(sum(i, call.kind));
  }
}

void ItemGraph::listNets() {
  std::vector<uint32_t> kept;
  auto itemOfNode = [&](uint32_t v) { return v == kNone ? kNone : itemOf[v]; };
  for (uint32_t net = 0; net < source.numNets(); ++net) {
    uint32_t from = itemOfNode(source.producer(net));
    bool costly = false, leaves = source.neededByHost(net) && from != kNone;
    for (const CallKind &call : calls)
      costly |= source.cost(net, call.kind) != 0;
    // What a dropped node makes costs nothing.
    if (!costly || (source.producer(net) != kNone && from == kNone))
      continue;
    for (uint32_t v : source.consumers(net))
      leaves |= itemOf[v] != kNone && itemOf[v] != from;
    if (leaves)
      kept.push_back(net);
  }
  auto count = static_cast<uint32_t>(kept.size());
  consumerLists = FlatLists(count);
  consumerLists.fill([&](auto visit) {
    for (uint32_t e = 0; e < count; ++e)
      for (uint32_t v : source.consumers(kept[e]))
        if (itemOf[v] != kNone &&
            itemOf[v] != itemOfNode(source.producer(kept[e])))
          visit(e, itemOf[v]);
  });
  consumerLists.makeUnique();
  made = FlatLists(members.size());
  used = FlatLists(members.size());
  for (uint32_t net : kept) {
    producers.push_back(itemOfNode(source.producer(net)));
    needed.push_back(source.neededByHost(net));
    for (const CallKind &call : calls)
      costs.push_back(source.cost(net, call.kind));
  }
  made.fill([&](auto visit) {
    for (uint32_t e = 0; e < count; ++e)
      if (producers[e] != kNone)
        visit(producers[e], e);
  });
  used.fill([&](auto visit) {
    for (uint32_t e = 0; e < count; ++e)
      for (uint32_t item : consumerLists[e])
        visit(item, e);
  });
}

void ItemGraph::listBundles(const Merging &merging) {
  auto items = static_cast<uint32_t>(members.size());
  std::vector<uint32_t> sizes(source.numNodes() + source.numUnits() +
                              source.numDevices());
  for (uint32_t r : representatives)
    ++sizes[merging.bundle(r)];
  std::vector<uint32_t> number(sizes.size(), kNone);
  bundleOf.assign(items, kNone);
  pins.assign(items, kNone);
  for (uint32_t i = 0; i < items; ++i) {
    for (uint32_t v : members[i])
      if (source.pinnedDevice(v) != kNone)
        pins[i] = source.pinnedDevice(v);
    uint32_t bundle = merging.bundle(representatives[i]);
    if (sizes[bundle] < 2)
      continue;
    if (number[bundle] == kNone) {
      number[bundle] = numBundles();
      bundleSizes.push_back(sizes[bundle]);
    }
    bundleOf[i] = number[bundle];
  }
}

void ItemGraph::sumMemory(const Merging &merging) {
  auto items = static_cast<uint32_t>(members.size());
  ownBytes.assign(items, 0);
  transients.assign(items, 0);
  auto forEachWeight = [&](auto visit) {
    for (uint32_t i = 0; i < items; ++i)
      for (uint32_t v : members[i])
        if (!merging.isLean(v))
          for (uint32_t w : source.weights(v))
            visit(i, w);
  };
  for (uint32_t i = 0; i < items; ++i)
    for (uint32_t v : members[i]) {
      if (merging.isLean(v))
        continue;
      ownBytes[i] += source.ownBytes(v);
      transients[i] = std::max(transients[i], source.transient(v));
    }
  std::vector<std::pair<uint32_t, uint32_t>> uses;
  forEachWeight([&](uint32_t item, uint32_t w) { uses.emplace_back(w, item); });
  std::sort(uses.begin(), uses.end());
  uses.erase(std::unique(uses.begin(), uses.end()), uses.end());
  std::vector<std::pair<uint32_t, uint32_t>> shared;
  for (size_t i = 0, next = 0; i < uses.size(); i = next) {
    while (next < uses.size() && uses[next].first == uses[i].first)
      ++next;
    // A weight of a single item is part of its size.
    Bytes size = source.weightBytes(uses[i].first);
    if (next - i == 1) {
      ownBytes[uses[i].second] += size;
      continue;
    }
    for (size_t k = i; k < next; ++k)
      shared.emplace_back(static_cast<uint32_t>(weightSizes.size()),
                          uses[k].second);
    weightSizes.push_back(size);
  }
  usersOf = FlatLists(weightSizes.size());
  usersOf.fill([&](auto visit) {
    for (auto [w, item] : shared)
      visit(w, item);
  });
  weightsOf = FlatLists(items);
  weightsOf.fill([&](auto visit) {
    for (auto [w, item] : shared)
      visit(item, w);
  });
}

} // namespace placement::solver::latency
