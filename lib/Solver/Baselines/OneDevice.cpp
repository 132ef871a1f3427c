//===- OneDevice.cpp - Everything on one device ---------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/Baseline.h"
#include "Solver/Baselines/LatencyBaseline.h"
#include "Solver/Search/Builtins.h"
#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Describe.h"

#include <algorithm>

namespace placement::solver::baselines {

namespace {

/// The trivial plan, for comparison and as a start: one stage. Exact where the
/// machine or the options leave room for one stage only.
class OneDevice final : public Algorithm {
public:
  std::string_view name() const override { return "one-device"; }
  std::string_view description() const override {
    return "everything on one device of the best kind that can hold it";
  }

  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    return refuseAlternatives(options);
  }

  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    Outcome outcome;
    Time best = kInfiniteTime;
    uint64_t devices = 0;
    for (KindId kind = 0; kind < instance.numKinds(); ++kind) {
      uint32_t count = instance.machine().kinds[kind].count;
      devices += count;
      if (count == 0)
        continue;
      uint32_t index = 0;
      std::string obstacle = whyNot(instance, kind, index);
      if (!obstacle.empty()) {
        outcome.explanation.push_back(
            "A device of kind \"" + instance.machine().kinds[kind].name +
            "\" cannot hold everything: " + obstacle + ".");
        continue;
      }
      Assignment all{{{kind, index}},
                     std::vector<uint32_t>(instance.numNodes(), 0)};
      Time value = check(instance, all, options.contiguous).value;
      if (value < best) {
        best = value;
        outcome.assignment = std::move(all);
        observer.onIncumbent(value, name());
      }
    }
    if (devices == 1 || options.maxStages == 1) {
      // Every plan has one stage, and all of them were looked at.
      outcome.proof = Proof::Engine;
      outcome.infeasible = best == kInfiniteTime;
      outcome.bound = outcome.infeasible ? 0 : best;
    }
    return outcome;
  }

private:
  /// Why one device of the kind cannot run everything; empty if it can. Sets
  /// the index of the device that pins ask for.
  static std::string whyNot(const Instance &instance, KindId kind,
                            uint32_t &index) {
    const InstanceData &data = instance.data();
    uint32_t pinned = kNone;
    __int128 memory = 0;
    Bytes transient = 0;
    for (NodeId v = 0; v < instance.numNodes(); ++v) {
      if (!instance.supports(v, kind))
        return describeNode(data, v) + " is not supported there";
      if (uint32_t pin = instance.pinKind(v); pin != kNone && pin != kind)
        return describeNode(data, v) + " is pinned to \"" +
               data.machine.kinds[pin].name + "\"";
      if (uint32_t pin = instance.pinIndex(v); pin != kNone) {
        if (pinned != kNone && pinned != pin)
          return describeNode(data, v) + " is pinned to number " +
                 std::to_string(pin) + ", another node to number " +
                 std::to_string(pinned);
        pinned = pin;
      }
      memory += instance.size(v);
      memory +=
          static_cast<__int128>(instance.stash(v)) * instance.leastInFlight();
      transient = std::max(transient, instance.transient(v));
    }
    for (uint32_t w = 0; w < instance.numWeights(); ++w)
      if (!instance.weightUsers(w).empty())
        memory += instance.weightBytes(w);
    memory += transient;
    Bytes limit = data.machine.kinds[kind].memory;
    if (limit != kUnlimitedBytes && memory > limit)
      return "it needs " + std::to_string(static_cast<uint64_t>(memory)) +
             " bytes of " + std::to_string(limit);
    index = pinned == kNone ? 0 : pinned;
    return {};
  }
};

} // namespace

} // namespace placement::solver::baselines

namespace placement::solver {

std::unique_ptr<Algorithm> createOneDevice() {
  return baselines::byObjective(std::make_unique<baselines::OneDevice>(),
                                baselines::createOneCall());
}

} // namespace placement::solver
