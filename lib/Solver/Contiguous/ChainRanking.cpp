//===- ChainRanking.cpp - The K best distinct chains ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/ChainRanking.h"

#include <algorithm>
#include <map>

namespace placement::solver::contiguous {

namespace {

uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

class Ranking {
public:
  Ranking(const ClassGraph &graph, const ChainCover &cover,
          const StageGraph &stages, uint32_t count, uint64_t workQuota,
          const Budget &budget, SweepFigures &figures)
      : graph(graph), cover(cover), stages(stages), count(count),
        workQuota(workQuota), budget(budget), figures(figures),
        packing(graph.kinds), firstNode(graph.numClasses, kNone),
        list(count + size_t(1)) {
    for (uint32_t v = 0; v < graph.classOf.size(); ++v)
      if (uint32_t &first = firstNode[graph.classOf[v]]; first == kNone)
        first = v;
    numberProjections();
  }

  Verdict run(std::vector<RankedChain> &chains) {
    size_t last = stages.size() - 1;
    listBegin.assign(stages.states.size() + 1, {0, 0});
    // The completion of everything: no stage.
    entries.push_back({0, kNone, kNone, 0, 0, 0});
    for (size_t s = stages.stateBegin[last]; s < stages.states.size(); ++s)
      listBegin[s] = {0, 1};
    for (size_t i = last; i-- > 0;)
      for (size_t s = stages.stateBegin[i]; s < stages.stateBegin[i + 1]; ++s)
        if (Verdict verdict = complete(i, s); verdict != Verdict::Found)
          return verdict;
    auto [begin, end] = listBegin[0];
    for (uint32_t e = begin; e < end; ++e)
      chains.push_back(chainOf(e));
    return Verdict::Found;
  }

private:
  /// A completion of a state: a stage and a completion of the state after it.
  struct Entry {
    /// Hash of the cuts.
    uint64_t key;
    uint32_t stage, next;
    size_t loadsBegin;
    uint32_t numLoads;
    Time worst;
  };
  struct Candidate {
    Entry entry;
    /// Falling.
    std::vector<Time> loads;
  };

  /// Ideals with the same classes that take time get the same number.
  void numberProjections() {
    std::vector<uint8_t> withTime = classesWithTime(graph);
    std::vector<std::vector<uint16_t>> costly;
    for (const auto &chain : cover.chains) {
      std::vector<uint16_t> before = {0};
      for (ClassId c : chain)
        before.push_back(static_cast<uint16_t>(before.back() + withTime[c]));
      costly.push_back(std::move(before));
    }
    std::map<std::vector<uint16_t>, uint32_t> numbers;
    std::vector<uint16_t> key(cover.numChains());
    for (size_t i = 0; i < stages.size(); ++i) {
      const uint16_t *counts = stages.ideals.countsOf(i);
      for (size_t j = 0; j < key.size(); ++j)
        key[j] = costly[j][counts[j]];
      auto number = static_cast<uint32_t>(numbers.size());
      projection.push_back(numbers.emplace(key, number).first->second);
    }
  }

  Verdict complete(size_t ideal, size_t state) {
    uint64_t used = stages.states[state];
    listed = 0;
    for (const StageEdge &stage : stages.stagesFrom(ideal)) {
      uint64_t after = used + packing.one(stage.kind);
      if (packing.get(used, stage.kind) == graph.kinds[stage.kind].count ||
          packing.total(after) > std::min(stage.mostUsed, graph.maxStages))
        continue;
      auto states = stages.statesOf(stage.to);
      auto found = std::lower_bound(states.begin(), states.end(), after);
      if (found == states.end() || *found != after)
        continue;
      size_t next = stages.stateBegin[stage.to] + (found - states.begin());
      auto number = static_cast<uint32_t>(&stage - stages.stages.data());
      for (uint32_t e = listBegin[next].first; e < listBegin[next].second; ++e)
        if (!offer(number, e))
          break;
      if (Verdict verdict = limits(); verdict != Verdict::Found)
        return verdict;
    }
    listBegin[state] = {static_cast<uint32_t>(entries.size()),
                        static_cast<uint32_t>(entries.size() + listed)};
    for (size_t i = 0; i < listed; ++i) {
      Candidate &candidate = list[i];
      candidate.entry.loadsBegin = loads.size();
      loads.insert(loads.end(), candidate.loads.begin(), candidate.loads.end());
      entries.push_back(candidate.entry);
    }
    return Verdict::Found;
  }

