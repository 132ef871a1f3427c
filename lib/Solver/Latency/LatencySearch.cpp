//===- LatencySearch.cpp - Good plans of small latency --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/LatencySearch.h"

#include <cmath>

namespace placement::solver::latency {

namespace {

/// Plans that new starts come from.
constexpr size_t kElite = 8;
/// An epoch begins with so many fresh starts, and ends after so many rounds
/// without a better state of its own.
constexpr uint64_t kFreshRounds = 4;
constexpr uint64_t kStaleRounds = 20;
/// The epochs of this period go on from the best of all others.
constexpr uint64_t kReunion = 4;
/// Cuts before one annealing.
constexpr uint64_t kMostTries = 32;
/// Steps of one annealing at most, about two seconds: large graphs get fewer
/// moves, and whoever asks for so many steps is not kept waiting.
constexpr uint64_t kMostAnnealed = 20'000'000;
/// Steps for dropping pieces at the end.
constexpr uint64_t kDropSteps = 2'000'000;
/// Orders are cut at no more places than this, in tables of so many cells.
constexpr uint32_t kMostCuts = 1500;
constexpr size_t kMostCells = size_t(1) << 20;

bool hasBackwardNodes(const LatencyProblem &problem) {
  for (uint32_t v = 0; v < problem.numNodes(); ++v)
    if (problem.instance().isBackward(v))
      return true;
  return false;
}

} // namespace

LatencySearch::Sheet::Sheet(const LatencyProblem &problem, bool folded)
    : blocks(problem, folded), cutter(problem, blocks) {
  uint32_t cuts =
      std::clamp<uint32_t>(20'000'000 / problem.numNodes(), 64, kMostCuts);
  stride = (blocks.numBlocks() + cuts - 1) / cuts;
}

LatencySearch::LatencySearch(const LatencyProblem &problem, uint64_t seed)
    : problem(problem), random(seed), state(problem), moves(state, random),
      improver(problem) {
  sheets.push_back(std::make_unique<Sheet>(problem, /*folded=*/false));
  if (hasBackwardNodes(problem))
    sheets.push_back(std::make_unique<Sheet>(problem, /*folded=*/true));
  sheet = sheets.back().get();
}

uint64_t LatencySearch::tableBytes(const LatencyProblem &problem) {
  uint64_t pins = 0, edges = 0, n = problem.numNodes();
  for (uint32_t net = 0; net < problem.numNets(); ++net)
    pins += problem.consumers(net).size();
  for (uint32_t v = 0; v < n; ++v)
    edges += problem.successors(v).size();
  uint64_t slots = uint64_t(problem.numDevices()) * problem.piecesPerDevice();
  // What a cut fills: never more cells than `cut` allows, and few for a small
  // problem.
  uint64_t places = std::min<uint64_t>(n, kMostCuts) + 1;
  uint64_t turns = std::max<uint64_t>(16, kMostCells / places);
  turns = std::min<uint64_t>({turns, slots, problem.maxPieces()});
  // Of the state and of two sheets by node, net, pin, edge and slot; the states
  // of an epoch and of the hall; the cells.
  return 400 * n + uint64_t(40) * problem.numNets() + 8 * pins + 40 * edges +
         64 * slots + 2 * kElite * 4 * n + 24 * places * (turns + 1);
}

uint64_t LatencySearch::steps() const {
  uint64_t sum = annealed;
  for (const std::unique_ptr<Sheet> &of : sheets)
    sum += of->cutter.steps();
  return sum;
}

/// Devices come along in random order, as often as they may have pieces.
Time LatencySearch::cut(const Budget &budget, std::vector<uint32_t> &slotOf) {
  turns.clear();
  uint32_t q = problem.piecesPerDevice(), pools = problem.numPools();
  const BlockOrder &blocks = sheet->blocks;
  uint32_t rounds = blocks.folded() ? 1 : q;
  // Many small pieces are seldom of use.
  if (rounds > 1 && random.chance(0.95))
    rounds =
        random.chance(0.5) ? 1 : 2 + random.below(std::min(rounds, 4u) - 1);
  double share = random.unit();
  for (uint32_t d = 0; d < problem.numDevices(); ++d) {
    const LatencyProblem::Device &device = problem.devices()[d];
    for (uint32_t j = 0; j < rounds; ++j) {
      DeviceTurn turn;
      turn.device = d;
      turn.slot = turn.backwardSlot = pools + d * q + j;
      if (blocks.folded())
        turn.backwardSlot = turn.slot + q - 1;
      turn.room = device.memory;
      if (rounds > 1 && device.memory != kUnlimitedBytes)
        turn.room =
            static_cast<Bytes>(static_cast<double>(device.memory) *
                               (j == 0 ? share : (1 - share) / (rounds - 1)));
      turns.push_back(turn);
    }
  }
  random.shuffle(turns);
  // As many as can be of use, and tables of bounded size.
  size_t most = std::max<size_t>(
      16, kMostCells / (blocks.numBlocks() / sheet->stride + 1));
  most = std::min<size_t>(most, problem.maxPieces());
  if (turns.size() > most)
    turns.resize(most);
  // Pieces of one device run in the order of their slots.
  std::vector<uint32_t> seen(problem.numDevices(), 0);
  if (!blocks.folded())
    for (DeviceTurn &turn : turns)
      turn.slot = turn.backwardSlot =
          pools + turn.device * q + seen[turn.device]++;
  return sheet->cutter.run(order, sheet->stride, turns, budget, slotOf);
}

void LatencySearch::cutRandomOrder(const Budget &budget) {
  sheet->blocks.shuffle(random, order);
  if (cut(budget, slots) == kInfiniteTime) {
    // Anything that keeps support, pins and groups.
    slots.assign(problem.numNodes(), kNone);
    for (uint32_t u = 0; u < problem.numUnits(); ++u) {
      std::span<const uint32_t> nodes = problem.members(u);
      uint32_t offset = random.below(state.numSlots()), to = offset;
      for (uint32_t i = 0; i < state.numSlots(); ++i) {
        to = (offset + i) % state.numSlots();
        if (state.canTake(nodes[0], to))
          break;
      }
      for (uint32_t v : nodes)
        slots[v] = to;
    }
  }
  state.assign(slots);
}

/// Cuts the order in which a plan runs, a little disturbed.
void LatencySearch::cutOrderOf(const Known &known, double noise,
                               const Budget &budget) {
  state.assign(known.slots);
  Energy energy = state.evaluate();
  if (energy.makespan == kInfiniteTime)
    return;
  const BlockOrder &blocks = sheet->blocks;
  keys.assign(blocks.numBlocks(), 0);
  double scale = static_cast<double>(energy.makespan);
  for (uint32_t v = 0; v < problem.numNodes(); ++v) {
    double &key = keys[blocks.blockOf(v)];
    if (blocks.part(v) == 0)
      key = std::max(key, static_cast<double>(state.finish(v)));
  }
  for (double &key : keys)
    key += random.unit() * noise * scale;
  blocks.sort(keys, order);
  if (cut(budget, slots) != kInfiniteTime)
    state.assign(slots);
}

/// The best of some cuts, of random orders or of the order of a plan. A cut
/// takes little beside the annealing that follows.
void LatencySearch::cutSeveral(const Known *known, uint64_t quota,
                               const Budget &budget) {
  Energy least;
  uint64_t before = steps();
  uint32_t tries = 1;
  for (uint32_t i = 0; i < tries; ++i) {
    if (known)
      cutOrderOf(*known, 0.2 * random.unit() * random.unit(), budget);
    else
      cutRandomOrder(budget);
    Energy energy = state.evaluate();
    if (i == 0 || energy.value(price) < least.value(price)) {
      least = energy;
      low.assign(state.all().begin(), state.all().end());
    }
    if (i == 0) {
      uint64_t share = quota * stepsOfState() / 4 / (steps() - before + 1);
      tries += random.below(std::min<uint64_t>(share, kMostTries) + 1);
    }
    if (budget.cancelled() || budget.timeOut())
      break;
  }
  state.assign(low);
}

void LatencySearch::note(const Energy &energy) {
  if (!energy.allowed() || energy.makespan >= bestValue)
    return;
  bestValue = energy.makespan;
  best = state.placement();
}

/// Keeps a state among those that new starts come from, if it is among the best
/// and no other is as good. One that breaks limits is there only while no other
/// was found.
void LatencySearch::remember(const Energy &energy,
                             std::span<const uint32_t> slotOf) {
  auto key = [](const Energy &e) { return std::pair(e.broken, e.makespan); };
  if (!elite.empty() && elite.front().energy.allowed() && !energy.allowed())
    return;
  for (const Known &known : elite)
    if (key(known.energy) == key(energy))
      return;
  if (!elite.empty() && !elite.front().energy.allowed() && energy.allowed())
    elite.clear();
  if (elite.size() == kElite && key(elite.back().energy) <= key(energy))
    return;
  if (elite.size() == kElite)
    elite.pop_back();
  elite.push_back({energy, {slotOf.begin(), slotOf.end()}});
  std::sort(elite.begin(), elite.end(), [&](const Known &a, const Known &b) {
    return key(a.energy) < key(b.energy);
  });
}

/// Moves at temperatures that fall from one share of the makespan to another.
void LatencySearch::anneal(double hottest, double coldest, uint64_t quota,
                           const Budget &budget) {
  Energy here = state.evaluate(), lowest = here;
  low.assign(state.all().begin(), state.all().end());
  auto accept = [&](const Energy &energy) {
    here = energy;
    note(here);
    moves.path().clear();
    if (here.makespan != kInfiniteTime)
      state.criticalPath(moves.path());
    bool better = here.allowed() != lowest.allowed()
                      ? here.allowed()
                      : here.value(price) < lowest.value(price);
    if (!better)
      return;
    lowest = here;
    low.assign(state.all().begin(), state.all().end());
  };
  accept(here);
  constexpr uint32_t kTemperatures = 64;
  double factor = coldest / hottest, temperature = hottest;
  for (uint32_t t = 1; t < kTemperatures; t *= 2)
    factor = std::sqrt(factor);
  uint64_t sinceLook = 0;
  for (uint32_t t = 0; t < kTemperatures; ++t, temperature *= factor) {
    for (uint64_t i = 0; i < quota / kTemperatures; ++i) {
      sinceLook += 8 * stepsOfState();
      if (sinceLook > 200'000) {
        sinceLook = 0;
        if (budget.cancelled() || budget.timeOut())
          t = kTemperatures;
        if (t == kTemperatures)
          break;
      }
      state.keep();
      moves.propose();
      if (!state.changed())
        continue;
      annealed += stepsOfState();
      Energy there = state.evaluate();
      double from = here.value(price), to = there.value(price);
      double scale = here.makespan == kInfiniteTime
                         ? 0
                         : static_cast<double>(here.makespan);
      if (to <= from + temperature * scale * random.exponential())
        accept(there);
      else
        state.undo();
    }
    // States wander across the limits and come back.
    price = here.allowed() ? std::max(1.0, price * 0.9)
                           : std::min(1e6, price * 1.2);
  }
  if (lowest.makespan != kInfiniteTime)
    remember(lowest, low);
  if (lowest.allowed() && problem.boundedCores())
    improveCores(lowest);
}

/// Where the state of a round is nearly as good as the best plan, other orders
/// on its cores may make it better.
void LatencySearch::improveCores(const Energy &energy) {
  if (bestValue != kInfiniteTime &&
      energy.makespan - bestValue > bestValue / 32)
    return;
  state.assign(low);
  if (state.evaluate().makespan != energy.makespan)
    return;
  Placement placement = state.placement();
  uint32_t tries =
      std::clamp<uint32_t>(4'000'000 / (problem.numNodes() + 1), 100, 2000);
  Time value = improver.improve(placement, tries, random);
  annealed += uint64_t(tries) * (1 + problem.numNodes() / 4);
  if (value >= bestValue)
    return;
  bestValue = value;
  best = std::move(placement);
}

void LatencySearch::start(const Placement &placement) {
  std::vector<uint32_t> given = state.slotsOf(placement);
  if (given.empty())
    return;
  state.assign(given);
  Energy energy = state.evaluate();
  note(energy);
  // Cores and ranks of its own may be better than those of the state.
  if (problem.boundedCores() && isAllowed(problem, placement)) {
    Placement own = placement;
    Time value = improver.improve(own, 0, random);
    if (value < bestValue) {
      bestValue = value;
      best = std::move(own);
    }
  }
  if (energy.makespan != kInfiniteTime)
    remember(energy, given);
}

/// Starts anew, so that a good plan that leads nowhere does not hold the search
/// for ever; now and then with what all epochs have found.
void LatencySearch::endEpoch() {
  if (!elite.empty())
    hall.push_back(std::move(elite.front()));
  if (hall.size() > kElite)
    hall.erase(std::max_element(
        hall.begin(), hall.end(), [](const Known &a, const Known &b) {
          return std::pair(a.energy.broken, a.energy.makespan) <
                 std::pair(b.energy.broken, b.energy.makespan);
        }));
  elite.clear();
  epochRounds = staleRounds = 0;
  if (++epochs % kReunion != 0)
    return;
  epochRounds = kFreshRounds;
  for (const Known &known : hall)
    remember(known.energy, known.slots);
}

/// On few cores no rule is best: the longest rest suits many, the rest behind
/// the node itself one (Jackson), and others do where both fail.
void LatencySearch::chooseRanks() {
  weights.clear();
  if (random.chance(0.5))
    for (uint32_t v = 0; v < problem.numNodes(); ++v)
      weights.push_back(0.25 + 1.5 * random.unit());
  if (random.chance(0.5))
    weights.clear();
  state.rankBy(random.chance(0.5), weights);
}

/// How hot annealing begins: mostly at a few hundredths of the makespan, now
/// and then hot enough to leave any plan.
double LatencySearch::chooseHeat() {
  double r = random.unit();
  if (random.chance(0.1))
    return 0.05 + 0.4 * r;
  return 0.001 + 0.03 * r * r;
}

bool LatencySearch::round(const Budget &budget) {
  Time before = bestValue;
  if (staleRounds >= kStaleRounds)
    endEpoch();
  uint64_t number = epochRounds++;
  Time bestOfEpoch =
      elite.empty() ? kInfiniteTime : elite.front().energy.makespan;
  uint32_t n = problem.numNodes();
  uint64_t quota =
      std::min<uint64_t>(20000 + random.below(60000), uint64_t(500) * (n + 4));
  quota = std::min(quota, kMostAnnealed / stepsOfState());
  // The very first rounds are short: bounds may meet them.
  if (numRounds < 4)
    quota >>= 4 - numRounds;
  ++numRounds;
  // Groups of both passes make flat orders useless where they are many.
  double flat = 0.2 * sheets[0]->blocks.numBlocks() / problem.numUnits();
  sheet = sheets[random.chance(flat) ? 0 : sheets.size() - 1].get();
  bool fresh = elite.empty() || number < kFreshRounds || number % 4 == 0;
  if (problem.boundedCores())
    chooseRanks();
  const Known *known = nullptr;
  if (!fresh)
    known = &elite[random.below(elite.size())];
  if (fresh || number % 2 == 0)
    cutSeveral(known, quota, budget);
  else
    state.assign(known->slots);
  // Runs go along the order at hand, or a new one.
  const BlockOrder &blocks = sheet->blocks;
  if (fresh || order.size() != blocks.numBlocks() || random.chance(0.5))
    blocks.shuffle(random, order);
  nodes.clear();
  for (uint32_t b : order)
    for (uint32_t v : blocks.members(b))
      nodes.push_back(v);
  moves.setOrder(nodes);
  anneal(chooseHeat(), 0.0001, quota, budget);
  bool better = !elite.empty() && elite.front().energy.makespan < bestOfEpoch;
  staleRounds = better ? 0 : staleRounds + 1;
  return bestValue < before;
}

/// Moves the nodes of a slot to one next to it, if the plan takes no longer.
bool LatencySearch::canDrop(uint32_t slot) {
  nodes.clear();
  order.clear();
  for (uint32_t v = 0; v < problem.numNodes(); ++v) {
    if (state.slot(v) != slot)
      continue;
    nodes.push_back(v);
    for (uint32_t u : problem.predecessors(v))
      order.push_back(state.slot(u));
    for (uint32_t w : problem.successors(v))
      order.push_back(state.slot(w));
  }
  for (uint32_t pool = 0; pool < state.numPools(); ++pool)
    order.push_back(pool);
  std::sort(order.begin(), order.end());
  order.erase(std::unique(order.begin(), order.end()), order.end());
  for (uint32_t to : order) {
    if (to == slot)
      continue;
    state.keep();
    bool moved = true;
    for (uint32_t v : nodes)
      moved = moved && state.move(v, to);
    annealed += stepsOfState();
    if (moved && state.nodesIn(slot) == 0) {
      Energy energy = state.evaluate();
      if (energy.allowed() && energy.makespan <= bestValue) {
        bestValue = energy.makespan;
        best = state.placement();
        return true;
      }
    }
    state.undo();
  }
  return false;
}

void LatencySearch::dropPieces() {
  if (bestValue == kInfiniteTime)
    return;
  std::vector<uint32_t> given = state.slotsOf(best);
  if (given.empty())
    return;
  state.assign(given);
  // A moment at most, whatever the size.
  uint64_t end = steps() + kDropSteps;
  for (uint32_t s = state.numPools(); s < state.numSlots() && steps() < end;
       ++s)
    if (state.nodesIn(s) != 0)
      canDrop(s);
}

} // namespace placement::solver::latency
