//===- LineFiller.h - Stages filled along a line ----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_BASELINES_LINEFILLER_H
#define PLACEMENT_LIB_SOLVER_BASELINES_LINEFILLER_H

#include "Solver/Baselines/Baseline.h"
#include "Solver/Contiguous/StageWalk.h"

#include <utility>

namespace placement::solver::baselines {

/// Cuts a line of classes into stages from its beginning to its end.
///
/// The line is a class graph whose class i is the i-th (`orderClasses`), turned
/// where stashes count later stages: then the first stage filled is the last of
/// the pipeline, and the number of stages behind a stage is known.
class LineFiller {
public:
  explicit LineFiller(const ClassGraph &line);

  /// Goes back to the beginning.
  void restart();

  /// Where the longest stage on a device of kind k ends that begins where the
  /// last one taken ended: it stops before the first class that the kind, the
  /// memory or a pin forbids, and before the first for which `wanted(class)`
  /// is false. Equal to its beginning when not even one class fits. A part of
  /// a stage needs no more than the stage, so nothing longer would fit either.
  template <typename Predicate>
  size_t fill(KindId k, Predicate wanted);

  /// Makes the classes up to `end` the next stage.
  void take(size_t end, KindId k);

  /// Where the next stage begins.
  size_t position() const { return begin; }
  bool complete() const { return begin == line.numClasses; }
  uint32_t numStages() const { return static_cast<uint32_t>(kinds.size()); }
  /// The stages taken, with their value.
  contiguous::StageChain chain() const;

private:
  const ClassGraph &line;
  contiguous::Capacity capacity;
  contiguous::ChainCover cover;
  contiguous::StageWalk walk;
  /// Classes of each chain of the cover before `begin`.
  std::vector<uint16_t> counts;
  size_t begin = 0;
  std::vector<size_t> ends;
  std::vector<KindId> kinds;
};

template <typename Predicate>
size_t LineFiller::fill(KindId k, Predicate wanted) {
  walk.begin(counts.data(), k);
  size_t at = begin;
  size_t added = 0;
  for (; at < line.numClasses && wanted(static_cast<ClassId>(at)); ++at) {
    ++added;
    if (!walk.add(static_cast<ClassId>(at)) || walk.mostUsed() <= numStages())
      break;
  }
  while (added-- > 0)
    walk.remove(static_cast<ClassId>(begin + added));
  return at;
}

} // namespace placement::solver::baselines

#endif // PLACEMENT_LIB_SOLVER_BASELINES_LINEFILLER_H