  /// Takes a completion into the list where it belongs there. False when it is
  /// too bad: then so is every later one behind the same stage.
  bool offer(uint32_t number, uint32_t next) {
    ++figures.transitions;
    const StageEdge &stage = stages.stages[number];
    const Entry &rest = entries[next];
    Time worst = std::max(stage.load, rest.worst);
    bool full = listed == count;
    if (full && worst > list[listed - 1].entry.worst)
      return false;
    // Built behind the list, then moved to its place.
    Candidate &candidate = list.back();
    fill(candidate, number, next, worst);
    if (full && !better(candidate, list[listed - 1]))
      return false;
    for (size_t i = 0; i < listed; ++i)
      if (list[i].entry.key == candidate.entry.key &&
          sameCuts(list[i].entry, candidate.entry)) {
        if (!better(candidate, list[i]))
          return true;
        std::swap(list[i], candidate);
        moveUp(i);
        return true;
      }
    if (!full)
      ++listed;
    std::swap(list[listed - 1], candidate);
    moveUp(listed - 1);
    return true;
  }

  /// Moves list[i] to its place among those before it, which are in order.
  void moveUp(size_t i) {
    auto at = list.begin() + static_cast<ptrdiff_t>(i);
    auto place = std::upper_bound(
        list.begin(), at, *at,
        [&](const Candidate &a, const Candidate &b) { return better(a, b); });
    std::rotate(place, at, at + 1);
  }

  void fill(Candidate &candidate, uint32_t number, uint32_t next, Time worst) {
    const StageEdge &stage = stages.stages[number];
    const Entry &rest = entries[next];
    const Time *from = loads.data() + rest.loadsBegin;
    const Time *end = from + rest.numLoads;
    candidate.loads.assign(from, end);
    candidate.loads.insert(std::lower_bound(candidate.loads.begin(),
                                            candidate.loads.end(), stage.load,
                                            std::greater<>()),
                           stage.load);
    candidate.entry = {rest.key, number, next, 0, rest.numLoads + 1, worst};
    if (cutsSomething(stage))
      candidate.entry.key =
          mix(rest.key ^ mix((uint64_t(projection[stage.to]) << 20) +
                             stage.kind + 0x9E3779B97F4A7C15ull));
  }

  /// A stage without a class that takes time makes no plan distinct.
  bool cutsSomething(const StageEdge &stage) const {
    return projection[stage.from] != projection[stage.to];
  }

  bool sameCuts(Entry a, Entry b) const {
    for (;;) {
      while (a.stage != kNone && !cutsSomething(stages.stages[a.stage]))
        a = entries[a.next];
      while (b.stage != kNone && !cutsSomething(stages.stages[b.stage]))
        b = entries[b.next];
      if (a.stage == kNone || b.stage == kNone)
        return a.stage == b.stage;
      const StageEdge &x = stages.stages[a.stage], &y = stages.stages[b.stage];
      if (x.kind != y.kind || projection[x.to] != projection[y.to])
        return false;
      a = entries[a.next];
      b = entries[b.next];
    }
  }

  bool better(const Candidate &a, const Candidate &b) {
    if (a.loads != b.loads)
      // A load that only one of them has makes it worse.
      return a.loads < b.loads;
    // In the order of the program.
    stagesOf(a.entry, first);
    stagesOf(b.entry, second);
    for (size_t i = 0; i < first.size(); ++i) {
      const StageEdge &x = *first[i], &y = *second[i];
      if (x.kind != y.kind)
        return x.kind < y.kind;
      // All stages before are equal, so one end of these is too.
      uint32_t p = graph.turned ? y.from : x.to,
               q = graph.turned ? x.from : y.to;
      if (p != q)
        return holdsLowest(p, q);
    }
    return false;
  }

  void stagesOf(Entry entry, std::vector<const StageEdge *> &out) const {
    out.clear();
    for (; entry.stage != kNone; entry = entries[entry.next])
      out.push_back(&stages.stages[entry.stage]);
    if (graph.turned)
      std::reverse(out.begin(), out.end());
  }

