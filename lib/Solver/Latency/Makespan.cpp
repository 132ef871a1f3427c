//===- Makespan.cpp - When a placement has done its sample ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/Makespan.h"

#include <tuple>
#include <utility>

namespace placement::solver::latency {

Makespan::Makespan(const LatencyProblem &problem)
    : problem(problem), vertex(problem.numNodes()), next(problem.numNodes()),
      lastOnDevice(problem.numDevices()) {
  ready.reserve(problem.numNodes());
}

/// Each net once into each piece that consumes it, once out of its producer's.
void Makespan::payTransfers(const Placement &placement) {
  uint32_t n = problem.numNodes(), pieces = placement.numPieces();
  std::fill(stamp.begin(), stamp.begin() + pieces, kNone);
  for (uint32_t net = 0; net < problem.numNets(); ++net) {
    uint32_t producer = problem.producer(net);
    uint32_t from = producer == kNone ? kNone : vertex[producer];
    bool leaves = problem.neededByHost(net);
    for (uint32_t consumer : problem.consumers(net)) {
      uint32_t to = vertex[consumer];
      if (to == from)
        continue;
      leaves = true;
      if (to < n || stamp[to - n] == net)
        continue;
      stamp[to - n] = net;
      paidIn[to - n] +=
          problem.cost(net, problem.devices()[placement.deviceOf[to - n]].kind);
    }
    if (leaves && from != kNone && from >= n)
      paidOut[from - n] += problem.cost(
          net, problem.devices()[placement.deviceOf[from - n]].kind);
  }
}

/// `to` runs right after `from` on the same device or core.
void Makespan::follow(uint32_t from, uint32_t to) {
  following[from] = to;
  ++open[to];
}

void Makespan::queueOnCores(const Placement &placement) {
  onCores.clear();
  for (uint32_t v = 0; v < problem.numNodes(); ++v)
    if (placement.place[v] < problem.numPools() &&
        problem.pools()[placement.place[v]].cores != kNone)
      onCores.push_back(v);
  auto seat = [&](uint32_t v) {
    return std::tuple(placement.place[v], placement.core[v], placement.rank[v],
                      v);
  };
  std::sort(onCores.begin(), onCores.end(),
            [&](uint32_t a, uint32_t b) { return seat(a) < seat(b); });
  for (size_t i = 1; i < onCores.size(); ++i) {
    uint32_t a = onCores[i - 1], b = onCores[i];
    if (placement.place[a] == placement.place[b] &&
        placement.core[a] == placement.core[b])
      follow(a, b);
  }
}

void Makespan::release(uint32_t from, uint32_t to) {
  Time done = starts[from] + work[from];
  if (done > starts[to]) {
    starts[to] = done;
    cause[to] = from;
  }
  if (--open[to] == 0)
    ready.push_back(to);
}

Time Makespan::evaluate(const Placement &placement) {
  uint32_t n = problem.numNodes(), pools = problem.numPools();
  uint32_t pieces = placement.numPieces(), vertices = n + pieces;
  if (starts.size() < vertices) {
    for (auto *table : {&starts, &work})
      table->resize(vertices);
    for (auto *table : {&cause, &open, &following})
      table->resize(vertices);
    for (auto *table : {&head, &stamp})
      table->resize(pieces);
    for (auto *table : {&paidIn, &paidOut})
      table->resize(pieces);
    ready.reserve(vertices);
  }
  std::fill(starts.begin(), starts.begin() + vertices, 0);
  std::fill(work.begin(), work.begin() + vertices, 0);
  std::fill(cause.begin(), cause.begin() + vertices, kNone);
  std::fill(open.begin(), open.begin() + vertices, 0);
  std::fill(following.begin(), following.begin() + vertices, kNone);
  std::fill(head.begin(), head.begin() + pieces, kNone);
  std::fill(paidIn.begin(), paidIn.begin() + pieces, 0);
  std::fill(paidOut.begin(), paidOut.begin() + pieces, 0);
  uint32_t left = 0;
  for (uint32_t v = 0; v < n; ++v) {
    uint32_t place = placement.place[v];
    if (place < pools) {
      vertex[v] = v;
      work[v] = problem.time(v, problem.pools()[place].kind);
      ++left;
      continue;
    }
    uint32_t piece = place - pools;
    vertex[v] = n + piece;
    left += head[piece] == kNone;
    next[v] = head[piece];
    head[piece] = v;
    work[n + piece] +=
        problem.time(v, problem.devices()[placement.deviceOf[piece]].kind);
  }
  payTransfers(placement);
  std::fill(lastOnDevice.begin(), lastOnDevice.end(), kNone);
  for (uint32_t p = 0; p < pieces; ++p) {
    if (head[p] == kNone)
      continue;
    work[n + p] += paidIn[p] + paidOut[p];
    uint32_t &before = lastOnDevice[placement.deviceOf[p]];
    if (before != kNone)
      follow(n + before, n + p);
    before = p;
  }
  if (problem.boundedCores())
    queueOnCores(placement);
  for (uint32_t v = 0; v < n; ++v)
    for (uint32_t u : problem.predecessors(v))
      open[vertex[v]] += vertex[u] != vertex[v];
  ready.clear();
  for (uint32_t v = 0; v < n; ++v)
    if (vertex[v] == v && open[v] == 0)
      ready.push_back(v);
  for (uint32_t p = 0; p < pieces; ++p)
    if (head[p] != kNone && open[n + p] == 0)
      ready.push_back(n + p);
  Time value = 0;
  latest = kNone;
  for (size_t i = 0; i < ready.size(); ++i) {
    uint32_t x = ready[i];
    --left;
    Time done = starts[x] + work[x];
    if (latest == kNone || done > value || (done == value && x < latest)) {
      value = done;
      latest = x;
    }
    auto releaseFrom = [&](uint32_t v) {
      for (uint32_t w : problem.successors(v))
        if (vertex[w] != x)
          release(x, vertex[w]);
    };
    if (x < n)
      releaseFrom(x);
    else
      for (uint32_t v = head[x - n]; v != kNone; v = next[v])
        releaseFrom(v);
    if (following[x] != kNone)
      release(x, following[x]);
  }
  return left == 0 ? value : kInfiniteTime;
}

void renumber(const LatencyProblem &problem, const Makespan &makespan,
              Placement &placement) {
  uint32_t n = problem.numNodes(), pools = problem.numPools();
  std::vector<uint32_t> pieces;
  for (uint32_t p = 0; p < placement.numPieces(); ++p)
    if (makespan.firstNode(p) != kNone)
      pieces.push_back(p);
  std::sort(pieces.begin(), pieces.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(makespan.start(n + a), a) <
           std::pair(makespan.start(n + b), b);
  });
  std::vector<uint32_t> nextFree(problem.numKinds(), 0);
  std::vector<uint32_t> deviceFor(problem.numDevices(), kNone);
  std::vector<uint32_t> newNumber(placement.numPieces(), kNone);
  std::vector<uint32_t> deviceOf;
  for (uint32_t p : pieces) {
    uint32_t old = placement.deviceOf[p];
    const LatencyProblem::Device &device = problem.devices()[old];
    uint32_t &now = deviceFor[old];
    if (now == kNone && !device.free)
      now = old;
    if (now == kNone) {
      // Behind the last one of the kind that was given away.
      uint32_t &next = nextFree[device.kind];
      while (problem.devices()[next].kind != device.kind ||
             !problem.devices()[next].free)
        ++next;
      now = next++;
    }
    newNumber[p] = static_cast<uint32_t>(deviceOf.size());
    deviceOf.push_back(now);
  }
  for (uint32_t &place : placement.place)
    if (place >= pools)
      place = pools + newNumber[place - pools];
  placement.deviceOf = std::move(deviceOf);
}

} // namespace placement::solver::latency
