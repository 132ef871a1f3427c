//===- BoundCertificateTest.cpp - What is stored proves the bound ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks the certificates of bounds from their figures and the instance alone:
// every set of classes is tried, with loads by the definition. Under other
// models of load these are the loads of the default one by shares.
//
//===----------------------------------------------------------------------===//

#include "BruteForce.h"
#include "Random.h"
#include "RandomInstance.h"

#include "Solver/NonContiguous/BoundProver.h"
#include "Solver/NonContiguous/Relaxation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdlib>

using namespace placement::solver;
using namespace placement::solver::test;
using namespace placement::solver::noncontiguous;

namespace {

using Family = BoundCertificate::Family;

uint64_t sampleCount(uint64_t fallback) {
  const char *text = std::getenv("PLACEMENT_FUZZ_SEEDS");
  return text ? std::strtoull(text, nullptr, 10) : fallback;
}

/// Loads of sets of classes, given as bits, straight from the instance: those
/// of the default model with the shares of the certificate. Rounded down once
/// for a whole set, which is at least what its classes were rounded to.
class SetLoads {
public:
  SetLoads(const Instance &instance, const BoundCertificate &certificate)
      : instance(instance), certificate(certificate) {
    for (uint32_t c : certificate.classOf)
      classes = std::max(classes, c + 1);
  }

  uint32_t numSets() const { return uint32_t(1) << classes; }
  uint32_t numClasses() const { return classes; }

  bool canRun(uint32_t set, KindId kind) const {
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (set >> certificate.classOf[v] & 1 &&
          !(instance.supports(v, kind) &&
            (instance.pinKind(v) == kNone || instance.pinKind(v) == kind)))
        return false;
    return true;
  }

  /// What a device pays for a class whatever else it holds: compute, and
  /// values between the class and the host.
  Time alwaysPaid(uint32_t c, KindId kind) const {
    if (!canRun(uint32_t(1) << c, kind))
      return kInfiniteTime;
    __int128 sum = work(uint32_t(1) << c, kind);
    for (NetId n = 0; n < instance.numNets(); ++n) {
      // A value that nobody uses is paid by nobody.
      bool alone = instance.onHost(n) && (instance.producer(n) != kNone ||
                                          !instance.consumers(n).empty());
      if (instance.producer(n) != kNone)
        alone &= certificate.classOf[instance.producer(n)] == c;
      for (NodeId v : instance.consumers(n))
        alone &= certificate.classOf[v] == c;
      sum += alone ? transfer(n, kind) : 0;
    }
    return rounded(sum);
  }

  Time load(uint32_t set, KindId kind) const {
    auto inside = [&](NodeId v) {
      return (set >> certificate.classOf[v] & 1) != 0;
    };
    if (!canRun(set, kind))
      return kInfiniteTime;
    __int128 sum = work(set, kind);
    for (NetId n = 0; n < instance.numNets(); ++n) {
      bool in = false, out = instance.onHost(n);
      auto look = [&](NodeId v) { (inside(v) ? in : out) = true; };
      if (instance.producer(n) != kNone)
        look(instance.producer(n));
      for (NodeId v : instance.consumers(n))
        look(v);
      if (in && out)
        sum += transfer(n, kind);
    }
    return rounded(sum);
  }

  /// Counts are those of the machine, or leave no class without a device.
  bool countsHold() const {
    for (KindId k = 0; k < instance.numKinds(); ++k) {
      uint32_t runnable = 0;
      for (uint32_t c = 0; c < classes; ++c)
        runnable += canRun(uint32_t(1) << c, k);
      if (certificate.counts[k] <
          std::min(instance.machine().kinds[k].count, runnable))
        return false;
    }
    return true;
  }

  int64_t weight(uint32_t set) const {
    int64_t sum = 0;
    for (uint32_t c = 0; c < classes; ++c)
      if (set >> c & 1)
        sum += certificate.weights[c];
    return sum;
  }

private:
  __int128 work(uint32_t set, KindId kind) const {
    __int128 sum = 0;
    for (NodeId v = 0; v < instance.numNodes(); ++v)
      if (set >> certificate.classOf[v] & 1)
        sum += instance.time(v, kind);
    return sum * certificate.shares.work;
  }
  __int128 transfer(NetId n, KindId kind) const {
    return static_cast<__int128>(instance.netCost(n, kind)) *
           certificate.shares.transfers;
  }
  static Time rounded(__int128 sum) {
    return static_cast<Time>(sum / LoadShares::kWhole);
  }

