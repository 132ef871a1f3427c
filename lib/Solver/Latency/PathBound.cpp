//===- PathBound.cpp - A bound on latency along one chain -----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/PathBound.h"

namespace placement::solver::latency {
namespace {

constexpr uint32_t kFirstNodes = 32, kMostNodes = 4096;
/// About ten seconds, for one interval.
constexpr uint64_t kMostSteps = 100'000'000;

} // namespace

PathBound::PathBound(const LatencyProblem &problem, const PathAtoms &atoms,
                     std::vector<uint32_t> nodes, Time limit,
                     size_t mostEntries, const Budget &budget)
    : problem(problem), atoms(atoms), chain(problem, std::move(nodes)),
      table(problem, atoms, chain, limit, mostEntries, budget),
      dp(problem, chain, table), cuts(problem, atoms, chain), limit(limit) {}

/// How far an interval has been priced, kNone if there is no more to be done.
uint32_t PathBound::effortOf(const Interval &interval) const {
  auto at = priced.find(keyOf(interval));
  if (at == priced.end())
    return 0;
  const Price &price = at->second;
  if (price.exact || price.mostNodes >= kMostNodes || price.steps >= kMostSteps)
    return kNone;
  return 1 + static_cast<uint32_t>(price.effort) + price.mostNodes;
}

/// Puts more effort into an interval.
void PathBound::refine(const Interval &interval, Time target) {
  using Effort = IntervalCut::Effort;
  auto [at, isNew] = priced.try_emplace(keyOf(interval));
  Price &price = at->second;
  if (isNew) {
    price.interval = interval;
  } else if (price.stopped) {
    price.steps *= 4;
  } else if (price.effort == Effort::Cut) {
    price.effort = Effort::Multiplier;
  } else {
    price.effort = Effort::Branching;
    price.mostNodes = price.mostNodes == 0 ? kFirstNodes : price.mostNodes * 4;
  }
  size_t entry = table.entry(interval.first, interval.last);
  uint64_t before = cuts.stepsUsed();
  const IntervalLayer &layer = table.layers()[interval.layer];
  Time extra = layer.several
                   ? table.crossing(layer.kind, interval.first, interval.last)
                   : 0;
  if (target != kInfiniteTime)
    target -= extra;
  IntervalBound found = cuts.bound(interval, layer, price.effort, target,
                                   price.mostNodes, price.steps);
  if (found.load != kInfiniteTime)
    found.load += extra;
  if (found.pieceLoad != kInfiniteTime)
    found.pieceLoad += extra;
  price.stopped = cuts.stepsUsed() - before >= price.steps;
  if (found.pieceLoad < price.pieceLoad) {
    price.pieceLoad = found.pieceLoad;
    price.piece = std::move(found.piece);
  }
  price.exact = found.load >= price.pieceLoad || found.load == kInfiniteTime;
  // A proof with less effort may be the better one after a stop.
  if (isNew || found.load > table.load(interval.layer, entry)) {
    price.proof = std::move(found.tree);
    table.raise(interval.layer, entry, found.load);
    changed = std::min(changed, interval.last);
  }
}

Verdict PathBound::run(uint64_t steps, const Budget &budget, Time upper) {
  uint64_t end = steps > ~stepsUsed() ? ~uint64_t(0) : stepsUsed() + steps;
  upper = std::min(upper, limit);
  while (true) {
    Time length = dp.run(table, changed);
    changed = chain.length();
    // Intervals that were left out cost the limit at least.
    value =
        std::max(value, table.isLimited() ? std::min(length, limit) : length);
    if (value >= upper)
      return Verdict::None;
    Verdict met = budget.limit(0);
    if (met != Verdict::Found)
      return met;
    if (stepsUsed() >= end)
      return Verdict::OutOfQuota;
    std::vector<Interval> path = dp.path(table);
    // What has no cut yet comes first, then what can be done most cheaply.
    uint32_t least = kNone;
    for (const Interval &interval : path)
      least = std::min(least, effortOf(interval));
    if (least == kNone)
      return Verdict::None;
    if (least > 1)
      dp.runBackward(table);
    for (const Interval &interval : path) {
      if (effortOf(interval) != least)
        continue;
      Time target = kInfiniteTime;
      if (least > 1 && upper != kInfiniteTime)
        target = upper - dp.around(interval);
      refine(interval, target);
    }
  }
}

PathCertificate PathBound::certificate() const {
  PathCertificate made;
  made.bound = value;
  made.chain.assign(chain.nodes().begin(), chain.nodes().end());
  for (const auto &[key, price] : priced) {
    const Interval &interval = price.interval;
    const IntervalLayer &layer = table.layers()[interval.layer];
    Bytes memory = problem.instance().machine().kinds[layer.kind].memory;
    made.cuts.push_back({interval.first, interval.last, layer.kind,
                         layer.several, CutNetwork::shiftOf(memory),
                         price.proof});
  }
  return made;
}

} // namespace placement::solver::latency
