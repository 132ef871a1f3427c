//===- StageGraph.h - All chains within a limit as paths --------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_STAGEGRAPH_H
#define PLACEMENT_SOLVER_CONTIGUOUS_STAGEGRAPH_H

#include "Solver/Contiguous/IdealLayer.h"
#include "Solver/Contiguous/Label.h"
#include "Solver/Contiguous/LabelSweep.h"

#include <vector>

namespace placement::solver::contiguous {

/// What the ideals of a stage graph carry besides their counts: nothing.
struct NoLabel {
  int32_t next = -1;
};
using IdealTable = IdealLayer<NoLabel>;

/// One stage of some chain: the classes of ideal `to` without those of `from`
/// on a device of a kind.
struct StageEdge {
  uint32_t from, to;
  /// Memory allows it while at most this many devices are used, its own
  /// included; only stashes by stage make a difference.
  uint32_t mostUsed;
  KindId kind;
  Time load;
};

/// Ideals, and the stages between them, such that every chain with all loads
/// within the limit is a path from the first ideal (nothing) to the last
/// (everything). Paths may use more devices than there are: states say which
/// do not.
struct StageGraph {
  explicit StageGraph(size_t numChains) : ideals(numChains, 0) {}

  size_t size() const { return ideals.size(); }
  std::span<const StageEdge> stagesFrom(size_t ideal) const {
    return {stages.data() + stageBegin[ideal],
            stageBegin[ideal + 1] - stageBegin[ideal]};
  }
  std::span<const uint64_t> statesOf(size_t ideal) const {
    return {states.data() + stateBegin[ideal],
            stateBegin[ideal + 1] - stateBegin[ideal]};
  }
  uint64_t bytes() const {
    return ideals.bytes() + stages.capacity() * sizeof(StageEdge) +
           states.capacity() * sizeof(uint64_t) +
           (stageBegin.capacity() + stateBegin.capacity()) * sizeof(size_t);
  }

  /// By number of classes.
  IdealTable ideals;
  /// By `from`, which is before `to`.
  std::vector<StageEdge> stages;
  std::vector<size_t> stageBegin;
  /// Devices used (CountPacking) on paths from the first ideal, ascending, by
  /// ideal.
  std::vector<uint64_t> states;
  std::vector<size_t> stateBegin;
};

/// Lists all chains within `limit`. Two sweeps, from both ends, say which
/// ideals chains within the limit have as boundaries; from each of these a
/// depth-first walk visits every ideal above it that a stage could end at, each
/// once, and keeps the boundaries among them. With stashes by stage only the
/// first sweep is possible.
///
/// Found: `result` is complete. None: there is no chain. Else a limit ended it,
/// and nothing can be concluded. Time: the sweeps, and pairs of a boundary and
/// an ideal within a stage's reach; memory: the stages. Steps of the walk count
/// as transitions of `figures`.
Verdict listStages(const ClassGraph &graph, const Capacity &capacity,
                   const ChainCover &cover, Time limit, uint64_t workQuota,
                   const Budget &budget, SweepFigures &figures,
                   StageGraph &result);

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_STAGEGRAPH_H
