//===- PieceCounts.cpp - How many pieces of each kind are used ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/PieceCounts.h"

namespace placement::solver::latency {

PieceCounts::PieceCounts(const ItemGraph &graph) {
  auto numCalls = static_cast<uint32_t>(graph.callKinds().size());
  std::vector<uint32_t> most;
  uint64_t product = 1;
  for (const ItemGraph::CallKind &call : graph.callKinds()) {
    most.push_back(call.pieces);
    product = std::min<uint64_t>(product * (call.pieces + uint64_t(1)),
                                 kMaxStates + uint64_t(1));
  }
  bool onlySum = product > kMaxStates && numCalls > 1;
  if (onlySum || numCalls == 1) {
    // One counter for all kinds.
    states = graph.maxPieces() + 1;
    strides.assign(numCalls, 1);
    calls = 1;
    next.resize(size_t(numCalls) * states, kNone);
    for (uint32_t c = 0; c < numCalls; ++c)
      for (uint32_t s = 0; s + 1 < states; ++s)
        next[size_t(c) * states + s] = s + 1;
  } else {
    states = static_cast<uint32_t>(product);
    calls = numCalls;
    for (uint32_t c = 0, stride = 1; c < numCalls; stride *= most[c++] + 1)
      strides.push_back(stride);
    auto digit = [&](uint32_t state, uint32_t c) {
      return state / strides[c] % (most[c] + 1);
    };
    next.resize(size_t(numCalls) * states, kNone);
    for (uint32_t s = 0; s < states; ++s) {
      uint32_t used = 0;
      for (uint32_t c = 0; c < numCalls; ++c)
        used += digit(s, c);
      for (uint32_t c = 0; c < numCalls; ++c)
        if (digit(s, c) < most[c] && used < graph.maxPieces())
          next[size_t(c) * states + s] = s + strides[c];
    }
    smaller.resize(size_t(states) * states, 0);
    for (uint32_t s = 0; s < states; ++s)
      for (uint32_t t = 0; t < states; ++t) {
        bool within = true;
        for (uint32_t c = 0; c < numCalls; ++c)
          within = within && digit(s, c) <= digit(t, c);
        smaller[size_t(s) * states + t] = within;
      }
  }
  runLists.resize(numCalls);
  for (uint32_t c = 0; c < numCalls; ++c)
    for (uint32_t s = 0; s < states; ++s) {
      if (more(s, c) == kNone)
        continue;
      if (!runLists[c].empty() && runLists[c].back().end == s)
        ++runLists[c].back().end;
      else
        runLists[c].push_back({s, s + 1});
    }
}

} // namespace placement::solver::latency
