//===- Metis.cpp - Partitions by METIS ------------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Multilevel k-way partitioning (Karypis and Kumar, SIAM J. Sci. Comput.
// 20(1), 1998), as the program `gpmetis` does it by default. Where that breaks
// memory, once more with bytes as a second constraint. METIS has the Apache
// licence and is linked only where it was found.
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/LatencyBaseline.h"
#include "Solver/Baselines/Partitioner.h"
#include "Solver/Search/Builtins.h"

#ifdef PLACEMENT_HAS_METIS
#include <metis.h>
#endif

namespace placement::solver::baselines {

namespace {

class Metis final : public Partitioner {
public:
  Metis() : Partitioner("metis", "METIS", "libmetis-dev") {}

private:
#ifdef PLACEMENT_HAS_METIS
  static_assert(sizeof(idx_t) == sizeof(int32_t));

  bool present() const override { return true; }
  bool seesMemory() const override { return true; }

  std::vector<int32_t> partition(PartitionTask &task,
                                 bool byMemory) const override {
    PartitionGraph &g = task.graph;
    idx_t options[METIS_NOPTIONS];
    METIS_SetDefaultOptions(options);
    options[METIS_OPTION_SEED] = task.seed;
    options[METIS_OPTION_NUMBERING] = 0;
    idx_t vertices = g.size(), constraints = byMemory ? 2 : 1;
    std::vector<idx_t> weights = g.compute;
    // What a part may have at most, over its equal share. 3 % is the default.
    std::vector<real_t> most = {real_t(1.03)};
    if (byMemory) {
      weights.clear();
      int64_t total = 0;
      for (idx_t v = 0; v < vertices; ++v) {
        weights.push_back(g.compute[v]);
        weights.push_back(g.memory[v]);
        total += g.memory[v];
      }
      most.push_back(
          static_cast<real_t>(static_cast<double>(*task.memory) * task.parts /
                              static_cast<double>(total)));
    }
    std::vector<idx_t> parts(vertices);
    idx_t cut = 0;
    int status = METIS_PartGraphKway(
        &vertices, &constraints, g.begin.data(), g.neighbours.data(),
        weights.data(), nullptr, g.cost.data(), &task.parts, nullptr,
        most.data(), options, &cut, parts.data());
    if (status != METIS_OK)
      parts.clear();
    return parts;
  }
#endif
};

} // namespace

} // namespace placement::solver::baselines

namespace placement::solver {

std::unique_ptr<Algorithm> createMetis() {
  auto create = [] { return std::make_unique<baselines::Metis>(); };
  return baselines::byObjective(
      create(), baselines::asCalls(create(), /*contiguous=*/false));
}

} // namespace placement::solver
