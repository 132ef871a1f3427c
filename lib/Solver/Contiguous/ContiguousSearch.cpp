//===- ContiguousSearch.cpp - Values and bounds until they meet -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/ContiguousSearch.h"

#include <algorithm>

namespace placement::solver::contiguous {

namespace {

/// From this size on a search around the cuts pays before a full sweep.
constexpr size_t kManyClasses = 3000;
/// Transitions before a graph counts as wide.
constexpr uint64_t kFirstQuota = 4'000'000;
constexpr uint64_t kQuotaPerClass = 1'500;
/// Transitions for its symmetric sweeps, for sweeps in each direction, and for
/// those when bounds are all that can be hoped for.
constexpr uint64_t kSymmetryQuota = 60'000'000;
constexpr uint64_t kSecondQuota = 16'000'000;
constexpr uint64_t kThirdQuota = 150'000'000;
/// Transitions for each width of the beam.
constexpr uint64_t kBeamQuota = 20'000'000;

} // namespace

ContiguousSearch::ContiguousSearch(const Instance &instance,
                                   const SolveOptions &options,
                                   Observer &observer)
    : instance(instance), options(options), observer(observer),
      budget(budgetOf(options)), random(options.seed) {
  graph = mergeFollowers(contract(instance, options.maxStages));
  if (graph.suffixStash)
    graph = graph.reversed();
  capacity.emplace(graph);
  prefix.emplace(graph, *capacity);
  Time bound = capacity->lowerBound();
  if (bound == kInfiniteTime)
    infeasible = true;
  else
    raiseBound(bound, "balance");
}

void ContiguousSearch::start(const Assignment &assignment) {
  StageChain chain;
  chain.stageOf.assign(graph.numClasses, 0);
  size_t stages = assignment.stages.size();
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    uint32_t s = assignment.stageOf[v];
    chain.stageOf[graph.classOf[v]] =
        graph.turned ? static_cast<uint32_t>(stages - 1 - s) : s;
  }
  for (const DeviceRef &device : assignment.stages)
    chain.kinds.push_back(device.kind);
  if (graph.turned)
    std::reverse(chain.kinds.begin(), chain.kinds.end());
  // A class holds nodes that stay together in some best chain, not in every
  // one: stages of this one can be empty now.
  std::vector<uint32_t> number(stages, 0);
  for (uint32_t s : chain.stageOf)
    number[s] = 1;
  uint32_t used = 0;
  for (size_t s = 0; s < stages; ++s)
    if (number[s]) {
      chain.kinds[used] = chain.kinds[s];
      number[s] = used++;
    }
  chain.kinds.resize(used);
  for (uint32_t &s : chain.stageOf)
    s = number[s];
  accept(std::move(chain), "start");
}

bool ContiguousSearch::accept(StageChain chain, std::string_view source) {
  // Trust no bookkeeping: what a method returns is evaluated from scratch.
  chain.value = evaluate(graph, chain);
  if (!chain.valid() || chain.value >= best.value)
    return false;
  best = std::move(chain);
  observer.onIncumbent(best.value, source);
  return true;
}

void ContiguousSearch::raiseBound(Time bound, std::string_view source) {
  if (bound <= lower)
    return;
  lower = bound;
  observer.onBound(lower, source);
}

bool ContiguousSearch::enough() {
  if (closed() || infeasible || stop)
    return true;
  if (best.valid() && options.gap > 0 &&
      static_cast<double>(best.value - lower) <=
          options.gap * static_cast<double>(best.value)) {
    stop = Stop::Gap;
    return true;
  }
  if (budget.cancelled())
    stop = Stop::Cancelled;
  else if (budget.timeOut() || figures.transitions >= options.workLimit)
    stop = Stop::Time;
  return stop.has_value();
}

uint64_t ContiguousSearch::quotaEnd(uint64_t quota) const {
  if (figures.transitions >= options.workLimit)
    return figures.transitions;
  return figures.transitions +
         std::min(quota, options.workLimit - figures.transitions);
}

