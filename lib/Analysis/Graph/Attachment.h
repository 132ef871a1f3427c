//===- Attachment.h - Which operations are nodes ----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_GRAPH_ATTACHMENT_H
#define PLACEMENT_LIB_ANALYSIS_GRAPH_ATTACHMENT_H

#include "FlatBody.h"
#include "placement/Analysis/Roles.h"

namespace placement::graph {

/// A constant of at least this many bytes whose elements differ is a weight:
/// far more than the scalars and small tables of a computation, far less than
/// anything that would trouble a device's memory.
inline constexpr int64_t kLargeConstantBytes = 16 << 10;

/// An operation stays a node where a consumer would drag along more copies
/// than this: the analysis is linear because of it.
inline constexpr uint32_t kMaxAttachedOps = 32;

/// A shared weight: an argument, or a large constant (equal ones are one).
struct WeightSource {
  /// Argument or result.
  mlir::Value value;
  int64_t bytes = 0;
};

/// The split of a flat body into nodes and operations attached to them.
struct Attachment {
  enum class Kind : uint8_t {
    Node,
    /// Copied into each stage that uses its results.
    Attached,
    /// The same, and its bytes are a weight.
    Weight,
  };
  /// Operation -> what it is. An attached operation that must exist for itself
  /// (its result is returned, or nobody uses it) is a node as well.
  std::vector<Kind> kindOf;
  /// Node -> operation, and back (kNoIndex where it is none).
  std::vector<uint32_t> opOfNode;
  std::vector<uint32_t> nodeOfOp;

  /// Weights: arguments with users first, then constants.
  std::vector<WeightSource> weights;

  /// Node -> values from other nodes or activation arguments, each once.
  Rows inputs;
  /// Node -> attached operations that it needs, directly or through others.
  Rows copies;
  /// Node -> weights that it uses, directly or through its copies.
  Rows weightsOfNode;

  uint32_t numNodes() const { return opOfNode.size(); }
};

/// Attached is what is pure, not pinned or colocated, and fed only by weights
/// and attached operations.
Attachment attach(const FlatBody &body, const Roles &roles);

} // namespace placement::graph

#endif // PLACEMENT_LIB_ANALYSIS_GRAPH_ATTACHMENT_H
