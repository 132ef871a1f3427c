//===- BoundProver.cpp - Lower bounds for any placement -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/BoundProver.h"

#include "Solver/NonContiguous/SlackMerge.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace placement::solver::noncontiguous {

namespace {

using Verdict = ColumnBound::Verdict;

/// A linear order is refused beyond this many states at a step.
constexpr size_t kMostStates = 10'000;
/// Moves for the order: a short try, then as many more while it is wide.
constexpr uint64_t kOrderMoves = 200'000;
constexpr uint64_t kLongOrderMoves = 1'000'000;
constexpr size_t kManyArcs = 20'000;
/// Most classes counted, beyond one for each device.
constexpr uint32_t kMostCounted = 40;
/// Rounds for one limit at first, the share of the value at which bisection
/// ends, and the one below which it asks at once for a bound that closes.
constexpr unsigned kFirstRounds = 40;
/// Multipliers that are nearly tight converge without end, and the limit is
/// then neither refuted nor settled. Most graphs need a few hundred rounds; who
/// gives time or work gets more.
constexpr unsigned kMostRounds = 2'560, kMostRoundsWithin = 163'840;
constexpr double kNegligible = 1e-5;
constexpr double kNear = 1e-3;

} // namespace

BoundProver::BoundProver(const ClassGraph &graph, const DeviceTable &devices,
                         const DeviceMap &placement, Time value, Time bound,
                         const Budget &budget, uint64_t work, uint64_t seed,
                         Report report)
    : original(graph), devices(devices), placement(placement), value(value),
      lower(bound), budget(budget), work(work), seed(seed),
      report(std::move(report)) {}

void BoundProver::raise(Time bound, BoundCertificate certificate,
                        const char *family) {
  if (bound <= lower)
    return;
  lower = std::min(bound, value);
  certificate.limit = lower - 1;
  certificate.classOf = graph.classOf;
  certificate.order = order;
  certificate.counts = counts;
  proof = std::move(certificate);
  report(lower, family);
}

bool BoundProver::prepare() {
  if (prepared)
    return !tooWide;
  prepared = true;
  // Bounds below speak of plans below the value only.
  graph = mergeWithinSlack(original, value - 1);
  merged.assign(graph.numClasses, 0);
  for (NodeId v = 0; v < graph.classOf.size(); ++v)
    merged[graph.classOf[v]] = placement[original.classOf[v]];
  for (KindId k = 0; k < graph.numKinds(); ++k)
    counts.push_back(0);
  for (DeviceId d = 0; d < devices.size(); ++d)
    ++counts[devices.kind(d)];
  // The kind that pays most for items decides which order is good.
  KindId dear = 0;
  __int128 most = -1;
  for (KindId k = 0; k < graph.numKinds(); ++k) {
    __int128 sum = 0;
    for (Time cost : graph.cost[k])
      sum += cost;
    if (counts[k] && sum > most) {
      most = sum;
      dear = k;
    }
  }
  for (uint64_t moves : {kOrderMoves, kLongOrderMoves}) {
    order = orderByFrontier(graph, dear, moves, seed, budget);
    states.clear();
    tooWide = false;
    size_t arcs = 0;
    for (KindId k = 0; k < graph.numKinds() && !tooWide; ++k) {
      if (!counts[k])
        continue;
      std::optional<FrontierStates> built =
          buildFrontierStates(graph, k, order, value - 1, kMostStates);
      if (built) {
        arcs += built->numArcs();
        states.push_back(std::move(*built));
      } else {
        tooWide = true;
      }
    }
    if (!tooWide && arcs <= kManyArcs)
      break;
  }
  if (tooWide)
    notes.push_back("No linear order with few open items was found: only the "
                    "balance of work bounds the value.");
  else {
    size_t width = 0;
    for (const FrontierStates &s : states)
      width = std::max(width, s.width());
    notes.push_back(std::to_string(graph.numClasses) +
                    " classes in a linear order with at most " +
                    std::to_string(width) + " states.");
  }
  return !tooWide;
}

