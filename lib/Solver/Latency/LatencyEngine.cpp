//===- LatencyEngine.cpp - Search and provers side by side ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/LatencyEngine.h"

#include "Solver/Search/Infeasibility.h"

#include <algorithm>

namespace placement::solver::latency {

namespace {

/// The search ends after so many rounds without a better value.
constexpr uint64_t kStaleRounds = 120;
/// Where no time limit is given: steps of the search, about half a minute, and
/// of all provers together, about a minute.
constexpr uint64_t kSearchSteps = 300'000'000;
constexpr uint64_t kProverSteps = 600'000'000;
/// After so many, it leaves most of its share to the provers.
constexpr uint64_t kTiredRounds = 30;
/// Slices of steps: the first is a few milliseconds, later ones are longer.
constexpr uint64_t kFirstSlice = 100'000;
constexpr uint64_t kLongestSlice = 20'000'000;
/// With several pieces a device, the problem with one has this share of the
/// time and the steps at most, and so many steps.
constexpr uint64_t kOnePieceShare = 4;
constexpr uint64_t kOnePieceSteps = 50'000'000;
constexpr std::string_view kOnePiece = "one piece a device";

} // namespace

std::string unsupportedReason(const Instance &instance,
                              const SolveOptions &options) {
  return onlyLatency(instance.objective());
}

LatencyEngine::LatencyEngine(const Instance &instance,
                             const SolveOptions &options, Observer &observer)
    : instance(instance), options(options), observer(observer),
      budget(contiguous::budgetOf(options)),
      compact(instance, termsOf(instance, options.maxStages)),
      makespan(compact) {
  contradict();
  if (infeasible)
    return;
  simpleBound();
  if (LatencySearch::tableBytes(compact) > budget.memory)
    stop = Stop::Memory;
  else
    search.emplace(compact, options.seed);
}

/// What no plan can keep.
void LatencyEngine::contradict() {
  infeasible = !findContradictions(instance, 1).empty();
  if (compact.stuckNode() != kNone)
    infeasible = true;
  std::vector<uint32_t> named;
  for (uint32_t v = 0; v < compact.numNodes(); ++v)
    if (instance.pinKind(v) != kNone && compact.pinnedDevice(v) != kNone)
      named.push_back(compact.pinnedDevice(v));
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  if (named.size() > compact.maxPieces()) {
    infeasible = true;
    explanation.push_back("Pins name " + std::to_string(named.size()) +
                          " devices that run pieces, but at most " +
                          std::to_string(compact.maxPieces()) +
                          " pieces are allowed.");
  }
}

/// The longest path with each node where it is fastest: a node takes its time
/// in a call too, and a call takes the times of all its nodes.
void LatencyEngine::simpleBound() {
  std::vector<Time> done(compact.numNodes(), 0);
  Time longest = 0;
  for (uint32_t v : compact.order()) {
    Time least = kUnsupported;
    for (KindId k = 0; k < compact.numKinds(); ++k)
      least = std::min(least, compact.time(v, k));
    for (uint32_t u : compact.predecessors(v))
      done[v] = std::max(done[v], done[u]);
    done[v] += least;
    longest = std::max(longest, done[v]);
  }
  onBound(longest, "critical path");
}

/// A first plan, where it is one: every unit on the first pool that takes it.
/// Without memory for the search all that is left is to run one node after the
/// other where cores are bounded, on the core that a pin names or on the first.
void LatencyEngine::startOnHosts() {
  if (infeasible)
    return;
  Placement placement;
  placement.place.assign(compact.numNodes(), kNone);
  for (uint32_t v = 0; v < compact.numNodes(); ++v) {
    for (uint32_t pool = compact.numPools(); pool-- > 0;)
      if (compact.supports(v, compact.pools()[pool].kind))
        placement.place[v] = pool;
    if (placement.place[v] == kNone)
      return;
  }
  if (search) {
    search->start(placement);
    if (search->value() < bestValue)
      onIncumbent(search->placement(), "search");
    return;
  }
  if (compact.boundedCores()) {
    placement.core.assign(compact.numNodes(), 0);
    placement.rank.assign(compact.numNodes(), 0);
    uint32_t next = 0;
    for (uint32_t v : compact.order()) {
      placement.rank[v] = next++;
      if (compact.pinnedCore(v) != kNone)
        placement.core[v] = compact.pinnedCore(v);
    }
  }
  onIncumbent(placement, "hosts");
}

void LatencyEngine::onBound(Time bound, std::string_view family) {
  auto known =
      std::find_if(familyBounds.begin(), familyBounds.end(),
                   [&](const FamilyBound &of) { return of.family == family; });
  if (known == familyBounds.end())
    familyBounds.push_back({std::string(family), bound});
  else
    known->bound = std::max(known->bound, bound);
  if (bound <= lower)
    return;
  lower = bound;
  boundSource = family;
  observer.onBound(lower, family);
}

void LatencyEngine::onInfeasible(std::string_view family) {
  infeasible = true;
  explanation.push_back("The bound \"" + std::string(family) +
                        "\" proves that no plan exists.");
}

bool LatencyEngine::onIncumbent(const Placement &placement,
                                std::string_view source) {
  if (!isAllowed(compact, placement))
    return false;
  Time value = makespan.evaluate(placement);
  if (value >= bestValue)
    return false;
  bestValue = value;
  bestPlacement = placement;
  valueSource = source;
  observer.onIncumbent(value, source);
  // The search makes its own way to plans of several pieces: from the best plan
  // of one piece it seldom finds another.
  if (search && source != "search" && source != kOnePiece)
    search->start(placement);
  return true;
}

void LatencyEngine::start(const Assignment &assignment) {
  if (!infeasible)
    onIncumbent(fromAssignment(compact, assignment), "start");
}

bool LatencyEngine::enough() {
  if (outside)
    outside();
  if (stop || closed())
    return true;
  if (bestValue != kInfiniteTime && options.gap > 0 &&
      static_cast<double>(bestValue - lower) <=
          options.gap * static_cast<double>(bestValue))
    stop = Stop::Gap;
  else if (budget.cancelled())
    stop = Stop::Cancelled;
  else if (budget.timeOut())
    stop = Stop::Time;
  return stop.has_value();
}

uint64_t LatencyEngine::stepsUsed() const {
  return proved + (search ? search->steps() : 0);
}

uint64_t LatencyEngine::stepsLeft() const {
  return options.workLimit - std::min(options.workLimit, stepsUsed());
}

bool LatencyEngine::outOfWork() {
  if (!enough() && stepsLeft() == 0)
    stop = Stop::Time;
  return stop.has_value();
}

bool LatencyEngine::isTimed() const {
  return budget.deadline != std::chrono::steady_clock::time_point::max();
}

bool LatencyEngine::searchEnded() const {
  return staleRounds >= kStaleRounds ||
         (!isTimed() && search->steps() >= kSearchSteps);
}

void LatencyEngine::searchFor(uint64_t steps) {
  uint64_t end = search->steps() + std::min(steps, stepsLeft());
  while (!enough() && !searchEnded() && search->steps() < end) {
    bool better = search->round(budget);
    staleRounds = better ? 0 : staleRounds + 1;
    if (better)
      onIncumbent(search->placement(), "search");
  }
}

void LatencyEngine::searchOnly() {
  startOnHosts();
  if (enough())
    return;
  observer.onPhase("search");
  while (!enough() && !outOfWork() && !searchEnded())
    searchFor(kLongestSlice);
}

void LatencyEngine::proveFor(LatencyProver &prover, uint64_t steps) {
  uint64_t before = prover.stepsUsed();
  Verdict verdict = prover.run(std::min(steps, stepsLeft()), budget, *this);
  proved += prover.stepsUsed() - before;
  size_t index = 0;
  while (provers[index].get() != &prover)
    ++index;
  if (verdict == Verdict::None || verdict == Verdict::OutOfMemory)
    ended[index] = 1;
}

/// Plans with one piece a device are plans with several, too, and that problem
/// is easier: it is often closed before the search here finds as good a plan.
void LatencyEngine::solveWithOnePiece() {
  if (compact.piecesPerDevice() == 1)
    return;
  InstanceData data = instance.data();
  data.piecesPerDevice = 1;
  Result<Instance> narrow = Instance::create(std::move(data));
  if (!narrow)
    return;
  observer.onPhase(kOnePiece);
  SolveOptions less = options;
  less.workLimit = std::min(stepsLeft() / kOnePieceShare, kOnePieceSteps);
  if (isTimed())
    less.timeLimit /= kOnePieceShare;
  Observer silent;
  LatencyEngine engine(*narrow, less, silent);
  engine.onLook(outside);
  engine.run();
  proved += engine.stepsUsed();
  // Its bounds and proofs say nothing about several pieces.
  if (std::optional<Assignment> plan = engine.finish().assignment)
    onIncumbent(fromAssignment(compact, *plan), kOnePiece);
}

void LatencyEngine::run() {
  startOnHosts();
  if (enough())
    return;
  solveWithOnePiece();
  if (enough())
    return;
  provers = createLatencyProvers(compact, options.seed);
  ended.assign(provers.size(), 0);
  observer.onPhase("search and bounds");
  uint64_t slice = kFirstSlice;
  while (!enough() && !outOfWork()) {
    // A stale search leaves its share to the provers.
    bool anyProver = false;
    searchFor(staleRounds < kTiredRounds ? slice : slice / 4);
    for (size_t i = 0; i < provers.size() && !enough(); ++i) {
      if (ended[i] || outOfWork())
        continue;
      if (!isTimed() && proved >= kProverSteps)
        continue;
      anyProver = true;
      proveFor(*provers[i], slice);
    }
    if (!anyProver && searchEnded())
      break;
    slice = std::min(2 * slice, kLongestSlice);
  }
}

Outcome LatencyEngine::finish() {
  // A plan of a prover is known to the search; a limit that was met leaves time
  // for one pass over the pieces.
  if (search && search->value() == bestValue) {
    search->dropPieces();
    if (search->value() <= bestValue && bestValue != kInfiniteTime) {
      bestValue = search->value();
      bestPlacement = search->placement();
    }
  }
  if (bestValue != kInfiniteTime) {
    makespan.evaluate(bestPlacement);
    renumber(compact, makespan, bestPlacement);
  }
  return outcome();
}

Outcome LatencyEngine::outcome() const {
  observer.onFigure("units", compact.numUnits());
  observer.onFigure("rounds", search ? search->rounds() : 0);
  Outcome result;
  result.proof = Proof::Engine;
  result.infeasible = infeasible;
  result.stop = stop.value_or(Stop::Finished);
  result.explanation = explanation;
  if (infeasible)
    return result;
  result.bound = std::min(lower, bestValue);
  result.familyBounds = familyBounds;
  for (FamilyBound &entry : result.familyBounds)
    entry.bound = std::min(entry.bound, bestValue);
  if (search)
    result.explanation.push_back(
        "The search made " + std::to_string(search->rounds()) + " rounds" +
        (bestValue == kInfiniteTime
             ? " and found no plan."
             : "; the plan is from \"" + valueSource + "\"."));
  if (!boundSource.empty())
    result.explanation.push_back("The bound is that of \"" + boundSource +
                                 "\".");
  for (const std::unique_ptr<LatencyProver> &prover : provers)
    prover->describe(result);
  if (bestValue == kInfiniteTime)
    return result;
  result.makespan = bestValue;
  result.assignment = toAssignment(compact, bestPlacement);
  return result;
}

} // namespace placement::solver::latency
