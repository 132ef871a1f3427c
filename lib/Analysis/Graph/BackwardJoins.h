//===- BackwardJoins.h - Which forward node a backward one joins *- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every backward node joins at most one forward node, so joining never merges
// two forward nodes. What remains without a partner is an orphan of
// docs/Solvers.md: its edges, reversed, become edges of the forward graph. Here
// it is made sure that these close no cycle, since that would merge forward
// nodes too. docs/IRToInstance.md gives the reasons for the rules below.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_GRAPH_BACKWARDJOINS_H
#define PLACEMENT_LIB_ANALYSIS_GRAPH_BACKWARDJOINS_H

#include "Attachment.h"
#include "FlatBody.h"

namespace placement::graph {

struct BackwardJoins {
  /// Node -> the forward node that it joins; kNoIndex for forward nodes and
  /// orphans.
  std::vector<uint32_t> partner;
  /// Weight -> whether an optimizer update of it was found.
  std::vector<uint8_t> isUpdated;
};

/// The first of these rules that applies decides on a backward node:
///
/// 1. All its results lead only to the optimizer update of one weight (a result
///    of it is returned, it uses the weight and has its type) by way of
///    operations on as many elements, itself included: it joins the weight,
///    that is, the earliest forward user of it, or the latest one that uses a
///    value of the forward pass that it uses, too.
/// 2. It uses weights that forward nodes use: it joins such a user.
/// 3. It uses values of the forward pass (a stash): it joins a forward user of
///    the value, or the producer where there is none.
/// 4. It is an orphan, unless its position, between the partners of what it
///    feeds and of what feeds it, is empty: then it joins the earliest of the
///    latter.
///
/// Where 2 and 3 leave a choice among the users of one weight or value, the
/// first backward user goes with the last forward one of the same operation
/// name and so on, since the backward pass runs in reverse; the first forward
/// user is taken where none has that name. Over several weights or values the
/// latest choice counts.
BackwardJoins joinBackward(const FlatBody &body, const Attachment &attachment,
                           llvm::ArrayRef<uint8_t> backward);

} // namespace placement::graph

#endif // PLACEMENT_LIB_ANALYSIS_GRAPH_BACKWARDJOINS_H
