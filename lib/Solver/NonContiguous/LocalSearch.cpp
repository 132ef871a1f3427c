//===- LocalSearch.cpp - Multilevel annealing of placements ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/LocalSearch.h"

#include "Solver/Contiguous/Capacity.h"
#include "Solver/Contiguous/ClassBuilding.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace placement::solver::noncontiguous {

using contiguous::UnionFind;

namespace {

/// Moves between two looks at the clock.
constexpr uint64_t kMovesBetweenChecks = 1024;
/// How much the smoothed part of the objective counts.
constexpr double kSmoothing = 0.15;

/// A class count to anneal and the moves that it deserves.
uint64_t movesFor(size_t classes, bool finest) {
  uint64_t wanted = classes * (finest ? 60 : 100);
  return std::clamp<uint64_t>(wanted, 1'000, 600'000);
}

/// An exponentially distributed number, nearly: the logarithm is replaced by
/// its piecewise linear interpolation between powers of two, since library
/// logarithms differ between machines.
double exponential(contiguous::Random &random) {
  uint64_t bits = random.next() | 1;
  int zeros = std::countl_zero(bits);
  uint64_t mantissa = (bits << zeros) << 1;
  double fraction = static_cast<double>(mantissa >> 11) * 0x1p-53;
  return 0.6931471805599453 * (zeros + 1 - fraction);
}

} // namespace

/// A merged graph, and a placement that anneals on it.
struct LocalSearch::Level {
  Level(ClassGraph merged, const DeviceTable &devices, double scale)
      : graph(std::move(merged)), devices(devices), scale(scale),
        state(graph, devices), weights(devices.size(), 0),
        powers(devices.size(), 0) {}

  /// What a device of this load and memory adds to the objective, over the
  /// memory limit much more.
  double weight(DeviceId d, Time time, Bytes memory) const {
    double load = static_cast<double>(time) / scale;
    Bytes capacity = state.capacity(d);
    if (capacity != kUnlimitedBytes && memory > capacity)
      load += 10 * (static_cast<double>(memory) /
                        static_cast<double>(std::max<Bytes>(capacity, 1)) -
                    1) +
              0.05;
    return load;
  }
  /// Sets the weight of device d; returns the one before.
  double setWeight(DeviceId d, double w) {
    double before = weights[d], square = w * w, fourth = square * square;
    weights[d] = w;
    powers[d] = fourth * fourth;
    return before;
  }
  /// Looks anew at a device whose classes have changed.
  void refresh(DeviceId d) {
    setWeight(d, weight(d, state.load(d), state.memory(d)));
  }
  /// The weight of device d after a change of its classes.
  double weightAfter(DeviceId d, const LoadState::Change &change) const {
    return weight(d, state.load(d) + change.load,
                  state.memory(d) + change.held);
  }
  DeviceId heaviest() const {
    return static_cast<DeviceId>(
        std::max_element(weights.begin(), weights.end()) - weights.begin());
  }
  /// The largest weight and, smoothed, all of them. O(devices).
  double cost() const {
    double largest = 0, sum = 0;
    for (DeviceId d = 0; d < devices.size(); ++d) {
      largest = std::max(largest, weights[d]);
      sum += powers[d];
    }
    double mean = sum / static_cast<double>(devices.size());
    return largest + kSmoothing * std::sqrt(std::sqrt(std::sqrt(mean)));
  }

  ClassGraph graph;
  const DeviceTable &devices;
  double scale;
  LoadState state;
  /// Of each device: its weight and the eighth power of that.
  std::vector<double> weights, powers;
  /// The best placements met by value and by objective.
  DeviceMap bestByValue, bestByCost;
  Time value = kInfiniteTime;
  double costOfBest = 0;
};

