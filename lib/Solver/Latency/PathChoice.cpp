//===- PathChoice.cpp - Which paths of a graph to bound by ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/PathChoice.h"

namespace placement::solver::latency {
namespace {

/// Shares of 2^30 of the whole, and at least one for each node, so that of two
/// paths one of which holds the other the longer is heavier.
std::vector<int64_t> sharesOf(const std::vector<int64_t> &amounts) {
  __int128 sum = 0;
  for (int64_t amount : amounts)
    sum += amount;
  std::vector<int64_t> shares;
  shares.reserve(amounts.size());
  for (int64_t amount : amounts)
    shares.push_back(
        1 + (sum == 0 ? 0
                      : static_cast<int64_t>(
                            (static_cast<__int128>(amount) << 30) / sum)));
  return shares;
}

} // namespace

PathChoice::PathChoice(const LatencyProblem &problem) : problem(problem) {
  std::vector<int64_t> host, work, size;
  for (uint32_t v = 0; v < problem.numNodes(); ++v) {
    Time onHost = kInfiniteTime, onDevice = kInfiniteTime;
    for (KindId k = 0; k < problem.numKinds(); ++k) {
      Time &best = problem.poolOf(k) != kNone ? onHost : onDevice;
      best = std::min(best, problem.time(v, k));
    }
    // What must go one way counts there alone.
    host.push_back(onHost == kInfiniteTime ? 0 : onHost);
    work.push_back(onDevice == kInfiniteTime ? 0 : onDevice);
    size.push_back(problem.ownBytes(v));
  }
  hostShare = sharesOf(host);
  workShare = sharesOf(work);
  sizeShare = sharesOf(size);
}

std::vector<uint32_t>
PathChoice::heaviest(std::span<const int64_t> weight) const {
  uint32_t n = problem.numNodes(), end = kNone;
  std::vector<int64_t> length(n);
  std::vector<uint32_t> from(n, kNone);
  for (uint32_t v : problem.order()) {
    for (uint32_t u : problem.predecessors(v))
      if (from[v] == kNone || length[u] > length[from[v]])
        from[v] = u;
    length[v] = weight[v] + (from[v] == kNone ? 0 : length[from[v]]);
    if (end == kNone || length[v] > length[end])
      end = v;
  }
  std::vector<uint32_t> path;
  for (uint32_t v = end; v != kNone; v = from[v])
    path.push_back(v);
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<std::vector<uint32_t>> PathChoice::firstPaths() const {
  struct Mix {
    int host, work, size;
  };
  constexpr Mix kMixes[] = {{1, 0, 1}, {1, 0, 0}, {0, 1, 1}, {0, 0, 1}};
  std::vector<std::vector<uint32_t>> paths;
  std::vector<int64_t> weight(problem.numNodes());
  for (const Mix &mix : kMixes) {
    for (uint32_t v = 0; v < problem.numNodes(); ++v)
      weight[v] = mix.host * hostShare[v] + mix.work * workShare[v] +
                  mix.size * sizeShare[v] + 1;
    std::vector<uint32_t> path = heaviest(weight);
    if (std::find(paths.begin(), paths.end(), path) == paths.end())
      paths.push_back(std::move(path));
  }
  return paths;
}

std::vector<uint32_t>
PathChoice::slowestPath(const Placement &placement) const {
  uint32_t n = problem.numNodes(), pools = problem.numPools();
  auto kindOf = [&](uint32_t v) {
    uint32_t place = placement.place[v];
    return place < pools
               ? problem.pools()[place].kind
               : problem.devices()[placement.deviceOf[place - pools]].kind;
  };
  // Loads of pieces: what they compute, and nets that they share with others.
  std::vector<Time> load(placement.numPieces(), 0);
  for (uint32_t v = 0; v < n; ++v)
    if (placement.place[v] >= pools)
      load[placement.place[v] - pools] += problem.time(v, kindOf(v));
  std::vector<uint32_t> paying;
  for (uint32_t net = 0; net < problem.numNets(); ++net) {
    uint32_t producer = problem.producer(net);
    uint32_t home = producer == kNone ? kNone : placement.place[producer];
    bool leaves = producer == kNone || problem.neededByHost(net);
    paying.clear();
    for (uint32_t v : problem.consumers(net))
      if (placement.place[v] != home) {
        leaves = true;
        if (placement.place[v] >= pools)
          paying.push_back(placement.place[v]);
      }
    if (leaves && home != kNone && home >= pools)
      paying.push_back(home);
    std::sort(paying.begin(), paying.end());
    paying.erase(std::unique(paying.begin(), paying.end()), paying.end());
    for (uint32_t place : paying)
      load[place - pools] += problem.cost(
          net, problem.devices()[placement.deviceOf[place - pools]].kind);
  }
  std::vector<Time> length(n);
  // Among paths of one length the one with more host time and memory.
  std::vector<int64_t> second(n);
  std::vector<uint32_t> from(n, kNone);
  uint32_t end = kNone;
  for (uint32_t v : problem.order()) {
    uint32_t place = placement.place[v];
    Time own = place < pools ? problem.time(v, kindOf(v)) : load[place - pools];
    length[v] = own;
    for (uint32_t u : problem.predecessors(v)) {
      Time reached =
          length[u] + (place >= pools && placement.place[u] == place ? 0 : own);
      if (from[v] == kNone || reached > length[v] ||
          (reached == length[v] && second[u] > second[from[v]])) {
        from[v] = u;
        length[v] = reached;
      }
    }
    second[v] =
        hostShare[v] + sizeShare[v] + (from[v] == kNone ? 0 : second[from[v]]);
    if (end == kNone || length[v] > length[end] ||
        (length[v] == length[end] && second[v] > second[end]))
      end = v;
  }
  std::vector<uint32_t> path;
  for (uint32_t v = end; v != kNone; v = from[v])
    path.push_back(v);
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<std::vector<uint32_t>>
PathChoice::detours(std::span<const uint32_t> path, uint32_t most) const {
  uint32_t n = problem.numNodes();
  // Nodes of the path weigh more than all others together.
  std::vector<int64_t> weight(n), up(n), down(n);
  std::vector<uint32_t> from(n, kNone), to(n, kNone);
  std::vector<uint8_t> onPath(n, 0);
  for (uint32_t v = 0; v < n; ++v)
    weight[v] = hostShare[v] + sizeShare[v];
  for (uint32_t v : path) {
    weight[v] += int64_t(1) << 33;
    onPath[v] = 1;
  }
  for (uint32_t v : problem.order()) {
    for (uint32_t u : problem.predecessors(v))
      if (from[v] == kNone || up[u] > up[from[v]])
        from[v] = u;
    up[v] = weight[v] + (from[v] == kNone ? 0 : up[from[v]]);
  }
  std::span<const uint32_t> order = problem.order();
  for (size_t at = order.size(); at-- > 0;) {
    uint32_t v = order[at];
    for (uint32_t w : problem.successors(v))
      if (to[v] == kNone || down[w] > down[to[v]])
        to[v] = w;
    down[v] = weight[v] + (to[v] == kNone ? 0 : down[to[v]]);
  }
  std::vector<uint32_t> through;
  for (uint32_t v = 0; v < n; ++v)
    if (!onPath[v])
      through.push_back(v);
  auto weightThrough = [&](uint32_t v) { return up[v] + down[v] - weight[v]; };
  std::sort(through.begin(), through.end(), [&](uint32_t a, uint32_t b) {
    int64_t first = weightThrough(a), second = weightThrough(b);
    return first != second ? first > second : a < b;
  });
  std::vector<std::vector<uint32_t>> found;
  std::vector<uint8_t> covered(n, 0);
  for (uint32_t v : through) {
    if (found.size() == most)
      break;
    // A route that an earlier detour took as a whole is not new.
    if (covered[v])
      continue;
    std::vector<uint32_t> route;
    for (uint32_t u = v; u != kNone; u = from[u])
      route.push_back(u);
    std::reverse(route.begin(), route.end());
    for (uint32_t w = to[v]; w != kNone; w = to[w])
      route.push_back(w);
    for (uint32_t u : route)
      covered[u] = 1;
    found.push_back(std::move(route));
  }
  return found;
}

std::vector<uint32_t> PathChoice::thinned(std::span<const uint32_t> path,
                                          uint32_t most) const {
  std::vector<uint32_t> kept(path.begin(), path.end());
  if (kept.size() <= most)
    return kept;
  std::vector<uint32_t> byWeight(kept.size());
  for (uint32_t i = 0; i < kept.size(); ++i)
    byWeight[i] = i;
  auto weightOf = [&](uint32_t i) {
    return hostShare[path[i]] + sizeShare[path[i]];
  };
  std::sort(byWeight.begin(), byWeight.end(), [&](uint32_t a, uint32_t b) {
    return weightOf(a) != weightOf(b) ? weightOf(a) > weightOf(b) : a < b;
  });
  byWeight.resize(most);
  std::sort(byWeight.begin(), byWeight.end());
  for (uint32_t i = 0; i < most; ++i)
    kept[i] = path[byWeight[i]];
  kept.resize(most);
  return kept;
}

} // namespace placement::solver::latency
