//===- Annealer.h - Annealing of one placement ------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_ANNEALER_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_ANNEALER_H

#include "Solver/Contiguous/LabelSweep.h"
#include "Solver/Contiguous/LinearOrder.h"
#include "Solver/NonContiguous/LoadState.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>

namespace placement::solver::noncontiguous {

using contiguous::Budget;
using contiguous::Random;

/// In [0, 1).
inline double unit(Random &random) {
  return static_cast<double>(random.next() >> 11) * 0x1p-53;
}

/// An exponentially distributed number, nearly: the logarithm is replaced by
/// its piecewise linear interpolation between powers of two, since library
/// logarithms differ between machines.
inline double exponential(Random &random) {
  uint64_t bits = random.next() | 1;
  int zeros = std::countl_zero(bits);
  uint64_t mantissa = (bits << zeros) << 1;
  double fraction = static_cast<double>(mantissa >> 11) * 0x1p-53;
  return 0.6931471805599453 * (zeros + 1 - fraction);
}

/// Anneals a placement of the classes of one graph. `State` is LoadState or
/// PartState.
///
/// The objective is the 64th power mean of loads, under GPipe that of forward
/// plus that of backward loads: close to the largest load, and yet every device
/// near it counts. A change is judged by the first derivative, so a move costs
/// no more on many devices than on few. Devices over their memory are heavier.
template <typename State>
class Annealer {
public:
  /// At most `mostDevices` are ever in use, if no more are at the start. Keeps
  /// references.
  Annealer(const ClassGraph &graph, const DeviceTable &devices, State &state,
           size_t mostDevices, const Budget &budget, Random &random)
      : graph(graph), devices(devices), state(state), budget(budget),
        random(random), mostDevices(mostDevices), weights(devices.size()),
        powers(devices.size()), byTime(graph.numClasses),
        rankByTime(graph.numClasses),
        transients(std::ranges::any_of(graph.transient,
                                       [](Bytes b) { return b > 0; })) {
    // Classes that can change places without much change of load are near each
    // other.
    std::vector<Time> lightest(graph.numClasses, kUnsupported);
    for (ClassId c = 0; c < graph.numClasses; ++c)
      for (KindId k = 0; k < graph.numKinds(); ++k)
        if (graph.kinds[k].count)
          lightest[c] = std::min(lightest[c], graph.timeOf(c, k));
    std::iota(byTime.begin(), byTime.end(), 0);
    std::ranges::sort(byTime, [&](ClassId a, ClassId b) {
      return std::pair(lightest[a], a) < std::pair(lightest[b], b);
    });
    for (uint32_t i = 0; i < byTime.size(); ++i)
      rankByTime[byTime[i]] = i;
  }

  /// Makes `quota` moves from the state at hand, at temperatures that fall from
  /// one relative change of the objective to another. Ends early when the
  /// budget does. O(items of a class) a move.
  void run(double hottest, double coldest, uint64_t quota) {
    done = used = 0;
    for (DeviceId d = 0; d < devices.size(); ++d)
      used += state.count(d) > 0;
    journal.clear();
    snapshot.reset();
    best = state.value();
    // Square roots only, so that all machines agree.
    double factor = coldest / hottest;
    for (unsigned i = 1; i < kTemperatures; i *= 2)
      factor = std::sqrt(factor);
    temperature = hottest;
    for (unsigned t = 0; t < kTemperatures; ++t, temperature *= factor) {
      if (budget.cancelled() || budget.timeOut())
        return;
      measure();
      uint64_t end = quota / kTemperatures * (t + 1);
      if (t + 1 == kTemperatures)
        end = quota;
      for (; done < end; ++done) {
        uint32_t choice = random.below(16);
        if (choice == 0 && graph.numItems() > 0)
          tryGather();
        else if (choice < 9 && graph.numClasses > 1)
          trySwap();
        else
          tryMove();
      }
    }
  }

