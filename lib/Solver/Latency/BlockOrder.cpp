//===- BlockOrder.cpp - Orders in which blocks can be cut -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/BlockOrder.h"

#include "Solver/Model/Digraph.h"

#include <functional>
#include <queue>
#include <utility>

namespace placement::solver::latency {

BlockOrder::BlockOrder(const LatencyProblem &problem, bool folded)
    : fold(folded), parts(problem.numNodes(), 0) {
  uint32_t n = problem.numNodes();
  if (fold)
    for (uint32_t v = 0; v < n; ++v)
      parts[v] = problem.instance().isBackward(v);
  Digraph units(problem.numUnits());
  units.fill([&](auto visit) {
    for (uint32_t v = 0; v < n; ++v)
      for (uint32_t w : problem.successors(v)) {
        uint32_t a = problem.unit(v), b = problem.unit(w);
        // From the forward to the backward pass: no order of the sheet.
        if (a == b || parts[v] != parts[w])
          continue;
        if (parts[v] != 0)
          std::swap(a, b);
        visit(a, b);
      }
  });
  std::vector<uint32_t> blockOfUnit = componentsOf(units);
  uint32_t blocks = 0;
  for (uint32_t number : blockOfUnit)
    blocks = std::max(blocks, number + 1);
  block.resize(n);
  for (uint32_t v = 0; v < n; ++v)
    block[v] = blockOfUnit[problem.unit(v)];
  blockNodes = FlatLists(blocks);
  blockNodes.fill([&](auto visit) {
    for (uint32_t v : problem.order())
      if (parts[v] == 0)
        visit(block[v], v);
    for (size_t i = problem.order().size(); i-- > 0;)
      if (uint32_t v = problem.order()[i]; parts[v] != 0)
        visit(block[v], v);
  });
  after = FlatLists(blocks);
  after.fill([&](auto visit) {
    for (uint32_t u = 0; u < problem.numUnits(); ++u)
      units.forEachSuccessor(u, [&](uint32_t w) {
        if (blockOfUnit[u] != blockOfUnit[w])
          visit(blockOfUnit[u], blockOfUnit[w]);
      });
  });
  after.makeUnique();
  indegree.assign(blocks, 0);
  for (uint32_t b = 0; b < blocks; ++b)
    for (uint32_t c : after[b])
      ++indegree[c];
}

void BlockOrder::sort(std::span<const double> keyOfBlock,
                      std::vector<uint32_t> &order) const {
  using Entry = std::pair<double, uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
  std::vector<uint32_t> open = indegree;
  for (uint32_t b = 0; b < numBlocks(); ++b)
    if (open[b] == 0)
      ready.emplace(keyOfBlock[b], b);
  order.clear();
  while (!ready.empty()) {
    uint32_t b = ready.top().second;
    ready.pop();
    order.push_back(b);
    for (uint32_t c : after[b])
      if (--open[c] == 0)
        ready.emplace(keyOfBlock[c], c);
  }
}

void BlockOrder::shuffle(SplitMix &random, std::vector<uint32_t> &order) const {
  std::vector<uint32_t> open = indegree, ready, next;
  for (uint32_t b = 0; b < numBlocks(); ++b)
    if (open[b] == 0)
      ready.push_back(b);
  random.shuffle(ready);
  order.clear();
  // How often the block that became ready last is taken: dives into branches.
  const double dives[] = {0, 1, 0.8, 0.95};
  double dive = dives[random.below(4)];
  while (!ready.empty()) {
    size_t i = random.chance(dive)
                   ? ready.size() - 1
                   : random.below(static_cast<uint32_t>(ready.size()));
    uint32_t b = ready[i];
    ready.erase(ready.begin() + static_cast<ptrdiff_t>(i));
    order.push_back(b);
    next.clear();
    for (uint32_t c : after[b])
      if (--open[c] == 0)
        next.push_back(c);
    random.shuffle(next);
    ready.insert(ready.end(), next.begin(), next.end());
  }
}

} // namespace placement::solver::latency
