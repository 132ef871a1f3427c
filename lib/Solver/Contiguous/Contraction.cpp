//===- Contraction.cpp - From an instance to its classes ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/ClassGraph.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::contiguous {

namespace {

struct UnionFind {
  explicit UnionFind(size_t n) : parent(n) {
    std::iota(parent.begin(), parent.end(), 0);
  }
  uint32_t find(uint32_t x) {
    while (parent[x] != x)
      x = parent[x] = parent[parent[x]];
    return x;
  }
  /// The smaller root stays, so that results do not depend on the order.
  void merge(uint32_t a, uint32_t b) {
    a = find(a);
    b = find(b);
    if (a != b)
      parent[std::max(a, b)] = std::min(a, b);
  }
  std::vector<uint32_t> parent;
};

/// Saturating sum: beyond 2^60 bytes no limited device holds it anyway, and
/// sums of a few such numbers still fit.
constexpr Bytes kTooManyBytes = Bytes(1) << 60;
Bytes addBytes(Bytes a, Bytes b) {
  return std::min(kTooManyBytes,
                  std::min(a, kTooManyBytes) + std::min(b, kTooManyBytes));
}

using Edges = std::vector<std::pair<uint32_t, uint32_t>>;

/// Sorted rows of the edges' targets without duplicates.
Rows rowsOf(size_t n, Edges &edges) {
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  Rows rows;
  rows.begin.assign(n + 1, 0);
  rows.values.resize(edges.size());
  for (size_t i = 0; i < edges.size(); ++i) {
    ++rows.begin[edges[i].first + 1];
    rows.values[i] = edges[i].second;
  }
  for (size_t i = 0; i < n; ++i)
    rows.begin[i + 1] += rows.begin[i];
  return rows;
}

/// Merges the strongly connected components of a graph (Tarjan's algorithm
/// without recursion).
void mergeComponents(const Rows &succs, UnionFind &sets) {
  size_t n = succs.size();
  std::vector<uint32_t> low(n, 0), number(n, 0), stack;
  std::vector<uint8_t> onStack(n, 0);
  std::vector<std::pair<uint32_t, uint32_t>> frames;
  uint32_t next = 0;
  for (uint32_t root = 0; root < n; ++root) {
    if (number[root])
      continue;
    frames.push_back({root, 0});
    while (!frames.empty()) {
      uint32_t v = frames.back().first;
      if (frames.back().second == 0) {
        number[v] = low[v] = ++next;
        stack.push_back(v);
        onStack[v] = 1;
      }
      auto row = succs[v];
      bool descended = false;
      while (frames.back().second < row.size()) {
        uint32_t w = row[frames.back().second++];
        if (!number[w]) {
          frames.push_back({w, 0});
          descended = true;
          break;
        }
        if (onStack[w])
          low[v] = std::min(low[v], number[w]);
      }
      if (descended)
        continue;
      if (low[v] == number[v]) {
        uint32_t w;
        do {
          w = stack.back();
          stack.pop_back();
          onStack[w] = 0;
          sets.merge(v, w);
        } while (w != v);
      }
      frames.pop_back();
      if (!frames.empty())
        low[frames.back().first] = std::min(low[frames.back().first], low[v]);
    }
  }
}

/// Topological order, depth first by smallest number, so that what belongs
/// together stays together. The graph is acyclic.
std::vector<uint32_t> topologicalOrder(const Rows &preds, const Rows &succs) {
  size_t n = preds.size();
  std::vector<uint32_t> waiting(n), ready, order;
  order.reserve(n);
  for (size_t v = n; v-- > 0;) {
    waiting[v] = static_cast<uint32_t>(preds[v].size());
    if (!waiting[v])
      ready.push_back(static_cast<uint32_t>(v));
  }
  while (!ready.empty()) {
    uint32_t v = ready.back();
    ready.pop_back();
    order.push_back(v);
    auto row = succs[v];
    for (size_t i = row.size(); i-- > 0;)
      if (--waiting[row[i]] == 0)
        ready.push_back(row[i]);
  }
  return order;
}

/// An item under construction: members in `memberRows[row]`.
struct RawItems {
  Rows members;
  std::vector<uint8_t> sticky;
  std::vector<Bytes> bytes;
  /// cost[k][item].
  std::vector<std::vector<Time>> cost;
};

/// Maps members to classes, drops items that nothing can cut, folds sticky
/// single-member items into their class and merges equal items.
void buildItems(ClassGraph &graph, const RawItems &raw,
                const std::vector<uint32_t> &classOfMember) {
  size_t kindCount = graph.kinds.size();
  Rows members;
  std::vector<uint32_t> source;
  std::vector<uint32_t> scratch;
  for (size_t i = 0; i < raw.members.size(); ++i) {
    Bytes bytes = graph.memoryBinds ? raw.bytes[i] : 0;
    bool free = bytes == 0;
    for (size_t k = 0; k < kindCount && free; ++k)
      free = raw.cost[k][i] == 0;
    if (free)
      continue;
    scratch.clear();
    for (uint32_t member : raw.members[i])
      scratch.push_back(classOfMember[member]);
    std::sort(scratch.begin(), scratch.end());
    scratch.erase(std::unique(scratch.begin(), scratch.end()), scratch.end());
    if (scratch.empty())
      continue;
    if (scratch.size() == 1) {
      if (!raw.sticky[i])
        continue;
      // Whoever holds the class pays: part of the class.
      ClassId c = scratch[0];
      for (size_t k = 0; k < kindCount; ++k)
        if (graph.time[c * kindCount + k] != kUnsupported)
          graph.time[c * kindCount + k] += raw.cost[k][i];
      graph.size[c] = addBytes(graph.size[c], bytes);
      continue;
    }
    for (uint32_t c : scratch)
      members.add(c);
    members.endRow();
    source.push_back(static_cast<uint32_t>(i));
  }
  // Equal items next to each other, and items in the order of their members.
  std::vector<uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0);
  auto compare = [&](uint32_t a, uint32_t b) {
    auto x = members[a], y = members[b];
    if (int c = static_cast<int>(std::lexicographical_compare(
                    y.begin(), y.end(), x.begin(), x.end())) -
                static_cast<int>(std::lexicographical_compare(
                    x.begin(), x.end(), y.begin(), y.end())))
      return c;
    return static_cast<int>(raw.sticky[source[a]]) -
           static_cast<int>(raw.sticky[source[b]]);
  };
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    int c = compare(a, b);
    return c ? c < 0 : a < b;
  });
  graph.cost.assign(kindCount, {});
  for (size_t n = 0; n < order.size(); ++n) {
    uint32_t i = source[order[n]];
    if (n == 0 || compare(order[n - 1], order[n]) != 0) {
      for (uint32_t c : members[order[n]])
        graph.items.add(c);
      graph.items.endRow();
      graph.sticky.push_back(raw.sticky[i]);
      graph.itemBytes.push_back(0);
      for (auto &row : graph.cost)
        row.push_back(0);
    }
    if (graph.memoryBinds)
      graph.itemBytes.back() = addBytes(graph.itemBytes.back(), raw.bytes[i]);
    for (size_t k = 0; k < kindCount; ++k)
      graph.cost[k].back() += raw.cost[k][i];
  }
  Edges incidence;
  incidence.reserve(graph.items.values.size());
  for (size_t i = 0; i < graph.items.size(); ++i)
    for (uint32_t c : graph.items[i])
      incidence.push_back({c, static_cast<uint32_t>(i)});
  graph.itemsOf = rowsOf(graph.numClasses, incidence);
}