  /// Of the nodes that only one of two different ideals holds, whether the
  /// lowest is in the first.
  bool holdsLowest(uint32_t a, uint32_t b) const {
    const uint16_t *x = stages.ideals.countsOf(a),
                   *y = stages.ideals.countsOf(b);
    uint32_t lowest = kNone;
    bool inFirst = false;
    for (size_t i = 0; i < cover.numChains(); ++i)
      for (uint16_t p = std::min(x[i], y[i]); p < std::max(x[i], y[i]); ++p)
        if (uint32_t v = firstNode[cover.chains[i][p]]; v < lowest) {
          lowest = v;
          inFirst = x[i] > y[i];
        }
    return inFirst;
  }

  RankedChain chainOf(uint32_t e) const {
    RankedChain ranked;
    StageChain &chain = ranked.chain;
    const Time *from = loads.data() + entries[e].loadsBegin;
    ranked.loads.assign(from, from + entries[e].numLoads);
    chain.value = entries[e].worst;
    chain.stageOf.assign(graph.numClasses, 0);
    for (; entries[e].stage != kNone; e = entries[e].next) {
      const StageEdge &stage = stages.stages[entries[e].stage];
      chain.kinds.push_back(stage.kind);
      for (ClassId c = 0; c < graph.numClasses; ++c)
        chain.stageOf[c] +=
            !cover.contains(stages.ideals.countsOf(stage.to), c);
    }
    return ranked;
  }

  Verdict limits() {
    if (figures.transitions >= workQuota)
      return Verdict::OutOfQuota;
    if (++ticks < 10'000)
      return Verdict::Found;
    ticks = 0;
    return budget.limit(stages.bytes() + entries.capacity() * sizeof(Entry) +
                        loads.capacity() * sizeof(Time));
  }

  const ClassGraph &graph;
  const ChainCover &cover;
  const StageGraph &stages;
  uint32_t count;
  uint64_t workQuota;
  const Budget &budget;
  SweepFigures &figures;
  CountPacking packing;
  std::vector<uint32_t> firstNode, projection;
  std::vector<Entry> entries;
  std::vector<Time> loads;
  /// Entries of each state.
  std::vector<std::pair<uint32_t, uint32_t>> listBegin;
  /// The first `listed` are the best so far, best first; one more is scratch.
  std::vector<Candidate> list;
  size_t listed = 0;
  std::vector<const StageEdge *> first, second;
  uint64_t ticks = 0;
};

} // namespace

Verdict rankChains(const ClassGraph &graph, const ChainCover &cover,
                   const StageGraph &stages, uint32_t count, uint64_t workQuota,
                   const Budget &budget, SweepFigures &figures,
                   std::vector<RankedChain> &chains) {
  return Ranking(graph, cover, stages, count, workQuota, budget, figures)
      .run(chains);
}

std::vector<uint8_t> classesWithTime(const ClassGraph &graph) {
  std::vector<uint8_t> result(graph.numClasses, 0);
  for (ClassId c = 0; c < graph.numClasses; ++c)
    for (KindId k = 0; k < graph.numKinds(); ++k)
      if (Time t = graph.timeOf(c, k);
          graph.kinds[k].count && t != 0 && t != kUnsupported)
        result[c] = 1;
  return result;
}

bool cutAlike(const std::vector<uint8_t> &withTime, const StageChain &a,
              const StageChain &b) {
  // Stages without such a class are left out.
  auto number = [&](const StageChain &chain) {
    std::vector<uint32_t> compact(chain.kinds.size(), 0);
    for (ClassId c = 0; c < withTime.size(); ++c)
      if (withTime[c])
        compact[chain.stageOf[c]] = 1;
    uint32_t used = 0;
    for (uint32_t &stage : compact)
      stage = stage ? used++ : kNone;
    return compact;
  };
  std::vector<uint32_t> x = number(a), y = number(b);
  for (ClassId c = 0; c < withTime.size(); ++c)
    if (uint32_t s = a.stageOf[c], t = b.stageOf[c];
        withTime[c] && (x[s] != y[t] || a.kinds[s] != b.kinds[t]))
      return false;
  return true;
}

} // namespace placement::solver::contiguous
