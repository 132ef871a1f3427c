//===- IdMap.h - From a file's node ids to dense numbers --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_IDMAP_H
#define PLACEMENT_LIB_SOLVER_IO_IDMAP_H

#include "placement/Solver/Model/Units.h"

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace placement::solver {

/// Finds a node by the id that its file gives it. Ids are nearly always small
/// numbers with few gaps, for which this is a table; otherwise a sorted list.
class IdMap {
public:
  /// Takes the ids of all nodes, in order. Returns the two positions of an id
  /// that is given twice, if there is one: the map is not usable then.
  std::optional<std::pair<size_t, size_t>> build(std::span<const int64_t> ids);

  /// The node's number, or kNone.
  NodeId find(int64_t id) const;

private:
  /// table[id - lowest], when ids are dense enough.
  std::vector<NodeId> table;
  int64_t lowest = 0;
  /// Sorted (id, node), otherwise.
  std::vector<std::pair<int64_t, NodeId>> sorted;
};

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_IDMAP_H
