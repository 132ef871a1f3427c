//===- SweepShape.h - The label sweep for one load model --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_SWEEPSHAPE_H
#define PLACEMENT_SOLVER_CONTIGUOUS_SWEEPSHAPE_H

#include "Solver/Contiguous/Sweeper.h"

namespace placement::solver::contiguous {

/// What `sweep` is asked, for those who do a part of it.
struct SweepTask {
  const ClassGraph &graph;
  const Capacity &capacity;
  const ChainCover &cover;
  const SweepOptions &options;
  const Budget &budget;
  StageChain &chain;
  SweepFigures &figures;
};

/// `sweep` where several sums make up a load. Each is a file of its own, since
/// every load model is compiled for several widths of masks.
Verdict sweepHalfDuplex(const SweepTask &task);
Verdict sweepFullDuplex(const SweepTask &task);
Verdict sweepGPipe(const SweepTask &task);

/// One try with masks of this width; true unless they were too narrow.
template <unsigned Words, bool TrackMemory, typename Shape>
bool sweepWith(const SweepTask &task, Verdict &verdict) {
  if (Words < task.options.maskWords)
    return false;
  Sweeper<Words, TrackMemory, Shape> sweeper(task.graph, task.capacity,
                                             task.cover, task.options,
                                             task.budget, task.figures);
  verdict = sweeper.run(task.chain);
  if (task.options.boundaries)
    sweeper.listBoundaries(*task.options.boundaries);
  return !sweeper.tooWide();
}

/// The sweep of a model that is not the default: memory is always tracked, and
/// there are fewer widths, to keep the library small.
template <typename Shape>
Verdict sweepShape(const SweepTask &task) {
  Verdict verdict = Verdict::OutOfMemory;
  (void)(sweepWith<1, true, Shape>(task, verdict) ||
         sweepWith<4, true, Shape>(task, verdict) ||
         sweepWith<32, true, Shape>(task, verdict));
  return verdict;
}

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_SWEEPSHAPE_H
