//===- Solve.cpp - The one door to the solver core ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nothing that an algorithm says about its answer is passed on: value and
// feasibility come from the checker, and the status from the two together.
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Search/Solve.h"

#include "DescribePlan.h"
#include "Infeasibility.h"

#include "placement/Solver/Check/Checker.h"
#include "placement/Solver/Model/Calls.h"
#include "placement/Solver/Model/Describe.h"
#include "placement/Solver/Model/Pieces.h"
#include "placement/Solver/Search/Registry.h"

#include <algorithm>
#include <exception>
#include <new>
#include <span>

namespace placement::solver {

namespace {

/// What `auto` tries, best first.
constexpr std::string_view kAutomatic[] = {"contiguous", "linearised",
                                           "one-device"};
/// The same for plans that need not be contiguous.
constexpr std::string_view kAnywhere[] = {"noncontiguous"};
/// The same for latency.
constexpr std::string_view kLatency[] = {"latency"};
/// Algorithms compare gaps in their own way; differences this small between
/// theirs and ours are rounding.
constexpr double kGapTolerance = 1e-9;

struct Choice {
  const Algorithm *algorithm = nullptr;
  std::vector<std::string> explanation;
};

std::optional<Error> checkOptions(const Instance &instance,
                                  const SolveOptions &options) {
  if (instance.isLatency() && options.alternatives > 1)
    return Error{"option alternatives is " +
                 std::to_string(options.alternatives) +
                 ", but plans for latency have none; leave it out"};
  if (!(options.gap >= 0))
    return Error{"option gap is " + describeNumber(options.gap) +
                 "; it must not be negative"};
  if (!(options.timeLimit >= 0))
    return Error{"option time-limit is " + describeNumber(options.timeLimit) +
                 " seconds; it must not be negative"};
  if (options.alternatives > kMostAlternatives)
    return Error{"option alternatives is " +
                 std::to_string(options.alternatives) + "; at most " +
                 std::to_string(kMostAlternatives) + " plans can be asked for"};
  return std::nullopt;
}

Result<Choice> chooseAutomatically(const Instance &instance,
                                   const SolveOptions &options) {
  Choice choice;
  std::string reasons;
  std::span<const std::string_view> names = kAnywhere;
  if (instance.isLatency())
    names = kLatency;
  else if (options.contiguous)
    names = kAutomatic;
  for (std::string_view name : names) {
    const Algorithm *algorithm = Registry::get().find(name);
    if (!algorithm)
      continue;
    std::string reason = algorithm->unsupportedReason(instance, options);
    if (reason.empty()) {
      choice.algorithm = algorithm;
      return choice;
    }
    std::string sentence =
        "\"" + std::string(name) + "\" cannot take it: " + reason;
    choice.explanation.push_back("Algorithm " + sentence + ".");
    reasons += (reasons.empty() ? "" : "; ") + sentence;
  }
  return Error{
      instance.data().source +
      ": no algorithm can solve this problem with these options: " + reasons};
}

Result<Choice> choose(const Instance &instance, const SolveOptions &options) {
  if (options.algorithm == "auto")
    return chooseAutomatically(instance, options);
  Choice choice;
  choice.algorithm = Registry::get().find(options.algorithm);
  if (!choice.algorithm) {
    std::string names = "auto";
    for (const std::unique_ptr<Algorithm> &known : Registry::get().all())
      names += ", " + std::string(known->name());
    return Error{"there is no algorithm \"" + options.algorithm +
                 "\"; choose one of: " + names};
  }
  std::string reason = choice.algorithm->unsupportedReason(instance, options);
  if (!reason.empty())
    return Error{instance.data().source + ": algorithm \"" + options.algorithm +
                 "\" cannot solve this problem with these options: " + reason};
  return choice;
}

/// Carries an answer through all the doubts about it.
class Judge {
public:
  Judge(const Instance &instance, const SolveOptions &options,
        const Algorithm &algorithm)
      : instance(instance), options(options), algorithm(algorithm) {}

