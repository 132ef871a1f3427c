//===- TimelineFacts.cpp - What a timeline says about a plan --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/TimelineFacts.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <queue>
#include <tuple>
#include <utility>

namespace placement::solver {

namespace {

class FactReader {
public:
  FactReader(const Instance &instance, const Plan &plan)
      : instance(instance), plan(plan), timeline(plan.timeline) {}

  TimelineFacts read() {
    if (timeline.empty())
      return {};
    for (const TimelineEntry &entry : timeline)
      facts.makespan = std::max(facts.makespan, entry.finish);
    findEntries();
    findNeeds();
    sortByTime();
    findBefore();
    measureSlack();
    followCriticalPath();
    assignLanes();
    sumHosts();
    return std::move(facts);
  }

private:
  void findEntries() {
    std::vector<uint32_t> pieceOf(plan.assignment.stages.size(), kNone);
    facts.entryOf.assign(instance.numNodes(), kNone);
    for (uint32_t e = 0; e < timeline.size(); ++e) {
      if (timeline[e].isPiece())
        pieceOf[timeline[e].stage] = e;
      else
        facts.entryOf[timeline[e].node] = e;
    }
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (facts.entryOf[v] == kNone)
        facts.entryOf[v] = pieceOf[plan.assignment.stageOf[v]];
  }

  /// Calls `take(from, to, net)` for each value and order edge that leads from
  /// one entry to another; a value once for each entry that needs it.
  template <typename Take>
  void forEachNeed(Take take) const {
    std::vector<NetId> lastNet(timeline.size(), kNone);
    for (NetId n = 0; n < instance.numNets(); ++n) {
      uint32_t producer = instance.producer(n);
      if (producer == kNone)
        continue;
      uint32_t from = facts.entryOf[producer];
      for (NodeId consumer : instance.consumers(n)) {
        uint32_t to = facts.entryOf[consumer];
        if (to == from || lastNet[to] == n)
          continue;
        lastNet[to] = n;
        take(from, to, n);
      }
    }
    for (auto [first, second] : instance.data().orderEdges) {
      uint32_t from = facts.entryOf[first], to = facts.entryOf[second];
      if (from != to)
        take(from, to, kNone);
    }
  }

  void findNeeds() {
    facts.needBegin.assign(timeline.size() + 1, 0);
    forEachNeed(
        [&](uint32_t, uint32_t to, NetId) { ++facts.needBegin[to + 1]; });
    std::partial_sum(facts.needBegin.begin(), facts.needBegin.end(),
                     facts.needBegin.begin());
    facts.needs.resize(facts.needBegin.back());
    std::vector<uint32_t> next(facts.needBegin.begin(),
                               facts.needBegin.end() - 1);
    forEachNeed([&](uint32_t from, uint32_t to, NetId net) {
      facts.needs[next[to]++] = {from, net};
    });
  }

