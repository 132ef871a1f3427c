//===- StageGraph.cpp - All chains within a limit as paths ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/StageGraph.h"

#include "Solver/Contiguous/StageWalk.h"
#include "Solver/Contiguous/Transition.h"

#include <algorithm>
#include <numeric>

namespace placement::solver::contiguous {

namespace {

/// What is known of an ideal before the walks: devices that chains within the
/// limit have used when they get there, and those they need from there on, both
/// Pareto-minimal.
struct Reach {
  std::vector<uint64_t> used, needed;
};

class Lister {
public:
  Lister(const ClassGraph &graph, const Capacity &capacity,
         const ChainCover &cover, Time limit, uint64_t workQuota,
         const Budget &budget, SweepFigures &figures, StageGraph &result)
      : graph(graph), capacity(capacity), cover(cover), limit(limit),
        workQuota(workQuota), budget(budget), figures(figures), result(result),
        packing(graph.kinds), hashes(graph, cover, capacity) {
    for (KindId k = 0; k < graph.numKinds(); ++k)
      all += packing.one(k) * graph.kinds[k].count;
  }

  Verdict run() {
    if (Verdict verdict = findBoundaries(); verdict != Verdict::Found)
      return verdict;
    return walkAll();
  }

private:
  size_t numChains() const { return cover.numChains(); }

  Verdict sweepFor(const ClassGraph &on, const Capacity &onCapacity,
                   const ChainCover &onCover, BoundaryList &list) {
    SweepOptions options;
    options.limit = limit;
    options.workQuota = workQuota;
    options.boundaries = &list;
    StageChain unused;
    return sweep(on, onCapacity, onCover, options, budget, unused, figures);
  }

  /// Sweeps from both ends and keeps the ideals that lie on a chain.
  Verdict findBoundaries() {
    BoundaryList list;
    if (Verdict verdict = sweepFor(graph, capacity, cover, list);
        verdict != Verdict::Found)
      return verdict;
    IdealTable found(numChains(), 0);
    std::vector<Reach> reach;
    auto at = [&](const uint16_t *counts, bool create) -> Reach * {
      uint64_t hash = hashes.hashOf(counts);
      int32_t index = found.find(hash, counts);
      if (index < 0) {
        if (!create)
          return nullptr;
        index = found.add(Ideal{hash, 0, 0, 0, 0}, counts, {});
        reach.emplace_back();
      }
      return &reach[index];
    };
    for (size_t i = 0; i < list.used.size(); ++i)
      at(&list.counts[i * numChains()], true)->used.push_back(list.used[i]);

    bothEnds = !graph.suffixStash;
    if (bothEnds) {
      ClassGraph back = graph.reversed();
      Capacity backCapacity(back);
      if (Verdict verdict = sweepFor(back, backCapacity, turned(cover), list);
          verdict != Verdict::Found)
        return verdict;
      std::vector<uint16_t> counts(numChains());
      for (size_t i = 0; i < list.used.size(); ++i) {
        for (size_t j = 0; j < numChains(); ++j)
          counts[j] = static_cast<uint16_t>(cover.chains[j].size() -
                                            list.counts[i * numChains() + j]);
        if (Reach *reached = at(counts.data(), false))
          reached->needed.push_back(list.used[i]);
      }
    }
    keepUseful(found, reach);
    return Verdict::Found;
  }

  void keepUseful(const IdealTable &found, std::vector<Reach> &reach) {
    std::vector<std::pair<size_t, size_t>> order;
    for (size_t i = 0; i < found.size(); ++i) {
      const uint16_t *counts = found.countsOf(i);
      size_t classes = std::accumulate(counts, counts + numChains(), size_t(0));
      if (classes == 0 || isUseful(reach[i]))
        order.push_back({classes, i});
    }
    std::sort(order.begin(), order.end());
    for (auto [classes, i] : order) {
      result.ideals.add(found.ideals[i], found.countsOf(i), {});
      needed.push_back(std::move(reach[i].needed));
    }
    std::vector<uint16_t> full;
    full.reserve(numChains());
    for (const auto &chain : cover.chains)
      full.push_back(static_cast<uint16_t>(chain.size()));
    result.ideals.add(Ideal{hashes.hashOf(full.data()), 0, 0, 0, 0},
                      full.data(), {});
    needed.push_back({0});
  }

