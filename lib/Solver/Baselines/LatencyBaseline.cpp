//===- LatencyBaseline.cpp - Baselines under latency ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/LatencyBaseline.h"

#include "Solver/Baselines/Baseline.h"
#include "Solver/Model/Digraph.h"
#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Describe.h"
#include "placement/Solver/Model/Pieces.h"

#include <algorithm>
#include <utility>

namespace placement::solver::baselines {

Result<Instance> asThroughput(const Instance &instance) {
  InstanceData data = instance.data();
  data.objective = Objective::Throughput;
  data.piecesPerDevice = 1;
  data.cores.reset();
  data.backward.assign(data.numNodes(), 0);
  if (data.inFlight != InFlight::Single)
    for (NodeId v = 0; v < data.numNodes(); ++v)
      data.size[v] += data.stash[v];
  data.inFlight = InFlight::Single;
  data.stash.assign(data.numNodes(), 0);
  for (NodeId v = 0; v < data.numNodes(); ++v)
    if (data.pinKind[v] != kNone && instance.isHost(data.pinKind[v]))
      data.pinIndex[v] = kNone;
  return Instance::create(std::move(data));
}

namespace {

void dropEmptyStages(Assignment &plan) {
  std::vector<uint32_t> place(plan.stages.size(), kNone);
  for (uint32_t stage : plan.stageOf)
    place[stage] = 0;
  uint32_t kept = 0;
  for (size_t s = 0; s < place.size(); ++s)
    if (place[s] != kNone) {
      plan.stages[kept] = plan.stages[s];
      place[s] = kept++;
    }
  plan.stages.resize(kept);
  for (uint32_t &stage : plan.stageOf)
    stage = place[stage];
}

/// Nodes of bounded cores by the start that they would have without a bound,
/// each on the core that is free first. `position` is an order of data, which
/// decides where starts are equal; so nobody waits in a circle. Fills the ranks
/// and gives each core in use a stage.
void spreadOnCores(const Instance &instance,
                   const std::vector<uint32_t> &position, Assignment &plan) {
  auto isBounded = [&](DeviceRef device) {
    return instance.cores(device.kind).has_value();
  };
  if (std::none_of(plan.stages.begin(), plan.stages.end(), isBounded))
    return;
  InstanceData data = instance.data();
  data.cores.reset();
  Result<Instance> wide = Instance::create(std::move(data));
  if (!wide)
    return;
  std::vector<TimelineEntry> waiting;
  for (const TimelineEntry &entry :
       check(*wide, plan, /*contiguous=*/true).timeline)
    if (!entry.isPiece() && isBounded(entry.device))
      waiting.push_back(entry);
  std::sort(waiting.begin(), waiting.end(),
            [&](const TimelineEntry &a, const TimelineEntry &b) {
              return std::pair(a.start, position[a.node]) <
                     std::pair(b.start, position[b.node]);
            });
  struct Core {
    Time freeAt = 0;
    uint32_t stage = kNone;
  };
  std::vector<std::vector<Core>> cores(instance.numKinds());
  for (KindId k = 0; k < instance.numKinds(); ++k)
    cores[k].resize(instance.cores(k).value_or(0));
  plan.rank.assign(instance.numNodes(), 0);
  for (uint32_t i = 0; i < waiting.size(); ++i) {
    const TimelineEntry &entry = waiting[i];
    std::vector<Core> &all = cores[entry.device.kind];
    uint32_t number = instance.pinIndex(entry.node);
    // A pin elsewhere, or to a core that is not there: no plan, says the check.
    if (instance.pinKind(entry.node) != entry.device.kind ||
        number >= all.size())
      number = static_cast<uint32_t>(
          std::min_element(all.begin(), all.end(),
                           [](Core a, Core b) { return a.freeAt < b.freeAt; }) -
          all.begin());
    Core &core = all[number];
    core.freeAt = std::max(core.freeAt, entry.start) + entry.compute;
    if (core.stage == kNone) {
      core.stage = static_cast<uint32_t>(plan.stages.size());
      plan.stages.push_back({entry.device.kind, number});
    }
    plan.stageOf[entry.node] = core.stage;
    plan.rank[entry.node] = i;
  }
  dropEmptyStages(plan);
}

/// A method for throughput whose sets become calls.
class AsCalls final : public Algorithm {
public:
  AsCalls(std::unique_ptr<Algorithm> method, bool contiguous)
      : method(std::move(method)), contiguous(contiguous) {}