/// Numbers the sets of `sets` topologically and sets the order rows.
std::vector<uint32_t> numberClasses(ClassGraph &graph, UnionFind &sets,
                                    Edges &edges) {
  size_t n = sets.parent.size();
  std::vector<uint32_t> compact(n, kNone);
  uint32_t count = 0;
  for (uint32_t v = 0; v < n; ++v)
    if (sets.find(v) == v)
      compact[v] = count++;
  for (uint32_t v = 0; v < n; ++v)
    compact[v] = compact[sets.find(v)];
  size_t kept = 0;
  for (auto [a, b] : edges)
    if (compact[a] != compact[b])
      edges[kept++] = {compact[a], compact[b]};
  edges.resize(kept);
  Edges backEdges(edges.size());
  for (size_t i = 0; i < edges.size(); ++i)
    backEdges[i] = {edges[i].second, edges[i].first};
  Rows succs = rowsOf(count, edges), preds = rowsOf(count, backEdges);
  std::vector<uint32_t> order = topologicalOrder(preds, succs);
  std::vector<uint32_t> position(count);
  for (uint32_t i = 0; i < count; ++i)
    position[order[i]] = i;
  for (auto &[a, b] : edges) {
    a = position[a];
    b = position[b];
  }
  for (size_t i = 0; i < edges.size(); ++i)
    backEdges[i] = {edges[i].second, edges[i].first};
  backEdges.resize(edges.size());
  graph.numClasses = count;
  graph.succs = rowsOf(count, edges);
  graph.preds = rowsOf(count, backEdges);
  for (uint32_t &c : compact)
    c = position[c];
  return compact;
}

