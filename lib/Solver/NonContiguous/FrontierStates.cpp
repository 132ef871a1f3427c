//===- FrontierStates.cpp - What a device pays along an order -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/FrontierStates.h"

#include <algorithm>
#include <map>
#include <string>

namespace placement::solver::noncontiguous {

namespace {

/// What is known of an open item.
constexpr char kOutside = 0, kInside = 1, kPaid = 2;

} // namespace

size_t FrontierStates::width() const {
  return numStates.empty()
             ? 0
             : *std::max_element(numStates.begin(), numStates.end());
}

size_t FrontierStates::numArcs() const {
  size_t arcs = 0;
  for (const Step &step : steps)
    arcs += step.skip.size() + step.take.size();
  return arcs;
}

std::optional<FrontierStates>
buildFrontierStates(const ClassGraph &graph, KindId kind,
                    const std::vector<ClassId> &order, Time limit,
                    size_t maxStates) {
  FrontierStates states;
  states.kind = kind;
  const std::vector<Time> &cost = graph.cost[kind];
  std::vector<uint32_t> left(graph.numItems());
  for (ItemId i = 0; i < graph.numItems(); ++i)
    left[i] = static_cast<uint32_t>(graph.items[i].size());
  // A state is a letter for each open item, in this order of items.
  std::vector<ItemId> open;
  std::vector<std::string> layer = {std::string()};
  states.numStates.push_back(1);
  for (ClassId c : order) {
    FrontierStates::Step step;
    step.member = c;
    // Items that matter here, and whether they open or close.
    std::vector<ItemId> before = open;
    for (ItemId i : graph.itemsOf[c]) {
      if (cost[i] > 0 && left[i] == graph.items[i].size())
        before.push_back(i);
      --left[i];
    }
    std::vector<uint8_t> touched(before.size(), 0);
    open.clear();
    for (size_t n = 0; n < before.size(); ++n) {
      auto own = graph.itemsOf[c];
      touched[n] = std::binary_search(own.begin(), own.end(), before[n]);
      if (left[before[n]] > 0)
        open.push_back(before[n]);
    }
    Time time = graph.timeOf(c, kind);
    bool canTake = time != kUnsupported && time <= limit;
    std::map<std::string, uint32_t> next;
    std::string key;
    for (uint32_t s = 0; s < layer.size(); ++s)
      for (int taken = 0; taken <= (canTake ? 1 : 0); ++taken) {
        Time load = taken ? time : 0;
        key.clear();
        for (size_t n = 0; n < before.size(); ++n) {
          ItemId i = before[n];
          bool opens = n >= layer[s].size();
          // The host is a member outside.
          char status = !opens            ? layer[s][n]
                        : graph.sticky[i] ? kOutside
                        : taken           ? kInside
                                          : kOutside;
          if (touched[n] && status != kPaid &&
              status != (taken ? kInside : kOutside)) {
            status = kPaid;
            load += cost[i];
          }
          if (left[i] > 0)
            key.push_back(status);
        }
        if (load > limit)
          continue;
        auto [at, isNew] =
            next.try_emplace(key, static_cast<uint32_t>(next.size()));
        (taken ? step.take : step.skip).push_back({s, at->second, load});
      }
    if (next.size() > maxStates)
      return std::nullopt;
    layer.assign(next.size(), {});
    for (auto &[text, number] : next)
      layer[number] = text;
    states.numStates.push_back(static_cast<uint32_t>(layer.size()));
    states.steps.push_back(std::move(step));
  }
  return states;
}

std::vector<Time> leastLoads(const FrontierStates &states,
                             const std::vector<uint32_t> &weight,
                             uint32_t mostNeed, Time limit) {
  // least[state * width + w]: of sets of weight w, or at least mostNeed.
  size_t width = size_t(mostNeed) + 1;
  std::vector<Time> least(width, kInfiniteTime), next;
  least[0] = 0;
  for (size_t n = 0; n < states.steps.size(); ++n) {
    const FrontierStates::Step &step = states.steps[n];
    next.assign(states.numStates[n + 1] * width, kInfiniteTime);
    auto pass = [&](const FrontierStates::Arc &arc, uint32_t gain) {
      const Time *from = &least[arc.from * width];
      Time *to = &next[arc.to * width];
      for (uint32_t w = 0; w <= mostNeed; ++w) {
        if (from[w] > limit - arc.load)
          continue;
        uint32_t sum = std::min<uint64_t>(uint64_t(w) + gain, mostNeed);
        to[sum] = std::min(to[sum], from[w] + arc.load);
      }
    };
    for (const FrontierStates::Arc &arc : step.skip)
      pass(arc, 0);
    for (const FrontierStates::Arc &arc : step.take)
      pass(arc, weight[step.member]);
    least.swap(next);
  }
  std::vector<Time> result(width, kInfiniteTime);
  Time best = kInfiniteTime;
  for (size_t w = width; w-- > 0;) {
    for (uint32_t s = 0; s < states.numStates.back(); ++s)
      best = std::min(best, least[s * width + w]);
    result[w] = best;
  }
  return result;
}

} // namespace placement::solver::noncontiguous
