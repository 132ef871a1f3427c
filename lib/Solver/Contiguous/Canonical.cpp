//===- Canonical.cpp - One ideal for all symmetric ones -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/Canonical.h"

#include <numeric>

namespace placement::solver::contiguous {

bool Canonical::canonicalise(ClassId c, uint16_t *counts,
                             std::vector<Crossing> &crossing) {
  permuted = false;
  ties.clear();
  uint32_t group = symmetry.classGroup[c];
  if (group == kNone)
    return false;
  const auto &branches = symmetry.groups[group].branches;
  inside.clear();
  for (uint32_t b = 0; b < branches.size(); ++b) {
    uint64_t mask = 0;
    for (size_t r = 0; r < branches[b].size(); ++r)
      if (cover.contains(counts, branches[b][r]))
        mask |= uint64_t(1) << r;
    inside.push_back({mask, b});
  }
  std::sort(inside.begin(), inside.end(), [](const auto &a, const auto &b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  rankOf.resize(branches.size());
  for (uint32_t i = 0; i < inside.size(); ++i) {
    rankOf[inside[i].second] = i;
    permuted |= inside[i].second != i;
  }
  if (permuted)
    permute(group, counts, crossing);
  findTies(group, crossing);
  return permuted;
}

void Canonical::permute(uint32_t group, uint16_t *counts,
                        std::vector<Crossing> &crossing) {
  const Symmetry::Group &g = symmetry.groups[group];
  // The renamed set is an ideal again, hence a prefix of every chain: first
  // take out what left it, then put in what came.
  for (size_t b = 0; b < g.branches.size(); ++b)
    for (size_t r = 0; r < g.branches[b].size(); ++r)
      if (!(inside[b].first >> r & 1)) {
        ClassId u = g.branches[b][r];
        uint16_t &count = counts[cover.chainOf[u]];
        count = std::min(count, cover.positionOf[u]);
      }
  for (size_t b = 0; b < g.branches.size(); ++b)
    for (size_t r = 0; r < g.branches[b].size(); ++r)
      if (inside[b].first >> r & 1) {
        ClassId u = g.branches[b][r];
        uint16_t &count = counts[cover.chainOf[u]];
        count = std::max<uint16_t>(count, cover.positionOf[u] + 1);
      }
  for (Crossing &entry : crossing)
    if (symmetry.itemGroup[entry.item] == group)
      entry.item = g.items[rankOf[symmetry.itemBranch[entry.item]]]
                          [symmetry.itemRole[entry.item]];
  std::vector<uint32_t> order(crossing.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return crossing[a].item < crossing[b].item;
  });
  std::vector<Crossing> sorted;
  positionMap.resize(crossing.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    positionMap[order[i]] = i;
    sorted.push_back(crossing[order[i]]);
  }
  crossing = std::move(sorted);
}

void Canonical::findTies(uint32_t group,
                         const std::vector<Crossing> &crossing) {
  const Symmetry::Group &g = symmetry.groups[group];
  // Two bits an item in one word.
  if (g.items.empty() || g.items[0].size() > 31)
    return;
  auto positionOf = [&](ItemId item) {
    auto it = std::lower_bound(
        crossing.begin(), crossing.end(), item,
        [](const Crossing &a, ItemId b) { return a.item < b; });
    return it != crossing.end() && it->item == item
               ? static_cast<uint32_t>(it - crossing.begin())
               : kNone;
  };
  for (size_t a = 0; a < inside.size();) {
    size_t b = a + 1;
    while (b < inside.size() && inside[b].first == inside[a].first)
      ++b;
    Tie tie{0, {}};
    if (b - a > 1)
      for (size_t i = a; i < b; ++i)
        for (ItemId item : g.items[i])
          if (uint32_t p = positionOf(item); p != kNone)
            tie.positions.push_back(p);
    // Equal branches cross with equal roles, so the rows are of one length.
    if (!tie.positions.empty()) {
      tie.width = static_cast<uint32_t>(tie.positions.size() / (b - a));
      ties.push_back(std::move(tie));
    }
    a = b;
  }
}

} // namespace placement::solver::contiguous
