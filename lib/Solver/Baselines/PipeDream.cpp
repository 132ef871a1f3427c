//===- PipeDream.cpp - PipeDream's optimiser, as DPO compares it ----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PipeDream (Narayanan et al., SOSP 2019, section 3.1) splits a sequence of
// layers by a dynamic program over intervals. The DPO paper (section 6 and
// appendix) gives it graphs: what branches is contracted until a path is left,
// by biconnected components, and stages are not replicated. The same here, with
// devices of any kinds, memory, pins and models of load in the dynamic program
// (which under GPipe finds a good split and not always the best).
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/Baseline.h"
#include "Solver/Baselines/Biconnected.h"
#include "Solver/Baselines/LatencyBaseline.h"
#include "Solver/Contiguous/Capacity.h"
#include "Solver/Contiguous/ClassBuilding.h"
#include "Solver/Contiguous/LinearOrder.h"
#include "Solver/Contiguous/PrefixDp.h"
#include "Solver/Search/Builtins.h"

#include <algorithm>

namespace placement::solver::baselines {

namespace {

using contiguous::Edges;
using contiguous::OrderRule;
using contiguous::PrefixDp;
using contiguous::StageChain;
using contiguous::UnionFind;

/// Moves of the dynamic program between two looks at the clock.
constexpr uint64_t kStepBudget = 400'000'000;

/// The graph that is searched for branches: the forward nodes of a group are
/// one vertex, and so are its backward nodes.
struct Layers {
  explicit Layers(const Instance &instance) : layerOf(instance.numNodes()) {
    UnionFind sets(instance.numNodes());
    // The last node of each group in each direction.
    std::vector<uint32_t> last(2 * instance.numGroups(), kNone);
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (instance.group(v) != kNone) {
        uint32_t &other = last[2 * instance.group(v) + instance.isBackward(v)];
        if (other != kNone)
          sets.merge(v, other);
        other = v;
      }
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      layerOf[v] = sets.find(v);
    std::vector<uint8_t> negligible = findNegligible(instance);
    auto connect = [&](NodeId from, NodeId to) {
      if (layerOf[from] != layerOf[to] && !negligible[layerOf[from]])
        arcs.push_back({layerOf[from], layerOf[to]});
    };
    for (NetId n = 0; n < instance.numNets(); ++n)
      if (NodeId producer = instance.producer(n); producer != kNone)
        for (NodeId consumer : instance.consumers(n))
          connect(producer, consumer);
    for (auto [first, second] : instance.data().orderEdges)
      connect(first, second);
    std::sort(arcs.begin(), arcs.end());
    arcs.erase(std::unique(arcs.begin(), arcs.end()), arcs.end());
  }

  /// PipeDream leaves inputs out of its graph: an attention mask that every
  /// layer reads does not make the network one block. The published comparison
  /// names such nodes by number; they are the forward ones that take no time
  /// and whose output costs less than a thousandth of what a node takes on
  /// average.
  std::vector<uint8_t> findNegligible(const Instance &instance) const {
    size_t n = instance.numNodes();
    std::vector<uint8_t> negligible(n, 0);
    std::vector<__int128> output(n, 0);
    __int128 layers = 0, total = 0;
    for (NodeId v = 0; v < n; ++v) {
      layers += layerOf[v] == v;
      negligible[v] = !instance.isBackward(v);
      Time least = kUnsupported;
      for (KindId k = 0; k < instance.numKinds(); ++k)
        least = std::min(least, instance.time(v, k));
      total += least;
    }
    for (NodeId v = 0; v < n; ++v)
      for (KindId k = 0; k < instance.numKinds(); ++k)
        if (instance.supports(v, k) && instance.time(v, k) > 0)
          negligible[layerOf[v]] = 0;
    for (NetId net = 0; net < instance.numNets(); ++net)
      if (NodeId producer = instance.producer(net); producer != kNone) {
        Time most = 0;
        for (KindId k = 0; k < instance.numKinds(); ++k)
          most = std::max(most, instance.netCost(net, k));
        output[layerOf[producer]] += most;
      }
    for (NodeId v = 0; v < n; ++v)
      negligible[v] &= output[v] * 1000 * layers < total || output[v] == 0;
    return negligible;
  }

