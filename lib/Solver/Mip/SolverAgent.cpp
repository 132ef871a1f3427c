//===- SolverAgent.cpp - One general solver at work on a proof ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Mip/SolverAgent.h"

#include "placement/Solver/Check/Checker.h"

#include <algorithm>

namespace placement::solver::mip {

namespace {

using external::WorkerStatus;

/// The first limit is this share below the value.
constexpr double kThreshold = 0.005;
/// Coefficients of rounded questions: HiGHS compares rows with a tolerance of
/// 1e-6, CP-SAT's arithmetic slows down as numbers grow.
constexpr int64_t kResolution = 1'000'000;
/// The finest for latency. Presolve of OR-tools 9.15 loses optima of programs
/// with conditional rows whose coefficients are around 2^36 and more; products
/// of two of these still fit in 64 bits.
constexpr int64_t kFineLatency = int64_t(1) << 28;
/// Bytes of a model and its solver's data for each term, by measurement.
constexpr uint64_t kBytesPerTerm = 400;

/// Above every value: all that any plan can pay together.
Time sumOfEverything(const Instance &instance) {
  __int128 sum = 1;
  for (NodeId v = 0; v < instance.numNodes(); ++v) {
    Time most = 0;
    for (KindId k = 0; k < instance.numKinds(); ++k)
      if (instance.supports(v, k))
        most = std::max(most, instance.time(v, k));
    sum += most;
  }
  for (NetId n = 0; n < instance.numNets(); ++n) {
    Time most = 0;
    for (KindId k = 0; k < instance.numKinds(); ++k)
      most = std::max(most, instance.netCost(n, k));
    // A device pays a net once, in or out; so does a piece, and under latency
    // the pieces of a path can be as many as the net has pins.
    sum += instance.isLatency()
               ? static_cast<__int128>(most) *
                     static_cast<__int128>(instance.consumers(n).size() + 1)
               : most;
  }
  // Times and costs of an instance add up to less than 2^61.
  return static_cast<Time>(sum);
}

std::unique_ptr<PlacementModel> modelOf(const Assignments &work,
                                        const Question &question,
                                        std::string &reason) {
  const Instance &instance = work.instance;
  const SolveOptions &options = work.options;
  size_t mostTerms = options.memoryLimit / kBytesPerTerm;
  if (instance.isLatency())
    return modelLatency(instance, question, options.maxStages, mostTerms,
                        reason);
  if (options.contiguous)
    return modelChain(instance, question, options.maxStages, mostTerms, reason);
  return modelAnywhere(instance, question, mostTerms, reason);
}

/// Whether a plan has more stages than were asked for; under latency these are
/// pieces.
bool tooLong(const Instance &instance, const SolveOptions &options,
             const Assignment &plan) {
  if (options.maxStages == 0)
    return false;
  auto counts = [&](DeviceRef device) {
    return !instance.isLatency() || !instance.isHost(device.kind);
  };
  return static_cast<size_t>(
             std::count_if(plan.stages.begin(), plan.stages.end(), counts)) >
         options.maxStages;
}

} // namespace

Time valueOf(const Instance &instance, const SolveOptions &options,
             const Assignment &plan) {
  if (tooLong(instance, options, plan))
    return kInfiniteTime;
  CheckReport report = check(instance, plan, options.contiguous, 1);
  return report.feasible() ? report.value : kInfiniteTime;
}

SolverAgent::SolverAgent(const Assignments &work, std::string_view solver,
                         Knowledge &known, Observer &observer)
    : work(work), known(known), observer(observer), solver(solver),
      ownName(solver == "highs" ? "HiGHS" : "CP-SAT"),
      step(work.thresholdFirst ? Step::Threshold : Step::Optimum) {}

void SolverAgent::next() {
  switch (step) {
  case Step::Threshold:
    step = Step::Optimum;
    return;
  case Step::Optimum:
    // Only a solver that works in integers gains from exact ones.
    step = solver == "cpsat" && !(model && model->exact()) ? Step::Exact
                                                           : Step::Finished;
    return;
  case Step::Exact:
  case Step::Finished:
    step = Step::Finished;
    return;
  }
}

/// Where others took the time of the last step, it is worth another try: they
/// may have ended since.
void SolverAgent::tryAgain() {
  Step before = step;
  next();
  if (step == Step::Finished && sliced && !gaveUp && ++cut < 3)
    step = before;
}

bool SolverAgent::prepare() {
  question = Question();
  question.lower = known.proven;
  question.resolution = kResolution;
  bool hasPlan = known.value != kInfiniteTime;
  if (hasPlan)
    question.hint = &*known.best;
  if (hasPlan && known.value <= std::max<Time>(known.bound(), 0))
    step = Step::Finished;
  if (step == Step::Threshold) {
    question.minimise = false;
    Time below = static_cast<Time>(
        static_cast<double>(known.value) *
        (work.options.gap > 0 ? std::max(work.options.gap, 1e-4) : kThreshold));
    question.limit = known.value - std::max<Time>(below, 1);
    // An answer would say nothing new.
    if (!hasPlan || question.limit < known.bound())
      step = Step::Optimum;
  }
  if (step == Step::Finished)
    return false;
  if (step != Step::Threshold) {
    // Where coefficients stay rounded, value - 1 may be no question at all.
    question.minimise =
        step == Step::Optimum || !hasPlan || work.instance.isLatency();
    question.limit = hasPlan ? known.value - 1 : sumOfEverything(work.instance);
    if (step == Step::Exact)
      question.resolution = work.instance.isLatency() ? kFineLatency : 0;
  }
  return true;
}

bool SolverAgent::start(double slice) {
  if (!prepare())
    return false;
  std::string reason;
  model = modelOf(work, question, reason);
  question.hint = nullptr;
  if (!model) {
    messages.push_back(std::string(ownName) + " was not asked: " + reason +
                       ".");
    step = Step::Finished;
    return false;
  }
  open = true;
  gaveUp = false;
  if (model->contradiction())
    return true; // There is nothing to solve; poll draws the conclusion.
  external::WorkerOptions options;
  options.solver = solver;
  options.path = work.program;
  options.memoryLimit = std::max(work.options.memoryLimit, uint64_t(1) << 28);
  options.seed = work.options.seed;
  options.gap = work.options.gap;
  auto now = Clock::now();
  double left = std::chrono::duration<double>(work.deadline - now).count();
  if (work.deadline != Clock::time_point::max())
    options.timeLimit = std::max(left, 0.0);
  sliced = slice < options.timeLimit;
  options.timeLimit = std::min(options.timeLimit, slice);
  options.grace = 0.1;
  external::WorkerCallbacks callbacks;
  callbacks.onIncumbent = [this](std::span<const int64_t> values, int64_t,
                                 bool) { receive(values); };
  callbacks.onBound = [this](int64_t bound) {
    if (question.minimise)
      claim(model->boundOf(bound));
  };
  process.start(model->linear(), options, std::move(callbacks));
  return true;
}

void SolverAgent::receive(std::span<const int64_t> values) {
  std::optional<Assignment> plan = model->decode(values);
  if (!plan)
    return;
  Time value = valueOf(work.instance, work.options, *plan);
  if (value >= known.value)
    return;
  known.best = std::move(plan);
  known.value = value;
  observer.onIncumbent(known.value, ownName);
}

void SolverAgent::claim(Time bound) {
  if (distrusted || bound <= bestClaim)
    return;
  bestClaim = bound;
  observer.onClaim(bound, ownName);
}

void SolverAgent::poll() {
  if (open && (model->contradiction() || !process.poll()))
    conclude();
}

void SolverAgent::conclude() {
  open = false;
  if (model->contradiction()) {
    answeredLast = true;
    if (known.value == kInfiniteTime && step != Step::Threshold)
      infeasible = true;
    else
      claim(model->limit() + 1);
    next();
    return;
  }
  const external::WorkerResult &result = process.result();
  answeredLast = result.status == WorkerStatus::Infeasible ||
                 result.status == WorkerStatus::Optimal;
  if (!result.solver.empty())
    answered = result.solver;
  if (result.lied)
    distrust(result.message);
  switch (result.status) {
  case WorkerStatus::Infeasible:
    // Without a plan the limit is above all values.
    if (known.value == kInfiniteTime && question.minimise)
      infeasible = true;
    else
      claim(model->limit() + 1);
    next();
    return;
  case WorkerStatus::Optimal:
  case WorkerStatus::Feasible: {
    receive(result.values);
    if (question.minimise) {
      // Optimal without a gap says more than a bound that was rounded down.
      if (result.status == WorkerStatus::Optimal && work.options.gap == 0)
        claim(model->boundOf(result.objective));
      else if (result.bound)
        claim(model->boundOf(*result.bound));
    }
    bool better = known.value <= question.limit;
    // A better plan: ask again below it. Otherwise rounding let it through.
    if (result.status == WorkerStatus::Feasible && question.minimise) {
      tryAgain();
    } else if (!better || step == Step::Optimum) {
      next();
    }
    return;
  }
  case WorkerStatus::Unknown:
    if (result.bound && question.minimise)
      claim(model->boundOf(*result.bound));
    tryAgain();
    return;
  case WorkerStatus::Failed:
    if (!result.lied)
      messages.push_back(fullName() + " gave no answer: " + result.message +
                         ".");
    step = Step::Finished;
    return;
  case WorkerStatus::Running:
    return;
  }
}

void SolverAgent::stopIfUseless() {
  if (!open || gaveUp)
    return;
  bool closed = known.value != kInfiniteTime && known.bound() >= known.value;
  bool late = !question.minimise && question.limit < known.bound();
  if (closed || late)
    stop();
}

void SolverAgent::stop() {
  if (!open || gaveUp)
    return;
  gaveUp = true;
  process.kill();
}

void SolverAgent::distrust(const std::string &why) {
  if (distrusted)
    return;
  distrusted = true;
  step = Step::Finished;
  messages.push_back(fullName() + " is wrong: " + why +
                     ". What it said is dropped.");
}

std::string SolverAgent::fullName() const {
  return answered.empty() ? ownName : answered;
}

} // namespace placement::solver::mip
