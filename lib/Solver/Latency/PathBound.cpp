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

} // namespace

PathBound::PathBound(const LatencyProblem &problem, const PathAtoms &atoms,
                     std::vector<uint32_t> nodes, Time limit,
                     size_t mostEntries)
    : problem(problem), atoms(atoms), chain(problem, std::move(nodes)),
      table(problem, atoms, chain, limit, mostEntries),
      dp(problem, chain, table), cuts(problem, atoms, chain), limit(limit) {}

/// Puts more effort into an interval. False when there is no more to be put.
bool PathBound::refine(const Interval &interval, Time target, uint64_t steps) {
  using Effort = IntervalCut::Effort;
  uint64_t key = keyOf(interval);
  auto [at, isNew] = priced.try_emplace(key);
  Price &price = at->second;
  if (isNew) {
    intervals[key] = interval;
  } else if (price.exact || price.mostNodes >= kMostNodes) {
    return false;
  } else if (price.effort == Effort::Cut) {
    price.effort = Effort::Multiplier;
  } else {
    price.effort = Effort::Branching;
    price.mostNodes = price.mostNodes == 0 ? kFirstNodes : price.mostNodes * 4;
  }
  size_t entry = table.entry(interval.first, interval.last);
  IntervalBound found =
      cuts.bound(interval, table.kinds()[interval.kind], price.effort, target,
                 price.mostNodes, steps);
  price.piece = std::move(found.piece);
  price.exact = found.load >= found.pieceLoad || found.load == kInfiniteTime;
  // A proof with less effort may be the better one after a stop.
  if (isNew || found.load > table.load(interval.kind, entry)) {
    price.proof = std::move(found.tree);
    table.raise(interval.kind, entry, found.load);
    changed = std::min(changed, interval.last);
  }
  return true;
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
    auto effortOf = [&](const Interval &interval) {
      auto at = priced.find(keyOf(interval));
      if (at == priced.end())
        return 0U;
      if (at->second.exact || at->second.mostNodes >= kMostNodes)
        return kNone;
      return 1 + static_cast<uint32_t>(at->second.effort) +
             at->second.mostNodes;
    };
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
      refine(interval, target, end - std::min(end, stepsUsed()));
    }
  }
}

PathCertificate PathBound::certificate() const {
  PathCertificate made;
  made.bound = value;
  made.chain.assign(chain.nodes().begin(), chain.nodes().end());
  for (const auto &[key, price] : priced) {
    const Interval &interval = intervals.at(key);
    KindId kind = table.kinds()[interval.kind];
    made.cuts.push_back(
        {interval.first, interval.last, kind,
         CutNetwork::shiftOf(problem.instance().machine().kinds[kind].memory),
         price.proof});
  }
  return made;
}

} // namespace placement::solver::latency
