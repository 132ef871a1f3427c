//===- ProvedSearch.cpp - Own bounds and general solvers together ---------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/ProverTeam.h"
#include "Solver/Mip/SideThread.h"
#include "Solver/NonContiguous/NonContiguousSearch.h"
#include "Solver/Search/Builtins.h"

namespace placement::solver {

namespace {

using mip::Clock;
using mip::ProverTeam;
using mip::Relay;
using mip::SideThread;
using noncontiguous::NonContiguousSearch;

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
    if (!mip::wantsSolvers(options, deadline) || search.closed()) {
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
    auto ended = [&] { return mip::hasToEnd(options, deadline); };
    if (std::optional<Assignment> plan = search.plan())
      team.offer(*plan, search.value());
    team.prove(search.bound());
    bool more = true;
    if (threads == 1) {
      search.prove();
    } else {
      SideThread own(relay, [&search] { search.prove(); });
      while (own.running() && !ended()) {
        team.prove(relay.deliver());
        if (more)
          more = team.step(threads - 1, mip::kPollSeconds);
        else
          mip::pause(mip::kPollSeconds);
      }
      // Its own look at the limits ends it.
      own.finish();
    }
    team.prove(search.bound());
    while (more && !search.closed() && !ended())
      more = team.step(threads, mip::kPollSeconds);
    team.stop();
    return conclude(search, team);
  }

  static Outcome conclude(NonContiguousSearch &search, const ProverTeam &team) {
    Outcome outcome = search.outcome();
    const mip::Knowledge &known = team.known();
    if (known.value < search.value()) {
      outcome.assignment = known.best;
      outcome.explanation.push_back(
          "A general solver found a better plan than annealing.");
    }
    team.conclude(outcome, outcome.bound >= known.value);
    return outcome;
  }
};

} // namespace

std::unique_ptr<Algorithm> createNonContiguous() {
  return std::make_unique<NonContiguous>();
}

} // namespace placement::solver