  /// Of the last run.
  uint64_t moves() const { return done; }
  /// The least value met; kInfiniteTime where no placement kept all memory.
  Time value() const { return best; }
  /// The placement of that value, or the last one where there is none.
  /// O(classes).
  DeviceMap placement() const {
    if (best == kInfiniteTime)
      return state.placement();
    if (snapshot)
      return *snapshot;
    DeviceMap map = state.placement();
    undo(map);
    return map;
  }
  /// The objective of the last placement, in integer time.
  double cost() {
    measure();
    return (means[0] + means[1]) * scale;
  }

private:
  static constexpr unsigned kTemperatures = 64;
  static constexpr size_t kLargestGathering = 30;
  static constexpr unsigned kLogPower = 6;
  static constexpr double kPower = 1 << kLogPower;
  using Change = typename State::Change;
  using Pair = std::array<double, 2>;

  static double power(double x) {
    for (unsigned i = 0; i < kLogPower; ++i)
      x *= x;
    return x;
  }
  static double root(double x) {
    for (unsigned i = 0; i < kLogPower; ++i)
      x = std::sqrt(x);
    return x;
  }

  /// What a device of these times and memory weighs by pass.
  Pair weigh(DeviceId d, const PassTimes &times, Bytes memory) const {
    Pair weight = {static_cast<double>(times[0]) / scale,
                   static_cast<double>(times[1]) / scale};
    Bytes capacity = state.capacity(d);
    if (capacity != kUnlimitedBytes && memory > capacity)
      weight[0] +=
          0.05 + 10 * (static_cast<double>(memory) /
                           static_cast<double>(std::max<Bytes>(capacity, 1)) -
                       1);
    // Far from the rest; the power must stay finite.
    weight[0] = std::min(weight[0], 1e4);
    weight[1] = std::min(weight[1], 1e4);
    return weight;
  }
  static Pair raise(const Pair &weight) {
    return {power(weight[0]), weight[1] > 0 ? power(weight[1]) : 0};
  }

  /// Looks at all devices anew: sums without rounding of the past, and a scale
  /// that keeps powers in range.
  void measure() {
    Time largest = 1;
    for (DeviceId d = 0; d < devices.size(); ++d)
      largest = std::max({largest, state.times(d)[0], state.times(d)[1]});
    scale = static_cast<double>(largest);
    sums = {0, 0};
    for (DeviceId d = 0; d < devices.size(); ++d) {
      weights[d] = weigh(d, state.times(d), state.memory(d));
      powers[d] = raise(weights[d]);
      sums[0] += powers[d][0];
      sums[1] += powers[d][1];
    }
    setFactors();
  }
  void setFactors() {
    double count = static_cast<double>(devices.size());
    means = {root(std::max(sums[0], 0.0) / count),
             root(std::max(sums[1], 0.0) / count)};
    for (size_t pass = 0; pass < 2; ++pass)
      factors[pass] =
          sums[pass] > 0
              ? means[pass] / (kPower * sums[pass] * (means[0] + means[1]))
              : 0;
  }
  /// The relative growth of the objective when the sum of powers grows.
  double growth(size_t pass, double change) const {
    if (change <= sums[pass])
      return factors[pass] * change;
    double mean =
        root((sums[pass] + change) / static_cast<double>(devices.size()));
    return (mean - means[pass]) / std::max(means[0] + means[1], 1e-100);
  }

  /// Whether sums of powers may change so, at the temperature at hand.
  bool acceptable(const Pair &change) {
    double rise = growth(0, change[0]);
    if (change[1] != 0)
      rise += growth(1, change[1]);
    return rise <= 0 || rise < temperature * exponential(random);
  }

