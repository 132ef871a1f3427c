//===- Phases.h - Which nodes belong to the backward pass -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_GRAPH_PHASES_H
#define PLACEMENT_LIB_ANALYSIS_GRAPH_PHASES_H

#include "Attachment.h"
#include "FlatBody.h"

namespace placement::graph {

/// Node -> whether it is backward: where `transpose(` stands in a name of its
/// location or of the call that it was inlined from (jax's mark of a transposed
/// linear function), or it depends on a backward node. `placement.phase` on an
/// operation decides for it. An error is emitted where a node is marked forward
/// but depends on a backward one.
mlir::FailureOr<std::vector<uint8_t>>
findBackward(const FlatBody &body, const Attachment &attachment);

} // namespace placement::graph

#endif // PLACEMENT_LIB_ANALYSIS_GRAPH_PHASES_H
