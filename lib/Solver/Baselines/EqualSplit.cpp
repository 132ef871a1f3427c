//===- EqualSplit.cpp - Splits by number of nodes or by parameters --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What people do without a solver, and what a measured choice must not lose to:
// cut the program where each part has the same number of operations, or of
// parameter bytes.
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/LatencyBaseline.h"
#include "Solver/Baselines/LineFiller.h"
#include "Solver/Search/Builtins.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>

namespace placement::solver::baselines {

namespace {

using contiguous::StageChain;

enum class Measure : uint8_t { Nodes, Parameters };

bool hasParameters(const Instance &instance) {
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (instance.size(v) > 0)
      return true;
  for (uint32_t w = 0; w < instance.numWeights(); ++w)
    if (instance.weightBytes(w) > 0 && !instance.weightUsers(w).empty())
      return true;
  return false;
}

/// One split. `line` has the classes in their order, so class i is the i-th;
/// where stashes count later stages it is turned.
class Splitter {
public:
  Splitter(const Instance &instance, const ClassGraph &line, Measure measure,
           KindId kind, uint32_t stages)
      : line(line), kind(kind), stages(stages), filler(line) {
    std::vector<__int128> share(line.numClasses, 0);
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      share[line.classOf[v]] +=
          measure == Measure::Nodes ? 1 : instance.size(v);
    if (measure == Measure::Parameters)
      for (uint32_t w = 0; w < instance.numWeights(); ++w)
        addShared(instance, w, share);
    before.push_back(0);
    for (__int128 s : share)
      before.push_back(before.back() + s);
  }

  /// The chain, or none with a sentence that says why.
  StageChain split(std::string &obstacle) {
    for (size_t end : nearestCuts())
      filler.take(end, kind);
    if (StageChain chain = filler.chain(); chain.valid())
      return chain;
    // Some stage is too much for its memory or holds two pins: then the least
    // that the largest stage can be.
    __int128 low = 0, high = before.back() + 1;
    while (low < high) {
      __int128 middle = low + (high - low) / 2;
      if (fillWithin(middle))
        high = middle;
      else
        low = middle + 1;
    }
    if (!fillWithin(low)) {
      obstacle = "no split of the program order into " +
                 std::to_string(stages) +
                 " stages keeps the memory and the pins of every device";
      return {};
    }
    return filler.chain();
  }

private:
  /// A shared weight counts where it is used first.
  void addShared(const Instance &instance, uint32_t w,
                 std::vector<__int128> &share) const {
    ClassId first = kNone;
    for (uint32_t user : instance.weightUsers(w)) {
      ClassId c = line.classOf[user];
      if (first == kNone || (line.turned ? c > first : c < first))
        first = c;
    }
    if (first != kNone)
      share[first] += instance.weightBytes(w);
  }

  /// Each cut where the part before it is nearest to its share, the earliest
  /// of several; every stage has a class.
  std::vector<size_t> nearestCuts() const {
    size_t n = line.numClasses, last = 0;
    std::vector<size_t> cuts;
    for (uint32_t s = 1; s < stages; ++s) {
      // In units of 1 / stages, so that nothing is rounded.
      __int128 goal = before.back() * s;
      size_t at = firstWith((goal + stages - 1) / stages);
      if (at > 0) {
        size_t lower = firstWith(before[at - 1]);
        if (goal - before[lower] * stages <= before[at] * stages - goal)
          at = lower;
      }
      last = std::clamp(at, last + 1, n - (stages - s));
      cuts.push_back(last);
    }
    cuts.push_back(n);
    return cuts;
  }
  /// The least number of classes with at least this share.
  size_t firstWith(__int128 share) const {
    return static_cast<size_t>(
        std::lower_bound(before.begin(), before.end(), share) - before.begin());
  }

