//===- LatencyTimes.cpp - Rows on transfers, loads and times --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/LatencyModel.h"

namespace placement::solver::mip {

namespace {

/// Loads of one row add up to at most this; its times take as much again.
constexpr int64_t kMostAlong = int64_t(1) << 60;

} // namespace

void LatencyModel::atLeast(Column variable, TermSum sum,
                           std::vector<Term> others, Column condition) {
  for (const Term &term : sum.terms(timeScale))
    others.push_back(term);
  model.atLeast(variable, std::move(others), condition);
}

/// One as soon as one of the nodes is in the slot and `without` is not. kAbsent
/// where that cannot be.
Column LatencyModel::addDifference(std::span<const uint32_t> nodes,
                                   Node without, Slot j) {
  Column other = without != kNone ? x(without, j) : kAbsent;
  std::vector<Column> columns;
  for (Node v : nodes)
    if (x(v, j) != kAbsent && x(v, j) != other)
      columns.push_back(x(v, j));
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  if (columns.empty())
    return kAbsent;
  if (columns.size() == 1 && other == kAbsent)
    return columns[0];
  Column any = model.least(0, 1);
  for (Column column : columns) {
    std::vector<Term> terms = {{column, 1}};
    if (other != kAbsent)
      terms.push_back({other, -1});
    model.atLeast(any, std::move(terms));
  }
  return any;
}

void LatencyModel::addPayments() {
  uint32_t n = problem.numNodes();
  needs.assign(size_t(n) * slots, kAbsent);
  for (Node v = 0; v < n; ++v)
    for (Slot j = 0; j < slots; ++j)
      needs[v * slots + j] = addDifference(problem.successors(v), v, j);
  paidIn.assign(size_t(problem.numNets()) * slots, kAbsent);
  paidOut.assign(size_t(problem.numNets()) * slots, kAbsent);
  for (NetId net = 0; net < problem.numNets(); ++net) {
    bool free = true;
    for (const Carrier &carrier : carrierList)
      free &= problem.cost(net, carrier.kind) == 0;
    if (free)
      continue;
    uint32_t p = problem.producer(net);
    std::span<const uint32_t> consumers = problem.consumers(net);
    bool everybody =
        p != kNone && consumers.size() == problem.successors(p).size();
    for (Slot j = 0; j < slots; ++j) {
      paidIn[net * slots + j] =
          everybody ? needs[p * slots + j] : addDifference(consumers, p, j);
      if (p != kNone && mayBeInPiece(p))
        paidOut[net * slots + j] = addSending(net, j);
    }
  }
}

/// One where the slot holds the producer and somebody outside needs the value.
Column LatencyModel::addSending(NetId net, Slot j) {
  Node p = problem.producer(net);
  std::vector<Column> columns;
  for (Node v : problem.consumers(net)) {
    if (!mayBeInPiece(v))
      return x(p, j);
    if (x(v, j) != x(p, j))
      columns.push_back(x(v, j));
  }
  if (problem.neededByHost(net))
    return x(p, j);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  if (columns.empty())
    return kAbsent;
  Column any = model.least(0, 1);
  for (Column column : columns)
    model.atLeast(any, {{x(p, j), 1}, {column, -1}});
  return any;
}

void LatencyModel::addLoads() {
  int64_t most = timeScale.scaledLimit();
  for (Slot j = 0; j < slots; ++j) {
    Column load = model.least(0, most);
    loads.push_back(load);
    for (KindId k = 0; k < problem.numKinds(); ++k) {
      Column condition =
          mixed ? slotKinds[j * problem.numKinds() + k] : kAbsent;
      if (mixed ? condition == kAbsent : carrierList[0].kind != k)
        continue;
      TermSum sum;
      for (Node v = 0; v < problem.numNodes(); ++v)
        if (mayBeInPiece(v) && allowed(v, k))
          sum.add(x(v, j), problem.time(v, k));
      for (NetId net = 0; net < problem.numNets(); ++net)
        for (Column paid : {paidIn[net * slots + j], paidOut[net * slots + j]})
          if (paid != kAbsent)
            sum.add(paid, problem.cost(net, k));
      atLeast(load, std::move(sum), {}, condition);
    }
  }
}

void LatencyModel::addTimes() {
  uint32_t n = problem.numNodes();
  int64_t most = timeScale.scaledLimit();
  auto floored = [&](Time t) {
    return std::min(timeScale.coefficient(t), most);
  };
  for (Slot j = 0; j < slots; ++j) {
    starts.push_back(model.least(0, most));
    finishes.push_back(model.least(0, most));
    model.atLeast(finishes[j], {{starts[j], 1}, {loads[j], 1}});
  }
  ends.resize(n);
  Time longest = question.lower;
  for (Node v = 0; v < n; ++v) {
    ends[v] = model.least(floored(head[v]), most);
    longest = std::max(longest, head[v]);
  }
  total = model.least(floored(longest), most);
  for (Node v : problem.order()) {
    TermSum onHost;
    for (uint32_t p = 0; p < problem.numPools(); ++p)
      if (host(v, p) != kAbsent)
        onHost.add(host(v, p), problem.time(v, problem.pools()[p].kind));
    for (Node u : problem.predecessors(v))
      atLeast(ends[v], onHost, {{ends[u], 1}});
    if (problem.predecessors(v).empty())
      atLeast(ends[v], onHost, {});
    for (Slot j = 0; j < slots; ++j) {
      if (Column here = x(v, j); here != kAbsent) {
        model.atLeast(ends[v], {{finishes[j], 1}}, here);
        // Nodes after this one end after the start, one by one or together.
        // They need not end after its own end, which may be theirs, too.
        TermSum rest;
        rest.add(here, tail[v]);
        atLeast(total, std::move(rest), {{starts[j], 1}});
      }
      if (Column need = needs[v * slots + j]; need != kAbsent) {
        model.atLeast(starts[j], {{ends[v], 1}}, need);
        TermSum first;
        first.add(need, head[v]);
        atLeast(starts[j], std::move(first), {});
      }
    }
    // What runs after a host node does so after its end.
    TermSum rest;
    for (uint32_t p = 0; p < problem.numPools(); ++p)
      if (host(v, p) != kAbsent)
        rest.add(host(v, p), tail[v] - leastTime(v));
    atLeast(total, std::move(rest), {{ends[v], 1}});
  }
  for (Slot j = 0; j < slots; ++j)
    model.atLeast(total, {{finishes[j], 1}});
  if (!whole)
    addTurns();
}

/// Pieces of one device run in the order of slots.
void LatencyModel::addTurns() {
  for (Slot j = 1; j < slots; ++j)
    for (Slot i = 0; i < j; ++i) {
      Column together = model.choice();
      pairs.push_back({i, j, together});
      for (size_t c = 0; c < carrierList.size(); ++c) {
        Term row[] = {{together, 1}, {carrier(i, c), -1}, {carrier(j, c), -1}};
        model.linear.addRow(-1, external::kNoUpper, row);
      }
      model.atLeast(starts[j], {{finishes[i], 1}}, together);
    }
}

/// Along every path the times of its nodes add up wherever they are: on a host
/// one by one, in a piece as parts of its load. So do transfers that a piece
/// pays for a value that a node of the path makes, and for one that the path
/// brings along. Unlike start times these rows need no constants that make them
/// void, and so they bound all paths at once, also where placements are
/// fractions.
void LatencyModel::addReach() {
  uint32_t n = problem.numNodes();
  int64_t most = timeScale.scaledLimit();
  std::vector<Column> reach(n);
  for (Node v : problem.order()) {
    reach[v] =
        model.least(std::min(timeScale.coefficient(head[v]), most), most);
    TermSum own = alongPath(v);
    if (problem.predecessors(v).empty())
      atLeast(reach[v], own, {});
    for (Node u : problem.predecessors(v)) {
      TermSum sum = own;
      Time brought = 0;
      for (NetId net : problem.netsFrom(u)) {
        std::span<const uint32_t> consumers = problem.consumers(net);
        if (consumers.size() > 1 &&
            std::binary_search(consumers.begin(), consumers.end(), v))
          brought += leastCost(net);
      }
      if (brought > 0 && mayBeInPiece(v))
        addBrought(u, v, brought, sum);
      atLeast(reach[v], std::move(sum), {{reach[u], 1}});
    }
    model.atLeast(ends[v], {{reach[v], 1}});
  }
}

/// What a node adds to every path through it: its time, transfers of what it
/// makes, and of what it alone consumes.
TermSum LatencyModel::alongPath(Node v) const {
  TermSum sum;
  for (uint32_t p = 0; p < problem.numPools(); ++p)
    if (host(v, p) != kAbsent)
      sum.add(host(v, p), problem.time(v, problem.pools()[p].kind));
  if (!mayBeInPiece(v))
    return sum;
  for (Slot j = 0; j < slots; ++j) {
    sum.add(x(v, j), pieceTime(v));
    for (NetId net : problem.netsFrom(v))
      if (Column paid = paidOut[net * slots + j]; paid != kAbsent)
        sum.add(paid, leastCost(net));
    for (NetId net : problem.netsInto(v))
      if (Column paid = paidIn[net * slots + j];
          paid != kAbsent && problem.consumers(net).size() == 1)
        sum.add(paid, leastCost(net));
  }
  return sum;
}

/// A piece pays for what a path brings into it from outside, once.
void LatencyModel::addBrought(Node from, Node to, Time cost, TermSum &sum) {
  if (mayBeInPiece(from) && x(from, 0) == x(to, 0))
    return;
  if (!mayBeInPiece(from)) {
    for (Slot j = 0; j < slots; ++j)
      sum.add(x(to, j), cost);
    return;
  }
  Column crosses = model.least(0, 1);
  for (Slot j = 0; j < slots; ++j)
    model.atLeast(crosses, {{x(to, j), 1}, {x(from, j), -1}});
  sum.add(crosses, cost);
}

/// Some paths from a source to a sink: the longest by the time on hosts, by
/// bytes, and by both, as the slow and the large are what is hard to place.
std::vector<std::vector<LatencyModel::Node>> LatencyModel::choosePaths() const {
  uint32_t n = problem.numNodes();
  // The times of all slots in one row have to fit.
  if (slots == 0 || timeScale.scaledLimit() > kMostAlong / slots)
    return {};
  std::vector<double> time(n), size(n);
  double times = 0, sizes = 0;
  for (Node v = 0; v < n; ++v) {
    for (const auto &pool : problem.pools())
      if (allowed(v, pool.kind))
        time[v] =
            std::max(time[v], static_cast<double>(problem.time(v, pool.kind)));
    size[v] = static_cast<double>(problem.ownBytes(v));
    times += time[v];
    sizes += size[v];
  }
  std::vector<std::vector<Node>> paths;
  for (auto [byTime, bySize] : {std::pair(1.0, 0.0), {0.0, 1.0}, {0.5, 0.5}}) {
    std::vector<double> longest(n);
    std::vector<Node> before(n, kNone);
    Node last = kNone;
    for (Node v : problem.order()) {
      for (Node u : problem.predecessors(v))
        if (before[v] == kNone || longest[u] > longest[before[v]])
          before[v] = u;
      longest[v] = (before[v] != kNone ? longest[before[v]] : 0) +
                   (times > 0 ? byTime * time[v] / times : 0) +
                   (sizes > 0 ? bySize * size[v] / sizes : 0);
      if (last == kNone || longest[v] > longest[last])
        last = v;
    }
    std::vector<Node> path;
    for (Node v = last; v != kNone; v = before[v])
      path.push_back(v);
    std::reverse(path.begin(), path.end());
    if (std::find(paths.begin(), paths.end(), path) == paths.end())
      paths.push_back(std::move(path));
  }
  return paths;
}

/// Pieces are convex, so a path is in each of them once, and the whole loads of
/// the pieces that it meets follow one another.
void LatencyModel::addAlong(const std::vector<Node> &path) {
  TermSum onHost;
  for (Node v : path)
    for (uint32_t p = 0; p < problem.numPools(); ++p)
      if (host(v, p) != kAbsent)
        onHost.add(host(v, p), problem.time(v, problem.pools()[p].kind));
  std::vector<Term> pieces;
  for (Slot j = 0; j < slots; ++j) {
    Column meets = addDifference(path, kNone, j);
    if (meets == kAbsent)
      continue;
    Column spent = model.least(0, timeScale.scaledLimit());
    model.atLeast(spent, {{loads[j], 1}}, meets);
    pieces.push_back({spent, 1});
  }
  atLeast(total, std::move(onHost), std::move(pieces));
}

} // namespace placement::solver::mip