void resizeCosts(ClassGraph &graph) {
  size_t n = graph.numClasses;
  graph.time.assign(n * graph.kinds.size(), 0);
  graph.size.assign(n, 0);
  graph.stash.assign(n, 0);
  graph.transient.assign(n, 0);
  graph.pin.assign(n, 0);
}

void addTime(Time &sum, Time t) {
  if (sum == kUnsupported || t == kUnsupported)
    sum = kUnsupported;
  else
    sum += t;
}

/// Gives class `c` the pin; two different ones leave it without a device.
void addPin(ClassGraph &graph, ClassId c, uint32_t pin) {
  if (!pin)
    return;
  if (graph.pin[c] && graph.pin[c] != pin)
    std::fill_n(graph.time.begin() + c * graph.kinds.size(), graph.kinds.size(),
                kUnsupported);
  graph.pin[c] = pin;
}

/// No more stages than nodes, nor than allowed.
uint32_t usefulStages(const Instance &instance, uint32_t maxStages) {
  uint32_t useful = static_cast<uint32_t>(
      std::min<size_t>(instance.numNodes(), size_t(1) << 20));
  return maxStages ? std::min(useful, maxStages) : useful;
}

/// Device kinds with useful counts, and whether memory can bind anywhere.
void setKinds(ClassGraph &graph, const Instance &instance, uint32_t maxStages) {
  size_t n = instance.numNodes();
  uint32_t useful = usefulStages(instance, maxStages);
  graph.maxStages = useful;
  graph.kinds = engineKinds(instance, maxStages);
  graph.suffixStash = instance.data().inFlight == InFlight::SuffixStages;
  size_t devices = 0;
  for (const EngineKind &kind : graph.kinds)
    devices += kind.count;
  Bytes inFlight = graph.suffixStash
                       ? static_cast<Bytes>(std::min<size_t>(devices, useful))
                       : 0;
  __int128 total = 0;
  Bytes transient = 0;
  for (NodeId v = 0; v < n; ++v) {
    total += instance.size(v);
    total += static_cast<__int128>(instance.stash(v)) * inFlight;
    transient = std::max(transient, instance.transient(v));
  }
  for (uint32_t w = 0; w < instance.numWeights(); ++w)
    total += instance.weightBytes(w);
  total += transient;
  for (KindId k = 0; k < instance.numKinds(); ++k) {
    const DeviceKind &kind = instance.machine().kinds[k];
    EngineKind &engine = graph.kinds[k];
    engine.memory = kind.memory == kUnlimitedBytes
                        ? kUnlimitedBytes
                        : std::min(kind.memory, kTooManyBytes - 1);
    if (total <= kind.memory)
      engine.memory = kUnlimitedBytes;
    if (engine.count && engine.memory != kUnlimitedBytes)
      graph.memoryBinds = true;
    engine.plain = engine.memory == kUnlimitedBytes;
    for (NetId i = 0; i < instance.numNets() && engine.plain; ++i)
      engine.plain = instance.netCost(i, k) == 0;
  }
}

