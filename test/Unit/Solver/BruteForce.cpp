//===- BruteForce.cpp - Exact answers for small problems ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sets of classes are bit masks. What one stage costs and whether a device can
// hold it depends on its classes and kind alone, so it is computed once for
// each set; chains are then walked from the sink, where the number of stages
// that follow, and so the stashes in flight, is known. Under GPipe a chain is
// worth the sum of two maxima, so of what can precede a stage all chains are
// kept of which no other is as good in both.
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"

#include "placement/Solver/Check/Checker.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>

namespace placement::solver::test {

namespace {

using Mask = uint32_t;

void require(bool condition, const char *what) {
  if (condition)
    return;
  std::fprintf(stderr, "brute force: too large: %s\n", what);
  std::abort();
}

class ChainSearch {
public:
  ChainSearch(const Instance &instance, uint32_t maxStages, size_t maxIdeals)
      : instance(instance), kinds(instance.numKinds()), maxIdeals(maxIdeals) {
    uint64_t devices = 0;
    for (const DeviceKind &kind : instance.machine().kinds)
      devices += kind.count;
    stageLimit =
        maxStages == 0 ? devices : std::min<uint64_t>(devices, maxStages);
    buildClasses();
    findIdeals();
  }

  BruteForceAnswer run() {
    BruteForceAnswer answer;
    answer.classes = classes;
    answer.ideals = ideals.size();
    if (ideals.size() > maxIdeals)
      return answer;
    State start{all(), std::vector<uint32_t>(kinds, 0), {}};
    const std::vector<Step> &front = best(start);
    size_t chosen = 0;
    for (size_t i = 0; i < front.size(); ++i)
      if (front[i].value() < answer.value) {
        answer.value = front[i].value();
        chosen = i;
      }
    answer.feasible = !front.empty();
    if (answer.feasible)
      answer.assignment = readPlan(start, chosen);
    return answer;
  }

  Time chainValue(const Assignment &assignment) {
    size_t count = assignment.stages.size();
    std::vector<Mask> sets(count, 0);
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      sets[assignment.stageOf[v]] |= Mask(1) << classOf[v];
    Time forward = 0, backward = 0;
    Mask ideal = 0;
    std::set<PinnedDevice> devices;
    for (size_t s = 0; s < count; ++s) {
      KindId kind = assignment.stages[s].kind;
      PinnedDevice device{kind, assignment.stages[s].index};
      // A class in two stages, an empty stage, a device in use or missing.
      if ((ideal & sets[s]) || sets[s] == 0 || !devices.insert(device).second ||
          device.second >= instance.machine().kinds[kind].count)
        return kInfiniteTime;
      ideal |= sets[s];
      for (uint32_t c = 0; c < classes; ++c)
        if ((sets[s] >> c & 1) && (before[c] & ~ideal))
          return kInfiniteTime;
      const Stage &made = stage(sets[s], kind);
      if (!made.possible() || !fits(made, kind, count - s) ||
          (!made.pinned.empty() && *made.pinned.begin() != device))
        return kInfiniteTime;
      forward = std::max(forward, made.forward);
      backward = std::max(backward, made.backward);
    }
    return forward + backward;
  }

private:
  Mask all() const { return (Mask(1) << classes) - 1; }

  // -- The forward graph --

