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

/// From this size on a search around the cuts pays before a full sweep.
constexpr size_t kManyClasses = 3000;
/// Transitions for one search around the cuts.
constexpr uint64_t kLocalQuota = 20'000'000;
/// Transitions for symmetric sweeps, and for each precision of relaxed ones.
constexpr uint64_t kSymmetryQuota = 400'000'000;
constexpr uint64_t kRelaxationQuota = 60'000'000;

} // namespace

/// Rebuilds the graph for sweeps when the best value has come down.
void ContiguousSearch::tightenGraph() {
  Time limit = best.valid() ? best.value - 1 : kInfiniteTime - 1;
  if (tight && limit >= tightLimit)
    return;
  bool first = !tight;
  size_t before = first ? 0 : tight->numClasses;
  tight = mergeUnderLimit(first ? graph : std::move(*tight), limit);
  if (first || tight->numClasses != before) {
    tightCapacity.emplace(*tight);
    tightCover = coverByChains(*tight);
  }
  tightLimit = limit;
}

Verdict ContiguousSearch::decide(const SweepOptions &sweepOptions,
                                 StageChain &chain) {
  return decideOn(*tight, *tightCapacity, *tightCover, sweepOptions, chain);
}

Verdict ContiguousSearch::decideOn(const ClassGraph &merged,
                                   const Capacity &mergedCapacity,
                                   const ChainCover &mergedCover,
                                   const SweepOptions &sweepOptions,
                                   StageChain &chain) {
  ++sweeps;
  StageChain found;
  Verdict verdict = sweep(merged, mergedCapacity, mergedCover, sweepOptions,
                          budget, found, figures);
  if (verdict != Verdict::Found || found.kinds.empty())
    return verdict;
  chain.kinds = found.kinds;
  chain.stageOf.assign(graph.numClasses, 0);
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    chain.stageOf[graph.classOf[v]] = found.stageOf[merged.classOf[v]];
  return verdict;
}

/// Sweeps below the best value. The first asks whether it is optimal, which it
/// mostly is. After a better chain has been found, low limits come first, where
/// sweeps are cheap; once one costs as much as below the value, that is asked.
ContiguousSearch::Progress ContiguousSearch::closeBySweeps(uint64_t quota) {
  observer.onPhase("label sweep");
  uint64_t until = quotaEnd(quota);
  bool askTop = true, askedSinceFound = true;
  uint64_t costOfFound = 0;
  while (!enough()) {
    tightenGraph();
    SweepOptions sweepOptions;
    sweepOptions.workQuota = until;
    Time top = best.valid() ? best.value - 1 : kInfiniteTime / 4;
    bool middle =
        best.valid() && !askTop && best.value - lower > best.value / 1'000'000;
    sweepOptions.limit = middle ? lower + (top - lower) / 2 : top;
    StageChain chain;
    uint64_t cost = figures.transitions;
    Verdict verdict = decide(sweepOptions, chain);
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
        return Progress::Open;
      if (graph.numClasses > kManyClasses) {
        // A small graph around the new cuts is cheaper than another sweep.
        refineAroundCuts(kLocalQuota);
        askTop = true;
        continue;
      }
      refineOrders(8);
      askTop = false;
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
ContiguousSearch::Progress ContiguousSearch::closeBySymmetry() {
  observer.onPhase("symmetry");
  tightenGraph();
  ClassGraph ordered = orderTwins(*tight);
  Symmetry symmetry = findSymmetry(ordered);
  if (symmetry.empty() &&
      ordered.succs.values.size() == tight->succs.values.size())
    return Progress::Open;
  Capacity orderedCapacity(ordered);
  ChainCover orderedCover = coverByChains(ordered);
  uint64_t until = quotaEnd(kSymmetryQuota);
  while (!enough()) {
    SweepOptions sweepOptions;
    sweepOptions.limit = best.value - 1;
    sweepOptions.workQuota = until;
    sweepOptions.symmetry = &symmetry;
    StageChain chain;
    Verdict verdict =
        decideOn(ordered, orderedCapacity, orderedCover, sweepOptions, chain);
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
  return closed() ? Progress::Closed : Progress::Open;
}

/// Raises the bound by sweeps that merge labels, coarse ones first, on the
/// graph with its branches made alike: each refusal is a proof.
void ContiguousSearch::raiseByRelaxation(bool onlyWithBranches) {
  tightenGraph();
  ClassGraph alike = orderTwins(lowerToSymmetric(*tight));
  Symmetry symmetry = findSymmetry(alike);
  if (onlyWithBranches && symmetry.empty())
    return;
  observer.onPhase("relaxed sweeps");
  Capacity alikeCapacity(alike);
  ChainCover alikeCover = coverByChains(alike);
  Time high = best.value - 1;
  for (Time divisor : {1000, 4000, 16'000}) {
    uint64_t until = quotaEnd(kRelaxationQuota);
    // What a coarse sweep could not refuse a finer one may.
    high = best.value - 1;
    while (!enough() && high - lower > best.value / (divisor / 8)) {
      SweepOptions sweepOptions;
      sweepOptions.limit = lower + (high - lower) / 2;
      sweepOptions.epsilon = best.value / divisor;
      sweepOptions.workQuota = until;
      if (!symmetry.empty())
        sweepOptions.symmetry = &symmetry;
      StageChain chain;
      Verdict verdict =
          decideOn(alike, alikeCapacity, alikeCover, sweepOptions, chain);
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