/// Order constraints between the sets (problem.md, contiguous): forward edges,
/// and for backward edges that touch an orphan the turned edge (DPO, appendix
/// on training).
Edges orderConstraints(const Instance &instance, UnionFind &sets,
                       const std::vector<uint8_t> &orphan) {
  Edges edges;
  auto constrain = [&](NodeId a, NodeId b) {
    uint32_t x = sets.find(a), y = sets.find(b);
    if (x == y || instance.isBackward(a) != instance.isBackward(b))
      return;
    if (!instance.isBackward(a))
      edges.push_back({x, y});
    else if (orphan[a] || orphan[b])
      edges.push_back({y, x});
  };
  for (NetId i = 0; i < instance.numNets(); ++i)
    if (uint32_t p = instance.producer(i); p != kNone)
      for (uint32_t c : instance.consumers(i))
        constrain(p, c);
  for (auto [a, b] : instance.data().orderEdges)
    constrain(a, b);
  return edges;
}

/// Backward nodes whose colocation group has no forward node.
std::vector<uint8_t> findOrphans(const Instance &instance, UnionFind &groups) {
  size_t n = instance.numNodes();
  std::vector<uint8_t> hasForward(n, 0), orphan(n, 0);
  for (NodeId v = 0; v < n; ++v)
    if (!instance.isBackward(v))
      hasForward[groups.find(v)] = 1;
  for (NodeId v = 0; v < n; ++v)
    orphan[v] = instance.isBackward(v) && !hasForward[groups.find(v)];
  return orphan;
}

RawItems rawItems(const Instance &instance, size_t kindCount,
                  bool memoryBinds) {
  RawItems raw;
  raw.cost.assign(kindCount, {});
  for (NetId i = 0; i < instance.numNets(); ++i) {
    if (uint32_t p = instance.producer(i); p != kNone)
      raw.members.add(p);
    for (uint32_t c : instance.consumers(i))
      raw.members.add(c);
    raw.members.endRow();
    raw.sticky.push_back(instance.onHost(i));
    raw.bytes.push_back(0);
    for (KindId k = 0; k < kindCount; ++k)
      raw.cost[k].push_back(instance.netCost(i, k));
  }
  if (!memoryBinds)
    return raw;
  for (uint32_t w = 0; w < instance.numWeights(); ++w) {
    for (uint32_t user : instance.weightUsers(w))
      raw.members.add(user);
    raw.members.endRow();
    raw.sticky.push_back(1);
    raw.bytes.push_back(instance.weightBytes(w));
    for (auto &row : raw.cost)
      row.push_back(0);
  }
  return raw;
}

} // namespace

ClassGraph mergeClasses(const ClassGraph &graph,
                        const std::vector<uint32_t> &mergeInto) {
  size_t n = graph.numClasses, kindCount = graph.kinds.size();
  UnionFind sets(n);
  for (uint32_t c = 0; c < n; ++c)
    sets.merge(c, mergeInto[c]);
  Edges edges;
  for (uint32_t c = 0; c < n; ++c)
    for (uint32_t s : graph.succs[c])
      if (sets.find(c) != sets.find(s))
        edges.push_back({sets.find(c), sets.find(s)});
  mergeComponents(rowsOf(n, edges), sets);

  ClassGraph merged;
  merged.kinds = graph.kinds;
  merged.maxStages = graph.maxStages;
  merged.suffixStash = graph.suffixStash;
  merged.turned = graph.turned;
  merged.memoryBinds = graph.memoryBinds;
  merged.numPins = graph.numPins;
  std::vector<uint32_t> newClass = numberClasses(merged, sets, edges);
  resizeCosts(merged);
  for (uint32_t c = 0; c < n; ++c) {
    uint32_t to = newClass[c];
    for (size_t k = 0; k < kindCount; ++k)
      addTime(merged.time[to * kindCount + k], graph.timeOf(c, k));
    merged.size[to] = addBytes(merged.size[to], graph.size[c]);
    merged.stash[to] = addBytes(merged.stash[to], graph.stash[c]);
    merged.transient[to] = std::max(merged.transient[to], graph.transient[c]);
    addPin(merged, to, graph.pin[c]);
  }
  RawItems raw;
  raw.members = graph.items;
  raw.sticky = graph.sticky;
  raw.bytes = graph.itemBytes;
  raw.cost = graph.cost;
  buildItems(merged, raw, newClass);
  merged.classOf.resize(graph.classOf.size());
  for (size_t v = 0; v < graph.classOf.size(); ++v)
    merged.classOf[v] = newClass[graph.classOf[v]];
  return merged;
}