  void buildClasses() {
    // A class for each group and each node without one.
    size_t nodes = instance.numNodes();
    std::vector<uint32_t> first(nodes);
    std::map<uint32_t, uint32_t> groups;
    uint32_t count = 0;
    for (NodeId v = 0; v < nodes; ++v)
      first[v] = instance.group(v) == kNone ? count++
                 : groups.try_emplace(instance.group(v), count).second
                     ? count++
                     : groups[instance.group(v)];
    std::vector<bool> hasForward(count, false);
    for (NodeId v = 0; v < nodes; ++v)
      if (!instance.isBackward(v))
        hasForward[first[v]] = true;

    // reach[a] holds b where a path leads from class a to class b. A class
    // without forward nodes stands for its artificial forward node.
    require(count <= 64, "classes before merging");
    std::vector<std::vector<bool>> reach(count, std::vector<bool>(count));
    auto addEdge = [&](NodeId from, NodeId to) {
      uint32_t a = first[from], b = first[to];
      if (!instance.isBackward(from) && !instance.isBackward(to))
        reach[a][b] = true;
      if (instance.isBackward(from) && instance.isBackward(to) &&
          (!hasForward[a] || !hasForward[b]))
        reach[b][a] = true;
    };
    for (NetId n = 0; n < instance.numNets(); ++n)
      if (instance.producer(n) != kNone)
        for (uint32_t consumer : instance.consumers(n))
          addEdge(instance.producer(n), consumer);
    for (auto [before, after] : instance.data().orderEdges)
      addEdge(before, after);
    for (uint32_t via = 0; via < count; ++via)
      for (uint32_t from = 0; from < count; ++from)
        for (uint32_t to = 0; to < count; ++to)
          if (reach[from][via] && reach[via][to])
            reach[from][to] = true;

    // Classes that reach each other merge.
    std::vector<uint32_t> merged(count, kNone);
    for (uint32_t a = 0; a < count; ++a) {
      for (uint32_t b = 0; b < a && merged[a] == kNone; ++b)
        if (reach[a][b] && reach[b][a])
          merged[a] = merged[b];
      if (merged[a] == kNone)
        merged[a] = classes++;
    }
    require(classes <= 30, "classes");
    classOf.resize(nodes);
    for (NodeId v = 0; v < nodes; ++v)
      classOf[v] = merged[first[v]];
    before.assign(classes, 0);
    for (uint32_t a = 0; a < count; ++a)
      for (uint32_t b = 0; b < count; ++b)
        if (reach[a][b] && merged[a] != merged[b])
          before[merged[b]] |= Mask(1) << merged[a];
  }

  /// Every ideal but the empty one is another ideal and one class more.
  void findIdeals() {
    std::set<Mask> found = {0};
    std::vector<Mask> queue = {0};
    for (size_t head = 0; head < queue.size() && found.size() <= maxIdeals;
         ++head) {
      Mask set = queue[head];
      for (uint32_t c = 0; c < classes; ++c) {
        Mask larger = set | Mask(1) << c;
        if (!(before[c] & ~set) && found.insert(larger).second)
          queue.push_back(larger);
      }
    }
    ideals.assign(found.begin(), found.end());
  }

  // -- One stage --

  /// A device that a pin names.
  using PinnedDevice = std::pair<uint32_t, uint32_t>;

  struct Stage {
    /// Of both passes, under 1F1B together; kInfiniteTime where a device of the
    /// kind cannot take it.
    Time forward = 0, backward = 0;
    bool possible() const { return forward != kInfiniteTime; }
    __int128 memory = 0, stash = 0;
    std::set<PinnedDevice> pinned;
  };

  bool contains(Mask set, NodeId v) const { return set >> classOf[v] & 1; }

  const Stage &stage(Mask set, KindId kind) {
    auto [at, isNew] = stages.try_emplace({set, kind});
    if (isNew)
      at->second = computeStage(set, kind);
    return at->second;
  }

  Stage computeStage(Mask set, KindId kind) const {
    Stage result;
    const Stage impossible{kInfiniteTime, 0, 0, 0, {}};
    // By pass.
    std::array<Time, 2> compute{}, in{}, out{};
    auto passOf = [&](bool backward) {
      return instance.schedule() == Schedule::GPipe && backward ? 1 : 0;
    };
    Bytes transient = 0;
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      if (!contains(set, v))
        continue;
      if (!instance.supports(v, kind))
        return impossible;
      compute[passOf(instance.isBackward(v))] += instance.time(v, kind);
      result.memory += instance.size(v);
      result.stash += instance.stash(v);
      transient = std::max(transient, instance.transient(v));
      if (instance.pinKind(v) == kNone)
        continue;
      if (instance.pinKind(v) != kind)
        return impossible;
      if (instance.pinIndex(v) != kNone)
        result.pinned.insert({kind, instance.pinIndex(v)});
    }
    if (result.pinned.size() > 1)
      return impossible;
    result.memory += transient;
    for (uint32_t w = 0; w < instance.numWeights(); ++w) {
      bool used = false;
      for (uint32_t user : instance.weightUsers(w))
        used = used || contains(set, user);
      if (used)
        result.memory += instance.weightBytes(w);
    }
    for (NetId n = 0; n < instance.numNets(); ++n) {
      bool inside = false, outside = instance.onHost(n);
      bool anyForward = false;
      auto addPin = [&](NodeId v) {
        inside = inside || contains(set, v);
        outside = outside || !contains(set, v);
      };
      if (instance.producer(n) != kNone)
        addPin(instance.producer(n));
      for (uint32_t consumer : instance.consumers(n)) {
        addPin(consumer);
        anyForward = anyForward || !instance.isBackward(consumer);
      }
      if (!inside || !outside)
        continue;
      uint32_t producer = instance.producer(n);
      bool sends = producer != kNone && contains(set, producer);
      bool backward =
          producer != kNone ? instance.isBackward(producer) : !anyForward;
      (sends ? out : in)[passOf(backward)] += instance.netCost(n, kind);
    }
    auto lasts = [&](int pass) {
      switch (instance.communication()) {
      case Communication::Sequential:
        return in[pass] + compute[pass] + out[pass];
      case Communication::HalfDuplex:
        return std::max(in[pass] + out[pass], compute[pass]);
      case Communication::FullDuplex:
        return std::max({in[pass], compute[pass], out[pass]});
      }
      return kInfiniteTime;
    };
    result.forward = lasts(0);
    result.backward = lasts(1);
    return result;
  }