  /// Fills `order` so that whatever has to run earlier comes earlier: by time,
  /// and what takes no time at all in the order of its needs.
  void sortByTime() {
    std::vector<uint32_t> depth = needsFirst();
    order.resize(timeline.size());
    std::iota(order.begin(), order.end(), 0);
    auto key = [&](uint32_t e) {
      return std::tuple(timeline[e].start, timeline[e].finish, depth[e]);
    };
    std::sort(order.begin(), order.end(),
              [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
  }

  /// A number for each entry, larger than those of all that it needs.
  std::vector<uint32_t> needsFirst() const {
    std::vector<uint32_t> number(timeline.size(), kNone);
    std::vector<std::pair<uint32_t, uint32_t>> open; // Entry, next need.
    std::vector<uint8_t> seen(timeline.size(), 0);
    uint32_t next = 0;
    for (uint32_t root = 0; root < timeline.size(); ++root) {
      if (seen[root])
        continue;
      seen[root] = 1;
      open.emplace_back(root, facts.needBegin[root]);
      while (!open.empty()) {
        auto &[entry, at] = open.back();
        if (at == facts.needBegin[entry + 1]) {
          number[entry] = next++;
          open.pop_back();
          continue;
        }
        uint32_t needed = facts.needs[at++].entry;
        if (!seen[needed]) {
          seen[needed] = 1;
          open.emplace_back(needed, facts.needBegin[needed]);
        }
      }
    }
    return number;
  }

  /// Whether the devices of a kind run one entry at a time.
  bool oneAtATime(KindId kind) const {
    return !instance.isHost(kind) || instance.cores(kind).has_value();
  }

  void findBefore() {
    facts.before.assign(timeline.size(), kNone);
    std::map<std::pair<KindId, uint32_t>, uint32_t> last;
    for (uint32_t e : order) {
      DeviceRef device = timeline[e].device;
      if (!oneAtATime(device.kind))
        continue;
      auto [found, isFirst] = last.try_emplace({device.kind, device.index}, e);
      if (!isFirst)
        facts.before[e] = std::exchange(found->second, e);
    }
  }

  void measureSlack() {
    std::vector<Time> latest(timeline.size(), facts.makespan);
    for (size_t i = order.size(); i-- > 0;) {
      uint32_t e = order[i];
      Time start = latest[e] - (timeline[e].finish - timeline[e].start);
      for (TimelineFacts::Need need : facts.needsOf(e))
        latest[need.entry] = std::min(latest[need.entry], start);
      if (uint32_t before = facts.before[e]; before != kNone)
        latest[before] = std::min(latest[before], start);
    }
    facts.slack.resize(timeline.size());
    for (uint32_t e = 0; e < timeline.size(); ++e)
      facts.slack[e] = latest[e] - timeline[e].finish;
  }

  void followCriticalPath() {
    std::vector<uint32_t> place(timeline.size());
    for (uint32_t i = 0; i < order.size(); ++i)
      place[order[i]] = i;
    uint32_t at = kNone;
    for (uint32_t e : order)
      if (timeline[e].finish == facts.makespan &&
          (at == kNone || isBetter(e, at)))
        at = e;
    while (at != kNone) {
      facts.critical.push_back(at);
      uint32_t next = kNone;
      auto offer = [&](uint32_t e) {
        // Places fall along the way, so it ends.
        if (e != kNone && timeline[e].finish == timeline[at].start &&
            place[e] < place[at] && (next == kNone || isBetter(e, next)))
          next = e;
      };
      for (TimelineFacts::Need need : facts.needsOf(at))
        offer(need.entry);
      offer(facts.before[at]);
      at = next;
    }
    std::reverse(facts.critical.begin(), facts.critical.end());
  }

  /// Of entries that end at the same time, which one a path shows.
  bool isBetter(uint32_t a, uint32_t b) const {
    return std::tuple(timeline[b].isPiece(), a) <
           std::tuple(timeline[a].isPiece(), b);
  }

  void assignLanes() {
    facts.lane.assign(timeline.size(), 0);
    using Lowest =
        std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>>;
    using Ends = std::priority_queue<std::pair<Time, uint32_t>,
                                     std::vector<std::pair<Time, uint32_t>>,
                                     std::greater<>>;
    std::vector<Lowest> free(instance.numKinds());
    std::vector<Ends> ends(instance.numKinds());
    std::vector<uint32_t> lanes(instance.numKinds(), 0);
    for (uint32_t e : order) {
      const TimelineEntry &entry = timeline[e];
      KindId kind = entry.device.kind;
      if (entry.isPiece())
        continue;
      if (oneAtATime(kind)) {
        facts.lane[e] = entry.device.index;
        continue;
      }
      for (Ends &busy = ends[kind];
           !busy.empty() && busy.top().first <= entry.start; busy.pop())
        free[kind].push(busy.top().second);
      if (free[kind].empty())
        free[kind].push(lanes[kind]++);
      facts.lane[e] = free[kind].top();
      free[kind].pop();
      ends[kind].emplace(entry.finish, facts.lane[e]);
    }
  }

  void sumHosts() {
    std::vector<TimelineFacts::HostWork> work(instance.numKinds());
    for (const TimelineEntry &entry : timeline) {
      if (entry.isPiece())
        continue;
      ++work[entry.device.kind].nodes;
      work[entry.device.kind].busy += entry.finish - entry.start;
    }
    std::vector<uint32_t> running(instance.numKinds(), 0);
    std::vector<std::tuple<Time, int, KindId>> changes;
    for (const TimelineEntry &entry : timeline)
      if (!entry.isPiece() && entry.finish > entry.start) {
        changes.emplace_back(entry.start, 1, entry.device.kind);
        changes.emplace_back(entry.finish, 0, entry.device.kind);
      }
    std::sort(changes.begin(), changes.end());
    for (auto [time, begins, kind] : changes) {
      if (begins)
        ++running[kind];
      else
        --running[kind];
      work[kind].width = std::max(work[kind].width, running[kind]);
    }
    for (KindId kind = 0; kind < instance.numKinds(); ++kind) {
      if (work[kind].nodes == 0)
        continue;
      work[kind].kind = kind;
      // Nodes that take no time run one at a time.
      work[kind].width = std::max(work[kind].width, 1u);
      facts.hosts.push_back(work[kind]);
    }
  }

  const Instance &instance;
  const Plan &plan;
  const std::vector<TimelineEntry> &timeline;
  TimelineFacts facts;
  /// Entries, whatever has to run earlier first.
  std::vector<uint32_t> order;
};

} // namespace

TimelineFacts readTimeline(const Instance &instance, const Plan &plan) {
  return FactReader(instance, plan).read();
}

} // namespace placement::solver
