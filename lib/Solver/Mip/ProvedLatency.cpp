//===- ProvedLatency.cpp - The latency engine and general solvers ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/LatencyEngine.h"
#include "Solver/Mip/ProverTeam.h"
#include "Solver/Mip/SideThread.h"
#include "Solver/Search/Builtins.h"

namespace placement::solver {

namespace {

using latency::LatencyEngine;
using mip::Clock;
using mip::ProverTeam;
using mip::Relay;
using mip::SideThread;

/// What the engine closes in this many seconds is not worth a process.
constexpr double kHeadStart = 0.3;

/// The best plan of either side on its way to the other.
class Exchange {
public:
  struct Found {
    Assignment plan;
    Time value;
    std::string source;
  };

  void put(Found found) {
    std::lock_guard<std::mutex> lock(mutex);
    waiting = std::move(found);
    full.store(true, std::memory_order_release);
  }
  /// Does not wait where there is nothing.
  std::optional<Found> take() {
    if (!full.load(std::memory_order_acquire))
      return std::nullopt;
    std::lock_guard<std::mutex> lock(mutex);
    full.store(false, std::memory_order_relaxed);
    return std::exchange(waiting, std::nullopt);
  }

private:
  std::atomic<bool> full = false;
  std::mutex mutex;
  std::optional<Found> waiting; // Guarded.
};

/// Passes on what the engine tells, and puts its better plans aside.
class Listener final : public Observer {
public:
  Listener(Relay &relay, Exchange &exchange)
      : relay(relay), exchange(exchange) {}
  /// From now on; the engine is at work when it tells of something.
  void listenTo(const LatencyEngine &to) { engine = &to; }

  void onIncumbent(Time value, std::string_view source) override {
    relay.onIncumbent(value, source);
    if (engine && engine->best())
      exchange.put({toAssignment(engine->problem(), *engine->best()), value,
                    std::string(source)});
  }
  void onBound(Time bound, std::string_view source) override {
    relay.onBound(bound, source);
  }
  void onPhase(std::string_view text) override { relay.onPhase(text); }
  void onFigure(std::string_view name, uint64_t value) override {
    relay.onFigure(name, value);
  }

private:
  Relay &relay;
  Exchange &exchange;
  const LatencyEngine *engine = nullptr;
};

/// Search and our own bounds side by side; beside or after them, general
/// solvers where asked. Both tell each other of better plans.
class ProvedLatency final : public Algorithm {
public:
  std::string_view name() const override { return "latency"; }
  std::string_view description() const override {
    return "smallest latency of one sample: search and lower bounds side by "
           "side, and general solvers where --provers says so";
  }
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    return latency::unsupportedReason(instance, options);
  }

  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    auto deadline = mip::deadlineOf(options);
    Relay relay(observer);
    Exchange toSolvers, toEngine;
    Listener listener(relay, toSolvers);
    LatencyEngine engine(instance, options, listener);
    listener.listenTo(engine);
    if (warmStart)
      engine.start(*warmStart);
    if (!mip::wantsSolvers(options, deadline)) {
      engine.run();
      return engine.finish();
    }
    std::string program, reason;
    std::vector<std::string_view> solvers =
        mip::chooseSolvers(options, program, reason);
    if (solvers.empty()) {
      engine.run();
      Outcome outcome = engine.finish();
      if (!engine.closed())
        outcome.explanation.push_back(
            "General solvers took no part: " + reason + ".");
      return outcome;
    }
    ProverTeam team(instance, options, deadline, program, solvers,
                    /*thresholdFirst=*/false, observer);
    engine.onLook([&] {
      if (std::optional<Exchange::Found> found = toEngine.take())
        engine.onIncumbent(fromAssignment(engine.problem(), found->plan),
                           found->source);
    });
    race(options, deadline, engine, relay, team, toSolvers, toEngine);
    return conclude(engine, team);
  }

private:
  static void race(const SolveOptions &options, Clock::time_point deadline,
                   LatencyEngine &engine, Relay &relay, ProverTeam &team,
                   Exchange &toSolvers, Exchange &toEngine) {
    uint32_t threads = std::max(1U, options.threads);
    Time told = kInfiniteTime;
    auto exchange = [&] {
      if (std::optional<Exchange::Found> found = toSolvers.take()) {
        team.offer(found->plan, found->value);
        told = std::min(told, found->value);
      }
      if (const mip::Knowledge &known = team.known(); known.value < told) {
        told = known.value;
        toEngine.put({*known.best, known.value, "general solver"});
      }
    };
    bool more = true;
    if (threads == 1) {
      engine.run();
    } else {
      auto start =
          Clock::now() + std::chrono::duration_cast<Clock::duration>(
                             std::chrono::duration<double>(kHeadStart));
      SideThread own(relay, [&engine] { engine.run(); });
      while (own.running() && !mip::hasToEnd(options, deadline)) {
        team.prove(relay.deliver());
        exchange();
        if (more && Clock::now() >= start)
          more = team.step(threads - 1, mip::kPollSeconds);
        else
          mip::pause(mip::kPollSeconds);
      }
      // Its own look at the limits ends it.
      own.finish();
    }
    exchange();
    team.prove(engine.bound());
    while (more && !engine.closed() && !mip::hasToEnd(options, deadline))
      more = team.step(threads, mip::kPollSeconds);
    team.stop();
  }

  static Outcome conclude(LatencyEngine &engine, const ProverTeam &team) {
    engine.onLook({});
    const mip::Knowledge &known = team.known();
    if (known.value < engine.value())
      engine.onIncumbent(fromAssignment(engine.problem(), *known.best),
                         "general solver");
    Outcome outcome = engine.finish();
    if (!outcome.infeasible)
      team.conclude(outcome, outcome.bound >= engine.value());
    return outcome;
  }
};

} // namespace

std::unique_ptr<Algorithm> createLatency() {
  return std::make_unique<ProvedLatency>();
}

} // namespace placement::solver
