//===- HillClimbing.cpp - Local search with restarts ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The baseline "local search" of the DPO paper (section 6): from a random
// placement on the accelerators, always the best move of one colocation class
// to another accelerator, until no move lowers the largest load; ten such
// climbs, and the best of them. The published one does not look at memory; here
// bytes above the memory of devices come first, and the load second, which is
// the same where memory cannot bind. Our own annealing is `local-search`.
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/Baseline.h"
#include "Solver/Baselines/LatencyBaseline.h"
#include "Solver/Contiguous/LinearOrder.h"
#include "Solver/NonContiguous/LoadState.h"
#include "Solver/NonContiguous/LocalSearch.h"
#include "Solver/NonContiguous/PartState.h"
#include "Solver/Search/Builtins.h"

#include <algorithm>

namespace placement::solver::baselines {

namespace {

using noncontiguous::DeviceId;
using noncontiguous::DeviceMap;
using noncontiguous::DeviceTable;
using noncontiguous::LoadState;
using noncontiguous::PartState;
using noncontiguous::PassTimes;

/// As in the paper's experiments.
constexpr int kRestarts = 10;

/// What a climb lowers: bytes above the memory of devices, then the value.
struct Score {
  __int128 excess = 0;
  Time value = 0;
  friend auto operator<=>(const Score &, const Score &) = default;
};

/// The three largest of the devices' times, pass by pass, to know the largest
/// of all but two.
template <typename State>
class Leaders {
public:
  Leaders(const State &state, size_t devices) {
    for (unsigned pass : {0, 1})
      for (DeviceId d = 0; d < devices; ++d) {
        Entry entry = {d, state.times(d)[pass]};
        for (Entry &place : top[pass])
          if (entry.device != kNone &&
              (place.device == kNone || entry.time > place.time))
            std::swap(entry, place);
      }
  }
  /// The value when these two devices take this long.
  Time value(DeviceId a, const PassTimes &ofA, DeviceId b,
             const PassTimes &ofB) const {
    Time value = 0;
    for (unsigned pass : {0, 1})
      value += std::max({ofA[pass], ofB[pass], without(a, b, pass)});
    return value;
  }
  /// Whether no other device takes longer in some pass: only moves from or to
  /// such a device can lower the value.
  bool leads(DeviceId d) const {
    return top[0][0].device == d || top[1][0].device == d;
  }

private:
  struct Entry {
    DeviceId device = kNone;
    Time time = 0;
  };
  Time without(DeviceId a, DeviceId b, unsigned pass) const {
    for (const Entry &entry : top[pass])
      if (entry.device != a && entry.device != b)
        return entry.time;
    return 0;
  }
  Entry top[2][3];
};

template <typename State>
class Climber {
public:
  Climber(const ClassGraph &graph, const DeviceTable &devices,
          const Budget &budget, uint64_t workLimit)
      : graph(graph), devices(devices), budget(budget), workLimit(workLimit),
        state(graph, devices), candidates(graph.numClasses) {
    std::vector<KindId> ranked = rankKinds(graph);
    for (ClassId c = 0; c < graph.numClasses; ++c)
      for (KindId k : ranked) {
        for (DeviceId d = 0; d < devices.size(); ++d)
          if (devices.kind(d) == k && devices.allows(graph, c, d))
            candidates[c].push_back(d);
        if (!candidates[c].empty())
          break;
      }
  }

  /// One climb from a random placement to a local optimum, or until a limit.
  /// True when it ends at a better plan than all before.
  bool climb(contiguous::Random &random) {
    DeviceMap placement(graph.numClasses);
    for (ClassId c = 0; c < graph.numClasses; ++c)
      placement[c] =
          candidates[c]
                    [random.below(static_cast<uint32_t>(candidates[c].size()))];
    state.assign(placement);
    while (!limit() && step())
      ;
    Score score = current();
    if (!best.empty() && score >= bestScore)
      return false;
    best = state.placement();
    bestScore = score;
    return score.excess == 0;
  }

  /// The limit that has been met, if any.
  std::optional<Stop> limit() const {
    if (budget.cancelled())
      return Stop::Cancelled;
    if (budget.timeOut() || tried >= workLimit)
      return Stop::Time;
    return std::nullopt;
  }

  const DeviceMap &placement() const { return best; }
  const Score &score() const { return bestScore; }

private:
  Bytes over(DeviceId d, __int128 bytes) const {
    Bytes capacity = state.capacity(d);
    return capacity == kUnlimitedBytes || bytes <= capacity
               ? 0
               : static_cast<Bytes>(bytes - capacity);
  }

