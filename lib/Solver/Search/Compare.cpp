//===- Compare.cpp - Runs many algorithms on many instances ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Search/Compare.h"

#include "Contradictions.h"

#include "placement/Solver/Search/Registry.h"
#include "placement/Solver/Search/Solve.h"

#include <algorithm>
#include <chrono>

namespace placement::solver {

namespace {

/// Errors of the core start so when it is at fault and not the input.
constexpr std::string_view kInternalPrefix = "internal error:";

/// The algorithms to run beside ours, or what is wrong with the names.
Result<std::vector<const Algorithm *>>
findAlgorithms(const CompareOptions &options) {
  std::vector<const Algorithm *> found;
  const auto &all = Registry::get().all();
  if (options.all) {
    for (const std::unique_ptr<Algorithm> &known : all)
      found.push_back(known.get());
    return found;
  }
  for (const std::string &name : options.algorithms) {
    const Algorithm *algorithm = Registry::get().find(name);
    if (!algorithm) {
      std::string known;
      for (const std::unique_ptr<Algorithm> &other : all) {
        known += known.empty() ? "" : ", ";
        known += other->name();
      }
      return Error{"there is no algorithm \"" + name +
                   "\" to compare with; choose from: " + known};
    }
    if (std::find(found.begin(), found.end(), algorithm) != found.end())
      return Error{"algorithm \"" + name + "\" is named twice; name it once"};
    found.push_back(algorithm);
  }
  return found;
}

class Comparer {
public:
  Comparer(std::span<const ComparedProblem> problems,
           const CompareOptions &options,
           std::vector<const Algorithm *> algorithms, CompareObserver &observer)
      : problems(problems), options(options), algorithms(std::move(algorithms)),
        observer(observer) {
    this->options.solve.alternatives = 0;
  }

  Comparison run() {
    comparison.timeLimit = options.solve.timeLimit;
    for (const ComparedProblem &problem : problems)
      lineUp(problem);
    for (size_t i = 0; i < problems.size(); ++i) {
      ComparedInstance &compared = comparison.instances[i];
      size_t given = 0;
      for (size_t r = 0; r < compared.rows.size(); ++r) {
        if (compared.rows[r].isOurs())
          given = 0;
        if (isCancelled()) {
          comparison.complete = false;
          break;
        }
        observer.onRun(compared, compared.rows[r], done, total);
        runRow(compared, r, problems[i].given, given);
        ++done;
      }
      addRemarks(compared);
    }
    return std::move(comparison);
  }

private:
  bool isCancelled() const {
    return options.solve.cancel &&
           options.solve.cancel->load(std::memory_order_relaxed);
  }

  /// The rows of an instance, none of them run.
  void lineUp(const ComparedProblem &problem) {
    ComparedInstance &compared = comparison.instances.emplace_back();
    compared.name = problem.name;
    compared.instance = problem.instance;
    for (bool contiguous : {true, false}) {
      if (!isCompared(*problem.instance, contiguous))
        continue;
      auto add = [&](std::string_view name, const std::string &source) {
        ComparisonRow &row = compared.rows.emplace_back();
        row.name = name;
        row.source = source;
        row.contiguous = contiguous;
      };
      add(kOurs, {});
      for (const Algorithm *algorithm : algorithms)
        if (!options.all || isForObjective(*problem.instance, *algorithm))
          add(algorithm->name(), {});
      for (const GivenPlan &plan : problem.given)
        add(kExpert, plan.source);
    }
    total += compared.rows.size();
  }

  /// Under latency the number of pieces a device says which plans there are.
  bool isCompared(const Instance &instance, bool contiguous) const {
    if (instance.isLatency())
      return contiguous == (instance.piecesPerDevice() == 1);
    return contiguous ? options.contiguous : options.any;
  }

  /// Nobody misses an algorithm that is made for the other objective.
  bool isForObjective(const Instance &instance,
                      const Algorithm &algorithm) const {
    return algorithm.unsupportedReason(instance, options.solve) !=
           onlyThroughput(instance.objective()) +
               onlyLatency(instance.objective());
  }

  /// Runs a row; `given` is the next of the given plans.
  void runRow(ComparedInstance &compared, size_t index,
              const std::vector<GivenPlan> &plans, size_t &given) {
    ComparisonRow &row = compared.rows[index];
    if (row.name == kExpert)
      return value(*compared.instance, plans[given++], row);
    if (!row.isOurs() && isUnsupported(*compared.instance, row))
      return carry(compared, row);
    auto start = std::chrono::steady_clock::now();
    solveRow(*compared.instance, row);
    row.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
            .count();
    // What automatic choice took would give the same answer again. Among any
    // plans the contiguous ones are of interest beside it.
    if (row.isOurs() && !row.plan.algorithm.empty()) {
      const std::string chosen = row.plan.algorithm;
      const bool contiguous = row.contiguous;
      total -= std::erase_if(compared.rows, [&](const ComparisonRow &other) {
        return other.contiguous == contiguous && other.name == chosen;
      });
    }
  }

  SolveOptions solveOptions(const ComparisonRow &row) const {
    SolveOptions result = options.solve;
    result.contiguous = row.contiguous;
    result.algorithm = row.isOurs() ? "auto" : row.name;
    return result;
  }

  /// Says so in the row if the algorithm cannot take the instance.
  bool isUnsupported(const Instance &instance, ComparisonRow &row) const {
    const Algorithm *algorithm = Registry::get().find(row.name);
    std::string reason =
        algorithm->unsupportedReason(instance, solveOptions(row));
    if (reason.empty())
      return false;
    row.state = RowState::Unsupported;
    row.reasons = {std::move(reason)};
    return true;
  }

