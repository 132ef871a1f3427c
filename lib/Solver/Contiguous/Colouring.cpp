//===- Colouring.cpp - Colours that automorphisms keep --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/Colouring.h"

#include <algorithm>

namespace placement::solver::contiguous {

namespace {

uint64_t mix(uint64_t a, uint64_t b) {
  a ^= b + 0x9E3779B97F4A7C15ull + (a << 6) + (a >> 2);
  a *= 0xD1342543DE82EF95ull;
  return a ^ (a >> 29);
}

} // namespace

Colours colour(const ClassGraph &graph, bool costs) {
  size_t n = graph.numClasses;
  Colours colours;
  // Where there is one part it is the time itself.
  unsigned parts = graph.parts.single() ? 0 : graph.parts.count();
  std::vector<uint64_t> &ofClass = colours.ofClass;
  std::vector<uint64_t> &ofItem = colours.ofItem;
  ofClass.resize(n);
  ofItem.resize(graph.numItems());
  std::vector<uint32_t> depth(n, 0), height(n, 0);
  for (ClassId c = 0; c < n; ++c)
    for (uint32_t p : graph.preds[c])
      depth[c] = std::max(depth[c], depth[p] + 1);
  for (ClassId c = static_cast<ClassId>(n); c-- > 0;)
    for (uint32_t s : graph.succs[c])
      height[c] = std::max(height[c], height[s] + 1);
  for (ClassId c = 0; c < n; ++c) {
    uint64_t h = mix(mix(depth[c], height[c]), graph.pin[c]);
    for (KindId k = 0; k < graph.numKinds(); ++k) {
      Time t = graph.timeOf(c, k);
      h = mix(h, static_cast<uint64_t>(costs ? t : t == kUnsupported));
      for (unsigned p = 0; p < parts && costs && t != kUnsupported; ++p)
        h = mix(h, static_cast<uint64_t>(graph.partsOf(c, k)[p]));
    }
    if (costs) {
      h = mix(h, static_cast<uint64_t>(graph.size[c]));
      h = mix(h, static_cast<uint64_t>(graph.stash[c]));
      h = mix(h, static_cast<uint64_t>(graph.transient[c]));
    }
    ofClass[c] = h;
  }
  std::vector<uint64_t> next(n);
  for (int round = 0; round < 8; ++round) {
    for (ItemId i = 0; i < graph.numItems(); ++i) {
      uint64_t sum = 0;
      for (ClassId c : graph.items[i])
        sum += mix(ofClass[c], graph.source[i] == c ? 5 : 7);
      sum = mix(sum, graph.sticky[i]);
      sum = mix(sum, graph.inPart[i]);
      if (costs) {
        sum = mix(sum, static_cast<uint64_t>(graph.itemBytes[i]));
        for (KindId k = 0; k < graph.numKinds(); ++k)
          sum = mix(sum, static_cast<uint64_t>(graph.cost[k][i]));
      }
      ofItem[i] = sum;
    }
    for (ClassId c = 0; c < n; ++c) {
      uint64_t before = 0, after = 0, around = 0;
      for (uint32_t p : graph.preds[c])
        before += mix(ofClass[p], 1);
      for (uint32_t s : graph.succs[c])
        after += mix(ofClass[s], 2);
      for (ItemId i : graph.itemsOf[c])
        around += mix(ofItem[i], 3);
      next[c] = mix(mix(mix(ofClass[c], before), after), around);
    }
    ofClass.swap(next);
  }
  return colours;
}

} // namespace placement::solver::contiguous
