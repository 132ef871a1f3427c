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

#include "Solver/Contiguous/ClassGraph.h"
#include "Solver/Contiguous/StageWalk.h"
#include "Solver/Search/Builtins.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

namespace placement::solver {

namespace {

using namespace contiguous;

enum class Measure : uint8_t { Nodes, Parameters };

/// Classes in topological order, that of the program where there is a choice.
std::vector<ClassId> programOrder(const ClassGraph &graph) {
  std::vector<uint32_t> firstNode(graph.numClasses, kNone);
  for (uint32_t v = static_cast<uint32_t>(graph.classOf.size()); v-- > 0;)
    firstNode[graph.classOf[v]] = v;
  using Entry = std::pair<uint32_t, ClassId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
  std::vector<size_t> waiting(graph.numClasses);
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    waiting[c] = graph.preds[c].size();
    if (waiting[c] == 0)
      ready.push({firstNode[c], c});
  }
  std::vector<ClassId> order;
  order.reserve(graph.numClasses);
  while (!ready.empty()) {
    ClassId c = ready.top().second;
    ready.pop();
    order.push_back(c);
    for (ClassId s : graph.succs[c])
      if (--waiting[s] == 0)
        ready.push({firstNode[s], s});
  }
  return order;
}

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
      : line(line), kind(kind), stages(stages), capacity(line),
        cover(coverByChains(line)), walk(line, capacity, cover) {
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
    StageChain chain = chainOf(nearestCuts());
    chain.value = evaluate(line, chain);
    if (chain.valid())
      return chain;
    // Some stage is too much for its memory or holds two pins: then the least
    // that the largest stage can be.
    __int128 low = 0, high = before.back() + 1;
    std::vector<size_t> cuts;
    while (low < high) {
      __int128 middle = low + (high - low) / 2;
      if (greedyCuts(middle, cuts))
        high = middle;
      else
        low = middle + 1;
    }
    if (!greedyCuts(low, cuts)) {
      obstacle = "no split of the program order into " +
                 std::to_string(stages) +
                 " stages keeps the memory and the pins of every device";
      return {};
    }
    chain = chainOf(cuts);
    chain.value = evaluate(line, chain);
    return chain;
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

  /// Fills each stage as far as its share may be `most` and the rules allow. A
  /// part of a stage needs no more than the stage, so going as far as possible
  /// is never a mistake.
  bool greedyCuts(__int128 most, std::vector<size_t> &cuts) {
    cuts.clear();
    std::vector<uint16_t> counts(cover.numChains(), 0);
    size_t at = 0, n = line.numClasses;
    for (uint32_t s = 1; s <= stages && at < n; ++s) {
      walk.begin(counts.data(), kind);
      size_t begin = at;
      std::vector<ClassId> added;
      for (; at < n; ++at) {
        auto c = static_cast<ClassId>(at);
        added.push_back(c);
        if (!walk.add(c) || walk.mostUsed() < s ||
            before[at + 1] - before[begin] > most)
          break;
      }
      for (size_t i = added.size(); i-- > 0;)
        walk.remove(added[i]);
      if (at == begin)
        return false;
      for (size_t i = begin; i < at; ++i)
        ++counts[cover.chainOf[i]];
      cuts.push_back(at);
    }
    return at == n;
  }

  StageChain chainOf(const std::vector<size_t> &cuts) const {
    StageChain chain;
    chain.kinds.assign(cuts.size(), kind);
    chain.stageOf.resize(line.numClasses);
    uint32_t stage = 0;
    for (size_t i = 0; i < line.numClasses; ++i) {
      while (i >= cuts[stage])
        ++stage;
      chain.stageOf[i] = stage;
    }
    return chain;
  }

  const ClassGraph &line;
  KindId kind;
  uint32_t stages;
  Capacity capacity;
  ChainCover cover;
  StageWalk walk;
  /// Share of the first i classes.
  std::vector<__int128> before;
};

class EqualSplit : public Algorithm {
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
    if (!options.contiguous)
      return "it makes contiguous plans only; ask for contiguous=true";
    if (std::string reason =
            onlyDefaultModel(instance.communication(), instance.schedule());
        !reason.empty())
      return reason;
    if (options.alternatives > 1)
      return "it makes one plan only; alternatives come from \"contiguous\" "
             "and \"linearised\"";
    if (measure == Measure::Parameters && !hasParameters(instance))
      return "no node and no shared weight of the problem has bytes; use "
             "\"equal-ops\"";
    return {};
  }

  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    Outcome outcome;
    if (instance.numNodes() == 0)
      return outcome;
    ClassGraph graph = contract(instance, options.maxStages);
    outcome.proof = Proof::Engine;
    Time bound = Capacity(graph).lowerBound();
    if (bound == kInfiniteTime) {
      outcome.infeasible = true;
      return outcome;
    }
    outcome.bound = bound;
    KindId kind = fastestKind(instance, graph, outcome.explanation);
    if (kind == kNone)
      return outcome;
    uint32_t stages = std::min(graph.kinds[kind].count, graph.maxStages);
    stages = static_cast<uint32_t>(std::min<size_t>(stages, graph.numClasses));
    ClassGraph line = orderClasses(graph, programOrder(graph));
    if (line.suffixStash)
      line = line.reversed();
    std::string obstacle;
    StageChain chain =
        Splitter(instance, line, measure, kind, stages).split(obstacle);
    if (!chain.valid()) {
      outcome.explanation.push_back("On devices of kind \"" +
                                    instance.machine().kinds[kind].name +
                                    "\" " + obstacle + ".");
      return outcome;
    }
    observer.onIncumbent(chain.value, name());
    outcome.assignment = assignmentOf(instance, line, chain);
    return outcome;
  }

private:
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
        auto node =
            std::find(graph.classOf.begin(), graph.classOf.end(), obstacle) -
            graph.classOf.begin();
        explanation.push_back(
            "Devices of kind \"" + instance.machine().kinds[k].name +
            "\" cannot hold all stages: they do not take " +
            describeNode(instance.data(), static_cast<NodeId>(node)) +
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

std::unique_ptr<Algorithm> createEqualOps() {
  return std::make_unique<EqualSplit>(Measure::Nodes);
}
std::unique_ptr<Algorithm> createEqualWeights() {
  return std::make_unique<EqualSplit>(Measure::Parameters);
}

} // namespace placement::solver
