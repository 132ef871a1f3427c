//===- Compare.cpp - placement-solve --compare ----------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compare.h"

#include "Interrupt.h"
#include "OptionValues.h"
#include "Output.h"
#include "Run.h"

#include "placement/Solver/IO/ComparisonFiles.h"
#include "placement/Solver/IO/Readers.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Search/Compare.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>
#include <unistd.h>

namespace placement::tool {

using namespace solver;

namespace {

/// Seconds of a run where no limit is asked for: somebody always has an
/// algorithm that would not end.
constexpr double kTimeLimit = 60;

/// Says on standard error what is being run: on a terminal in one line that is
/// repainted, elsewhere in one line for each instance.
class Announcer final : public CompareObserver {
public:
  explicit Announcer(bool quiet)
      : quiet(quiet), terminal(::isatty(STDERR_FILENO) == 1) {}

  void onRun(const ComparedInstance &instance, const ComparisonRow &row,
             size_t done, size_t total) override {
    if (quiet || (!terminal && announced == instance.name))
      return;
    std::string text = "run " + std::to_string(done + 1) + " of " +
                       std::to_string(total) + ": " + instance.name;
    if (terminal)
      text += ", " + std::string(row.contiguous ? "contiguous" : "any") +
              " plans: " + row.name;
    announced = instance.name;
    std::fprintf(stderr, terminal ? "\r\033[K%s" : "%s\n",
                 printableText(text).c_str());
  }

  /// Takes the line off the terminal.
  void finish() const {
    if (!quiet && terminal)
      std::fputs("\r\033[K", stderr);
  }

private:
  const bool quiet, terminal;
  std::string announced;
};

class CompareProgram {
public:
  explicit CompareProgram(const Options &options)
      : options(options), request(options.comparison) {}

  int run() {
    if (std::optional<Error> error = prepare())
      return badInput(*error);
    for (size_t i = 0; i < request.inputs.size(); ++i)
      if (std::optional<Error> error = read(request.inputs[i], names[i]))
        return badInput(*error);

    Announcer announcer(options.quiet);
    compareOptions.solve.cancel = &catchInterrupts();
    Result<Comparison> comparison =
        compare(problems, compareOptions, &announcer);
    announcer.finish();
    if (!comparison)
      return badInput(comparison.error());
    if (std::optional<Error> error = deliver(*comparison))
      return badInput(*error);
    return exitStatus(*comparison);
  }

private:
  static int badInput(const Error &error) {
    printError(error.message);
    return kBadInput;
  }

  /// What can be known before any file is read.
  std::optional<Error> prepare() {
    compareOptions.solve = options.solve;
    if (std::isinf(options.solve.timeLimit) && !options.timeLimitGiven)
      compareOptions.solve.timeLimit = kTimeLimit;
    compareOptions.contiguous = request.contiguous;
    compareOptions.any = request.any;
    for (const std::string &name : request.algorithms)
      if (name != kExpert && name != kOurs)
        compareOptions.algorithms.push_back(name);
    // Names that stand for no algorithm leave none, which is not all.
    compareOptions.all = request.algorithms.empty();
    withExperts =
        request.algorithms.empty() ||
        std::find(request.algorithms.begin(), request.algorithms.end(),
                  kExpert) != request.algorithms.end();

    std::vector<std::string> paths;
    for (const CompareInput &input : request.inputs) {
      paths.push_back(input.path == "-" ? "standard input" : input.path);
      for (const std::string &source : input.experts)
        if (std::optional<Error> error = checkOverwrites(source))
          return error;
      if (std::optional<Error> error = checkOverwrites(input.path))
        return error;
    }
    names = shortNames(paths);
    if (!options.output.empty() && options.output != "-")
      return checkWritable(options.output);
    return std::nullopt;
  }

  std::optional<Error> checkOverwrites(const std::string &source) const {
    if (source == "-" || !isSameFile(options.output, source))
      return std::nullopt;
    return Error{options.output + ": is read and would be overwritten; choose "
                                  "another file for the output"};
  }

  std::optional<Error> read(const CompareInput &input,
                            const std::string &name) {
    Result<std::string> text = readFile(input.path);
    if (!text)
      return text.error();
    Result<Instance> instance =
        readInstance(*text, input.path == "-" ? "standard input" : input.path,
                     options.model);
    if (!instance)
      return instance.error();
    ComparedProblem &problem = problems.emplace_back();
    problem.name = name;
    problem.instance = &instances.emplace_back(std::move(*instance));
    for (const std::string &file : input.experts) {
      GivenPlan plan = readGiven(file, *problem.instance);
      // Somebody asked for this one.
      if (!plan.assignment)
        return Error{plan.misfit};
      problem.given.push_back(std::move(plan));
    }
    if (withExperts && input.experts.empty() && input.path != "-")
      if (std::string file = findExpert(input.path); !file.empty())
        problem.given.push_back(readGiven(file, *problem.instance));
    return std::nullopt;
  }

  static GivenPlan readGiven(const std::string &file,
                             const Instance &instance) {
    GivenPlan plan;
    plan.source = file;
    Result<std::string> text = readFile(file);
    Result<Assignment> assignment =
        text ? readAssignment(*text, file == "-" ? "standard input" : file,
                              instance)
             : Result<Assignment>(text.error());
    if (assignment)
      plan.assignment = std::move(*assignment);
    else
      plan.misfit = assignment.error().message;
    return plan;
  }

  ComparisonStyle style(ComparisonFormat format, bool colour) const {
    ComparisonStyle result;
    result.format = format;
    result.layout = request.layout;
    result.times = !options.noTimes;
    result.colour = colour;
    return result;
  }

  std::optional<Error> deliver(const Comparison &comparison) const {
    if (options.output.empty())
      return print(comparison, request.format.value_or(ComparisonFormat::Text));
    if (options.output == "-")
      return print(comparison, request.format.value_or(ComparisonFormat::Json));
    ComparisonFormat format =
        request.format.value_or(formatOfFile(options.output));
    std::optional<Error> fileError = writeFile(
        options.output, writeComparison(comparison, style(format, false)));
    // Shown even if the file failed: the runs may have been long.
    std::optional<Error> error = print(comparison, ComparisonFormat::Text);
    return fileError ? fileError : error;
  }

  std::optional<Error> print(const Comparison &comparison,
                             ComparisonFormat format) const {
    return writeStandardOutput(
        writeComparison(comparison, style(format, useColour(options.colour))));
  }

  static int exitStatus(const Comparison &comparison) {
    size_t failed = 0, plans = 0;
    for (const ComparedInstance &instance : comparison.instances)
      for (const ComparisonRow &row : instance.rows) {
        failed += row.state == RowState::Failed;
        plans += row.state == RowState::Plan;
      }
    for (const ComparisonRemark &remark : comparison.remarks)
      if (remark.fault) {
        printError("internal error: two answers contradict each other: " +
                   remark.text);
        return kInternalError;
      }
    if (failed > 0) {
      printError("internal error: " + std::to_string(failed) +
                 " runs failed; the table says why");
      return kInternalError;
    }
    if (comparison.complete)
      return kFinished;
    return plans > 0 ? kStoppedWithPlan : kStoppedWithoutPlan;
  }

  const Options &options;
  const CompareRequest &request;
  CompareOptions compareOptions;
  bool withExperts = true;
  std::vector<std::string> names;
  /// Problems point into this; growing does not move what is in it.
  std::deque<Instance> instances;
  std::vector<ComparedProblem> problems;
};

} // namespace

int compareInstances(const Options &options) {
  return CompareProgram(options).run();
}

} // namespace placement::tool
