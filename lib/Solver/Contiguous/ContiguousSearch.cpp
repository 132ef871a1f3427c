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

/// Moves of the windowed program that one order may cost.
constexpr uint64_t kStepBudget = 400'000'000;

} // namespace

ContiguousSearch::ContiguousSearch(const Instance &instance,
                                   const SolveOptions &options,
                                   Observer &observer)
    : instance(instance), options(options), observer(observer),
      random(options.seed) {
  if (options.timeLimit < 1e9)
    budget.deadline =
        std::chrono::steady_clock::now() +
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(
            std::chrono::duration<double>(options.timeLimit));
  budget.memory = options.memoryLimit;
  budget.cancel = options.cancel;
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
  chain.value = evaluate(graph, chain);
  if (chain.valid())
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
  else if (budget.timeOut())
    stop = Stop::Time;
  return stop.has_value();
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

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

void ContiguousSearch::tryOrder(const std::vector<ClassId> &order) {
  StageChain chain;
  if (best.valid()) {
    if (prefix->improve(order, best.value - 1, chain, kStepBudget))
      accept(std::move(chain), "prefix-dp");
    return;
  }
  // Narrow windows first: most instances have a chain near the bound, and the
  // cost grows with the square of the slack.
  Time everything = std::max<Time>(capacity->totalWork(), lower);
  for (const auto &row : graph.cost)
    for (Time t : row)
      everything += t;
  for (KindId k = 0; k < graph.numKinds(); ++k)
    for (ClassId c = 0; c < graph.numClasses; ++c)
      if (Time t = graph.timeOf(c, k); t != kUnsupported)
        everything = std::max(everything, t);
  everything = std::min(everything, Time(1) << 61);
  Time slack = lower / 200 + 1;
  for (;;) {
    Time limit = lower > everything - slack ? everything : lower + slack;
    if (prefix->improve(order, limit, chain, kStepBudget)) {
      accept(std::move(chain), "prefix-dp");
      return;
    }
    if (limit == everything || enough())
      return;
    slack = std::min(slack * 2, everything);
  }
}

void ContiguousSearch::firstChains() {
  observer.onPhase("linear orders");
  constexpr OrderRule rules[] = {OrderRule::SmallestCut, OrderRule::DepthFirst,
                                 OrderRule::BreadthFirst};
  for (OrderRule rule : rules) {
    if (enough())
      return;
    tryOrder(linearise(graph, rule, random));
  }
  if (enough())
    return;
  ClassGraph back = graph.reversed();
  for (OrderRule rule : {OrderRule::DepthFirst, OrderRule::SmallestCut}) {
    if (enough())
      return;
    std::vector<ClassId> order = linearise(back, rule, random);
    std::reverse(order.begin(), order.end());
    for (ClassId &c : order)
      c = static_cast<ClassId>(graph.numClasses - 1 - c);
    tryOrder(order);
  }
}

/// Linearises again so that the current stages, or pairs of neighbours, stay
/// together, with another order inside: never worse, often better.
void ContiguousSearch::refineOrders(unsigned rounds) {
  constexpr OrderRule rules[] = {OrderRule::BreadthFirst, OrderRule::Random,
                                 OrderRule::SmallestCut, OrderRule::DepthFirst};
  unsigned stale = 0;
  for (unsigned round = 0; round < rounds && stale < rounds / 2 + 4; ++round) {
    if (enough() || !best.valid())
      return;
    std::vector<uint32_t> segment = best.stageOf;
    if (round % 3)
      for (uint32_t &s : segment)
        s = (s + round % 2) / 2;
    Time before = best.value;
    tryOrder(linearise(graph, rules[round % 4], random, &segment));
    stale = best.value < before ? 0 : stale + 1;
  }
}

/// A restricted sweep halfway to the bound, again while it helps.
bool ContiguousSearch::searchBeam(uint32_t ideals, uint32_t labels,
                                  uint64_t quota) {
  observer.onPhase("beam");
  bool improved = false;
  Time low = lower;
  uint64_t until = figures.transitions + quota;
  for (int fails = 0; fails < 5 && !enough();) {
    Time limit = best.value - 1 - (best.value - 1 - low) / 2;
    SweepOptions sweepOptions;
    sweepOptions.limit = limit;
    sweepOptions.beamIdeals = ideals;
    sweepOptions.beamLabels = labels;
    sweepOptions.workQuota = until;
    StageChain chain;
    Verdict verdict = decide(sweepOptions, chain);
    if (verdict == Verdict::Found && accept(std::move(chain), "beam")) {
      improved = true;
      fails = 0;
      continue;
    }
    noteStop(verdict);
    if (verdict != Verdict::None || limit >= best.value - 1)
      break;
    low = limit;
    ++fails;
  }
  return improved;
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

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
  ++sweeps;
  StageChain found;
  Verdict verdict = sweep(*tight, *tightCapacity, *tightCover, sweepOptions,
                          budget, found, figures);
  if (verdict != Verdict::Found || found.kinds.empty())
    return verdict;
  chain.kinds = found.kinds;
  chain.stageOf.assign(graph.numClasses, 0);
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    chain.stageOf[graph.classOf[v]] = found.stageOf[tight->classOf[v]];
  return verdict;
}

/// Sweeps below the best value. The first asks whether it is optimal, which it
/// mostly is; after a better chain has been found, low limits come first,
/// where sweeps are cheap.
ContiguousSearch::Progress ContiguousSearch::closeBySweeps(uint64_t quota) {
  observer.onPhase("label sweep");
  uint64_t until = figures.transitions + quota;
  bool found = false, lastNone = true;
  while (!enough()) {
    tightenGraph();
    SweepOptions sweepOptions;
    sweepOptions.workQuota = until;
    Time top = best.valid() ? best.value - 1 : kInfiniteTime / 4;
    sweepOptions.limit = top;
    Time distance = best.valid() ? best.value - lower : 0;
    if (found && distance > best.value / 1'000'000)
      sweepOptions.limit =
          std::min(top, lower + (lastNone ? distance / 2 : distance / 4 * 3));
    StageChain chain;
    Verdict verdict = decide(sweepOptions, chain);
    lastNone = verdict == Verdict::None;
    if (verdict == Verdict::None) {
      if (!best.valid()) {
        infeasible = true;
        return Progress::Closed;
      }
      raiseBound(sweepOptions.limit + 1, "sweep");
      continue;
    }
    if (verdict == Verdict::Found) {
      found = true;
      if (!accept(std::move(chain), "sweep"))
        // A chain within the limit has to be better: anything else is a fault
        // of the engine, and then nothing may be proven with it.
        return Progress::Open;
      refineOrders(8);
      continue;
    }
    if (verdict == Verdict::OutOfQuota)
      return Progress::Open;
    noteStop(verdict);
    return Progress::Stopped;
  }
  return closed() || infeasible ? Progress::Closed : Progress::Stopped;
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
  closeBySweeps(std::numeric_limits<uint64_t>::max());
}

Outcome ContiguousSearch::outcome() const {
  Outcome result;
  result.proof = Proof::Engine;
  result.infeasible = infeasible;
  result.stop = stop.value_or(Stop::Finished);
  result.explanation = notes;
  if (infeasible)
    return result;
  result.bound = best.valid() ? std::min(lower, best.value) : lower;
  if (!best.valid())
    return result;
  Assignment assignment;
  size_t stages = best.kinds.size();
  assignment.stageOf.resize(instance.numNodes());
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    uint32_t s = best.stageOf[graph.classOf[v]];
    assignment.stageOf[v] =
        graph.turned ? static_cast<uint32_t>(stages - 1 - s) : s;
  }
  // Stages with a pin take their device; the others the next free one.
  std::vector<uint32_t> index(stages, kNone);
  std::vector<std::vector<uint8_t>> taken(instance.numKinds());
  auto take = [&](KindId k, uint32_t i) {
    if (taken[k].size() <= i)
      taken[k].resize(i + 1, 0);
    taken[k][i] = 1;
  };
  std::vector<KindId> kinds = best.kinds;
  if (graph.turned)
    std::reverse(kinds.begin(), kinds.end());
  for (NodeId v = 0; v < instance.numNodes(); ++v)
    if (instance.pinKind(v) != kNone && instance.pinIndex(v) != kNone) {
      index[assignment.stageOf[v]] = instance.pinIndex(v);
      take(instance.pinKind(v), instance.pinIndex(v));
    }
  std::vector<uint32_t> nextFree(instance.numKinds(), 0);
  for (size_t s = 0; s < stages; ++s) {
    KindId k = kinds[s];
    if (index[s] == kNone) {
      while (nextFree[k] < taken[k].size() && taken[k][nextFree[k]])
        ++nextFree[k];
      index[s] = nextFree[k]++;
    }
    assignment.stages.push_back({k, index[s]});
  }
  result.assignment = std::move(assignment);
  return result;
}

} // namespace placement::solver::contiguous
