//===- ClassBuilding.cpp - Parts of the contraction -----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/ClassBuilding.h"

#include <tuple>

namespace placement::solver::contiguous {

namespace {

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

} // namespace

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
      bool sends = raw.source[i] != kNone;
      for (KindId k = 0; k < kindCount; ++k)
        addPart(graph, c, k, sends ? raw.outPart[i] : raw.inPart[i],
                raw.cost[k][i]);
      graph.size[c] = addBytes(graph.size[c], bytes);
      continue;
    }
    for (uint32_t c : scratch)
      members.add(c);
    members.endRow();
    source.push_back(static_cast<uint32_t>(i));
  }
  // The class that sends the item, where that makes a difference.
  auto sourceClass = [&](uint32_t i) {
    return raw.source[i] == kNone || raw.inPart[i] == raw.outPart[i]
               ? kNone
               : classOfMember[raw.source[i]];
  };
  // Equal items next to each other, and items in the order of their members.
  std::vector<uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0);
  auto compare = [&](uint32_t a, uint32_t b) -> int {
    auto x = members[a], y = members[b];
    if (int c = static_cast<int>(std::lexicographical_compare(
                    y.begin(), y.end(), x.begin(), x.end())) -
                static_cast<int>(std::lexicographical_compare(
                    x.begin(), x.end(), y.begin(), y.end())))
      return c;
    uint32_t i = source[a], j = source[b];
    if (raw.sticky[i] != raw.sticky[j])
      return raw.sticky[i] < raw.sticky[j] ? -1 : 1;
    // Who pays what in which part has to agree, too.
    auto direction = [&](uint32_t n) {
      return std::tuple(raw.inPart[n], raw.outPart[n], sourceClass(n));
    };
    auto order = direction(i) <=> direction(j);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
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
      graph.inPart.push_back(raw.inPart[i]);
      graph.outPart.push_back(raw.outPart[i]);
      graph.source.push_back(sourceClass(i));
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
  if (!graph.parts.single())
    graph.partTime.assign(graph.time.size() * graph.parts.count(), 0);
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

void addPart(ClassGraph &graph, ClassId c, KindId k, unsigned p, Time t) {
  size_t at = c * graph.kinds.size() + k;
  if (graph.time[at] == kUnsupported)
    return;
  if (p == graph.parts.compute(false) || p == graph.parts.compute(true))
    graph.time[at] += t;
  if (!graph.parts.single())
    graph.partTime[at * graph.parts.count() + p] += t;
}

void addPin(ClassGraph &graph, ClassId c, uint32_t pin) {
  if (!pin)
    return;
  if (graph.pin[c] && graph.pin[c] != pin)
    std::fill_n(graph.time.data() + c * graph.kinds.size(), graph.kinds.size(),
                kUnsupported);
  graph.pin[c] = pin;
}

namespace {

/// The graph with its classes in the given sets and under the given order.
ClassGraph rebuild(const ClassGraph &graph, UnionFind &sets, Edges &edges) {
  size_t kindCount = graph.kinds.size();
  ClassGraph merged;
  merged.kinds = graph.kinds;
  merged.maxStages = graph.maxStages;
  merged.suffixStash = graph.suffixStash;
  merged.turned = graph.turned;
  merged.ordered = graph.ordered;
  merged.memoryBinds = graph.memoryBinds;
  merged.numPins = graph.numPins;
  merged.parts = graph.parts;
  std::vector<uint32_t> newClass = numberClasses(merged, sets, edges);
  resizeCosts(merged);
  for (uint32_t c = 0; c < graph.numClasses; ++c) {
    uint32_t to = newClass[c];
    for (size_t k = 0; k < kindCount; ++k)
      addTime(merged.time[to * kindCount + k], graph.timeOf(c, k));
    size_t width = graph.partTime.empty() ? 0 : kindCount * graph.parts.count();
    for (size_t i = 0; i < width; ++i)
      merged.partTime[to * width + i] += graph.partTime[c * width + i];
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
  raw.inPart = graph.inPart;
  raw.outPart = graph.outPart;
  raw.source = graph.source;
  buildItems(merged, raw, newClass);
  merged.classOf.resize(graph.classOf.size());
  for (size_t v = 0; v < graph.classOf.size(); ++v)
    merged.classOf[v] = newClass[graph.classOf[v]];
  return merged;
}

} // namespace

ClassGraph mergeClasses(const ClassGraph &graph,
                        const std::vector<uint32_t> &mergeInto) {
  size_t n = graph.numClasses;
  UnionFind sets(n);
  for (uint32_t c = 0; c < n; ++c)
    sets.merge(c, mergeInto[c]);
  Edges edges;
  for (uint32_t c = 0; c < n; ++c)
    for (uint32_t s : graph.succs[c])
      if (sets.find(c) != sets.find(s))
        edges.push_back({sets.find(c), sets.find(s)});
  mergeComponents(rowsOf(n, edges), sets);
  return rebuild(graph, sets, edges);
}

ClassGraph orderClasses(const ClassGraph &graph,
                        const std::vector<ClassId> &order) {
  UnionFind sets(graph.numClasses);
  Edges edges;
  for (size_t i = 1; i < order.size(); ++i)
    edges.push_back({order[i - 1], order[i]});
  return rebuild(graph, sets, edges);
}

} // namespace placement::solver::contiguous