  /// Whether devices a and b may get these weights; takes them if so.
  bool accept(DeviceId a, const Pair &weightA, DeviceId b,
              const Pair &weightB) {
    Pair powerA = raise(weightA), powerB = raise(weightB), change;
    for (size_t pass = 0; pass < 2; ++pass)
      change[pass] =
          powerA[pass] + powerB[pass] - powers[a][pass] - powers[b][pass];
    if (!acceptable(change))
      return false;
    weights[a] = weightA;
    weights[b] = weightB;
    powers[a] = powerA;
    powers[b] = powerB;
    take(change);
    return true;
  }
  void take(const Pair &change) {
    sums[0] += change[0];
    sums[1] += change[1];
    setFactors();
  }

  /// Whether the placement can be the best for all that device d says. Devices
  /// that changed are often above the best value.
  bool mayImprove(DeviceId d) const {
    return weights[d][0] + weights[d][1] <=
           static_cast<double>(best) / scale * (1 + 1e-9);
  }
  /// Keeps the placement at hand if it is the best, else how to get back.
  void note(bool mayBeBest) {
    if (mayBeBest)
      if (Time value = state.value(); value < best) {
        best = value;
        journal.clear();
        snapshot.reset();
        return;
      }
    if (journal.size() > graph.numClasses && !snapshot) {
      snapshot = state.placement();
      undo(*snapshot);
      journal.clear();
    }
  }
  void record(ClassId c, DeviceId from) {
    if (!snapshot)
      journal.push_back({c, from});
  }
  void undo(DeviceMap &map) const {
    for (size_t i = journal.size(); i-- > 0;)
      map[journal[i].first] = journal[i].second;
  }

  /// The device of somebody who shares an item with c; kNone if nobody does.
  DeviceId neighbourDevice(ClassId c) {
    auto own = graph.itemsOf[c];
    if (own.empty())
      return kNone;
    auto members =
        graph.items[own[random.below(static_cast<uint32_t>(own.size()))]];
    return state.device(
        members[random.below(static_cast<uint32_t>(members.size()))]);
  }

  Pair weighAfter(DeviceId d, const Change &change, Bytes transient) const {
    Bytes memory = state.memoryAfter(d, change);
    if (transients && transient)
      memory = std::max(memory, state.heldAfter(d, change) + transient);
    return weigh(d, state.timesAfter(d, change), memory);
  }

  /// One class, mostly to the device of a neighbour.
  void tryMove() {
    ClassId c = random.below(static_cast<uint32_t>(graph.numClasses));
    DeviceId from = state.device(c), to = kNone;
    if (random.below(5) < 4)
      to = neighbourDevice(c);
    if (to == kNone)
      to = random.below(static_cast<uint32_t>(devices.size()));
    if (from == to || !devices.allows(graph, c, to) ||
        (state.count(to) == 0 && state.count(from) > 1 && used >= mostDevices))
      return;
    Change removed = state.ifRemoved(c, from), added = state.ifAdded(c, to);
    if (!accept(from, weighAfter(from, removed, 0), to,
                weighAfter(to, added, graph.transient[c])))
      return;
    used += state.count(to) == 0;
    used -= state.count(from) == 1;
    state.move(c, to, removed, added);
    record(c, from);
    note(mayImprove(from) && mayImprove(to));
  }

