//===- Transition.h - Adding one class to an ideal --------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_TRANSITION_H
#define PLACEMENT_SOLVER_CONTIGUOUS_TRANSITION_H

#include "Solver/Contiguous/Capacity.h"
#include "Solver/Contiguous/ChainCover.h"
#include "Solver/Contiguous/IdealLayer.h"

#include <vector>

namespace placement::solver::contiguous {

/// Computes what adding a class to an ideal does to its crossing items. That
/// depends on the ideal and the class only, so it is done once for all labels.
class Transition {
public:
  Transition(const ClassGraph &graph, const ChainCover &cover,
             const Capacity &capacity);

  /// Hash of an ideal: exclusive or over its classes.
  uint64_t hashOf(const uint16_t *counts) const;

  /// Classes whose predecessors are all in the ideal, in chain order.
  void addable(const uint16_t *counts, std::vector<ClassId> &out) const;

  /// Fills the fields below for adding `c` to `from`.
  /// `counts` are those of `from`.
  void step(const Ideal &from, const uint16_t *counts,
            const Crossing *fromCrossing, ClassId c);

  /// The new ideal, without its place in a layer.
  Ideal ideal;
  /// Its crossing items, sorted by id.
  std::vector<Crossing> crossing;
  /// Positions in the old list: items of the class, and those that close.
  /// Ascending.
  std::vector<uint32_t> touched, closed;
  /// Positions in the new list of items that open, ascending, and whether each
  /// can be refunded.
  std::vector<uint32_t> opened;
  std::vector<uint8_t> openedRefundable;
  /// By kind: cost of the opened items, and the part that can be refunded.
  std::vector<Time> openedCost, openedRefund;
  Bytes openedBytes = 0;
  /// With several parts: positions in the old list of the touched items that
  /// the class sends, and of those whose sender comes later; by kind and part,
  /// cost of the opened items, and by how much it can fall again.
  std::vector<uint32_t> sent, late;
  std::vector<Time> openedSum, openedFall;

private:
  void openParts(ItemId item, ClassId c);
  void touchParts(uint32_t position, ItemId item, const uint16_t *counts,
                  ClassId c);

  const ClassGraph &graph;
  const ChainCover &cover;
  const Capacity &capacity;
  std::vector<uint64_t> classHash;
  /// Hash of the first n classes of each chain.
  std::vector<std::vector<uint64_t>> prefixHash;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_TRANSITION_H
