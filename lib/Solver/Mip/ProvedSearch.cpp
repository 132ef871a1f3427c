//===- ProvedSearch.cpp - Own bounds and general solvers together ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/ProverTeam.h"
#include "Solver/NonContiguous/NonContiguousSearch.h"
#include "Solver/Search/Builtins.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace placement::solver {

namespace {

using mip::Clock;
using mip::ProverTeam;
using noncontiguous::NonContiguousSearch;

/// How often both sides look at each other.
constexpr double kPollSeconds = 0.02;

/// Hands events on at once, or keeps them while another thread makes them:
/// observers are called from the solving thread only.
class Relay final : public Observer {
public:
  explicit Relay(Observer &to) : to(to) {}

  void onIncumbent(Time value, std::string_view source) override {
    pass({Event::Incumbent, value, std::string(source)});
  }
  void onBound(Time bound, std::string_view source) override {
    pass({Event::Bound, bound, std::string(source)});
  }
  void onPhase(std::string_view text) override {
    pass({Event::Phase, 0, std::string(text)});
  }
  void onFigure(std::string_view name, uint64_t value) override {
    pass({Event::Figure, static_cast<Time>(value), std::string(name)});
  }

  void keep(bool value) {
    std::lock_guard<std::mutex> lock(mutex);
    keeping = value;
  }
  /// Tells what was kept, and returns the best bound of it, zero for none.
  Time deliver() {
    std::vector<Event> events;
    {
      std::lock_guard<std::mutex> lock(mutex);
      events.swap(kept);
    }
    Time best = 0;
    for (const Event &event : events) {
      tell(event);
      if (event.kind == Event::Bound)
        best = std::max(best, event.number);
    }
    return best;
  }

private:
  struct Event {
    enum Kind : uint8_t { Incumbent, Bound, Phase, Figure } kind;
    Time number;
    std::string text;
  };

  void pass(Event event) {
    {
      std::lock_guard<std::mutex> lock(mutex);
      if (keeping) {
        kept.push_back(std::move(event));
        return;
      }
    }
    tell(event);
  }

  void tell(const Event &event) {
    switch (event.kind) {
    case Event::Incumbent:
      return to.onIncumbent(event.number, event.text);
    case Event::Bound:
      return to.onBound(event.number, event.text);
    case Event::Phase:
      return to.onPhase(event.text);
    case Event::Figure:
      return to.onFigure(event.text, static_cast<uint64_t>(event.number));
    }
  }

  Observer &to;
  std::mutex mutex; // Guards what follows.
  bool keeping = false;
  std::vector<Event> kept;
};

/// The bounds of the engine in a thread of their own.
class OwnBounds {
public:
  OwnBounds(NonContiguousSearch &search, Relay &relay)
      : relay(relay), thread([this, &search] {
          try {
            search.prove();
          } catch (...) {
            failure = std::current_exception();
          }
          done.store(true, std::memory_order_release);
        }) {}
  ~OwnBounds() { thread.join(); }

  bool running() const { return !done.load(std::memory_order_acquire); }
  /// Waits for the end; throws what the search threw.
  void finish() {
    while (running())
      std::this_thread::sleep_for(
          std::chrono::duration<double>(kPollSeconds / 4));
    relay.deliver();
    if (failure)
      std::rethrow_exception(std::exchange(failure, nullptr));
  }

private:
  Relay &relay;
  std::atomic<bool> done = false;
  std::exception_ptr failure;
  std::thread thread;
};

/// A warm start, multilevel annealing, then bounds by counting and column
/// generation; beside or after them, general solvers where asked.
class NonContiguous final : public Algorithm {
public:
  std::string_view name() const override { return "noncontiguous"; }
  std::string_view description() const override {
    return "throughput where a device may hold any nodes: annealing for the "
           "value, counting and column generation for the bound, and general "
           "solvers where --provers says so";
  }
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    return noncontiguous::unsupportedReason(instance, options);
  }

  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    auto deadline = mip::deadlineOf(options);
    Relay relay(observer);
    NonContiguousSearch search(instance, options, relay);
    if (warmStart)
      search.start(*warmStart);
    search.startContiguous();
    search.improve();
    // Whoever sets no limit of time gets the same plan every time.
    bool wanted = options.provers == Provers::Auto
                      ? deadline != Clock::time_point::max()
                      : options.provers != Provers::Own;
    if (!wanted || search.closed()) {
      search.prove();
      return search.outcome();
    }
    std::string program, reason;
    std::vector<std::string_view> solvers =
        mip::chooseSolvers(options, program, reason);
    if (solvers.empty()) {
      search.prove();
      Outcome outcome = search.outcome();
      if (!search.closed())
        outcome.explanation.push_back(
            "General solvers took no part: " + reason + ".");
      return outcome;
    }
    ProverTeam team(instance, options, deadline, program, solvers,
                    /*thresholdFirst=*/true, observer);
    return race(options, deadline, search, relay, team);
  }

private:
  static Outcome race(const SolveOptions &options, Clock::time_point deadline,
                      NonContiguousSearch &search, Relay &relay,
                      ProverTeam &team) {
    uint32_t threads = std::max(1U, options.threads);
    auto ended = [&] {
      return (options.cancel &&
              options.cancel->load(std::memory_order_relaxed)) ||
             Clock::now() >= deadline;
    };
    if (std::optional<Assignment> plan = search.plan())
      team.offer(*plan, search.value());
    team.prove(search.bound());
    bool more = true;
    if (threads == 1) {
      search.prove();
    } else {
      relay.keep(true);
      OwnBounds own(search, relay);
      while (own.running() && !ended()) {
        team.prove(relay.deliver());
        if (more)
          more = team.step(threads - 1, kPollSeconds);
        else
          std::this_thread::sleep_for(
              std::chrono::duration<double>(kPollSeconds));
      }
      // Its own look at the limits ends it.
      own.finish();
      relay.keep(false);
    }
    team.prove(search.bound());
    while (more && !search.closed() && !ended())
      more = team.step(threads, kPollSeconds);
    team.stop();
    return conclude(options, deadline, search, team);
  }

  static Outcome conclude(const SolveOptions &options,
                          Clock::time_point deadline,
                          NonContiguousSearch &search, ProverTeam &team) {
    Outcome outcome = search.outcome();
    const mip::Knowledge &known = team.known();
    if (known.value < search.value()) {
      outcome.assignment = known.best;
      outcome.explanation.push_back(
          "A general solver found a better plan than annealing.");
    }
    outcome.claim = team.claim();
    for (std::string &note : team.explanation())
      outcome.explanation.push_back(std::move(note));
    bool closed = outcome.bound >= known.value;
    if (outcome.stop == Stop::Finished && !closed) {
      if (options.cancel && options.cancel->load(std::memory_order_relaxed))
        outcome.stop = Stop::Cancelled;
      else if (options.gap > 0 && team.gapReached())
        outcome.stop = Stop::Gap;
      else if (Clock::now() >= deadline)
        outcome.stop = Stop::Time;
    }
    return outcome;
  }
};

} // namespace

std::unique_ptr<Algorithm> createNonContiguous() {
  return std::make_unique<NonContiguous>();
}

} // namespace placement::solver