void ContiguousSearch::noteStop(Verdict verdict) {
  switch (verdict) {
  case Verdict::OutOfTime:
    stop = Stop::Time;
    break;
  case Verdict::OutOfMemory:
    stop = Stop::Memory;
    break;
  case Verdict::Cancelled:
    stop = Stop::Cancelled;
    break;
  case Verdict::None:
  case Verdict::Found:
  case Verdict::OutOfQuota:
    break;
  }
}

void ContiguousSearch::runLinearised() {
  if (infeasible)
    return;
  firstChains();
  refineOrders(40);
}

void ContiguousSearch::runExact() {
  if (infeasible || instance.numNodes() == 0)
    return;
  firstChains();
  if (graph.numClasses > kManyClasses)
    refineAroundCuts(kLocalQuota);
  // Most graphs close here.
  uint64_t perSize = kQuotaPerClass * graph.numClasses;
  if (closeBySweeps(kFirstQuota + perSize, /*turn=*/false) != Progress::Open)
    return;
  // Wide graphs: better values first, since a sweep below a poor value walks
  // far; then symmetry, which shrinks the lattice by factorials.
  refineOrders(40);
  if (closeBySymmetry(kSymmetryQuota) != Progress::Open)
    return;
  // Which direction is the cheaper one depends on where the graph is wide;
  // stashes by stage leave no choice.
  bool bothWays = !graph.suffixStash;
  if (closeInTurns(kSecondQuota + perSize, bothWays) != Progress::Open)
    return;
  searchBeam(300, 4, kBeamQuota);
  // Where branches are alike, an exact sweep has little hope and a relaxed one
  // much; elsewhere it is the other way round.
  raiseByRelaxation(/*onlyWithBranches=*/true);
  if (enough() || closeInTurns(kThirdQuota, bothWays) != Progress::Open)
    return;
  searchBeam(900, 8, kBeamQuota);
  raiseByRelaxation(/*onlyWithBranches=*/false);
  // Then whatever the limits allow.
  for (uint64_t quota = 2 * kThirdQuota; !enough(); quota *= 2)
    if (closeBySymmetry(quota) != Progress::Open ||
        closeInTurns(quota, bothWays) != Progress::Open)
      return;
}

/// The same quota for both directions, one after the other.
ContiguousSearch::Progress ContiguousSearch::closeInTurns(uint64_t quota,
                                                          bool bothWays) {
  Progress progress = closeBySweeps(quota, /*turn=*/false);
  if (progress == Progress::Open && bothWays && !enough())
    progress = closeBySweeps(quota, /*turn=*/true);
  return progress;
}

/// What was done, in numbers that are the same on every machine.
std::string ContiguousSearch::describeWork() const {
  std::string text = std::to_string(instance.numNodes()) + " nodes became " +
                     std::to_string(graph.numClasses) + " classes; ";
  if (figures.ideals == 0)
    return text + "dynamic programs along linear orders gave the value, and "
                  "the balance of work the bound.";
  return text + "label sweeps visited " + std::to_string(figures.ideals) +
         " ideals with " + std::to_string(figures.transitions) +
         " transitions.";
}

Outcome ContiguousSearch::outcome() const {
  observer.onFigure("classes", graph.numClasses);
  observer.onFigure("ideals", figures.ideals);
  observer.onFigure("transitions", figures.transitions);
  observer.onFigure("labels", figures.labels);
  observer.onFigure("boundaries", figures.boundaries);
  observer.onFigure("widest layer", figures.widestLayer);

  Outcome result;
  result.proof = Proof::Engine;
  result.infeasible = infeasible;
  result.stop = stop.value_or(Stop::Finished);
  if (result.stop == Stop::Time && figures.transitions >= options.workLimit)
    result.explanation.push_back("The search stopped at its work limit.");
  if (infeasible)
    return result;
  result.bound = best.valid() ? std::min(lower, best.value) : lower;
  if (!best.valid())
    return result;
  result.explanation.push_back(describeWork());
  result.assignment = assignmentOf(instance, graph, best);
  if (!alternativesNote.empty())
    result.explanation.push_back(alternativesNote);
  for (const RankedChain &alternative : alternatives)
    result.alternatives.push_back(
        assignmentOf(instance, graph, alternative.chain));
  result.alternativesExact = alternativesExact;
  return result;
}

} // namespace placement::solver::contiguous