  /// A node of the layer stands for it.
  std::vector<uint32_t> layerOf;
  Edges arcs;
};

/// The classes with everything merged that a branch ties together: in each
/// biconnected component, the layers that feed others in it. (Where branches
/// meet again, the path goes on.)
ClassGraph contractToPath(const Instance &instance, const ClassGraph &graph) {
  Layers layers(instance);
  Edges edges;
  for (auto [u, v] : layers.arcs)
    edges.push_back({std::min(u, v), std::max(u, v)});
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  std::vector<uint32_t> component =
      biconnectedComponents(instance.numNodes(), edges);
  UnionFind sets(graph.numClasses);
  std::vector<uint32_t> firstTail(edges.size(), kNone);
  for (auto [u, v] : layers.arcs) {
    std::pair<uint32_t, uint32_t> edge(std::min(u, v), std::max(u, v));
    auto at = std::lower_bound(edges.begin(), edges.end(), edge);
    uint32_t &first = firstTail[component[at - edges.begin()]];
    if (first == kNone)
      first = graph.classOf[u];
    sets.merge(first, graph.classOf[u]);
  }
  std::vector<uint32_t> mergeInto(graph.numClasses);
  for (ClassId c = 0; c < graph.numClasses; ++c)
    mergeInto[c] = sets.find(c);
  return mergeClasses(graph, mergeInto);
}

class PipeDream final : public Baseline {
public:
  std::string_view name() const override { return "pipedream"; }
  std::string_view description() const override {
    return "a baseline: PipeDream's dynamic program without replication, on "
           "the graph contracted to a path by its biconnected components";
  }

private:
  void place(const Problem &problem, Outcome &outcome) const override {
    const Instance &instance = problem.instance;
    ClassGraph path = mergeFollowers(contractToPath(instance, problem.graph));
    if (path.suffixStash)
      path = path.reversed();
    problem.observer.onFigure("blocks", path.numClasses);
    StageChain chain = split(path, problem.options, problem.budget, outcome);
    if (chain.valid())
      conclude(problem, assignmentOf(instance, path, chain), outcome);
  }

  /// The best chain of intervals. Blocks off the path can be ordered in several
  /// ways (the published program takes the order of a hash table); the best of
  /// three counts.
  static StageChain split(const ClassGraph &path, const SolveOptions &options,
                          const Budget &budget, Outcome &outcome) {
    contiguous::Capacity capacity(path);
    PrefixDp prefix(path, capacity);
    contiguous::Random random(options.seed);
    uint64_t steps = std::min(kStepBudget, options.workLimit);
    Time lower = capacity.lowerBound(), everything = mostLoad(path);
    StageChain best;
    for (OrderRule rule : {OrderRule::DepthFirst, OrderRule::BreadthFirst,
                           OrderRule::SmallestCut}) {
      std::vector<ClassId> order = linearise(path, rule, random);
      // Limits near the bound first: few boundaries are open then, and the cost
      // grows with the square of their number.
      for (Time slack = lower / 200 + 1; lower != kInfiniteTime; slack *= 2) {
        if (budget.cancelled() || budget.timeOut()) {
          outcome.stop = budget.cancelled() ? Stop::Cancelled : Stop::Time;
          return best;
        }
        Time most = best.valid() ? best.value - 1 : everything;
        bool last = slack >= most - lower;
        StageChain chain;
        if (prefix.improve(order, last ? most : lower + slack, chain, steps)) {
          best = std::move(chain);
          break;
        }
        if (last)
          break;
      }
    }
    if (best.valid())
      return best;
    if (movesAtMost(path) > steps) {
      outcome.stop = Stop::Time;
      outcome.explanation.push_back(
          "The dynamic program over the " + std::to_string(path.numClasses) +
          " blocks that are left when all branches are contracted was given up "
          "before it took more than " +
          std::to_string(steps) + " moves.");
      return {};
    }
    outcome.explanation.push_back(
        "No split of the " + std::to_string(path.numClasses) +
        " blocks that are left when all branches are contracted keeps the "
        "memory, the pins and the support of every device.");
    return {};
  }

  /// Moves of the dynamic program without a limit.
  static uint64_t movesAtMost(const ClassGraph &path) {
    __int128 moves = __int128(path.numClasses + 1) * (path.numClasses + 1);
    for (const contiguous::EngineKind &kind : path.kinds)
      moves = std::min<__int128>(moves * (kind.count + 1), kNone);
    return static_cast<uint64_t>(moves);
  }

  /// No load of any chain is above this.
  static Time mostLoad(const ClassGraph &path) {
    Time most = 0;
    for (KindId k = 0; k < path.numKinds(); ++k) {
      Time all = 0;
      for (ClassId c = 0; c < path.numClasses; ++c)
        if (Time t = path.timeOf(c, k); t != kUnsupported)
          all += t;
      for (Time t : path.cost[k])
        all += t;
      most = std::max(most, all);
    }
    return most;
  }
};

} // namespace

} // namespace placement::solver::baselines

namespace placement::solver {

std::unique_ptr<Algorithm> createPipeDream() {
  auto create = [] { return std::make_unique<baselines::PipeDream>(); };
  return baselines::byObjective(
      create(), baselines::asCalls(create(), /*contiguous=*/true));
}

} // namespace placement::solver
