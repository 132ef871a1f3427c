//===- IdealLattice.cpp - Down-sets, module by module ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/IdealLattice.h"

namespace placement::solver::latency {

namespace {

/// Words of ideals, and nodes looked at, between two looks at the limits.
constexpr size_t kWordsBetweenChecks = 65536;

/// Finds ideals by their bits.
class IdealIndex {
public:
  explicit IdealIndex(Module &module) : module(module), slots(64, kNone) {}

  /// The number of the ideal with these bits, a new one if there was none.
  uint32_t insert(const std::vector<uint64_t> &key) {
    size_t at = find(key.data());
    if (slots[at] != kNone)
      return slots[at];
    uint32_t number = module.numIdeals++;
    module.bits.insert(module.bits.end(), key.begin(), key.end());
    slots[at] = number;
    if (2 * size_t(module.numIdeals) > slots.size())
      grow();
    return number;
  }

private:
  size_t find(const uint64_t *key) const {
    uint64_t hash = 0;
    for (uint32_t w = 0; w < module.words; ++w) {
      hash = (hash ^ key[w]) * 0x9e3779b97f4a7c15u;
      hash ^= hash >> 32;
    }
    size_t at = hash & (slots.size() - 1);
    while (slots[at] != kNone &&
           !std::equal(key, key + module.words,
                       module.bits.data() + size_t(slots[at]) * module.words))
      at = (at + 1) & (slots.size() - 1);
    return at;
  }
  void grow() {
    slots.assign(slots.size() * 2, kNone);
    for (uint32_t i = 0; i < module.numIdeals; ++i)
      slots[find(module.bits.data() + size_t(i) * module.words)] = i;
  }

