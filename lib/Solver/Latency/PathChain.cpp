//===- PathChain.cpp - A chain of nodes and what lies about it ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/PathChain.h"

namespace placement::solver::latency {

PathAtoms::PathAtoms(const LatencyProblem &problem)
    : problem(problem), atomOf(problem.numNodes()) {
  uint32_t n = problem.numNodes(), atoms = 0;
  if (problem.piecesPerDevice() > 1) {
    for (uint32_t v = 0; v < n; ++v)
      atomOf[v] = atoms++;
  } else {
    // A node that is pinned to a call device runs nowhere else.
    std::vector<uint32_t> byUnit(problem.numUnits(), kNone);
    std::vector<uint32_t> byDevice(problem.numDevices(), kNone);
    for (uint32_t v = 0; v < n; ++v) {
      uint32_t &known = problem.pinnedDevice(v) != kNone
                            ? byDevice[problem.pinnedDevice(v)]
                            : byUnit[problem.unit(v)];
      if (known == kNone)
        known = atoms++;
      atomOf[v] = known;
    }
  }
  nodes = FlatLists(atoms);
  nodes.fill([&](auto visit) {
    for (uint32_t v = 0; v < n; ++v)
      visit(atomOf[v], v);
  });
}

PathChain::PathChain(const LatencyProblem &problem, std::vector<uint32_t> path)
    : chain(std::move(path)), numBehind(problem.numNodes(), 0),
      firstAhead(problem.numNodes(), static_cast<uint32_t>(chain.size())) {
  std::vector<uint32_t> index(problem.numNodes(), kNone);
  for (uint32_t i = 0; i < chain.size(); ++i)
    index[chain[i]] = i;
  for (uint32_t v : problem.order()) {
    for (uint32_t u : problem.predecessors(v))
      numBehind[v] = std::max(numBehind[v], numBehind[u]);
    if (index[v] != kNone)
      numBehind[v] = index[v] + 1;
  }
  std::span<const uint32_t> order = problem.order();
  for (size_t at = order.size(); at-- > 0;) {
    uint32_t v = order[at];
    for (uint32_t w : problem.successors(v))
      firstAhead[v] = std::min(firstAhead[v], firstAhead[w]);
    if (index[v] != kNone)
      firstAhead[v] = index[v];
  }
}

} // namespace placement::solver::latency