LocalSearch::LocalSearch(const ClassGraph &graph, const DeviceTable &devices,
                         const Budget &budget, uint64_t seed)
    : graph(graph), devices(devices), budget(budget), random(seed),
      nodeOf(graph.numClasses, kNone) {
  for (NodeId v = 0; v < graph.classOf.size(); ++v)
    if (nodeOf[graph.classOf[v]] == kNone)
      nodeOf[graph.classOf[v]] = v;
  for (ItemId i = 0; i < graph.numItems(); ++i) {
    Time cost = 0;
    for (const std::vector<Time> &row : graph.cost)
      cost = std::max(cost, row[i]);
    itemCosts.push_back(cost);
  }
  std::sort(itemCosts.begin(), itemCosts.end());
  Time bound = contiguous::Capacity(graph).lowerBound();
  if (bound > 0 && bound != kInfiniteTime)
    scale = static_cast<double>(bound);
}

double LocalSearch::unit() {
  return static_cast<double>(random.next() >> 11) * 0x1p-53;
}

bool LocalSearch::start(const DeviceMap &placement) {
  Time value = evaluate(graph, devices, placement);
  if (value >= best)
    return false;
  best = value;
  bestPlacement = current = placement;
  return true;
}

/// Unites the members of items that cost at least `threshold`, in random order,
/// as long as a united class is no burden of its own.
std::vector<uint32_t> LocalSearch::mergeAlongItems(Time threshold,
                                                   bool keepDevices,
                                                   const DeviceMap &placement) {
  UnionFind sets(graph.numClasses);
  std::vector<Time> lightest(graph.numClasses, 0);
  std::vector<Bytes> bytes = graph.size;
  for (ClassId c = 0; c < graph.numClasses; ++c) {
    Time least = kUnsupported;
    for (KindId k = 0; k < graph.numKinds(); ++k)
      if (graph.kinds[k].count)
        least = std::min(least, graph.timeOf(c, k));
    lightest[c] = least;
  }
  Bytes memory = 0;
  for (const contiguous::EngineKind &kind : graph.kinds)
    if (kind.count)
      memory = std::max(memory, kind.memory);
  std::vector<ItemId> order(graph.numItems());
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[random.below(static_cast<uint32_t>(i))]);
  std::vector<uint32_t> pin = graph.pin;
  for (ItemId i : order) {
    Time cost = 0;
    for (KindId k = 0; k < graph.numKinds(); ++k)
      cost = std::max(cost, graph.cost[k][i]);
    if (cost < threshold || (cost == 0 && graph.itemBytes[i] == 0))
      continue;
    auto members = graph.items[i];
    for (ClassId member : members.subspan(1)) {
      ClassId a = sets.find(members[0]), b = sets.find(member);
      if (a == b || (keepDevices && placement[a] != placement[b]) ||
          (pin[a] && pin[b] && pin[a] != pin[b]))
        continue;
      // A class that no kind supports is left to the others.
      bool possible = false;
      for (KindId k = 0; k < graph.numKinds() && !possible; ++k)
        possible = graph.timeOf(a, k) != kUnsupported &&
                   graph.timeOf(b, k) != kUnsupported;
      if (!possible ||
          static_cast<double>(lightest[a]) + static_cast<double>(lightest[b]) >
              0.7 * scale ||
          (memory != kUnlimitedBytes &&
           contiguous::addBytes(bytes[a], bytes[b]) > memory / 5 * 4))
        continue;
      sets.merge(a, b);
      ClassId root = sets.find(a);
      lightest[root] = lightest[a] + lightest[b];
      bytes[root] = contiguous::addBytes(bytes[a], bytes[b]);
      pin[root] = std::max(pin[a], pin[b]);
    }
  }
  std::vector<uint32_t> into(graph.numClasses);
  for (ClassId c = 0; c < graph.numClasses; ++c)
    into[c] = sets.find(c);
  return into;
}