  Module &module;
  std::vector<uint32_t> slots;
};

} // namespace

uint64_t Module::memory() const {
  return bits.size() * sizeof(uint64_t) + steps.size() * sizeof(Step) +
         (frontiers.size() + frontierBegin.size() + stepBegin.size()) *
             sizeof(uint32_t);
}

IdealLattice::IdealLattice(const ItemGraph &graph, Detail detail)
    : items(graph) {
  split(detail);
  for (Module &module : all)
    listModule(module);
}

/// Waists by one sweep: `reach[i]` is how far something goes that begins at i
/// and may not cross a waist.
void IdealLattice::split(Detail detail) {
  uint32_t n = items.size();
  if (n == 0)
    return;
  // A waist at c is barred where a span that began at or before `from` ends
  // after c; spans that begin at c itself are fine for c's own values.
  std::vector<uint32_t> reach(n);
  uint32_t lastSource = 0, firstSink = n;
  for (uint32_t i = 0; i < n; ++i) {
    reach[i] = i;
    if (items.predecessors(i).empty())
      lastSource = i;
    if (items.successors(i).empty())
      firstSink = std::min(firstSink, i);
  }
  // Spans: from a first to a last item, the first itself is inside.
  std::vector<uint32_t> hard(n);
  for (uint32_t i = 0; i < n; ++i)
    hard[i] = i;
  auto span = [](std::vector<uint32_t> &ends, uint32_t from, uint32_t to) {
    ends[from] = std::max(ends[from], to);
  };
  for (uint32_t i = 0; i < n; ++i)
    for (uint32_t w : items.successors(i))
      span(reach, i, w);
  for (uint32_t net = 0; net < items.numNets(); ++net) {
    std::span<const uint32_t> consumers = items.consumers(net);
    if (consumers.empty())
      continue;
    if (items.producer(net) != kNone)
      span(reach, items.producer(net), consumers.back());
    else
      span(hard, consumers.front(), consumers.back());
  }
  if (detail == Detail::Exact) {
    std::vector<uint32_t> firstOf(items.numBundles(), kNone);
    uint32_t firstPin = kNone;
    for (uint32_t i = 0; i < n; ++i) {
      if (uint32_t bundle = items.bundle(i); bundle != kNone) {
        if (firstOf[bundle] == kNone)
          firstOf[bundle] = i;
        span(hard, firstOf[bundle], i);
      }
      if (items.pin(i) != kNone) {
        if (firstPin == kNone)
          firstPin = i;
        span(hard, firstPin, i);
      }
    }
    for (uint32_t w = 0; w < items.numWeights(); ++w)
      span(hard, items.weightUsers(w).front(), items.weightUsers(w).back());
  }
  uint32_t begin = 0, soft = 0, firm = 0;
  for (uint32_t i = 0; i < n; ++i) {
    firm = std::max(firm, hard[i]);
    bool waist = i >= lastSource && i < firstSink && soft <= i && firm <= i;
    soft = std::max(soft, reach[i]);
    if (!waist && i + 1 < n)
      continue;
    Module module;
    module.first = begin;
    module.size = i + 1 - begin;
    module.hasEntry = begin > 0;
    module.isLast = i + 1 == n;
    all.push_back(std::move(module));
    begin = i + 1;
  }
}

void IdealLattice::listModule(Module &module) {
  uint32_t first = module.first, size = module.size;
  auto inside = [&](uint32_t item) {
    return item >= first && item < first + size;
  };
  module.before = FlatLists(size);
  module.before.fill([&](auto visit) {
    for (uint32_t v = 0; v < size; ++v)
      for (uint32_t u : items.predecessors(first + v))
        visit(v, inside(u) ? u - first : Module::kEntry);
  });
  module.after = FlatLists(size);
  module.after.fill([&](auto visit) {
    for (uint32_t v = 0; v < size; ++v)
      for (uint32_t w : items.successors(first + v))
        if (inside(w))
          visit(v, w - first);
  });
  std::vector<std::pair<uint32_t, Module::Net>> nets;
  for (uint32_t v = 0; v < size; ++v) {
    for (uint32_t net : items.netsFrom(first + v))
      if (items.neededByHost(net) || inside(items.consumers(net).front()))
        nets.push_back({net, {net, v, items.neededByHost(net)}});
    for (uint32_t net : items.netsInto(first + v)) {
      uint32_t producer = items.producer(net);
      if ((producer == kNone || !inside(producer)) &&
          items.consumers(net).front() == first + v)
        nets.push_back({net,
                        {net, producer == kNone ? kNone : Module::kEntry,
                         items.neededByHost(net)}});
    }
  }
  for (auto &[number, net] : nets) {
    if (net.producer == Module::kEntry)
      module.entryNets.push_back(static_cast<uint32_t>(module.nets.size()));
    module.nets.push_back(net);
  }
  auto count = static_cast<uint32_t>(module.nets.size());
  module.consumers = FlatLists(count);
  module.consumers.fill([&](auto visit) {
    for (uint32_t e = 0; e < count; ++e)
      for (uint32_t item : items.consumers(module.nets[e].item))
        if (inside(item))
          visit(e, item - first);
  });
  module.made = FlatLists(size);
  module.made.fill([&](auto visit) {
    for (uint32_t e = 0; e < count; ++e)
      if (module.nets[e].producer < size)
        visit(module.nets[e].producer, e);
  });
  module.used = FlatLists(size);
  module.used.fill([&](auto visit) {
    for (uint32_t e = 0; e < count; ++e)
      for (uint32_t v : module.consumers[e])
        visit(v, e);
  });

  std::vector<std::pair<uint32_t, uint32_t>> bundles, weights;
  module.bundleOf.assign(size, kNone);
  for (uint32_t v = 0; v < size; ++v) {
    if (items.bundle(first + v) != kNone)
      bundles.emplace_back(items.bundle(first + v), v);
    for (uint32_t w : items.weights(first + v))
      weights.emplace_back(w, v);
  }
  std::sort(bundles.begin(), bundles.end());
  uint32_t numBundles = 0;
  for (size_t i = 0; i < bundles.size(); ++i) {
    numBundles += i == 0 || bundles[i].first != bundles[i - 1].first;
    module.bundleOf[bundles[i].second] = numBundles - 1;
  }
  module.bundles = FlatLists(numBundles);
  module.bundles.fill([&](auto visit) {
    for (uint32_t v = 0; v < size; ++v)
      if (module.bundleOf[v] != kNone)
        visit(module.bundleOf[v], v);
  });
  std::sort(weights.begin(), weights.end());
  std::vector<std::pair<uint32_t, uint32_t>> uses;
  for (size_t i = 0; i < weights.size(); ++i) {
    uint32_t w = weights[i].first;
    if (i == 0 || w != weights[i - 1].first) {
      // What other modules use as well is charged in parts: a piece that uses
      // it in all of them then pays no more than once.
      size_t here = 0, users = items.weightUsers(w).size();
      while (i + here < weights.size() && weights[i + here].first == w)
        ++here;
      module.weightBytes.push_back(
          here == users ? items.weightBytes(w)
                        : items.weightBytes(w) / static_cast<Bytes>(users));
    }
    uses.emplace_back(static_cast<uint32_t>(module.weightBytes.size()) - 1,
                      weights[i].second);
  }
  module.weights = FlatLists(size);
  module.weights.fill([&](auto visit) {
    for (auto [w, v] : uses)
      visit(v, w);
  });
  module.weightUsers = FlatLists(module.weightBytes.size());
  module.weightUsers.fill([&](auto visit) {
    for (auto [w, v] : uses)
      visit(w, v);
  });
}

Verdict IdealLattice::build(const Budget &budget, uint64_t memoryLimit) {
  for (Module &module : all) {
    if (Verdict v = enumerate(module, budget, memoryLimit); v != Verdict::None)
      return v;
    if (!listFrontiers(module))
      return Verdict::OutOfMemory;
    ideals += module.numIdeals;
    bytes += module.memory();
  }
  return Verdict::None;
}

Verdict IdealLattice::enumerate(Module &module, const Budget &budget,
                                uint64_t memoryLimit) {
  module.words = (module.size + 63) / 64;
  std::vector<uint64_t> key(module.words, 0);
  IdealIndex index(module);
  index.insert(key);
  module.stepBegin.assign(1, 0);
  size_t unchecked = 0;
  for (uint32_t i = 0; i < module.numIdeals; ++i) {
    const uint64_t *bits = module.bits.data() + size_t(i) * module.words;
    std::copy(bits, bits + module.words, key.begin());
    for (uint32_t v = 0; v < module.size; ++v) {
      if ((key[v / 64] >> (v % 64) & 1) != 0)
        continue;
      bool ready = true;
      for (uint32_t u : module.before[v])
        ready = ready &&
                (u == Module::kEntry || (key[u / 64] >> (u % 64) & 1) != 0);
      if (!ready)
        continue;
      key[v / 64] |= uint64_t(1) << (v % 64);
      module.steps.push_back({v, index.insert(key)});
      key[v / 64] &= ~(uint64_t(1) << (v % 64));
      // One ideal of a wide module has as many successors as it has nodes.
      unchecked += module.words;
      if (unchecked < kWordsBetweenChecks)
        continue;
      unchecked = 0;
      // The index takes as much again at most.
      if (bytes + 2 * module.memory() > memoryLimit)
        return Verdict::OutOfMemory;
      if (Verdict v = budget.limit(0); v != Verdict::Found)
        return v;
    }
    module.stepBegin.push_back(static_cast<uint32_t>(module.steps.size()));
    unchecked += module.size;
  }
  return Verdict::None;
}

/// False where one is wider than kMaxFrontier.
bool IdealLattice::listFrontiers(Module &module) const {
  module.frontierBegin.assign(1, 0);
  std::vector<uint32_t> entryConsumers;
  for (uint32_t v = 0; v < module.size; ++v)
    for (uint32_t u : module.before[v])
      if (u == Module::kEntry)
        entryConsumers.push_back(v);
  for (uint32_t i = 0; i < module.numIdeals; ++i) {
    auto outside = [&](std::span<const uint32_t> list) {
      for (uint32_t v : list)
        if (!module.contains(i, v))
          return true;
      return false;
    };
    size_t begin = module.frontiers.size();
    if (outside(entryConsumers))
      module.frontiers.push_back(Module::kEntry);
    bool hasSink = false;
    for (uint32_t v = 0; v < module.size; ++v) {
      if (!module.contains(i, v))
        continue;
      bool isWaist = v + 1 == module.size && !module.isLast;
      if (isWaist || outside(module.after[v]))
        module.frontiers.push_back(v);
      hasSink |= !isWaist && module.after[v].empty();
    }
    if (hasSink)
      module.frontiers.push_back(kNone);
    if (module.frontiers.size() - begin > kMaxFrontier)
      return false;
    module.frontierBegin.push_back(
        static_cast<uint32_t>(module.frontiers.size()));
  }
  return true;
}

} // namespace placement::solver::latency
