//===- MipAlgorithms.cpp - What the registry calls ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/ProverTeam.h"
#include "Solver/Search/Builtins.h"
#include "placement/Solver/Search/Registry.h"

namespace placement::solver {

namespace {

using mip::Clock;
using mip::ProverTeam;

/// How often limits and interrupts are looked at.
constexpr double kPollSeconds = 0.02;
/// Who may give the first value, best first.
constexpr std::string_view kChains[] = {"linearised", "greedy", "one-device"};
constexpr std::string_view kAnywhere[] = {"local-search", "greedy",
                                          "one-device"};
constexpr std::string_view kCalls[] = {"latency-search", "greedy",
                                       "one-device"};

/// A general solver on the integer program of the whole problem, after a start
/// by our own local search.
class GeneralSolver final : public Algorithm {
public:
  GeneralSolver(std::string_view name, std::string_view solver,
                std::string_view description)
      : ownName(name), solver(solver), ownDescription(description) {}

  std::string_view name() const override { return ownName; }
  std::string_view description() const override { return ownDescription; }

  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    if (options.alternatives > 1)
      return "it makes one plan only; alternatives come from \"contiguous\" "
             "with contiguous=true";
    bool anywhere = !options.contiguous && !instance.isLatency();
    if (anywhere && options.maxStages != 0)
      return "a limit of stages is for contiguous plans; leave it out, or "
             "lower the number of devices";
    if (anywhere && instance.data().inFlight == InFlight::SuffixStages &&
        contiguous::contract(instance, 0, /*ordered=*/false).suffixStash)
      return "how many samples a device holds at once depends on the order of "
             "stages, which only contiguous plans have, and memory may be too "
             "small for all of them; ask for contiguous=true";
    std::string reason;
    external::findWorker(options.worker, reason);
    return reason;
  }

  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    auto deadline = mip::deadlineOf(options);
    Outcome outcome = firstPlan(instance, options, warmStart, observer);
    if (outcome.infeasible)
      return outcome;
    std::string reason;
    ProverTeam team(instance, options, deadline,
                    external::findWorker(options.worker, reason), {solver},
                    /*thresholdFirst=*/false, observer);
    const Assignment *found = nullptr;
    if (outcome.assignment)
      found = &*outcome.assignment;
    for (const Assignment *start : {warmStart, found})
      if (start)
        offer(team, instance, options, *start);
    team.prove(outcome.bound);
    observer.onPhase(ownName);
    Stop stop = Stop::Finished;
    while (team.step(/*room=*/1, kPollSeconds)) {
      if (options.cancel && options.cancel->load(std::memory_order_relaxed))
        stop = Stop::Cancelled;
      else if (Clock::now() >= deadline)
        stop = Stop::Time;
      if (stop != Stop::Finished)
        break;
    }
    team.stop();
    const mip::Knowledge &known = team.known();
    if (stop == Stop::Finished && options.gap > 0 && team.gapReached() &&
        known.bound() < known.value)
      stop = Stop::Gap;
    outcome.stop = stop;
    outcome.assignment = known.best;
    // The start's own arithmetic may be of another plan.
    outcome.makespan.reset();
    outcome.bound = std::min(outcome.bound, known.value);
    outcome.claim = team.claim();
    for (std::string &note : team.explanation())
      outcome.explanation.push_back(std::move(note));
    return outcome;
  }

private:
  static void offer(ProverTeam &team, const Instance &instance,
                    const SolveOptions &options, const Assignment &plan) {
    Time value = mip::valueOf(instance, options, plan);
    if (value != kInfiniteTime)
      team.offer(plan, value);
  }

  static Outcome firstPlan(const Instance &instance,
                           const SolveOptions &options,
                           const Assignment *warmStart, Observer &observer) {
    std::span<const std::string_view> names = kAnywhere;
    if (instance.isLatency())
      names = kCalls;
    else if (options.contiguous)
      names = kChains;
    for (std::string_view name : names) {
      const Algorithm *algorithm = Registry::get().find(name);
      if (!algorithm ||
          !algorithm->unsupportedReason(instance, options).empty())
        continue;
      Outcome outcome =
          algorithm->solve(instance, options, warmStart, observer);
      if (outcome.proof != Proof::Engine && outcome.proof != Proof::Certified) {
        outcome.bound = 0;
        outcome.infeasible = false;
      }
      outcome.proof = Proof::Engine;
      outcome.alternatives.clear();
      outcome.explanation.insert(outcome.explanation.begin(),
                                 "The start is from \"" + std::string(name) +
                                     "\".");
      if (outcome.assignment || outcome.infeasible)
        return outcome;
    }
    Outcome none;
    none.proof = Proof::Engine;
    return none;
  }

  std::string_view ownName, solver, ownDescription;
};

} // namespace

std::unique_ptr<Algorithm> createMip() {
  return std::make_unique<GeneralSolver>(
      "mip", "highs",
      "an integer program for HiGHS, in a process of its own; its bounds are "
      "claims, not proofs");
}

std::unique_ptr<Algorithm> createCpSat() {
  return std::make_unique<GeneralSolver>(
      "cpsat", "cpsat",
      "the same program for CP-SAT of OR-tools; its bounds are claims, not "
      "proofs");
}

} // namespace placement::solver