  /// A contiguous plan of the same algorithm is one of any plans as well.
  static void carry(const ComparedInstance &compared, ComparisonRow &row) {
    if (row.contiguous)
      return;
    for (const ComparisonRow &other : compared.rows) {
      if (!other.contiguous || other.state != RowState::Plan ||
          (other.isOurs() ? other.plan.algorithm : other.name) != row.name)
        continue;
      Result<Plan> plan =
          evaluate(*compared.instance, other.plan.assignment, false);
      if (!plan || plan->status != Status::Feasible)
        return;
      row.state = RowState::Plan;
      row.carried = true;
      row.plan = std::move(*plan);
      row.plan.algorithm = row.name;
      row.plan.stop = other.plan.stop;
      row.seconds = other.seconds;
      row.reasons.clear();
      return;
    }
  }

  void solveRow(const Instance &instance, ComparisonRow &row) const {
    Result<Plan> plan = solve(instance, solveOptions(row));
    if (!plan) {
      const std::string &message = plan.error().message;
      row.state = message.starts_with(kInternalPrefix) ? RowState::Failed
                                                       : RowState::Unsupported;
      row.reasons = {message};
      return;
    }
    row.plan = std::move(*plan);
    if (row.plan.hasAssignment()) {
      row.state = RowState::Plan;
      return;
    }
    row.state = row.plan.status == Status::Infeasible ? RowState::Infeasible
                                                      : RowState::NoPlan;
    row.reasons = row.plan.explanation;
  }

  /// Evaluates a plan that was given.
  void value(const Instance &instance, const GivenPlan &given,
             ComparisonRow &row) const {
    row.state = RowState::Unsupported;
    if (!given.assignment) {
      row.reasons = {given.misfit};
      return;
    }
    Result<Plan> plan = evaluate(instance, *given.assignment, row.contiguous);
    if (!plan) {
      row.reasons = {plan.error().message};
      return;
    }
    row.plan = std::move(*plan);
    row.state = RowState::Plan;
    if (row.plan.status == Status::Infeasible) {
      row.state = RowState::Broken;
      row.reasons = row.plan.explanation;
    }
    // Hosts have no stages under latency, only nodes.
    auto stages = std::count_if(
        row.plan.assignment.stages.begin(), row.plan.assignment.stages.end(),
        [&](DeviceRef device) {
          return !instance.isLatency() || !instance.isHost(device.kind);
        });
    if (options.solve.maxStages != 0 &&
        stages > int64_t(options.solve.maxStages)) {
      row.state = RowState::Broken;
      row.reasons.push_back(
          "it has " + std::to_string(stages) +
          (instance.isLatency() ? " pieces" : " stages") + ", but at most " +
          std::to_string(options.solve.maxStages) + " are allowed");
    }
  }

  void addRemarks(const ComparedInstance &compared) {
    for (ComparisonRemark &remark : findRemarks(compared))
      comparison.remarks.push_back(std::move(remark));
  }

  std::span<const ComparedProblem> problems;
  CompareOptions options;
  std::vector<const Algorithm *> algorithms;
  CompareObserver &observer;
  size_t done = 0, total = 0;
  Comparison comparison;
};

} // namespace

/// Means of times of different things say nothing.
static std::optional<Error>
checkObjectives(std::span<const ComparedProblem> problems,
                const CompareOptions &options) {
  for (const ComparedProblem &problem : problems) {
    const Instance &first = *problems.front().instance;
    const Instance &other = *problem.instance;
    const std::string pair = problems.front().name + " and " + problem.name;
    if (first.objective() != other.objective())
      return Error{pair + " have different objectives, " +
                   toString(first.objective()) + " and " +
                   toString(other.objective()) +
                   "; give both the same, or compare them apart"};
    if ((first.piecesPerDevice() == 1) != (other.piecesPerDevice() == 1))
      return Error{pair + " allow " + std::to_string(first.piecesPerDevice()) +
                   " and " + std::to_string(other.piecesPerDevice()) +
                   " subgraphs per device; give both one, or both several, or "
                   "compare them apart"};
    bool one = other.piecesPerDevice() == 1;
    if (other.isLatency() && !(one ? options.contiguous : options.any))
      return Error{problem.name + ": latency with " +
                   std::to_string(other.piecesPerDevice()) +
                   (one ? " subgraph" : " subgraphs") + " per device has " +
                   (one ? "contiguous plans" : "plans of any kind") +
                   ", which are not to be compared; ask for them, or change "
                   "the number of subgraphs"};
  }
  return std::nullopt;
}

Result<Comparison> compare(std::span<const ComparedProblem> problems,
                           const CompareOptions &options,
                           CompareObserver *observer) {
  if (!options.contiguous && !options.any)
    return Error{"nothing to compare: ask for contiguous plans, for any plans "
                 "or for both"};
  if (!(options.solve.gap >= 0) || !(options.solve.timeLimit >= 0))
    return Error{"gap and time limit must not be negative"};
  if (std::optional<Error> error = checkObjectives(problems, options))
    return *error;
  Result<std::vector<const Algorithm *>> algorithms = findAlgorithms(options);
  if (!algorithms)
    return algorithms.error();
  CompareObserver silent;
  return Comparer(problems, options, std::move(*algorithms),
                  observer ? *observer : silent)
      .run();
}

} // namespace placement::solver
