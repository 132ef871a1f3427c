//===- Groups.h - Which nodes share a device --------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_GRAPH_GROUPS_H
#define PLACEMENT_LIB_ANALYSIS_GRAPH_GROUPS_H

#include "Attachment.h"
#include "FlatBody.h"

namespace placement::graph {

struct Groups {
  /// Node -> the first node of its group, kNoIndex for a node on its own.
  std::vector<uint32_t> groupOf;
  /// From each node with side effects to the next.
  std::vector<std::pair<uint32_t, uint32_t>> orderEdges;
};

/// Unites nodes of one `placement.colocate` name, backward nodes with their
/// partners (kNoIndex for none), and all nodes with side effects, which also
/// keep their order. Emits an error where that order cannot be kept: a forward
/// node with side effects after a backward one.
mlir::FailureOr<Groups> groupNodes(const FlatBody &body,
                                   const Attachment &attachment,
                                   llvm::ArrayRef<uint8_t> backward,
                                   llvm::ArrayRef<uint32_t> partner);

} // namespace placement::graph

#endif // PLACEMENT_LIB_ANALYSIS_GRAPH_GROUPS_H
