//===- PathFlow.cpp - Paths from sources to sinks, with weights -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/PathFlow.h"

#include <cmath>

namespace placement::solver::latency {

namespace {

/// A path that is 1 % shorter than the longest begins with exp(-2) of its
/// weight. As if so many plans had everything on hosts, which keeps the first
/// answers from running after single plans. Both measured on inceptionv3.
constexpr double kSharpStart = 200, kPrior = 2;
/// Of the answers; falls with the root of the number of plans.
constexpr double kRate = 60;

/// log(exp(a) + exp(b)).
double logSum(double a, double b) {
  if (a < b)
    std::swap(a, b);
  return b == -HUGE_VAL ? a : a + std::log1p(std::exp(b - a));
}

/// Deals out `total` in proportion to exp(shares): whole numbers that add up.
template <typename Give>
void deal(uint64_t total, const std::vector<double> &shares, Give give) {
  double sum = -HUGE_VAL;
  for (double share : shares)
    sum = logSum(sum, share);
  uint64_t given = 0;
  double part = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    part += std::exp(shares[i] - sum);
    uint64_t upTo =
        i + 1 == shares.size()
            ? total
            : std::min(total, static_cast<uint64_t>(
                                  part * static_cast<double>(total)));
    upTo = std::max(upTo, given);
    give(i, upTo - given);
    given = upTo;
  }
}

} // namespace

PathFlow::PathFlow(const ItemGraph &graph)
    : graph(graph), edgeBegin(graph.size() + 1, 0), outEdges(graph.size()),
      itemFlow(graph.size(), 0), itemLength(graph.size(), 0) {
  for (uint32_t v = 0; v < graph.size(); ++v) {
    std::span<const uint32_t> before = graph.predecessors(v);
    edgeBegin[v + 1] = edgeBegin[v] + before.size();
    for (size_t k = 0; k < before.size(); ++k)
      outEdges[before[k]].push_back(edgeBegin[v] + k);
  }
  edgeFlow.assign(edgeBegin.back(), 0);
  edgeLength.assign(edgeBegin.back(), 0);
}

void PathFlow::startOnLongPaths() {
  std::fill(edgeLength.begin(), edgeLength.end(), 0);
  double longest = 1;
  std::vector<double> path(graph.size(), 0);
  for (uint32_t v = 0; v < graph.size(); ++v) {
    Time time = graph.hostTime(v);
    for (uint32_t c = 0; time == kUnsupported && c < graph.callKinds().size();
         ++c)
      time = graph.callTime(v, c);
    itemLength[v] = time == kUnsupported ? 0 : static_cast<double>(time);
    for (uint32_t u : graph.predecessors(v))
      path[v] = std::max(path[v], path[u]);
    path[v] += itemLength[v];
    longest = std::max(longest, path[v]);
  }
  spread(kSharpStart / longest);
  for (double &length : itemLength)
    length *= kPrior;
  plans = 0;
}

void PathFlow::learn(const PlanView &plan) {
  ++plans;
  for (uint32_t v = 0; v < graph.size(); ++v) {
    uint32_t piece = plan.pieceOf[v];
    std::span<const uint32_t> before = graph.predecessors(v);
    if (piece == kNone)
      itemLength[v] += static_cast<double>(graph.hostTime(v));
    else if (before.empty())
      itemLength[v] += static_cast<double>(plan.loads[piece]);
    else
      for (size_t k = 0; k < before.size(); ++k)
        if (plan.pieceOf[before[k]] != piece)
          edgeLength[edgeBegin[v] + k] +=
              static_cast<double>(plan.loads[piece]);
  }
}

void PathFlow::answer(double value) {
  spread(kRate / (std::max(value, 1.0) * std::sqrt(plans + 1.0)));
}

/// Flows of the weights exp(rate * length): sums over all paths behind each
/// item first, then the flow from the sources on.
void PathFlow::spread(double rate) {
  uint32_t n = graph.size();
  std::vector<double> behind(n);
  std::vector<uint32_t> sources;
  std::vector<uint32_t> head(edgeFlow.size());
  for (uint32_t v = 0; v < n; ++v)
    for (size_t e = edgeBegin[v]; e < edgeBegin[v + 1]; ++e)
      head[e] = v;
  for (uint32_t v = n; v-- > 0;) {
    double sum = outEdges[v].empty() ? 0 : -HUGE_VAL;
    for (size_t e : outEdges[v])
      sum = logSum(sum, behind[head[e]] + rate * edgeLength[e]);
    behind[v] = sum + rate * itemLength[v];
  }
  std::fill(itemFlow.begin(), itemFlow.end(), 0);
  std::fill(edgeFlow.begin(), edgeFlow.end(), 0);
  std::vector<double> shares;
  for (uint32_t v = 0; v < n; ++v)
    if (graph.predecessors(v).empty()) {
      sources.push_back(v);
      shares.push_back(behind[v]);
    }
  deal(kOne, shares,
       [&](size_t i, uint64_t part) { itemFlow[sources[i]] = part; });
  for (uint32_t v = 0; v < n; ++v) {
    shares.clear();
    for (size_t e : outEdges[v])
      shares.push_back(behind[head[e]] + rate * edgeLength[e]);
    deal(itemFlow[v], shares, [&](size_t i, uint64_t part) {
      size_t e = outEdges[v][i];
      edgeFlow[e] = part;
      itemFlow[head[e]] += part;
    });
  }
}

} // namespace placement::solver::latency
