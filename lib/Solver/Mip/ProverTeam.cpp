//===- ProverTeam.cpp - General solvers side by side ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/ProverTeam.h"

#include <algorithm>
#include <cmath>

namespace placement::solver::mip {

namespace {

/// Of the time that is left, what one question may take while others wait; and
/// how long at least, and without a time limit.
constexpr double kShare = 0.25;
constexpr double kShortest = 1.0;
constexpr double kUnlimitedSlice = 30.0;

} // namespace

ProverTeam::ProverTeam(const Instance &instance, const SolveOptions &options,
                       Clock::time_point deadline, std::string program,
                       const std::vector<std::string_view> &solvers,
                       bool thresholdFirst, Observer &observer)
    : work{instance, options, std::move(program), deadline, thresholdFirst} {
  for (std::string_view solver : solvers)
    agents.push_back(
        std::make_unique<SolverAgent>(work, solver, knowledge, observer));
}

void ProverTeam::offer(const Assignment &plan, Time value) {
  if (value >= knowledge.value)
    return;
  knowledge.best = plan;
  knowledge.value = value;
}

void ProverTeam::prove(Time bound) {
  knowledge.proven = std::max(knowledge.proven, bound);
}

bool ProverTeam::gapReached() const {
  if (knowledge.value == kInfiniteTime)
    return false;
  Time distance =
      knowledge.value - std::min(knowledge.value, knowledge.bound());
  return static_cast<double>(distance) <=
         work.options.gap * static_cast<double>(knowledge.value);
}

void ProverTeam::startAgents(unsigned room) {
  size_t active = 0, waiting = 0;
  for (const auto &agent : agents) {
    active += agent->running();
    waiting += !agent->running() && !agent->finished();
  }
  double slice = std::numeric_limits<double>::infinity();
  if (active + waiting > room) {
    double left =
        std::chrono::duration<double>(work.deadline - Clock::now()).count();
    slice = work.deadline == Clock::time_point::max()
                ? kUnlimitedSlice
                : std::max(kShortest, left * kShare);
  }
  for (size_t i = 0; i < agents.size() && active < room; ++i) {
    SolverAgent &agent = *agents[(turn + i) % agents.size()];
    if (!agent.running() && !agent.finished() && agent.start(slice))
      ++active;
  }
}

void ProverTeam::lookForLies() {
  knowledge.claimed = 0;
  for (const auto &agent : agents) {
    if (knowledge.value != kInfiniteTime) {
      if (agent->claimsInfeasible())
        agent->distrust("it claims that there is no plan, but there is one");
      if (agent->claimed() > knowledge.value)
        agent->distrust("it claims a bound above the value of a plan");
    }
    knowledge.claimed = std::max(knowledge.claimed, agent->claimed());
  }
}

bool ProverTeam::step(unsigned room, double seconds) {
  if (gapReached()) {
    stop();
    return false;
  }
  startAgents(room);
  std::vector<external::WorkerProcess *> workers;
  for (size_t i = 0; i < agents.size(); ++i) {
    SolverAgent &agent = *agents[i];
    bool wasRunning = agent.running();
    agent.poll();
    if (agent.running())
      workers.push_back(&agent.worker());
    else if (wasRunning && !agent.settled())
      turn = (i + 1) % agents.size(); // Whoever gets answers goes on.
  }
  lookForLies();
  bool more = false;
  for (const auto &agent : agents) {
    agent->stopIfUseless();
    more |= agent->running() || !agent->finished();
  }
  if (more && !gapReached())
    external::WorkerProcess::waitAny(workers, workers.empty() ? 0 : seconds);
  return more;
}

void ProverTeam::stop() {
  for (const auto &agent : agents)
    agent->stop();
}

std::optional<Claim> ProverTeam::claim() const {
  std::optional<Claim> best;
  for (const auto &agent : agents) {
    if (agent->claimed() == 0 && !agent->claimsInfeasible())
      continue;
    if (!best || agent->claimed() > best->bound)
      best =
          Claim{agent->claimed(), agent->claimsInfeasible(), agent->fullName()};
  }
  return best;
}

std::vector<std::string> ProverTeam::explanation() const {
  std::vector<std::string> notes;
  for (const auto &agent : agents)
    for (const std::string &note : agent->notes())
      notes.push_back(note);
  return notes;
}

void ProverTeam::conclude(Outcome &outcome, bool closed) const {
  outcome.claim = claim();
  for (std::string &note : explanation())
    outcome.explanation.push_back(std::move(note));
  if (outcome.stop != Stop::Finished || closed)
    return;
  const SolveOptions &options = work.options;
  if (options.cancel && options.cancel->load(std::memory_order_relaxed))
    outcome.stop = Stop::Cancelled;
  else if (options.gap > 0 && gapReached())
    outcome.stop = Stop::Gap;
  else if (Clock::now() >= work.deadline)
    outcome.stop = Stop::Time;
}

Clock::time_point deadlineOf(const SolveOptions &options) {
  if (!(options.timeLimit < 1e9))
    return Clock::time_point::max();
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                            std::chrono::duration<double>(options.timeLimit));
}

bool hasToEnd(const SolveOptions &options, Clock::time_point deadline) {
  return (options.cancel && options.cancel->load(std::memory_order_relaxed)) ||
         Clock::now() >= deadline;
}

bool wantsSolvers(const SolveOptions &options, Clock::time_point deadline) {
  return options.provers == Provers::Auto ? deadline != Clock::time_point::max()
                                          : options.provers != Provers::Own;
}

std::vector<std::string_view> chooseSolvers(const SolveOptions &options,
                                            std::string &program,
                                            std::string &reason) {
  program = external::findWorker(options.worker, reason);
  if (program.empty())
    return {};
  switch (options.provers) {
  case Provers::Own:
    return {};
  case Provers::Highs:
    return {"highs"};
  case Provers::CpSat:
    return {"cpsat"};
  case Provers::Auto:
  case Provers::All:
    return {"cpsat", "highs"};
  }
  return {};
}

} // namespace placement::solver::mip
