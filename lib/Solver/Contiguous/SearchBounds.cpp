//===- SearchBounds.cpp - The proof that no chain is better ---------------===//
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

/// Transitions for each precision of relaxed sweeps.
constexpr uint64_t kRelaxationQuota = 60'000'000;

} // namespace

/// Rebuilds the graphs for sweeps when the best value has come down.
void ContiguousSearch::tightenGraph() {
  Time limit = best.valid() ? best.value - 1 : kInfiniteTime - 1;
  if (tight && limit >= tightLimit)
    return;
  tightLimit = limit;
  ClassGraph merged = mergeUnderLimit(tight ? tight->graph : graph, limit);
  if (tight && merged.numClasses == tight->graph.numClasses)
    return;
  tight = std::make_unique<SweepGraph>(std::move(merged));
  tightTurned.reset();
  // Every better chain is one of the tight graph, whose classes are heavier.
  if (best.valid())
    raiseBound(std::min(tight->capacity.lowerBound(), best.value), "balance");
}

const ContiguousSearch::SweepGraph &ContiguousSearch::tightGraph(bool turn) {
  tightenGraph();
  if (!turn)
    return *tight;
  if (!tightTurned)
    tightTurned = std::make_unique<SweepGraph>(tight->graph.reversed());
  return *tightTurned;
}

/// A chain over the classes of another contraction, in terms of our own graph.
StageChain ContiguousSearch::onOwnGraph(const StageChain &found,
                                        const ClassGraph &on) const {
  bool flip = on.turned != graph.turned;
  uint32_t last = static_cast<uint32_t>(found.kinds.size()) - 1;
  StageChain chain;
  chain.value = found.value;
  chain.kinds = found.kinds;
  if (flip)
    std::reverse(chain.kinds.begin(), chain.kinds.end());
  chain.stageOf.assign(graph.numClasses, 0);
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    uint32_t s = found.stageOf[on.classOf[v]];
    chain.stageOf[graph.classOf[v]] = flip ? last - s : s;
  }
  return chain;
}

Verdict ContiguousSearch::decide(const SweepGraph &on,
                                 const SweepOptions &sweepOptions,
                                 StageChain &chain) {
  StageChain found;
  Verdict verdict = sweep(on.graph, on.capacity, on.cover, sweepOptions, budget,
                          found, figures);
  if (verdict == Verdict::Found && !found.kinds.empty())
    chain = onOwnGraph(found, on.graph);
  return verdict;
}

/// Sweeps below the best value. The first asks whether it is optimal, which it
/// mostly is. After a better chain has been found, low limits come first, where
/// sweeps are cheap; once one costs as much as below the value, that is asked.
ContiguousSearch::Progress ContiguousSearch::closeBySweeps(uint64_t quota,
                                                           bool turn) {
  observer.onPhase("label sweep");
  uint64_t until = quotaEnd(quota);
  bool askTop = true, askedSinceFound = true;
  uint64_t costOfFound = 0;
  unsigned founds = 0;
  while (!enough()) {
    const SweepGraph &on = tightGraph(turn);
    if (closed())
      break;
    SweepOptions sweepOptions;
    sweepOptions.workQuota = until;
    Time top = best.valid() ? best.value - 1 : kInfiniteTime / 4;
    bool middle =
        best.valid() && !askTop && best.value - lower > best.value / 1'000'000;
    sweepOptions.limit = middle ? lower + (top - lower) / 2 : top;
    StageChain chain;
    uint64_t cost = figures.transitions;
    Verdict verdict = decide(on, sweepOptions, chain);
    cost = figures.transitions - cost;
    if (verdict == Verdict::None) {
      if (!best.valid()) {
        infeasible = true;
        return Progress::Closed;
      }
      raiseBound(sweepOptions.limit + 1, "sweep");
      askTop = !askedSinceFound && cost > costOfFound / 4;
      askedSinceFound |= askTop;
      continue;
    }
    if (verdict == Verdict::Found) {
      costOfFound = cost;
      askedSinceFound = false;
      if (!accept(std::move(chain), "sweep"))
        // A chain within the limit has to be better: anything else is a fault
        // of the engine, and then nothing may be proven with it.
        return Progress::Stopped;
      // A small graph around the new cuts is cheaper than another sweep, and
      // often ends at the optimum: then ask for the proof.
      refineOrders(8);
      refineAroundCuts(std::min(kLocalQuota, 2 * cost));
      askTop = ++founds % 3 != 0;
      continue;
    }
    if (verdict == Verdict::OutOfQuota)
      return Progress::Open;
    noteStop(verdict);
    return Progress::Stopped;
  }
  return closed() || infeasible ? Progress::Closed : Progress::Stopped;
}

/// Sweeps over one ideal of each orbit.
ContiguousSearch::Progress ContiguousSearch::closeBySymmetry(uint64_t quota) {
  if (!best.valid())
    return Progress::Open;
  observer.onPhase("symmetry");
  tightenGraph();
  SweepGraph ordered(orderTwins(tight->graph));
  Symmetry symmetry = findSymmetry(ordered.graph);
  if (symmetry.empty() &&
      ordered.graph.succs.values.size() == tight->graph.succs.values.size())
    return Progress::Open;
  uint64_t until = quotaEnd(quota);
  while (!enough()) {
    SweepOptions sweepOptions;
    sweepOptions.limit = best.value - 1;
    sweepOptions.workQuota = until;
    sweepOptions.symmetry = &symmetry;
    StageChain chain;
    Verdict verdict = decide(ordered, sweepOptions, chain);
    if (verdict == Verdict::None) {
      raiseBound(best.value, "symmetric sweep");
    } else if (verdict == Verdict::Found) {
      if (!accept(std::move(chain), "symmetric sweep"))
        return Progress::Open;
      refineOrders(20);
    } else {
      // Its tables may be too large where other methods still have room.
      if (verdict != Verdict::OutOfMemory)
        noteStop(verdict);
      return Progress::Open;
    }
  }
  return closed() ? Progress::Closed : Progress::Stopped;
}

/// Raises the bound by sweeps that merge labels, coarse ones first, on the
/// graph with its branches made alike: each refusal is a proof.
void ContiguousSearch::raiseByRelaxation(bool onlyWithBranches) {
  if (!best.valid())
    return;
  tightenGraph();
  SweepGraph alike(orderTwins(lowerToSymmetric(tight->graph)));
  Symmetry symmetry = findSymmetry(alike.graph);
  if (onlyWithBranches && symmetry.empty())
    return;
  observer.onPhase("relaxed sweeps");
  for (Time divisor : {1000, 4000, 16'000}) {
    uint64_t until = quotaEnd(kRelaxationQuota);
    // What a coarse sweep could not refuse a finer one may.
    Time high = best.value - 1;
    while (!enough() && high - lower > best.value / (divisor / 8)) {
      SweepOptions sweepOptions;
      sweepOptions.limit = lower + (high - lower) / 2;
      sweepOptions.epsilon = best.value / divisor;
      sweepOptions.workQuota = until;
      if (!symmetry.empty())
        sweepOptions.symmetry = &symmetry;
      StageChain chain;
      Verdict verdict = decide(alike, sweepOptions, chain);
      if (verdict == Verdict::None) {
        raiseBound(sweepOptions.limit + 1, "relaxed sweep");
      } else if (verdict == Verdict::Found) {
        high = sweepOptions.limit;
      } else if (verdict == Verdict::OutOfQuota ||
                 verdict == Verdict::OutOfMemory) {
        break;
      } else {
        noteStop(verdict);
        return;
      }
    }
  }
}

} // namespace placement::solver::contiguous