  bool fits(const Stage &stage, KindId kind, uint32_t stagesToTheEnd) const {
    Bytes limit = instance.machine().kinds[kind].memory;
    __int128 need = stage.memory;
    if (instance.data().inFlight == InFlight::SuffixStages)
      need += stage.stash * stagesToTheEnd;
    if (instance.data().inFlight == InFlight::All)
      need += stage.stash * instance.data().microbatches;
    return limit == kUnlimitedBytes || need <= limit;
  }

  // -- Chains, from the sink --

  /// What is left, the devices of each kind in use behind it, and which of
  /// them were named by pins. Devices that no pin names are interchangeable.
  struct State {
    Mask ideal;
    std::vector<uint32_t> used;
    std::set<PinnedDevice> pinned;
    bool operator<(const State &other) const {
      return std::tie(ideal, used, pinned) <
             std::tie(other.ideal, other.used, other.pinned);
    }
  };

  /// The last stage of a chain, and which of the chains before it is meant.
  struct Step {
    Time forward = 0, backward = 0;
    Mask previous = 0;
    KindId kind = 0;
    size_t chosen = 0;
    Time value() const { return forward + backward; }
    bool below(const Step &other) const {
      return forward <= other.forward && backward <= other.backward;
    }
  };

  State after(const State &state, Mask previous, KindId kind) {
    State next{previous, state.used, state.pinned};
    ++next.used[kind];
    const Stage &last = stage(state.ideal & ~previous, kind);
    next.pinned.insert(last.pinned.begin(), last.pinned.end());
    return next;
  }

  /// All chains for the state of which no other is as good in both passes.
  const std::vector<Step> &best(const State &state) {
    auto known = memo.find(state);
    if (known != memo.end())
      return known->second;
    std::vector<Step> found;
    if (state.ideal == 0)
      found.push_back({});
    auto covered = [&](const Step &step) {
      return std::any_of(found.begin(), found.end(),
                         [&](const Step &f) { return f.below(step); });
    };
    uint32_t stagesToTheEnd = 1;
    for (uint32_t used : state.used)
      stagesToTheEnd += used;
    for (Mask previous : ideals) {
      if ((previous & ~state.ideal) || previous == state.ideal ||
          stagesToTheEnd > stageLimit)
        continue;
      for (KindId kind = 0; kind < kinds; ++kind) {
        if (state.used[kind] == instance.machine().kinds[kind].count)
          continue;
        const Stage &last = stage(state.ideal & ~previous, kind);
        if (!last.possible() || !fits(last, kind, stagesToTheEnd) ||
            covered({last.forward, last.backward}))
          continue;
        if (!last.pinned.empty() && state.pinned.count(*last.pinned.begin()))
          continue;
        const std::vector<Step> &before = best(after(state, previous, kind));
        for (size_t i = 0; i < before.size(); ++i) {
          Step step{std::max(last.forward, before[i].forward),
                    std::max(last.backward, before[i].backward), previous, kind,
                    i};
          if (covered(step))
            continue;
          std::erase_if(found, [&](const Step &f) { return step.below(f); });
          found.push_back(step);
        }
      }
    }
    return memo.emplace(state, std::move(found)).first->second;
  }