  /// Looks at the start that the caller gave. One that breaks a rule is set
  /// aside and said so; one of the wrong shape is an error.
  std::optional<Error> takeWarmStart(const Assignment &start) {
    CheckReport report = check(instance, start, options.contiguous);
    if (!report.shapeOk)
      return Error{instance.data().source + ": the given start does not fit: " +
                   report.violations.front()};
    Assignment arranged = start;
    std::string rule = firstViolation(start, report);
    if (rule.empty())
      rule = arrange(arranged, report);
    if (!rule.empty()) {
      notes.push_back("The given start is not used: " + rule + ".");
      return std::nullopt;
    }
    accept(arranged, std::move(report));
    notes.push_back("The given start has value " +
                    quantity(instance, plan.exactValue) + ".");
    return std::nullopt;
  }

  const Assignment *warmStart() const {
    return plan.hasAssignment() ? &plan.assignment : nullptr;
  }

  Result<Plan> judge(Outcome outcome) {
    if (outcome.infeasible && outcome.assignment)
      return fault("calls the problem infeasible and solves it");
    CheckReport report;
    if (outcome.assignment) {
      report = check(instance, *outcome.assignment, options.contiguous);
      if (std::string rule = firstViolation(*outcome.assignment, report);
          !rule.empty())
        return fault("returned a plan that breaks a rule: " + rule);
      if (outcome.makespan && *outcome.makespan != report.value)
        return fault(
            "says that its plan has value " +
            quantity(instance, instance.toSourceTime(*outcome.makespan)) +
            ", but it has " +
            quantity(instance, instance.toSourceTime(report.value)));
      std::string rule = arrange(*outcome.assignment, report);
      if (!rule.empty() && instance.isLatency())
        return fault("returned a plan of which, call by call, " + rule);
      if (!rule.empty())
        setAside(outcome, report, rule);
    }
    if (outcome.assignment) {
      // An equal plan of the caller's own stays: nobody likes needless change.
      // But alternatives are told apart from the algorithm's form of it.
      if (!plan.hasAssignment() || report.value < plan.value ||
          (report.value == plan.value && !outcome.alternatives.empty()))
        accept(*outcome.assignment, std::move(report));
      if (std::optional<Error> error = takeAlternatives(outcome))
        return *error;
    }
    plan.stop = outcome.stop;
    bool proven =
        outcome.proof == Proof::Engine || outcome.proof == Proof::Certified;
    if (outcome.infeasible && proven && plan.hasAssignment())
      return fault("calls the problem infeasible, but the given start solves "
                   "it");
    for (std::string &text : outcome.explanation)
      notes.push_back(std::move(text));
    // A bound that nobody vouches for is none.
    if (proven) {
      if (plan.hasAssignment() && outcome.bound > plan.value)
        return fault("claims the bound " +
                     quantity(instance, instance.toSourceTime(outcome.bound)) +
                     ", but a plan has value " +
                     quantity(instance, instance.toSourceTime(plan.value)));
      plan.bound = plan.provenBound = std::max<Time>(outcome.bound, 0);
      plan.proof = outcome.proof;
      plan.certificate = std::move(outcome.certificate);
      plan.pathCertificate = std::move(outcome.pathCertificate);
      plan.familyBounds = std::move(outcome.familyBounds);
    }
    if (outcome.proof == Proof::Claimed && !outcome.claim)
      outcome.claim = {outcome.bound, outcome.infeasible,
                       std::string(algorithm.name())};
    if (outcome.claim)
      takeClaim(*outcome.claim);

    if (plan.hasAssignment()) {
      if (std::optional<Error> error = concludeFeasible(proven))
        return *error;
    } else {
      concludeWithoutPlan(outcome.infeasible && proven);
    }
    plan.fingerprint = instance.fingerprint();
    plan.algorithm = algorithm.name();
    plan.explanation = std::move(notes);
    return std::move(plan);
  }

  std::vector<std::string> notes;

private:
  Error fault(const std::string &text) const {
    return Error{"internal error: " + instance.data().source +
                 ": algorithm \"" + std::string(algorithm.name()) + "\" " +
                 text};
  }

  std::string firstViolation(const Assignment &assignment,
                             const CheckReport &report) const {
    if (!report.feasible())
      return report.violations.front();
    if (instance.isLatency())
      return tooManyPieces(assignment);
    // A limit of stages is one of devices where these may have several.
    size_t used =
        options.contiguous ? assignment.stages.size() : report.loads.size();
    if (options.maxStages != 0 && used > options.maxStages)
      return (options.contiguous ? "it has " : "it uses ") +
             std::to_string(used) +
             (options.contiguous ? " stages" : " devices") + ", but at most " +
             std::to_string(options.maxStages) + " are allowed";
    return {};
  }