  Score current() const {
    Score score;
    PassTimes most = {0, 0};
    for (DeviceId d = 0; d < devices.size(); ++d) {
      score.excess += over(d, state.memory(d));
      for (unsigned pass : {0, 1})
        most[pass] = std::max(most[pass], state.times(d)[pass]);
    }
    score.value = most[0] + most[1];
    return score;
  }

  /// Makes the best move, the first of several; false when none is better than
  /// staying. Only moves from a device with too little memory can lower the
  /// excess: times and bytes of all devices but the two of a move stay.
  bool step() {
    Score now = current(), least = now;
    Leaders<State> leaders(state, devices.size());
    if (graph.memoryBinds)
      findTransients();
    ClassId moved = kNone;
    DeviceId target = 0;
    for (ClassId c = 0; c < graph.numClasses; ++c) {
      DeviceId from = state.device(c);
      bool all = leaders.leads(from) || !state.fits(from);
      typename State::Change left = state.ifRemoved(c, from);
      for (DeviceId to : candidates[c]) {
        if (to == from || (!all && !leaders.leads(to)))
          continue;
        ++tried;
        typename State::Change gained = state.ifAdded(c, to);
        Score score = {now.excess,
                       leaders.value(from, state.timesAfter(from, left), to,
                                     state.timesAfter(to, gained))};
        if (graph.memoryBinds)
          score.excess += excessChange(c, from, left.held, to, gained.held);
        if (score < least) {
          least = score;
          moved = c;
          target = to;
        }
      }
    }
    if (moved == kNone)
      return false;
    state.move(moved, target);
    return true;
  }

  /// The two largest transients on each device.
  void findTransients() {
    transients.assign(devices.size(), {});
    for (ClassId c = 0; c < graph.numClasses; ++c) {
      auto &[first, second] = transients[state.device(c)];
      Bytes t = graph.transient[c];
      second = std::max(second, std::min(first, t));
      first = std::max(first, t);
    }
  }

  __int128 excessChange(ClassId c, DeviceId from, Bytes left, DeviceId to,
                        Bytes gained) const {
    Bytes t = graph.transient[c];
    auto [fromFirst, fromSecond] = transients[from];
    Bytes stays = t == fromFirst ? fromSecond : fromFirst;
    __int128 before = state.memory(from), after = state.memory(to);
    return __int128(over(from, before + left + stays - fromFirst)) -
           over(from, before) +
           over(to,
                after + gained + std::max<Bytes>(t - transients[to].first, 0)) -
           over(to, after);
  }

  const ClassGraph &graph;
  const DeviceTable &devices;
  const Budget &budget;
  uint64_t workLimit;
  State state;
  /// Devices of the fastest kind that takes the class.
  std::vector<std::vector<DeviceId>> candidates;
  std::vector<std::pair<Bytes, Bytes>> transients;
  DeviceMap best;
  Score bestScore;
  uint64_t tried = 0;
};

class HillClimbing final : public Baseline {
public:
  HillClimbing() : Baseline(/*anywhere=*/true) {}

  std::string_view name() const override { return "hill-climbing"; }
  std::string_view description() const override {
    return "a baseline: best moves of one class from ten random placements on "
           "the fastest kind, the local search of the DPO paper";
  }

private:
  void place(const Problem &problem, Outcome &outcome) const override {
    const ClassGraph &graph = problem.graph;
    DeviceTable devices(problem.instance, graph);
    if (noncontiguous::LocalSearch::tableBytes(graph, devices) >
        problem.budget.memory) {
      outcome.stop = Stop::Memory;
      return;
    }
    // The state for loads of one part does less.
    if (graph.parts.single())
      climb<LoadState>(problem, devices, outcome);
    else
      climb<PartState>(problem, devices, outcome);
  }

  template <typename State>
  void climb(const Problem &problem, const DeviceTable &devices,
             Outcome &outcome) const {
    Climber<State> climber(problem.graph, devices, problem.budget,
                           problem.options.workLimit);
    contiguous::Random random(problem.options.seed);
    for (int restart = 0; restart < kRestarts && !climber.limit(); ++restart)
      if (climber.climb(random))
        problem.observer.onIncumbent(climber.score().value, name());
    if (std::optional<Stop> limit = climber.limit())
      outcome.stop = *limit;
    if (!climber.placement().empty())
      conclude(problem,
               toAssignment(problem.instance, problem.graph, devices,
                            climber.placement()),
               outcome);
  }
};

} // namespace

} // namespace placement::solver::baselines

namespace placement::solver {

std::unique_ptr<Algorithm> createHillClimbing() {
  auto create = [] { return std::make_unique<baselines::HillClimbing>(); };
  return baselines::byObjective(
      create(), baselines::asCalls(create(), /*contiguous=*/false));
}

} // namespace placement::solver
