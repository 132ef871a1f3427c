//===- ChainRanking.h - The K best distinct chains --------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_CHAINRANKING_H
#define PLACEMENT_SOLVER_CONTIGUOUS_CHAINRANKING_H

#include "Solver/Contiguous/StageGraph.h"

#include <vector>

namespace placement::solver::contiguous {

/// A chain with the loads of its stages, falling.
struct RankedChain {
  StageChain chain;
  std::vector<Time> loads;
};

/// The `count` best chains of a stage graph, best first, no two of which cut
/// classes that take time in the same places (docs/Solvers.md,
/// "Alternatives"): by the largest load, then the next largest and so on, then
/// by the first stage that differs. Fewer when the graph holds fewer.
///
/// From the last ideal to the first each state (ideal, devices used) keeps its
/// `count` best distinct completions. That is exact, since the order of two
/// completions does not change when both get the same stage in front. Time
/// O(states * stages from an ideal * count * stages of a chain). Candidates
/// count as transitions of `figures`.
///
/// Found: `chains` is complete, over the classes of `graph`. Else a limit ended
/// it.
Verdict rankChains(const ClassGraph &graph, const ChainCover &cover,
                   const StageGraph &stages, uint32_t count, uint64_t workQuota,
                   const Budget &budget, SweepFigures &figures,
                   std::vector<RankedChain> &chains);

/// By class: whether it takes time on some kind of the machine.
std::vector<uint8_t> classesWithTime(const ClassGraph &graph);

/// Whether two chains over the same classes put those that take time into the
/// same stages on the same kinds.
bool cutAlike(const std::vector<uint8_t> &withTime, const StageChain &a,
              const StageChain &b);

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_CHAINRANKING_H
