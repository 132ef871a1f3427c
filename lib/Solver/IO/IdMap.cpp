//===- IdMap.cpp - From a file's node ids to dense numbers ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IdMap.h"

#include <algorithm>

namespace placement::solver {

std::optional<std::pair<size_t, size_t>>
IdMap::build(std::span<const int64_t> ids) {
  table.clear();
  sorted.clear();
  if (ids.empty())
    return std::nullopt;
  auto [low, high] = std::minmax_element(ids.begin(), ids.end());
  lowest = *low;
  // The distance of two 64-bit numbers fits into an unsigned one.
  uint64_t range = static_cast<uint64_t>(*high) - static_cast<uint64_t>(*low);
  if (range < 4 * ids.size() + 1024) {
    table.assign(range + 1, kNone);
    for (size_t v = 0; v < ids.size(); ++v) {
      NodeId &entry = table[ids[v] - lowest];
      if (entry != kNone)
        return std::pair(size_t(entry), v);
      entry = static_cast<NodeId>(v);
    }
    return std::nullopt;
  }
  for (size_t v = 0; v < ids.size(); ++v)
    sorted.emplace_back(ids[v], static_cast<NodeId>(v));
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i - 1].first == sorted[i].first)
      return std::pair(size_t(sorted[i - 1].second), size_t(sorted[i].second));
  return std::nullopt;
}

NodeId IdMap::find(int64_t id) const {
  if (!table.empty()) {
    uint64_t offset = static_cast<uint64_t>(id) - static_cast<uint64_t>(lowest);
    return id >= lowest && offset < table.size() ? table[offset] : kNone;
  }
  auto at =
      std::lower_bound(sorted.begin(), sorted.end(), std::pair(id, NodeId(0)));
  return at != sorted.end() && at->first == id ? at->second : kNone;
}

} // namespace placement::solver