  std::string_view name() const override { return method->name(); }
  std::string_view description() const override {
    return method->description();
  }

  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    Result<Instance> proxy = asThroughput(instance);
    if (!proxy)
      return "as a problem of throughput it is refused: " +
             proxy.error().message;
    return method->unsupportedReason(*proxy, optionsFor(options));
  }

  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    Outcome outcome = boundedOutcome(instance);
    Result<Instance> proxy = asThroughput(instance);
    if (outcome.infeasible || !proxy)
      return outcome;
    // Values of throughput are nobody's incumbents here.
    Observer silent;
    Outcome sets = method->solve(*proxy, optionsFor(options), nullptr, silent);
    outcome.stop = sets.stop;
    if (sets.assignment)
      concludeCalls(instance, options.maxStages, name(),
                    toCalls(instance, *proxy, *sets.assignment), observer,
                    outcome);
    else
      for (const std::string &sentence : sets.explanation)
        outcome.explanation.push_back("As a problem of throughput: " +
                                      sentence);
    return outcome;
  }

private:
  SolveOptions optionsFor(SolveOptions options) const {
    options.contiguous = contiguous;
    if (!contiguous)
      options.maxStages = 0;
    options.provers = Provers::Own;
    return options;
  }

  std::unique_ptr<Algorithm> method;
  bool contiguous;
};

/// One name for both objectives.
class ByObjective final : public Algorithm {
public:
  ByObjective(std::unique_ptr<Algorithm> throughput,
              std::unique_ptr<Algorithm> latency)
      : throughput(std::move(throughput)), latency(std::move(latency)) {}

  std::string_view name() const override { return throughput->name(); }
  std::string_view description() const override {
    return throughput->description();
  }
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    if (instance.isLatency())
      if (std::string reason = refuseAlternatives(options); !reason.empty())
        return reason;
    return methodFor(instance).unsupportedReason(instance, options);
  }
  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    return methodFor(instance).solve(instance, options, warmStart, observer);
  }

private:
  const Algorithm &methodFor(const Instance &instance) const {
    return instance.isLatency() ? *latency : *throughput;
  }

  std::unique_ptr<Algorithm> throughput, latency;
};

/// Everything in one call, or all of it on one host kind.
class OneCall final : public Algorithm {
public:
  std::string_view name() const override { return "one-device"; }
  std::string_view description() const override {
    return "everything in one call, or on one host";
  }

  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    Outcome outcome = boundedOutcome(instance);
    Result<Instance> proxy = asThroughput(instance);
    if (outcome.infeasible || !proxy)
      return outcome;
    Time best = kInfiniteTime;
    for (KindId k = 0; k < instance.numKinds(); ++k) {
      if (instance.machine().kinds[k].count == 0)
        continue;
      Assignment all{{{k, pinnedIndex(instance, k)}},
                     std::vector<uint32_t>(instance.numNodes(), 0),
                     {}};
      all = toCalls(instance, *proxy, all);
      CheckReport report = check(instance, all, /*contiguous=*/true, 1);
      if (!report.feasible()) {
        outcome.explanation.push_back(
            "Kind \"" + instance.machine().kinds[k].name +
            "\" cannot hold everything: " + report.violations.front() + ".");
      } else if (report.value < best) {
        best = report.value;
        outcome.assignment = std::move(all);
        observer.onIncumbent(best, name());
      }
    }
    return outcome;
  }

private:
  /// The device that some node asks for; zero where none does.
  static uint32_t pinnedIndex(const Instance &instance, KindId k) {
    if (!instance.isHost(k))
      for (NodeId v = 0; v < instance.numNodes(); ++v)
        if (instance.pinKind(v) == k && instance.pinIndex(v) != kNone)
          return instance.pinIndex(v);
    return 0;
  }
};

} // namespace