  /// Fills each stage as far as its share may be `most` and the rules allow.
  bool fillWithin(__int128 most) {
    filler.restart();
    while (!filler.complete() && filler.numStages() < stages) {
      __int128 end = before[filler.position()] + most;
      size_t at =
          filler.fill(kind, [&](ClassId c) { return before[c + 1] <= end; });
      if (at == filler.position())
        return false;
      filler.take(at, kind);
    }
    return filler.complete();
  }

  const ClassGraph &line;
  KindId kind;
  uint32_t stages;
  LineFiller filler;
  /// Share of the first i classes.
  std::vector<__int128> before;
};

class EqualSplit final : public Baseline {
public:
  explicit EqualSplit(Measure measure) : measure(measure) {}

  std::string_view name() const override {
    return measure == Measure::Nodes ? "equal-ops" : "equal-weights";
  }
  std::string_view description() const override {
    return measure == Measure::Nodes
               ? "a baseline: the program cut into stages of equally many "
                 "nodes, on all devices of the fastest kind"
               : "a baseline: the program cut into stages of equal parameter "
                 "bytes, on all devices of the fastest kind";
  }

  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    std::string reason = Baseline::unsupportedReason(instance, options);
    if (!reason.empty())
      return reason;
    if (measure == Measure::Parameters && !hasParameters(instance))
      return "no node and no shared weight of the problem has bytes; use "
             "\"equal-ops\"";
    return {};
  }

private:
  void place(const Problem &problem, Outcome &outcome) const override {
    const Instance &instance = problem.instance;
    const ClassGraph &graph = problem.graph;
    KindId kind = fastestKind(instance, graph, outcome.explanation);
    if (kind == kNone)
      return;
    uint32_t stages = std::min(graph.kinds[kind].count, graph.maxStages);
    stages = static_cast<uint32_t>(std::min<size_t>(stages, graph.numClasses));
    ClassGraph line = programLine(graph);
    std::string obstacle;
    StageChain chain =
        Splitter(instance, line, measure, kind, stages).split(obstacle);
    if (!chain.valid()) {
      outcome.explanation.push_back("On devices of kind \"" +
                                    instance.machine().kinds[kind].name +
                                    "\" " + obstacle + ".");
      return;
    }
    conclude(problem, assignmentOf(instance, line, chain), outcome);
  }

  /// The kind that runs the whole program fastest, kNone when none runs it.
  static KindId fastestKind(const Instance &instance, const ClassGraph &graph,
                            std::vector<std::string> &explanation) {
    KindId best = kNone;
    Time least = kInfiniteTime;
    for (KindId k = 0; k < graph.numKinds(); ++k) {
      if (graph.kinds[k].count == 0)
        continue;
      Time total = 0;
      ClassId obstacle = kNone;
      for (ClassId c = 0; c < graph.numClasses && obstacle == kNone; ++c) {
        Time t = graph.timeOf(c, k);
        if (t == kUnsupported)
          obstacle = c;
        else
          total += t;
      }
      if (obstacle != kNone) {
        explanation.push_back(
            "Devices of kind \"" + instance.machine().kinds[k].name +
            "\" cannot hold all stages: they do not take " +
            describeNode(instance.data(), someNode(graph, obstacle)) +
            " and what has to be with it.");
      } else if (total < least) {
        least = total;
        best = k;
      }
    }
    return best;
  }

  Measure measure;
};

} // namespace

} // namespace placement::solver::baselines

namespace placement::solver {

std::unique_ptr<Algorithm> createEqualOps() {
  auto create = [] {
    return std::make_unique<baselines::EqualSplit>(baselines::Measure::Nodes);
  };
  return baselines::byObjective(
      create(), baselines::asCalls(create(), /*contiguous=*/true));
}
std::unique_ptr<Algorithm> createEqualWeights() {
  auto create = [] {
    return std::make_unique<baselines::EqualSplit>(
        baselines::Measure::Parameters);
  };
  return baselines::byObjective(
      create(), baselines::asCalls(create(), /*contiguous=*/true));
}

} // namespace placement::solver
