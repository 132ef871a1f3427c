//===- LocalSearch.cpp - Multilevel annealing of placements ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/LocalSearch.h"

#include "Solver/Contiguous/Capacity.h"
#include "Solver/NonContiguous/PartState.h"

#include <algorithm>

namespace placement::solver::noncontiguous {

namespace {

constexpr size_t kPopulation = 10;
/// Of rounds: those that begin anew once the population is full; of the others:
/// those that begin with the best member, and those that combine two.
constexpr double kFresh = 0.1, kFromBest = 0.3, kCombine = 0.5;
/// Temperatures, as relative changes of the objective.
constexpr double kFreshHottest = 0.05, kWarmest = 0.002, kMildest = 0.0001,
                 kColdest = 0.00001;
/// Moves for a level of the given size.
uint64_t movesFor(size_t classes) {
  return std::clamp<uint64_t>(classes * 300, 1'000, 4'000'000);
}

double scaleOf(const ClassGraph &graph) {
  Time bound = contiguous::Capacity(graph).lowerBound();
  return bound > 0 && bound != kInfiniteTime ? static_cast<double>(bound) : 1;
}

} // namespace

LocalSearch::LocalSearch(const ClassGraph &graph, const DeviceTable &devices,
                         size_t mostDevices, const Budget &budget,
                         uint64_t seed)
    : graph(graph), devices(devices), mostDevices(mostDevices), budget(budget),
      random(seed), coarsener(graph, scaleOf(graph)) {}

bool LocalSearch::start(const DeviceMap &placement) {
  Time value = evaluate(graph, devices, placement);
  if (value == kInfiniteTime)
    return false;
  DeviceMap used = placement;
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  if (used.size() > mostDevices)
    return false;
  bool better = value < best;
  keep({placement, value, static_cast<double>(value)});
  return better;
}

void LocalSearch::note(const Member &member) {
  if (member.value < best) {
    best = member.value;
    bestPlacement = member.placement;
  }
}

/// Takes a member into the population: in place of the worst one where it is
/// better and no equal of another.
void LocalSearch::keep(Member member) {
  note(member);
  if (population.size() < kPopulation) {
    population.push_back(std::move(member));
    return;
  }
  auto worst = population.begin();
  for (auto other = population.begin(); other != population.end(); ++other) {
    if (other->value == member.value && other->value != kInfiniteTime)
      return;
    if (worst->betterThan(*other))
      worst = other;
  }
  if (member.betterThan(*worst))
    *worst = std::move(member);
}

/// Places each class at random on a device in use that runs it fastest. Absent
/// where a class has none within the limit of devices.
std::optional<DeviceMap> LocalSearch::randomPlacement(const ClassGraph &level) {
  std::vector<uint8_t> open(devices.size(), mostDevices >= devices.size());
  if (mostDevices < devices.size()) {
    size_t used = 0;
    auto use = [&](DeviceId d) {
      used += !open[d];
      open[d] = 1;
    };
    // What pins name, then a device for each class that has none, then others.
    for (ClassId c = 0; c < level.numClasses; ++c)
      if (level.pin[c])
        use(devices.pinned(level.pin[c]));
    std::vector<DeviceId> choice;
    for (ClassId c = 0; c < level.numClasses; ++c) {
      choice.clear();
      bool served = false;
      for (DeviceId d = 0; d < devices.size() && !served; ++d)
        if (devices.allows(level, c, d)) {
          served = open[d];
          choice.push_back(d);
        }
      if (!served && !choice.empty())
        use(choice[random.below(static_cast<uint32_t>(choice.size()))]);
    }
    if (used > mostDevices)
      return std::nullopt;
    while (used < mostDevices)
      use(random.below(static_cast<uint32_t>(devices.size())));
  }
  DeviceMap placement(level.numClasses);
  std::vector<DeviceId> allowed;
  for (ClassId c = 0; c < level.numClasses; ++c) {
    allowed.clear();
    Time fastest = kUnsupported;
    for (DeviceId d = 0; d < devices.size(); ++d)
      if (open[d] && devices.allows(level, c, d))
        fastest = std::min(fastest, level.timeOf(c, devices.kind(d)));
    for (DeviceId d = 0; d < devices.size(); ++d)
      if (open[d] && devices.allows(level, c, d) &&
          level.timeOf(c, devices.kind(d)) == fastest)
        allowed.push_back(d);
    if (allowed.empty())
      return std::nullopt;
    placement[c] = allowed[random.below(static_cast<uint32_t>(allowed.size()))];
  }
  return placement;
}

/// Anneals the member's placement on a graph merged from ours.
template <typename State>
void LocalSearch::annealLevel(const ClassGraph &level, double hottest,
                              uint64_t end, Member &member) {
  State state(level, devices);
  state.assign(member.placement);
  Annealer<State> annealer(level, devices, state, mostDevices, budget, random);
  annealer.run(hottest, kColdest,
               std::min(movesFor(level.numClasses), end - moveCount));
  moveCount += annealer.moves();
  member.value = annealer.value();
  member.cost = annealer.cost();
  member.placement = annealer.placement();
}

/// Anneals from coarse to fine. The coarsest placement is random where `fresh`
/// is set; else classes that the member's placement or `other` tells apart are
/// never merged. False where there is no random placement.
bool LocalSearch::descend(Member &member, const DeviceMap *other, bool fresh,
                          uint64_t end) {
  // The thresholds are quantiles of item costs.
  std::vector<Time> thresholds;
  if (coarsener.hasItems())
    for (double q = unit(random); q < 1; q += 0.25 + 0.3 * unit(random))
      thresholds.push_back(coarsener.quantile(q));
  thresholds.push_back(kInfiniteTime);
  double u = unit(random);
  double warm = kMildest + (kWarmest - kMildest) * u * u;
  for (Time threshold : thresholds) {
    if (moveCount >= end || budget.cancelled() || budget.timeOut())
      break;
    std::optional<ClassGraph> merged;
    if (threshold != kInfiniteTime)
      merged = coarsener.merge(threshold, fresh ? nullptr : &member.placement,
                               other, random);
    const ClassGraph &level = merged ? *merged : graph;
    double hottest = fresh ? kFreshHottest : warm;
    if (fresh) {
      std::optional<DeviceMap> placement = randomPlacement(level);
      if (!placement)
        return false;
      member.placement = std::move(*placement);
      fresh = false;
    } else if (merged) {
      member.placement = coarsener.toMerged(level, member.placement);
    }
    if (graph.parts.single())
      annealLevel<LoadState>(level, hottest, end, member);
    else
      annealLevel<PartState>(level, hottest, end, member);
    if (merged)
      member.placement = coarsener.toFine(level, member.placement);
  }
  return !member.placement.empty();
}

bool LocalSearch::improve(uint64_t quota) {
  if (graph.numClasses == 0 || devices.size() == 0)
    return false;
  uint64_t end = moveCount + std::min(quota, UINT64_MAX - moveCount);
  Time before = best;
  Member member;
  if (population.size() < kPopulation || unit(random) < kFresh) {
    if (descend(member, nullptr, /*fresh=*/true, end))
      keep(std::move(member));
    return best < before;
  }
  auto size = static_cast<uint32_t>(population.size());
  size_t one = random.below(size), two = random.below(size);
  if (unit(random) < kFromBest)
    one = static_cast<size_t>(
        std::ranges::min_element(population, &Member::betterThan) -
        population.begin());
  bool combine = one != two && unit(random) < kCombine;
  if (combine && population[two].betterThan(population[one]))
    std::swap(one, two);
  // Combining begins with the better one, and where the two agree on what is
  // together it stays together while the graph is coarse.
  member = population[one];
  descend(member, combine ? &population[two].placement : nullptr,
          /*fresh=*/false, end);
  note(member);
  // The child of two replaces the worse one, unless it is the better one again.
  if (combine) {
    if (member.betterThan(population[two]) &&
        member.value != population[one].value)
      population[two] = std::move(member);
  } else if (!population[one].betterThan(member)) {
    population[one] = std::move(member);
  }
  return best < before;
}

} // namespace placement::solver::noncontiguous
