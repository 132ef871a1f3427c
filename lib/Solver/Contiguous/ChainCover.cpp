//===- ChainCover.cpp - Ideals as counts along chains ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/ChainCover.h"

#include <limits>

namespace placement::solver::contiguous {

ChainCover turned(const ChainCover &cover) {
  size_t n = cover.chainOf.size();
  ChainCover result;
  result.chainOf.resize(n);
  result.positionOf.resize(n);
  for (uint32_t i = 0; i < cover.chains.size(); ++i) {
    const std::vector<ClassId> &chain = cover.chains[i];
    std::vector<ClassId> back;
    back.reserve(chain.size());
    for (size_t j = chain.size(); j-- > 0;) {
      ClassId c = static_cast<ClassId>(n - 1 - chain[j]);
      result.chainOf[c] = i;
      result.positionOf[c] = static_cast<uint16_t>(back.size());
      back.push_back(c);
    }
    result.chains.push_back(std::move(back));
  }
  return result;
}

ChainCover coverByChains(const ClassGraph &graph) {
  constexpr size_t searchBound = 256;
  constexpr size_t longestChain = std::numeric_limits<uint16_t>::max();
  size_t n = graph.numClasses;
  ChainCover cover;
  cover.chainOf.assign(n, kNone);
  cover.positionOf.assign(n, 0);
  std::vector<uint8_t> isLast(n, 0);
  std::vector<uint32_t> stamp(n, kNone), queue;
  for (ClassId c = 0; c < n; ++c) {
    queue.clear();
    auto visit = [&](ClassId from) {
      for (uint32_t p : graph.preds[from])
        if (stamp[p] != c) {
          stamp[p] = c;
          queue.push_back(p);
        }
    };
    visit(c);
    uint32_t chain = kNone;
    for (size_t head = 0; head < queue.size() && head < searchBound; ++head) {
      ClassId p = queue[head];
      if (isLast[p] && cover.chains[cover.chainOf[p]].size() < longestChain) {
        chain = cover.chainOf[p];
        break;
      }
      visit(p);
    }
    if (chain == kNone) {
      chain = static_cast<uint32_t>(cover.chains.size());
      cover.chains.emplace_back();
    } else {
      isLast[cover.chains[chain].back()] = 0;
    }
    cover.chainOf[c] = chain;
    cover.positionOf[c] = static_cast<uint16_t>(cover.chains[chain].size());
    cover.chains[chain].push_back(c);
    isLast[c] = 1;
  }
  return cover;
}

} // namespace placement::solver::contiguous