  /// Under latency the limit is one of pieces: hosts have no stages of their
  /// own, only nodes.
  std::string tooManyPieces(const Assignment &assignment) const {
    auto pieces =
        std::ranges::count_if(assignment.stages, [&](DeviceRef device) {
          return !instance.isHost(device.kind);
        });
    if (options.maxStages == 0 || pieces <= int64_t(options.maxStages))
      return {};
    return "it has " + std::to_string(pieces) + " pieces, but at most " +
           std::to_string(options.maxStages) + " are allowed";
  }

  /// Cuts the sets of devices into pieces where the plan need not be
  /// contiguous, and gives the rule that it breaks then. Under latency puts the
  /// calls in order.
  std::string arrange(Assignment &assignment, CheckReport &report) const {
    if (instance.isLatency()) {
      arrangeCalls(instance, report.timeline, assignment);
      Time value = report.value;
      report = check(instance, assignment, /*contiguous=*/true);
      return !report.feasible()      ? report.violations.front()
             : report.value != value ? "its value changes"
                                     : std::string();
    }
    if (options.contiguous)
      return {};
    splitIntoPieces(instance, assignment);
    report = check(instance, assignment, /*contiguous=*/false);
    return report.feasible() ? std::string() : report.violations.front();
  }

  /// Each piece keeps a stash for itself and for each later one, and how many
  /// there are the algorithm does not know.
  void setAside(Outcome &outcome, const CheckReport &report,
                const std::string &rule) {
    notes.push_back("A plan of value " + quantity(instance, report.exactValue) +
                    " is not used: its sets take " +
                    std::to_string(outcome.assignment->stages.size()) +
                    " pieces, and then " + rule + ".");
    outcome.assignment.reset();
    // The gap was that of the plan.
    if (outcome.stop == Stop::Gap)
      outcome.stop = Stop::Finished;
  }

  /// Checks every alternative like the plan itself: rules, values and order.
  std::optional<Error> takeAlternatives(Outcome &outcome) {
    if (options.alternatives < 2)
      return std::nullopt;
    // One plan alone is a list of one.
    if (outcome.alternatives.empty())
      outcome.alternatives.push_back(plan.assignment);
    if (outcome.alternatives.size() > options.alternatives)
      return fault("returned more plans than asked for");
    for (Assignment &assignment : outcome.alternatives) {
      CheckReport report = check(instance, assignment, options.contiguous);
      if (std::string rule = firstViolation(assignment, report); !rule.empty())
        return fault("returned an alternative that breaks a rule: " + rule);
      Time least = plan.alternatives.empty() ? plan.value
                                             : plan.alternatives.back().value;
      if (report.value < least ||
          (plan.alternatives.empty() && report.value != plan.value))
        return fault("returned alternatives out of order");
      plan.alternatives.push_back({std::move(assignment),
                                   std::move(report.loads), report.value,
                                   report.exactValue});
    }
    plan.alternativesExact = outcome.alternativesExact;
    return std::nullopt;
  }

  /// Keeps what a general solver says beside what was proven, unless a plan
  /// shows that it is wrong.
  void takeClaim(const Claim &claim) {
    if (plan.hasAssignment() &&
        (claim.infeasible || claim.bound > plan.value)) {
      notes.push_back(
          claim.claimant + " is wrong: it claims " +
          (claim.infeasible
               ? "that no plan exists"
               : "the bound " +
                     quantity(instance, instance.toSourceTime(claim.bound))) +
          ", but a plan has value " +
          quantity(instance, instance.toSourceTime(plan.value)) +
          ". What it said is dropped.");
      if (plan.stop == Stop::Gap)
        plan.stop = Stop::Finished;
      return;
    }
    if (claim.infeasible) {
      notes.push_back(claim.claimant +
                      " claims that no plan keeps all rules; nobody has "
                      "checked it.");
      return;
    }
    if (claim.bound <= plan.provenBound)
      return;
    plan.bound = claim.bound;
    plan.proof = Proof::Claimed;
    plan.claimant = claim.claimant;
    notes.push_back(
        "The bound is the word of " + claim.claimant +
        ", which nobody has checked; " +
        (plan.provenBound > 0
             ? "the bound " +
                   quantity(instance, instance.toSourceTime(plan.provenBound)) +
                   " is proved."
             : "nothing is proved."));
  }