Assignment toCalls(const Instance &instance, const Instance &proxy,
                   const Assignment &sets) {
  // Each node of a host is on a device of its own, so that nobody waits for
  // it who does not need it.
  size_t n = instance.numNodes();
  Assignment apart;
  apart.stageOf.assign(n, kNone);
  std::vector<uint32_t> stageOf(sets.stages.size(), kNone);
  for (NodeId v = 0; v < n; ++v) {
    DeviceRef device = sets.stages[sets.stageOf[v]];
    bool host = instance.isHost(device.kind);
    uint32_t &stage = host ? apart.stageOf[v] : stageOf[sets.stageOf[v]];
    if (stage == kNone) {
      stage = static_cast<uint32_t>(apart.stages.size());
      apart.stages.push_back({device.kind, host ? v : device.index});
    }
    apart.stageOf[v] = stage;
  }
  splitIntoPieces(proxy, apart);
  // And back: all of a host kind in one stage.
  Assignment plan;
  std::vector<uint32_t> hostStage(instance.numKinds(), kNone);
  std::vector<uint32_t> place;
  for (DeviceRef device : apart.stages) {
    bool host = instance.isHost(device.kind);
    if (host && hostStage[device.kind] != kNone) {
      place.push_back(hostStage[device.kind]);
      continue;
    }
    auto stage = static_cast<uint32_t>(plan.stages.size());
    if (host)
      hostStage[device.kind] = stage;
    plan.stages.push_back({device.kind, host ? 0 : device.index});
    place.push_back(stage);
  }
  plan.stageOf.resize(n);
  for (NodeId v = 0; v < n; ++v)
    plan.stageOf[v] = place[apart.stageOf[v]];
  spreadOnCores(instance, /*position=*/apart.stageOf, plan);
  return plan;
}

void concludeCalls(const Instance &instance, uint32_t maxPieces,
                   std::string_view name, Assignment assignment,
                   Observer &observer, Outcome &outcome) {
  CheckReport report = check(instance, assignment, /*contiguous=*/true,
                             /*maxViolations=*/3);
  auto pieces = std::count_if(
      assignment.stages.begin(), assignment.stages.end(),
      [&](DeviceRef device) { return !instance.isHost(device.kind); });
  if (maxPieces != 0 && pieces > int64_t(maxPieces))
    report.violations.push_back("it has " + std::to_string(pieces) +
                                " pieces, but at most " +
                                std::to_string(maxPieces) + " are allowed");
  if (report.feasible()) {
    observer.onIncumbent(report.value, name);
    outcome.assignment = std::move(assignment);
    return;
  }
  const std::string &unit = instance.data().timeUnit;
  std::string text = "What the method ends with is no plan";
  if (report.value != kInfiniteTime)
    text += ", though its latency would be " +
            describeNumber(report.exactValue) +
            (unit == "unit" ? "" : " " + unit);
  for (const std::string &violation : report.violations)
    text += "; " + violation;
  outcome.explanation.push_back(text + ".");
}

/// Kahn's order, and along it the latest end of what comes before.
Time latencyBound(const Instance &instance) {
  size_t n = instance.numNodes();
  Digraph graph(static_cast<uint32_t>(n));
  graph.fill([&](auto visit) {
    for (NetId net = 0; net < instance.numNets(); ++net)
      if (uint32_t producer = instance.producer(net); producer != kNone)
        for (NodeId consumer : instance.consumers(net))
          visit(producer, consumer);
    for (auto [before, after] : instance.data().orderEdges)
      visit(before, after);
  });
  std::vector<uint32_t> waiting = graph.predecessorCounts(), ready;
  for (NodeId v = 0; v < n; ++v)
    if (waiting[v] == 0)
      ready.push_back(v);
  std::vector<Time> start(n, 0);
  Time bound = 0;
  for (size_t i = 0; i < ready.size(); ++i) {
    NodeId v = ready[i];
    Time least = kUnsupported;
    for (KindId k = 0; k < instance.numKinds(); ++k)
      if (instance.machine().kinds[k].count > 0 &&
          (instance.pinKind(v) == kNone || instance.pinKind(v) == k))
        least = std::min(least, instance.time(v, k));
    if (least == kUnsupported)
      return kInfiniteTime;
    bound = std::max(bound, start[v] + least);
    graph.forEachSuccessor(v, [&](uint32_t next) {
      start[next] = std::max(start[next], start[v] + least);
      if (--waiting[next] == 0)
        ready.push_back(next);
    });
  }
  return bound;
}

Outcome boundedOutcome(const Instance &instance) {
  Outcome outcome;
  Time bound = latencyBound(instance);
  outcome.proof = Proof::Engine;
  outcome.infeasible = bound == kInfiniteTime;
  outcome.bound = outcome.infeasible ? 0 : bound;
  return outcome;
}

std::unique_ptr<Algorithm> byObjective(std::unique_ptr<Algorithm> throughput,
                                       std::unique_ptr<Algorithm> latency) {
  return std::make_unique<ByObjective>(std::move(throughput),
                                       std::move(latency));
}

std::unique_ptr<Algorithm> asCalls(std::unique_ptr<Algorithm> throughput,
                                   bool contiguous) {
  return std::make_unique<AsCalls>(std::move(throughput), contiguous);
}

std::unique_ptr<Algorithm> createOneCall() {
  return std::make_unique<OneCall>();
}

} // namespace placement::solver::baselines