/// Places each class at random on a device that it may have. False where a
/// class has none.
bool LocalSearch::randomPlacement(Level &level) {
  DeviceMap placement(level.graph.numClasses);
  std::vector<DeviceId> allowed;
  for (ClassId c = 0; c < level.graph.numClasses; ++c) {
    // The kind that runs it fastest, mostly: the rest is for moves.
    allowed.clear();
    Time fastest = kUnsupported;
    for (DeviceId d = 0; d < devices.size(); ++d)
      if (devices.allows(level.graph, c, d))
        fastest = std::min(fastest, level.graph.timeOf(c, devices.kind(d)));
    for (DeviceId d = 0; d < devices.size(); ++d)
      if (devices.allows(level.graph, c, d) &&
          level.graph.timeOf(c, devices.kind(d)) == fastest)
        allowed.push_back(d);
    if (allowed.empty())
      return false;
    placement[c] = allowed[random.below(static_cast<uint32_t>(allowed.size()))];
  }
  level.state.assign(placement);
  return true;
}

void LocalSearch::anneal(Level &level, double hottest, uint64_t quota) {
  const ClassGraph &g = level.graph;
  LoadState &state = level.state;
  auto classes = static_cast<uint32_t>(g.numClasses);
  auto items = static_cast<uint32_t>(g.numItems());
  auto deviceCount = static_cast<uint32_t>(devices.size());
  constexpr double kColdest = 0.0001;
  constexpr size_t kLargestItemMove = 30;

  for (DeviceId d = 0; d < deviceCount; ++d)
    level.refresh(d);
  double cost = level.cost();
  level.bestByCost = state.placement();
  level.costOfBest = cost;
  level.value = state.value();
  level.bestByValue = state.placement();

  std::vector<std::pair<ClassId, DeviceId>> undo;
  auto moveTo = [&](ClassId c, DeviceId d) {
    undo.push_back({c, state.device(c)});
    state.move(c, d);
    level.refresh(undo.back().second);
    level.refresh(d);
  };
  auto take = [&](double next) {
    cost = next;
    if (cost < level.costOfBest) {
      level.costOfBest = cost;
      level.bestByCost = state.placement();
    }
    if (Time value = state.value(); value < level.value) {
      level.value = value;
      level.bestByValue = state.placement();
    }
  };
  bool transients = std::any_of(g.transient.begin(), g.transient.end(),
                                [](Bytes bytes) { return bytes > 0; });
  double temperature = hottest;
  for (uint64_t step = 0; step < quota; ++step) {
    if (step % kMovesBetweenChecks == 0) {
      if (budget.cancelled() || budget.timeOut())
        break;
      double left = 1 - static_cast<double>(step) / static_cast<double>(quota);
      temperature = kColdest + (hottest - kColdest) * left * left * left;
    }
    ++moveCount;
    undo.clear();
    uint32_t choice = random.below(10);
    if (choice < 5 || items == 0 || classes < 2) {
      // One class, to a device at random or to that of a neighbour.
      ClassId c = random.below(classes);
      if (random.below(2)) {
        // Rather one of the bottleneck.
        DeviceId worst = level.heaviest();
        for (int tries = 0; tries < 8 && state.device(c) != worst; ++tries)
          c = random.below(classes);
      }
      DeviceId to = random.below(deviceCount);
      auto own = g.itemsOf[c];
      if (!own.empty() && random.below(2)) {
        auto members =
            g.items[own[random.below(static_cast<uint32_t>(own.size()))]];
        to = state.device(
            members[random.below(static_cast<uint32_t>(members.size()))]);
      }
      DeviceId from = state.device(c);
      if (to == from || !devices.allows(g, c, to))
        continue;
      if (transients) {
        moveTo(c, to);
      } else {
        // Looked at before it is done, since most are refused.
        double oldFrom = level.setWeight(
            from, level.weightAfter(from, state.ifRemoved(c, from)));
        double oldTo =
            level.setWeight(to, level.weightAfter(to, state.ifAdded(c, to)));
        double next = level.cost();
        if (next > cost && next - cost >= temperature * exponential(random)) {
          level.setWeight(from, oldFrom);
          level.setWeight(to, oldTo);
          continue;
        }
        state.move(c, to);
        take(next);
        continue;
      }
    } else if (choice < 8) {
      // Two classes change places.
      ClassId a = random.below(classes), b = random.below(classes);
      DeviceId x = state.device(a), y = state.device(b);
      if (x == y || !devices.allows(g, a, y) || !devices.allows(g, b, x))
        continue;
      moveTo(a, y);
      moveTo(b, x);
    } else {
      // All members of an item meet.
      auto members = g.items[random.below(items)];
      if (members.size() > kLargestItemMove)
        continue;
      DeviceId to = random.below(deviceCount);
      if (random.below(5) < 3)
        to = state.device(
            members[random.below(static_cast<uint32_t>(members.size()))]);
      bool possible = true;
      for (ClassId c : members)
        possible &= devices.allows(g, c, to);
      if (!possible)
        continue;
      for (ClassId c : members)
        if (state.device(c) != to)
          moveTo(c, to);
      if (undo.empty())
        continue;
    }
    double next = level.cost();
    if (next <= cost || next - cost < temperature * exponential(random)) {
      take(next);
    } else {
      for (size_t i = undo.size(); i-- > 0;) {
        DeviceId from = state.device(undo[i].first);
        state.move(undo[i].first, undo[i].second);
        level.refresh(from);
        level.refresh(undo[i].second);
      }
    }
  }
}

