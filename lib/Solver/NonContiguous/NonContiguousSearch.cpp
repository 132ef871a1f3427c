//===- NonContiguousSearch.cpp - Plans of several pieces a device ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/NonContiguousSearch.h"

#include "Solver/Contiguous/Capacity.h"
#include "Solver/Contiguous/ContiguousSearch.h"
#include "Solver/NonContiguous/Gathering.h"
#include "Solver/NonContiguous/Relaxation.h"

#include <algorithm>

namespace placement::solver::noncontiguous {

namespace {

/// Transitions of sweeps for the contiguous start: well below a second.
constexpr uint64_t kContiguousQuota = 1'000'000;
/// Annealing ends after this many moves, or as many rounds without success.
constexpr uint64_t kMoveLimit = 12'000'000;
constexpr unsigned kStaleRounds = 100;

/// Values of contiguous plans are values of ours; their bounds are not.
class ValuesOnly final : public Observer {
public:
  explicit ValuesOnly(Observer &to) : to(to) {}
  void onIncumbent(Time value, std::string_view) override {
    to.onIncumbent(value, "contiguous");
  }

private:
  Observer &to;
};

} // namespace

std::string unsupportedReason(const Instance &instance,
                              const SolveOptions &options) {
  if (std::string reason = onlyThroughput(instance.objective());
      !reason.empty())
    return reason;
  if (options.contiguous)
    return "it makes plans that need not be contiguous; ask for "
           "contiguous=false";
  if (options.alternatives > 1)
    return "it makes one plan only; alternatives come from \"contiguous\" with "
           "contiguous=true";
  if (instance.data().inFlight == InFlight::SuffixStages &&
      contiguous::contract(instance, 0, /*ordered=*/false).suffixStash)
    return "how many samples a device holds at once depends on the order of "
           "stages, which only contiguous plans have, and memory may be too "
           "small for all of them; ask for contiguous=true";
  return {};
}

NonContiguousSearch::NonContiguousSearch(const Instance &instance,
                                         const SolveOptions &options,
                                         Observer &observer)
    : instance(instance), options(options), observer(observer),
      budget(contiguous::budgetOf(options)) {
  graph = contiguous::mergeFollowers(
      contiguous::contract(instance, options.maxStages, /*ordered=*/false));
  devices.emplace(instance, graph);
  size_t mostDevices = devices->size();
  if (options.maxStages != 0)
    mostDevices = std::min<size_t>(mostDevices, options.maxStages);
  Time bound = contiguous::Capacity(graph).lowerBound();
  if (bound == kInfiniteTime) {
    infeasible = true;
  } else if (graph.numPins > mostDevices) {
    infeasible = true;
    explanation.push_back("Pins name " + std::to_string(graph.numPins) +
                          " devices, but at most " +
                          std::to_string(mostDevices) + " may be used.");
  }
  if (infeasible)
    return;
  raiseBound(bound, "the balance of work");
  familyBounds.push_back({"balance", bound});
  if (LocalSearch::tableBytes(graph, *devices) > budget.memory)
    stop = Stop::Memory;
  else
    local.emplace(graph, *devices, mostDevices, budget, options.seed);
}

void NonContiguousSearch::raiseBound(Time bound, std::string_view source) {
  if (bound <= lower)
    return;
  lower = bound;
  boundSource = source;
  observer.onBound(lower, source);
}

bool NonContiguousSearch::accept(const DeviceMap &placement,
                                 std::string_view source) {
  if (!local || !local->start(placement))
    return false;
  observer.onIncumbent(local->value(), source);
  return true;
}

void NonContiguousSearch::start(const Assignment &assignment) {
  accept(toDeviceMap(instance, graph, *devices, assignment), "start");
}

void NonContiguousSearch::startContiguous() {
  if (enough())
    return;
  SolveOptions contiguousOptions = options;
  contiguousOptions.contiguous = true;
  contiguousOptions.gap = 0;
  contiguousOptions.workLimit = std::min(options.workLimit, kContiguousQuota);
  ValuesOnly values(observer);
  contiguous::ContiguousSearch search(instance, contiguousOptions, values);
  if (contiguous::sweepUnsupportedReason(instance, options.maxStages).empty())
    search.runExact();
  else
    search.runLinearised();
  Outcome found = search.outcome();
  if (found.assignment)
    accept(toDeviceMap(instance, graph, *devices, *found.assignment),
           "contiguous");
}

bool NonContiguousSearch::enough() {
  if (infeasible || stop)
    return true;
  Time value = local->value();
  if (value <= lower)
    return true;
  if (value != kInfiniteTime && options.gap > 0 &&
      static_cast<double>(value - lower) <=
          options.gap * static_cast<double>(value))
    stop = Stop::Gap;
  else if (budget.cancelled())
    stop = Stop::Cancelled;
  else if (budget.timeOut())
    stop = Stop::Time;
  return stop.has_value();
}

void NonContiguousSearch::improve() {
  if (enough())
    return;
  observer.onPhase("annealing");
  Time before = local->value();
  unsigned stale = 0, rounds = 0;
  // Half of limited work is left for the bound.
  uint64_t limit = std::min(kMoveLimit, options.workLimit / 2);
  while (!enough() && local->moves() < limit && stale < kStaleRounds) {
    uint64_t left = limit - local->moves();
    bool better = local->improve(left);
    ++rounds;
    stale = better ? 0 : stale + 1;
    if (better)
      observer.onIncumbent(local->value(), "annealing");
  }
  explanation.push_back("Annealing made " + std::to_string(local->moves()) +
                        " moves in " + std::to_string(rounds) + " rounds and " +
                        (local->value() < before
                             ? "improved the first value."
                             : "found nothing better than the start."));
}

void NonContiguousSearch::prove() {
  if (enough() || local->value() == kInfiniteTime)
    return;
  if (graph.parts.single())
    return proveOn(graph, {}, /*columns=*/true);
  // Counting says which shares of work and transfers deserve more effort.
  std::optional<LoadShares> good;
  for (const LoadShares &shares : sharesToTry(graph.parts)) {
    Time before = lower;
    proveOn(relax(graph, shares), shares, /*columns=*/false);
    if (enough())
      return;
    if (!good || lower > before)
      good = shares;
  }
  proveOn(relax(graph, *good), *good, /*columns=*/true);
}

/// Bounds by counting and, where asked, by columns on the graph itself or on
/// one whose loads are nowhere above.
void NonContiguousSearch::proveOn(const ClassGraph &on,
                                  const LoadShares &shares, bool columns) {
  DeviceMap placement(on.numClasses);
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    placement[on.classOf[v]] = local->placement()[graph.classOf[v]];
  BoundProver prover(
      on, *devices, placement, local->value(), lower, budget,
      options.workLimit - std::min(options.workLimit, local->moves()),
      options.seed,
      [this](Time bound, const char *family) { raiseBound(bound, family); });
  observer.onPhase("counting");
  prover.count();
  if (columns && !enough()) {
    observer.onPhase("columns");
    prover.generateColumns(options.gap);
  }
  if (prover.certificate()) {
    certificate = prover.certificate();
    certificate->shares = shares;
  }
  // Several relaxations may be tried: the best of each family.
  for (const FamilyBound &entry : prover.familyBounds()) {
    auto known = std::find_if(
        familyBounds.begin(), familyBounds.end(),
        [&](const FamilyBound &of) { return of.family == entry.family; });
    if (known == familyBounds.end())
      familyBounds.push_back(entry);
    else
      known->bound = std::max(known->bound, entry.bound);
  }
  if (prover.outOfWork() && lower < local->value() && !stop)
    stop = Stop::Time;
  bool relaxed = !graph.parts.single();
  if (relaxed && prover.certificate())
    explanation.push_back("The bound counts work as " +
                          std::to_string(shares.work) + " and transfers as " +
                          std::to_string(shares.transfers) + " parts of " +
                          std::to_string(LoadShares::kWhole) + ".");
  if (columns)
    for (const std::string &text : prover.explanation())
      explanation.push_back(text);
  enough();
}

Outcome NonContiguousSearch::outcome() const {
  observer.onFigure("classes", graph.numClasses);
  observer.onFigure("moves", local ? local->moves() : 0);
  Outcome result;
  result.proof = Proof::Engine;
  result.infeasible = infeasible;
  result.stop = stop.value_or(Stop::Finished);
  if (infeasible) {
    result.explanation = explanation;
    return result;
  }
  result.explanation.push_back(std::to_string(instance.numNodes()) +
                               " nodes became " +
                               std::to_string(graph.numClasses) + " classes.");
  for (const std::string &text : explanation)
    result.explanation.push_back(text);
  result.bound = lower;
  if (!local || local->value() == kInfiniteTime)
    return result;
  result.bound = std::min(lower, local->value());
  result.explanation.push_back("The bound is that of " + boundSource + ".");
  result.familyBounds = familyBounds;
  for (FamilyBound &entry : result.familyBounds)
    entry.bound = std::min(entry.bound, local->value());
  result.certificate = certificate;
  result.assignment = toAssignment(instance, graph, *devices,
                                   gather(graph, *devices, local->placement()));
  return result;
}

std::optional<Assignment> NonContiguousSearch::plan() const {
  if (value() == kInfiniteTime)
    return std::nullopt;
  return toAssignment(instance, graph, *devices, local->placement());
}

} // namespace placement::solver::noncontiguous
