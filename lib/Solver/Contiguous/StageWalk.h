//===- StageWalk.h - Every ideal that a stage can end at --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_STAGEWALK_H
#define PLACEMENT_SOLVER_CONTIGUOUS_STAGEWALK_H

#include "Solver/Contiguous/Capacity.h"
#include "Solver/Contiguous/ChainCover.h"

#include <vector>

namespace placement::solver::contiguous {

/// Fills one stage from a boundary on, class by class, and takes classes out
/// again. The load, and what of it may come back, are kept as a label of the
/// sweep keeps them (Label.h), but from the exact sets.
class StageWalk {
public:
  StageWalk(const ClassGraph &graph, const Capacity &capacity,
            const ChainCover &cover);

  /// Begins an empty stage of kind k at the ideal with these counts. Costs what
  /// the ideal differs from the last one.
  void begin(const uint16_t *boundary, KindId k);

  /// Adds a class whose predecessors are all inside. False (and then it has to
  /// be taken out all the same) when the kind cannot hold it: support or pins.
  bool add(ClassId c);
  /// Takes out the class that was added last.
  void remove(ClassId c);

  /// Classes that can be added to the empty stage, ascending.
  void addable(std::vector<ClassId> &out) const;
  /// Classes that became addable when `c` was added, ascending.
  void addableAfter(ClassId c, std::vector<ClassId> &out) const;

  /// Load if the stage ended here; the least that it can still become.
  Time load() const { return total; }
  Time least() const { return total - refund; }
  /// Work outside the ideal reached.
  Time workOutside() const { return outside; }
  /// Cost on the stage's kind of items with members before the stage and after
  /// it, but none in it so far.
  Time untouched() const { return untouchedCost; }
  /// Number of devices up to which the memory of the stage's kind suffices
  /// when the stage's own is the last of them; 0 for none.
  uint32_t mostUsed() const;

  const uint16_t *counts() const { return reached.data(); }
  bool complete() const { return missing == 0; }

private:
  void moveBoundary(ClassId c, bool in);
  void touch(ItemId i, int change);

  const ClassGraph &graph;
  const Capacity &capacity;
  const ChainCover &cover;
  KindId kind = 0;
  bool plain = false;
  /// Classes before the stage, and those of the stage in addition, as counts.
  std::vector<uint16_t> before, reached;
  /// By class: predecessors outside the ideal reached.
  std::vector<uint32_t> waiting;
  /// By item: members before the stage and in it.
  std::vector<uint32_t> membersBefore, membersIn;
  Time total = 0, refund = 0, outside = 0, outsideOfBoundary = 0;
  Time untouchedCost = 0;
  size_t missing = 0, missingAtBoundary = 0;
  /// By kind: cost of the items that cross the boundary.
  std::vector<Time> crossing;
  /// Sums over the stage; the largest transient by depth, so that classes can
  /// be taken out, and likewise the pin.
  __int128 bytes = 0, stash = 0;
  std::vector<Bytes> transients;
  std::vector<uint32_t> pins;
};

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_STAGEWALK_H
