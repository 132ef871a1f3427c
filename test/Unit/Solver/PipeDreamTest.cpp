//===- PipeDreamTest.cpp - Graphs contracted to a path --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"
#include "Builder.h"
#include "FakeAlgorithm.h"
#include "Random.h"

#include "Solver/Baselines/Biconnected.h"
#include "placement/Solver/Search/Solve.h"

#include <gtest/gtest.h>

using namespace placement::solver;
using namespace placement::solver::test;
using baselines::biconnectedComponents;

namespace {

using Edges = std::vector<std::pair<uint32_t, uint32_t>>;
using Numbers = std::vector<uint32_t>;

TEST(Biconnected, SmallGraphs) {
  EXPECT_EQ(biconnectedComponents(0, {}), Numbers());
  EXPECT_EQ(biconnectedComponents(3, {}), Numbers());
  // A path: every edge is a bridge.
  Numbers path = biconnectedComponents(3, {{0, 1}, {1, 2}});
  EXPECT_NE(path[0], path[1]);
  // Two triangles that share a vertex, and a bridge from it.
  Numbers parts = biconnectedComponents(
      6, {{0, 1}, {1, 2}, {0, 2}, {2, 3}, {3, 4}, {2, 4}, {2, 5}});
  EXPECT_EQ(parts[0], parts[1]);
  EXPECT_EQ(parts[0], parts[2]);
  EXPECT_EQ(parts[3], parts[4]);
  EXPECT_EQ(parts[3], parts[5]);
  EXPECT_NE(parts[0], parts[3]);
  EXPECT_NE(parts[0], parts[6]);
  EXPECT_NE(parts[3], parts[6]);
}

/// Two edges are on a common simple cycle exactly if no vertex separates them.
bool onOneCycle(size_t n, const Edges &edges, size_t a, size_t b) {
  for (uint32_t cut = 0; cut < n; ++cut) {
    Numbers root(n);
    for (uint32_t v = 0; v < n; ++v)
      root[v] = v;
    auto find = [&](uint32_t v) {
      while (root[v] != v)
        v = root[v];
      return v;
    };
    for (auto [u, v] : edges)
      if (u != cut && v != cut)
        root[find(u)] = find(v);
    auto end = [&](size_t e) {
      return find(edges[e].first == cut ? edges[e].second : edges[e].first);
    };
    if (end(a) != end(b))
      return false;
  }
  return true;
}

TEST(Biconnected, AgreesWithTheDefinition) {
  Random random(5);
  for (int round = 0; round < 300; ++round) {
    uint32_t n = 2 + random.below(7);
    Edges edges;
    for (uint32_t u = 0; u < n; ++u)
      for (uint32_t v = u + 1; v < n; ++v)
        if (random.below(10) < 4)
          edges.push_back({u, v});
    Numbers component = biconnectedComponents(n, edges);
    for (size_t a = 0; a < edges.size(); ++a)
      for (size_t b = 0; b < a; ++b)
        EXPECT_EQ(component[a] == component[b], onOneCycle(n, edges, a, b));
  }
}

Plan pipeDream(const Instance &instance) {
  SolveOptions options;
  options.algorithm = "pipedream";
  Result<Plan> plan = solve(instance, options);
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    return {};
  }
  return std::move(*plan);
}

/// Nodes of equal time; an edge a net of its own.
Builder graphOf(size_t nodes, const Edges &edges, uint32_t accs = 2) {
  Builder b = Builder::accAndCpu(accs, 0);
  for (size_t v = 0; v < nodes; ++v)
    b.node({1, 10}, /*size=*/10);
  for (auto [u, v] : edges)
    b.net(u, {v}, {0.25, 0});
  return b;
}

TEST(PipeDream, MergesBranchesAndGoesOnWhereTheyMeet) {
  // 0 -> {1, 2} -> 3 -> 4: the branch and what feeds it is a block; the node
  // where the branches meet begins the next.
  Plan plan =
      pipeDream(graphOf(5, {{0, 1}, {0, 2}, {1, 3}, {2, 3}, {3, 4}}).build());
  EXPECT_EQ(plan.assignment.stageOf, Numbers({0, 0, 0, 1, 1}));
  EXPECT_EQ(plan.status, Status::Feasible);
}

TEST(PipeDream, LeavesOutInputs) {
  // A mask that every layer reads would tie them together.
  Edges edges = {{1, 2}, {2, 3}, {3, 4}, {0, 1}, {0, 2}, {0, 3}, {0, 4}};
  Builder b = graphOf(5, edges);
  EXPECT_EQ(pipeDream(b.build()).assignment.stageOf, Numbers({0, 0, 0, 0, 1}));
  b.data.time[0] = b.data.time[1] = 0;
  for (NetId n = 3; n < 7; ++n)
    b.data.netCost[2 * n] = 0;
  EXPECT_EQ(pipeDream(b.build()).assignment.stageOf, Numbers({0, 0, 0, 1, 1}));
}

TEST(PipeDream, SaysThatBlocksDoNotFit) {
  Builder b = graphOf(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}});
  b.data.machine.kinds[0].memory = 25;
  Plan plan = pipeDream(b.build());
  EXPECT_FALSE(plan.hasAssignment());
  expectContains(joined(plan), "No split of the 2 blocks that are left when "
                               "all branches are contracted");
}

TEST(PipeDream, IsExactOnPaths) {
  Random random(11);
  for (int round = 0; round < 100; ++round) {
    Builder b = Builder::accAndCpu(1 + random.below(3), random.below(2), 60);
    uint32_t n = 2 + random.below(8);
    for (uint32_t v = 0; v < n; ++v) {
      double time = random.below(10);
      b.node({time, 3 * time}, random.below(40));
      if (v)
        b.net(v - 1, {v}, {double(random.below(5)), 0});
    }
    Instance instance = b.build();
    Plan plan = pipeDream(instance);
    BruteForceAnswer truth = bruteForce(instance);
    ASSERT_EQ(plan.hasAssignment(), truth.feasible);
    EXPECT_EQ(plan.value, truth.value);
  }
}

TEST(PipeDream, HonoursLimits) {
  Instance instance = graphOf(5, {{0, 1}, {1, 2}, {2, 3}, {3, 4}}).build();
  SolveOptions options;
  options.algorithm = "pipedream";
  std::atomic<bool> cancel = true;
  options.cancel = &cancel;
  EXPECT_EQ(solve(instance, options)->stop, Stop::Cancelled);
  options.cancel = nullptr;
  options.timeLimit = 0;
  EXPECT_EQ(solve(instance, options)->stop, Stop::Time);
  options = {};
  options.algorithm = "pipedream";
  options.workLimit = 1;
  Result<Plan> plan = solve(instance, options);
  EXPECT_EQ(plan->stop, Stop::Time);
  expectContains(joined(*plan), "was given up before it took more than 1 ");
}

} // namespace
