//===- LabelSweep.h - Is there a chain within a limit? ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_LABELSWEEP_H
#define PLACEMENT_SOLVER_CONTIGUOUS_LABELSWEEP_H

#include "Solver/Contiguous/Budget.h"
#include "Solver/Contiguous/Capacity.h"
#include "Solver/Contiguous/ChainCover.h"
#include "Solver/Contiguous/ClassGraph.h"
#include "Solver/Contiguous/Symmetry.h"

#include <atomic>
#include <chrono>
#include <limits>
#include <string>

namespace placement::solver::contiguous {

/// The ideals at which stages of chains within a limit begin, as rows of counts
/// of the sweep's chain cover, each with devices used before it. Of every chain
/// within the limit each boundary is here with no more devices than the chain
/// uses; the whole graph, where chains end, is not.
struct BoundaryList {
  std::vector<uint16_t> counts;
  /// Packed by CountPacking.
  std::vector<uint64_t> used;
};

/// How a sweep departs from the exact decision, if it does.
struct SweepOptions {
  /// Every load must be at most this.
  Time limit = 0;
  /// Restricted sweep: ideals kept a layer and labels kept an ideal and kind;
  /// zero keeps all. A chain found is a chain; finding none proves nothing.
  uint32_t beamIdeals = 0, beamLabels = 0;
  /// Relaxed sweep: labels are merged into one that is lowered by at most this
  /// each time. Finding none is a proof; finding one says nothing.
  Time epsilon = 0;
  /// Ideals that an automorphism maps to each other are one; exact.
  const Symmetry *symmetry = nullptr;
  /// Width of the item masks to begin with, in words; doubled as needed. Only
  /// tests have a reason to begin wide.
  unsigned maskWords = 1;
  /// Stop once the figures count this many transitions: a limit that does not
  /// depend on the clock.
  uint64_t workQuota = std::numeric_limits<uint64_t>::max();
  /// Filled by a sweep that ends with Found or None.
  BoundaryList *boundaries = nullptr;
};

/// What a sweep did, for logs.
struct SweepFigures {
  uint64_t ideals = 0, transitions = 0, labels = 0, boundaries = 0;
  uint64_t widestLayer = 0;
};

/// One pass over the ideals of the class order by cardinality, carrying for
/// each ideal the undominated stages under construction: algorithms and proof
/// of exactness in docs/Solvers.md, "The label sweep". With suffix stashes the
/// graph must be turned, so that the number of later stages is known.
///
/// Time: ideals within reach * addable classes * labels an ideal; memory: two
/// layers of the lattice, and the boundaries.
Verdict sweep(const ClassGraph &graph, const Capacity &capacity,
              const ChainCover &cover, const SweepOptions &options,
              const Budget &budget, StageChain &chain, SweepFigures &figures);

/// Why the sweep cannot take the instance (too many device kinds for its packed
/// counters), or empty.
std::string sweepUnsupportedReason(const Instance &instance,
                                   uint32_t maxStages);

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_LABELSWEEP_H
