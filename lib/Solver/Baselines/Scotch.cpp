//===- Scotch.cpp - Partitions by Scotch ----------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The Scotch baseline of the DPO paper: what its program `gpart` does by
// default, with pinned classes as fixed vertices. Scotch has the CeCILL-C
// licence and is linked only where it was found.
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/LatencyBaseline.h"
#include "Solver/Baselines/Partitioner.h"
#include "Solver/Search/Builtins.h"

#ifdef PLACEMENT_HAS_SCOTCH
#include <cstdint>
#include <cstdio>
#include <scotch.h>
#endif

#include <algorithm>

namespace placement::solver::baselines {

namespace {

class Scotch final : public Partitioner {
public:
  Scotch() : Partitioner("scotch", "Scotch", "libscotch-dev 7") {}

private:
#ifdef PLACEMENT_HAS_SCOTCH
  static_assert(sizeof(SCOTCH_Num) == sizeof(int32_t));

  bool present() const override { return true; }

  std::vector<int32_t> partition(PartitionTask &task,
                                 bool byMemory) const override {
    const PartitionGraph &g = task.graph;
    SCOTCH_Graph graph, bound;
    SCOTCH_Context context;
    SCOTCH_Strat strategy;
    // One thread, and a seed of our own: the same answer every time. What was
    // initialised ends with the process.
    if (SCOTCH_numSizeof() != sizeof(SCOTCH_Num) || SCOTCH_graphInit(&graph) ||
        SCOTCH_graphInit(&bound) || SCOTCH_contextInit(&context) ||
        SCOTCH_stratInit(&strategy) ||
        SCOTCH_contextThreadSpawn(&context, 1, nullptr) ||
        SCOTCH_contextOptionSetNum(&context, SCOTCH_OPTIONNUMDETERMINISTIC, 1))
      return {};
    SCOTCH_contextRandomSeed(&context, task.seed);
    SCOTCH_contextRandomReset(&context);
    if (SCOTCH_graphBuild(&graph, 0, g.size(), g.begin.data(), nullptr,
                          g.compute.data(), nullptr,
                          static_cast<SCOTCH_Num>(g.neighbours.size()),
                          g.neighbours.data(), g.cost.data()) ||
        SCOTCH_graphCheck(&graph) ||
        SCOTCH_contextBindGraph(&context, &graph, &bound))
      return {};
    std::vector<int32_t> parts = task.fixed;
    bool anyFixed = std::any_of(parts.begin(), parts.end(),
                                [](int32_t part) { return part >= 0; });
    int failed =
        anyFixed
            ? SCOTCH_graphPartFixed(&bound, task.parts, &strategy, parts.data())
            : SCOTCH_graphPart(&bound, task.parts, &strategy, parts.data());
    if (failed)
      parts.clear();
    return parts;
  }
#endif
};

} // namespace

} // namespace placement::solver::baselines

namespace placement::solver {

std::unique_ptr<Algorithm> createScotch() {
  auto create = [] { return std::make_unique<baselines::Scotch>(); };
  return baselines::byObjective(
      create(), baselines::asCalls(create(), /*contiguous=*/false));
}

} // namespace placement::solver