  Assignment readPlan(State state, size_t chosen) {
    struct Piece {
      Mask set;
      KindId kind;
      uint32_t index;
    };
    std::vector<Piece> pieces;
    while (state.ideal != 0) {
      Step step = best(state)[chosen];
      chosen = step.chosen;
      Mask set = state.ideal & ~step.previous;
      const Stage &last = stage(set, step.kind);
      uint32_t index =
          last.pinned.empty() ? kNone : last.pinned.begin()->second;
      pieces.push_back({set, step.kind, index});
      state = after(state, step.previous, step.kind);
    }
    std::reverse(pieces.begin(), pieces.end());
    // Devices that no pin names take what is free.
    for (Piece &piece : pieces) {
      if (piece.index != kNone)
        continue;
      piece.index = 0;
      auto taken = [&](const Piece &other) {
        return &other != &piece && other.kind == piece.kind &&
               other.index == piece.index;
      };
      while (std::any_of(pieces.begin(), pieces.end(), taken))
        ++piece.index;
    }
    Assignment assignment;
    assignment.stageOf.resize(instance.numNodes());
    for (size_t s = 0; s < pieces.size(); ++s) {
      assignment.stages.push_back({pieces[s].kind, pieces[s].index});
      for (NodeId v = 0; v < instance.numNodes(); ++v)
        if (contains(pieces[s].set, v))
          assignment.stageOf[v] = s;
    }
    return assignment;
  }

  const Instance &instance;
  size_t kinds, maxIdeals;
  uint64_t stageLimit = 0;
  uint32_t classes = 0;
  std::vector<uint32_t> classOf;
  /// Classes that must not come later, for each class.
  std::vector<Mask> before;
  std::vector<Mask> ideals;
  std::map<std::pair<Mask, KindId>, Stage> stages;
  std::map<State, std::vector<Step>> memo;
};

/// Tries every device sequence, then every stage of every node.
class AssignmentSearch {
public:
  AssignmentSearch(const Instance &instance, uint32_t maxStages)
      : instance(instance), maxStages(maxStages) {}

  BruteForceAnswer run() {
    for (KindId kind = 0; kind < instance.numKinds(); ++kind)
      for (uint32_t i = 0; i < instance.machine().kinds[kind].count; ++i)
        devices.push_back({kind, i});
    used.assign(devices.size(), false);
    addStages();
    return answer;
  }

private:
  void addStages() {
    if (!current.stages.empty())
      tryNodes();
    if (current.stages.size() == instance.numNodes() ||
        (maxStages != 0 && current.stages.size() == maxStages))
      return;
    for (size_t d = 0; d < devices.size(); ++d) {
      if (used[d])
        continue;
      used[d] = true;
      current.stages.push_back(devices[d]);
      addStages();
      current.stages.pop_back();
      used[d] = false;
    }
  }

  void tryNodes() {
    current.stageOf.assign(instance.numNodes(), 0);
    while (true) {
      CheckReport report = check(instance, current, /*contiguous=*/true, 1);
      if (report.feasible() && report.value < answer.value) {
        answer.feasible = true;
        answer.value = report.value;
        answer.assignment = current;
      }
      size_t v = 0;
      while (v < instance.numNodes() &&
             ++current.stageOf[v] == current.stages.size())
        current.stageOf[v++] = 0;
      if (v == instance.numNodes())
        return;
    }
  }

  const Instance &instance;
  uint32_t maxStages;
  std::vector<DeviceRef> devices;
  std::vector<bool> used;
  Assignment current;
  BruteForceAnswer answer;
};

} // namespace

BruteForceAnswer bruteForce(const Instance &instance, uint32_t maxStages,
                            size_t maxIdeals) {
  return ChainSearch(instance, maxStages, maxIdeals).run();
}

Time chainValue(const Instance &instance, const Assignment &assignment) {
  return ChainSearch(instance, 0, /*maxIdeals=*/1).chainValue(assignment);
}

BruteForceAnswer enumerateAssignments(const Instance &instance,
                                      uint32_t maxStages) {
  return AssignmentSearch(instance, maxStages).run();
}

} // namespace placement::solver::test