  const Instance &instance;
  const BoundCertificate &certificate;
  uint32_t classes = 0;
};

/// Multipliers: all of them together are more than devices can take.
bool columnsHold(const Instance &instance, const BoundCertificate &certificate,
                 const SetLoads &loads) {
  __int128 taken = 0;
  for (KindId k = 0; k < instance.numKinds(); ++k) {
    int64_t most = 0;
    for (uint32_t set = 0; set < loads.numSets(); ++set)
      if (loads.load(set, k) <= certificate.limit)
        most = std::max(most, loads.weight(set));
    taken += static_cast<__int128>(most) * certificate.counts[k];
  }
  return loads.weight(loads.numSets() - 1) > taken;
}

/// Weights: other kinds leave so much that one device of the kind holds `need`,
/// which costs more than the limit.
bool countingHolds(const Instance &instance,
                   const BoundCertificate &certificate, const SetLoads &loads) {
  int64_t left = loads.weight(loads.numSets() - 1);
  for (KindId k = 0; k < instance.numKinds(); ++k) {
    if (k == certificate.kind || certificate.counts[k] == 0)
      continue;
    // All devices of the kind as one with as much time.
    __int128 time =
        static_cast<__int128>(certificate.limit) * certificate.counts[k];
    int64_t most = 0;
    for (uint32_t set = 0; set < loads.numSets(); ++set) {
      __int128 compute = 0;
      for (uint32_t c = 0; c < loads.numClasses(); ++c)
        if (set >> c & 1) {
          Time own = loads.alwaysPaid(c, k);
          compute += own <= certificate.limit ? own : time + 1;
        }
      if (compute <= time)
        most = std::max(most, loads.weight(set));
    }
    left -= most;
  }
  int64_t count = certificate.counts[certificate.kind];
  if (left > 0 && count == 0)
    return true;
  if (left <= 0 || (left + count - 1) / count < int64_t(certificate.need))
    return false;
  for (uint32_t set = 0; set < loads.numSets(); ++set)
    if (loads.weight(set) >= int64_t(certificate.need) &&
        loads.load(set, certificate.kind) <= certificate.limit)
      return false;
  return true;
}

bool holds(const Instance &instance, const BoundCertificate &certificate) {
  SetLoads loads(instance, certificate);
  if (!loads.countsHold())
    return false;
  return certificate.family == Family::Counting
             ? countingHolds(instance, certificate, loads)
             : columnsHold(instance, certificate, loads);
}

std::vector<uint32_t> machineCounts(const Instance &instance) {
  std::vector<uint32_t> counts;
  for (const DeviceKind &kind : instance.machine().kinds)
    counts.push_back(kind.count);
  return counts;
}

TEST(BoundCertificate, HoldsByItsFiguresAlone) {
  size_t tried = 0, counting = 0, columns = 0, forged = 0, relaxed = 0;
  for (uint64_t seed = 0; seed < sampleCount(150) && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    RandomKnobs knobs;
    knobs.maxForward = 7;
    knobs.maxKinds = 2;
    knobs.maxCount = 3;
    knobs.suffixStages = 0;
    knobs.memory = 0;
    InstanceData data = randomInstance(seed + 4200000, knobs);
    if (seed % 2)
      chooseLoadModel(data, seed);
    Result<Instance> instance = Instance::create(std::move(data));
    ASSERT_TRUE(instance);
    BruteForceAnswer truth = bruteForceAnywhere(*instance, 20000);
    if (truth.ideals > 20000 || !truth.feasible || truth.value == 0)
      continue;
    ClassGraph graph = contiguous::mergeFollowers(
        contiguous::contract(*instance, 0, /*ordered=*/false));
    DeviceTable devices(*instance, graph);
    DeviceMap own = toDeviceMap(*instance, graph, devices, truth.assignment);
    // Under other models of load, what the engine counts in their place.
    std::vector<LoadShares> shares = sharesToTry(graph.parts);
    LoadShares chosen =
        shares[random.below(static_cast<uint32_t>(shares.size()))];
    ClassGraph on = graph.parts.single() ? graph : relax(graph, chosen);
    DeviceMap placement(on.numClasses);
    for (NodeId v = 0; v < instance->numNodes(); ++v)
      placement[on.classOf[v]] = own[graph.classOf[v]];
    Budget budget;
    BoundProver prover(on, devices, placement, truth.value, 0, budget,
                       /*work=*/1000000, seed, [](Time, const char *) {});
    if (random.chance(0.5))
      prover.count();
    prover.generateColumns(0);
    ++tried;
    if (!prover.certificate() || prover.certificate()->classOf.empty())
      continue;
    BoundCertificate certificate = *prover.certificate();
    certificate.shares = chosen;
    relaxed += !graph.parts.single();
    // One that says less has classes of its own limit.
    EXPECT_EQ(certificate.limit, prover.bound() - 1);
    EXPECT_TRUE(holds(*instance, certificate));
    (certificate.family == Family::Counting ? counting : columns) += 1;
    // Weights that say nothing prove nothing.
    BoundCertificate forgery = certificate;
    std::fill(forgery.weights.begin(), forgery.weights.end(), 0);
    EXPECT_FALSE(holds(*instance, forgery));
    // Nor does anything refute the optimum, where classes are those of nodes.
    if (on.numClasses <= 12 && random.chance(0.3)) {
      forgery = certificate;
      forgery.limit = truth.value;
      forgery.classOf = on.classOf;
      forgery.counts = machineCounts(*instance);
      forgery.weights.clear();
      for (ClassId c = 0; c < on.numClasses; ++c)
        forgery.weights.push_back(
            static_cast<int64_t>(random.below(100)) -
            (certificate.family == Family::Columns ? 20 : 0));
      EXPECT_FALSE(holds(*instance, forgery));
      ++forged;
    }
  }
  std::printf("%zu problems: %zu certificates by counting, %zu by columns; %zu "
              "under other models, %zu forged\n",
              tried, counting, columns, relaxed, forged);
  EXPECT_GT(counting, 0u);
  EXPECT_GT(columns, 0u);
  EXPECT_GT(relaxed, 0u);
}

} // namespace