  /// Two classes change places: of about the same time, mostly, and the second
  /// often where a neighbour of the first is.
  void trySwap() {
    auto classes = static_cast<uint32_t>(graph.numClasses);
    ClassId x = random.below(classes), y = kNone;
    DeviceId from = state.device(x);
    if (random.below(5) < 4) {
      uint32_t window = uint32_t(1) << random.below(7);
      DeviceId wanted = random.below(2) ? neighbourDevice(x) : kNone;
      if (wanted == from)
        return;
      for (int tries = 0; tries < 8; ++tries) {
        int64_t rank =
            int64_t(rankByTime[x]) - window + random.below(2 * window + 1);
        if (rank < 0 || rank >= int64_t(classes))
          continue;
        y = byTime[static_cast<size_t>(rank)];
        if (wanted == kNone || state.device(y) == wanted)
          break;
      }
      if (y == kNone)
        return;
    } else {
      y = random.below(classes);
    }
    DeviceId to = state.device(y);
    if (from == to || !devices.allows(graph, x, to) ||
        !devices.allows(graph, y, from))
      return;
    Change taken = state.ifRemoved(x, from), came = state.ifAdded(x, to);
    state.move(x, to, taken, came);
    Change takenToo = state.ifRemoved(y, to), cameToo = state.ifAdded(y, from);
    if (accept(from, weighAfter(from, cameToo, graph.transient[y]), to,
               weighAfter(to, takenToo, 0))) {
      state.move(y, from, takenToo, cameToo);
      record(x, from);
      record(y, to);
      note(mayImprove(from) && mayImprove(to));
      return;
    }
    state.move(x, from, -came, -taken);
  }

  /// All members of an item meet on one device.
  void tryGather() {
    auto members =
        graph.items[random.below(static_cast<uint32_t>(graph.numItems()))];
    if (members.size() > kLargestGathering)
      return;
    DeviceId to =
        random.below(5) < 3
            ? state.device(
                  members[random.below(static_cast<uint32_t>(members.size()))])
            : random.below(static_cast<uint32_t>(devices.size()));
    if (state.count(to) == 0 && used >= mostDevices)
      return;
    for (ClassId c : members)
      if (!devices.allows(graph, c, to))
        return;
    left.clear();
    touched.assign(1, to);
    for (ClassId c : members)
      if (DeviceId from = state.device(c); from != to) {
        left.push_back({c, from});
        if (std::ranges::find(touched, from) == touched.end())
          touched.push_back(from);
        state.move(c, to);
      }
    if (left.empty())
      return;
    Pair change = {0, 0};
    newWeights.clear();
    for (DeviceId d : touched) {
      newWeights.push_back(weigh(d, state.times(d), state.memory(d)));
      Pair power = raise(newWeights.back());
      change[0] += power[0] - powers[d][0];
      change[1] += power[1] - powers[d][1];
    }
    if (!acceptable(change)) {
      for (size_t i = left.size(); i-- > 0;)
        state.move(left[i].first, left[i].second);
      return;
    }
    used = 0;
    for (DeviceId d = 0; d < devices.size(); ++d)
      used += state.count(d) > 0;
    for (size_t i = 0; i < touched.size(); ++i) {
      weights[touched[i]] = newWeights[i];
      powers[touched[i]] = raise(newWeights[i]);
    }
    for (auto [c, from] : left)
      record(c, from);
    take(change);
    for (DeviceId d : touched)
      if (!mayImprove(d))
        return note(false);
    note(true);
  }

  const ClassGraph &graph;
  const DeviceTable &devices;
  State &state;
  const Budget &budget;
  Random &random;
  size_t mostDevices, used = 0;
  /// Of each device by pass, relative to `scale`: its weight and the power of
  /// that. Sums and power means over devices; the objective's derivatives.
  std::vector<Pair> weights, powers;
  Pair sums = {0, 0}, means = {0, 0}, factors = {0, 0};
  double scale = 1, temperature = 0;
  /// Classes by their time where it is least, and each one's place there.
  std::vector<ClassId> byTime;
  std::vector<uint32_t> rankByTime;
  bool transients;
  uint64_t done = 0;
  /// Room for tryGather: who left which device, devices touched and what they
  /// weigh.
  std::vector<std::pair<ClassId, DeviceId>> left;
  std::vector<DeviceId> touched;
  std::vector<Pair> newWeights;

  Time best = kInfiniteTime;
  /// Moves since the best placement, and where classes came from; replaced by
  /// that placement when there are more of them than classes.
  std::vector<std::pair<ClassId, DeviceId>> journal;
  std::optional<DeviceMap> snapshot;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_ANNEALER_H