  bool isUseful(const Reach &reach) const {
    if (!bothEnds)
      return true;
    for (uint64_t used : reach.used)
      for (uint64_t more : reach.needed)
        if (enoughFor(used + more))
          return true;
    return false;
  }

  bool enoughFor(uint64_t used) const {
    return packing.lessEqual(used, all) &&
           packing.total(used) <= graph.maxStages;
  }

  /// Whether a chain that has used these devices can go on from the ideal.
  bool canGoOn(uint64_t used, uint32_t ideal, Time workOutside) const {
    if (!enoughFor(used))
      return false;
    if (!bothEnds)
      return workOutside <= workLeft(used);
    for (uint64_t more : needed[ideal])
      if (enoughFor(used + more))
        return true;
    return false;
  }

  /// Work that unused devices can do within the limit.
  Time workLeft(uint64_t used) const {
    Time sum = 0;
    for (KindId k = 0; k < graph.numKinds(); ++k)
      sum = std::min(kEver, sum + timeLeft(k, used));
    return sum;
  }
  Time timeLeft(KindId k, uint64_t used) const {
    __int128 time = static_cast<__int128>(limit) *
                    (graph.kinds[k].count - packing.get(used, k));
    // Devices of the reference kind pay for items as well, so that their time
    // is not capped by the work there is.
    return k == capacity.reference()
               ? static_cast<Time>(std::min<__int128>(time, kEver))
               : capacity.within(k, time);
  }
  bool onlyReferenceLeft(uint64_t used) const {
    for (KindId k = 0; k < graph.numKinds(); ++k)
      if (k != capacity.reference() &&
          packing.get(used, k) < graph.kinds[k].count)
        return false;
    return true;
  }

  Verdict walkAll() {
    size_t ideals = result.size();
    std::vector<std::vector<uint64_t>> used(ideals);
    used[0] = {0};
    StageWalk walk(graph, capacity, cover);
    result.stageBegin = {0};
    result.stateBegin = {0};
    for (uint32_t i = 0; i < ideals; ++i) {
      std::sort(used[i].begin(), used[i].end());
      for (KindId k = 0; k < graph.numKinds() && i + 1 < ideals; ++k)
        if (Verdict verdict = walkFrom(walk, i, k, used);
            verdict != Verdict::Found)
          return verdict;
      result.stageBegin.push_back(result.stages.size());
      result.states.insert(result.states.end(), used[i].begin(), used[i].end());
      result.stateBegin.push_back(result.states.size());
      used[i] = {};
    }
    return used.back().empty() && result.statesOf(ideals - 1).empty()
               ? Verdict::None
               : Verdict::Found;
  }

  /// Every stage of kind k that begins at the ideal.
  ///
  /// Adding classes in ascending order only reaches every ideal above it once:
  /// the class with the largest number is maximal, since numbers are
  /// topological. `least` and memory only grow along a walk and work outside
  /// only falls, so what is given up leads nowhere.
  Verdict walkFrom(StageWalk &walk, uint32_t from, KindId k,
                   std::vector<std::vector<uint64_t>> &used) {
    Time mostLeft = -1;
    bool onlyReference = true;
    after.clear();
    for (uint64_t u : used[from]) {
      if (packing.get(u, k) == graph.kinds[k].count ||
          packing.total(u) >= graph.maxStages)
        continue;
      after.push_back(u + packing.one(k));
      mostLeft = std::max(mostLeft, workLeft(after.back()));
      onlyReference &= onlyReferenceLeft(after.back());
    }
    if (after.empty())
      return Verdict::Found;

    walk.begin(result.ideals.countsOf(from), k);
    walk.addable(fresh);
    candidates.assign(fresh.begin(), fresh.end());
    frames.clear();
    frames.push_back({0, 0, kNone});
    while (!frames.empty()) {
      Frame &frame = frames.back();
      size_t end = candidates.size();
      if (frame.next == end) {
        if (frame.added != kNone)
          walk.remove(frame.added);
        candidates.resize(frame.begin);
        frames.pop_back();
        continue;
      }
      ClassId c = candidates[frame.next++];
      size_t rest = frame.next;
      bool alive = walk.add(c) && walk.least() <= limit;
      uint32_t mostUsed = alive ? walk.mostUsed() : 0;
      alive =
          alive && mostUsed > 0 && promising(walk, k, mostLeft, onlyReference);
      if (Verdict verdict = count(); verdict != Verdict::Found)
        return verdict;
      if (!alive) {
        walk.remove(c);
        continue;
      }
      if (walk.load() <= limit && walk.workOutside() <= mostLeft)
        keepStage(walk, from, k, mostUsed, used);
      walk.addableAfter(c, fresh);
      frames.push_back({end, end, c});
      mergeCandidates(rest, end);
    }
    return Verdict::Found;
  }