bool LocalSearch::improve(uint64_t quota) {
  if (graph.numClasses == 0 || devices.size() == 0)
    return false;
  uint64_t end = moveCount + std::min(quota, UINT64_MAX - moveCount);
  Time before = best;
  bool fresh = current.empty() || random.below(5) < 2;
  DeviceMap placement = current;
  // From coarse to fine: the thresholds are quantiles of item costs.
  std::vector<Time> thresholds;
  if (!itemCosts.empty())
    for (double q = unit(); q < 1; q += 0.25 + 0.3 * unit())
      thresholds.push_back(itemCosts[static_cast<size_t>(
          q * static_cast<double>(itemCosts.size()))]);
  thresholds.push_back(kInfiniteTime);
  bool first = true;
  for (Time threshold : thresholds) {
    if (moveCount >= end || budget.cancelled() || budget.timeOut())
      break;
    bool finest = threshold == kInfiniteTime;
    bool random = fresh && first;
    Level level(finest ? graph
                       : mergeClasses(graph, mergeAlongItems(threshold, !random,
                                                             placement)),
                devices, scale);
    if (random) {
      if (!randomPlacement(level))
        return false;
    } else {
      DeviceMap merged(level.graph.numClasses);
      for (ClassId c = 0; c < graph.numClasses; ++c)
        merged[level.graph.classOf[nodeOf[c]]] = placement[c];
      level.state.assign(merged);
    }
    double u = unit();
    double hottest = random ? 0.05 : 0.001 + 0.01 * u * u;
    anneal(level, hottest,
           std::min(movesFor(level.graph.numClasses, finest), end - moveCount));
    // A fresh start goes on from what is smooth, others from what is best.
    const DeviceMap &chosen = random || level.value == kInfiniteTime
                                  ? level.bestByCost
                                  : level.bestByValue;
    placement.resize(graph.numClasses);
    DeviceMap byValue(graph.numClasses);
    for (ClassId c = 0; c < graph.numClasses; ++c) {
      placement[c] = chosen[level.graph.classOf[nodeOf[c]]];
      byValue[c] = level.bestByValue[level.graph.classOf[nodeOf[c]]];
    }
    if (level.value < best)
      start(byValue);
    // Without a legal placement the least wrong one is where to go on.
    if (best == kInfiniteTime &&
        (current.empty() || level.costOfBest < currentCost)) {
      current = placement;
      currentCost = level.costOfBest;
    }
    first = false;
  }
  return best < before;
}

} // namespace placement::solver::noncontiguous