void BoundProver::count() {
  if (closed() || !prepare())
    return;
  families.push_back({"counting", 0});
  for (const FrontierStates &s : states) {
    uint32_t devicesOfKind = counts[s.kind];
    for (const FrontierStates &by : states)
      for (uint32_t h = devicesOfKind + 1;
           h <= devicesOfKind + kMostCounted && h <= graph.numClasses; ++h) {
        if (closed() || budget.cancelled() || budget.timeOut())
          return;
        Counting counting =
            countHeaviest(graph, s, counts, h, by.kind, value - 1);
        Time &known = families.back().bound;
        known = std::max(known, std::min(counting.bound, value));
        if (counting.bound <= lower)
          continue;
        BoundCertificate certificate;
        certificate.family = BoundCertificate::Family::Counting;
        certificate.kind = s.kind;
        certificate.need = counting.need;
        certificate.weights.assign(counting.weight.begin(),
                                   counting.weight.end());
        raise(counting.bound, std::move(certificate), "counting");
      }
  }
}

void BoundProver::generateColumns(double gap) {
  if (closed() || !prepare())
    return;
  families.push_back({"columns", 0});
  std::vector<uint32_t> own;
  for (const FrontierStates &s : states)
    own.push_back(counts[s.kind]);
  ColumnBound columns(graph, states, own, budget);
  columns.addSets(devices, merged);
  unsigned refuted = 0;
  auto enough = [&] {
    return closed() || static_cast<double>(value - lower) <=
                           gap * static_cast<double>(value);
  };
  // Bisection: low limits fall fast, and their sets serve higher ones. What was
  // not refuted may be with more rounds, so it begins again with four times as
  // many until all of it was settled.
  // Work that was not limited has lost what annealing took of it.
  bool limited =
      budget.deadline != std::chrono::steady_clock::time_point::max() ||
      work < std::numeric_limits<uint64_t>::max() / 2;
  unsigned mostRounds = limited ? kMostRoundsWithin : kMostRounds;
  bool stopped = false, unsettled = true;
  for (unsigned rounds = kFirstRounds;
       unsettled && !stopped && !enough() && rounds <= mostRounds;
       rounds *= 4) {
    unsettled = false;
    Time low = lower, high = value - 1;
    while (low <= high && !enough() && !stopped) {
      Time limit = low + (high - low) / 2;
      if (high == value - 1 &&
          static_cast<double>(high - low) < kNear * static_cast<double>(value))
        limit = high;
      Refutation refutation;
      uint64_t before = columns.rounds();
      Verdict verdict = columns.refute(limit, rounds, work, refutation);
      unsettled |=
          verdict == Verdict::Open && columns.rounds() - before >= rounds;
      if (verdict == Verdict::Refuted) {
        ++refuted;
        BoundCertificate certificate;
        certificate.family = BoundCertificate::Family::Columns;
        certificate.cells = refutation.cells;
        certificate.weights.assign(refutation.multipliers.begin(),
                                   refutation.multipliers.end());
        families.back().bound = limit + 1;
        raise(limit + 1, std::move(certificate), "columns");
      }
      stopped = verdict == Verdict::Stopped;
      if (verdict == Verdict::Refuted)
        low = limit + 1;
      else
        high = limit - 1;
      // Near the bound little can be gained: rather more rounds further up.
      if (static_cast<double>(high - low) <
              kNegligible * static_cast<double>(value) ||
          (unsettled && high - low < (value - lower) / 16))
        break;
    }
  }
  exhausted = columns.work() >= work;
  notes.push_back("Column generation refuted " + std::to_string(refuted) +
                  " limits in " + std::to_string(columns.rounds()) +
                  " rounds.");
}

} // namespace placement::solver::noncontiguous