  bool promising(const StageWalk &walk, KindId k, Time mostLeft,
                 bool onlyReference) const {
    Time rest = limit - walk.least();
    Time need = walk.workOutside();
    if (k != capacity.reference())
      rest = capacity.within(k, rest);
    else if (onlyReference)
      need += walk.untouched();
    return need <= std::min(kEver, mostLeft + rest);
  }

  /// Appends the candidates [rest, end) and the fresh ones, ascending.
  void mergeCandidates(size_t rest, size_t end) {
    size_t f = 0;
    for (size_t i = rest; i < end || f < fresh.size();) {
      bool old = f == fresh.size() || (i < end && candidates[i] < fresh[f]);
      ClassId c = old ? candidates[i++] : fresh[f++];
      candidates.push_back(c);
    }
  }

  void keepStage(const StageWalk &walk, uint32_t from, KindId k,
                 uint32_t mostUsed, std::vector<std::vector<uint64_t>> &used) {
    const uint16_t *counts = walk.counts();
    int32_t to = result.ideals.find(hashes.hashOf(counts), counts);
    if (to < 0)
      return;
    bool kept = false;
    for (uint64_t u : after) {
      if (packing.total(u) > mostUsed ||
          !canGoOn(u, static_cast<uint32_t>(to), walk.workOutside()))
        continue;
      kept = true;
      std::vector<uint64_t> &states = used[to];
      if (std::find(states.begin(), states.end(), u) == states.end())
        states.push_back(u);
    }
    if (kept)
      result.stages.push_back(
          {from, static_cast<uint32_t>(to), mostUsed, k, walk.load()});
  }

  Verdict count() {
    if (++figures.transitions >= workQuota)
      return Verdict::OutOfQuota;
    if (++ticks < 20'000)
      return Verdict::Found;
    ticks = 0;
    return budget.limit(result.bytes());
  }

  static constexpr Time kEver = Time(1) << 61;

  /// A level of the walk: its candidates are candidates[begin, ...), and it
  /// came about by adding a class.
  struct Frame {
    size_t begin, next;
    uint32_t added;
  };

  const ClassGraph &graph;
  const Capacity &capacity;
  const ChainCover &cover;
  Time limit;
  uint64_t workQuota;
  const Budget &budget;
  SweepFigures &figures;
  StageGraph &result;
  CountPacking packing;
  Transition hashes;
  uint64_t all = 0, ticks = 0;
  bool bothEnds = false;
  /// By ideal of the result.
  std::vector<std::vector<uint64_t>> needed;
  std::vector<uint64_t> after;
  std::vector<ClassId> candidates, fresh;
  std::vector<Frame> frames;
};

} // namespace

Verdict listStages(const ClassGraph &graph, const Capacity &capacity,
                   const ChainCover &cover, Time limit, uint64_t workQuota,
                   const Budget &budget, SweepFigures &figures,
                   StageGraph &result) {
  return Lister(graph, capacity, cover, limit, workQuota, budget, figures,
                result)
      .run();
}

} // namespace placement::solver::contiguous