std::vector<EngineKind> engineKinds(const Instance &instance,
                                    uint32_t maxStages) {
  uint32_t useful = usefulStages(instance, maxStages);
  std::vector<EngineKind> kinds(instance.numKinds());
  for (KindId k = 0; k < kinds.size(); ++k)
    kinds[k].count = std::min(instance.machine().kinds[k].count, useful);
  return kinds;
}

ClassGraph contract(const Instance &instance, uint32_t maxStages) {
  size_t n = instance.numNodes();
  ClassGraph graph;
  setKinds(graph, instance, maxStages);
  size_t kindCount = graph.kinds.size();

  UnionFind sets(n);
  std::vector<std::pair<uint32_t, NodeId>> grouped;
  for (NodeId v = 0; v < n; ++v)
    if (instance.group(v) != kNone)
      grouped.push_back({instance.group(v), v});
  std::sort(grouped.begin(), grouped.end());
  for (size_t i = 1; i < grouped.size(); ++i)
    if (grouped[i].first == grouped[i - 1].first)
      sets.merge(grouped[i].second, grouped[i - 1].second);
  // A forward node that shares only a pin with them is no partner.
  std::vector<uint8_t> orphan = findOrphans(instance, sets);
  // Pins to one device are one class: a device has one stage.
  std::vector<std::pair<uint64_t, NodeId>> pins;
  for (NodeId v = 0; v < n; ++v)
    if (instance.pinIndex(v) != kNone && instance.pinKind(v) != kNone)
      pins.push_back(
          {(uint64_t(instance.pinKind(v)) << 32) | instance.pinIndex(v), v});
  std::sort(pins.begin(), pins.end());
  std::vector<uint32_t> pinOf(n, 0);
  for (size_t i = 0; i < pins.size(); ++i) {
    if (i && pins[i].first == pins[i - 1].first)
      sets.merge(pins[i].second, pins[i - 1].second);
    else
      ++graph.numPins;
    pinOf[pins[i].second] = graph.numPins;
  }

  Edges edges = orderConstraints(instance, sets, orphan);
  mergeComponents(rowsOf(n, edges), sets);
  graph.classOf = numberClasses(graph, sets, edges);
  resizeCosts(graph);
  for (NodeId v = 0; v < n; ++v) {
    ClassId c = graph.classOf[v];
    for (KindId k = 0; k < kindCount; ++k) {
      bool allowed = instance.pinKind(v) == kNone || instance.pinKind(v) == k;
      addTime(graph.time[c * kindCount + k], allowed && graph.kinds[k].count
                                                 ? instance.time(v, k)
                                                 : kUnsupported);
    }
    if (graph.memoryBinds) {
      graph.size[c] = addBytes(graph.size[c], instance.size(v));
      if (graph.suffixStash)
        graph.stash[c] = addBytes(graph.stash[c], instance.stash(v));
      graph.transient[c] = std::max(
          graph.transient[c], std::min(instance.transient(v), kTooManyBytes));
    }
  }
  for (NodeId v = 0; v < n; ++v)
    addPin(graph, graph.classOf[v], pinOf[v]);
  buildItems(graph, rawItems(instance, kindCount, graph.memoryBinds),
             graph.classOf);
  return graph;
}

} // namespace placement::solver::contiguous