  void accept(const Assignment &assignment, CheckReport report) {
    plan.assignment = assignment;
    plan.loads = std::move(report.loads);
    plan.timeline = std::move(report.timeline);
    plan.value = report.value;
    plan.exactValue = report.exactValue;
  }

  std::optional<Error> concludeFeasible(bool proven) {
    bool optimal = proven && plan.provenBound >= plan.value;
    plan.status = optimal ? Status::Optimal : Status::Feasible;
    double tolerated = options.gap + kGapTolerance;
    bool gapReached = plan.gap() <= tolerated;
    if (optimal)
      plan.stop = Stop::Finished;
    else if (plan.stop == Stop::Finished && options.gap > 0 && proven &&
             plan.provenGap() <= tolerated)
      plan.stop = Stop::Gap;
    else if (plan.stop == Stop::Gap && !gapReached)
      return fault("stopped at the gap " + describeNumber(options.gap) +
                   ", but the gap is " + describeNumber(plan.gap()));
    notes.push_back(describeBottleneck(instance, plan));
    return std::nullopt;
  }

  void concludeWithoutPlan(bool provenInfeasible) {
    std::vector<std::string> contradictions = findContradictions(instance);
    if (provenInfeasible || !contradictions.empty()) {
      if (!provenInfeasible)
        plan.proof = Proof::Engine;
      plan.status = Status::Infeasible;
      plan.bound = plan.provenBound = 0;
      plan.claimant.clear();
      plan.stop = Stop::Finished;
      if (contradictions.empty())
        notes.push_back(
            instance.isLatency() ? describeNoCalls()
            : options.contiguous
                ? "Every node has a device that could take it, but no chain of "
                  "at most " +
                      std::to_string(stageLimit()) +
                      " stages fits in the memory of its devices and keeps the "
                      "pins, groups and order of all nodes."
                : "Every node has a device that could take it, but nodes that "
                  "have to share one have none together.");
    } else {
      plan.status = Status::Unknown;
    }
    for (std::string &text : contradictions)
      notes.push_back(std::move(text));
  }

  std::string describeNoCalls() const {
    uint32_t most = instance.piecesPerDevice();
    std::string text = "Every node has a device that could take it, but no "
                       "plan with at most " +
                       std::to_string(most) +
                       (most == 1 ? " piece" : " pieces") + " on each device";
    if (options.maxStages != 0)
      text += ", and " + std::to_string(options.maxStages) + " in all,";
    return text + " fits in their memory and keeps the pins, groups and order "
                  "of all nodes.";
  }

  uint64_t stageLimit() const {
    uint64_t devices = 0;
    for (const DeviceKind &kind : instance.machine().kinds)
      devices += kind.count;
    return options.maxStages == 0
               ? devices
               : std::min<uint64_t>(devices, options.maxStages);
  }

  const Instance &instance;
  const SolveOptions &options;
  const Algorithm &algorithm;
  Plan plan;
};

} // namespace

Result<Plan> solve(const Instance &instance, const SolveOptions &options,
                   Observer *observer, const Assignment *warmStart) {
  if (std::optional<Error> error = checkOptions(instance, options))
    return *error;
  Result<Choice> choice = choose(instance, options);
  if (!choice)
    return choice.error();

  Judge judge(instance, options, *choice->algorithm);
  judge.notes = std::move(choice->explanation);
  if (warmStart)
    if (std::optional<Error> error = judge.takeWarmStart(*warmStart))
      return *error;

  Observer silent;
  Outcome outcome;
  // Our own code throws nothing, but memory can end anywhere, and algorithms
  // of other libraries join through the registry.
  try {
    outcome = choice->algorithm->solve(instance, options, judge.warmStart(),
                                       observer ? *observer : silent);
  } catch (const std::bad_alloc &) {
    outcome = Outcome();
    outcome.stop = Stop::Memory;
    outcome.explanation.push_back("The system ran out of memory.");
  } catch (const std::exception &exception) {
    return Error{"internal error: " + instance.data().source +
                 ": algorithm \"" + std::string(choice->algorithm->name()) +
                 "\" failed: " + exception.what()};
  }
  return judge.judge(std::move(outcome));
}

} // namespace placement::solver
