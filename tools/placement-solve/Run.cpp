//===- Run.cpp - placement-solve from arguments to exit status ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Run.h"

#include "Compare.h"
#include "Interrupt.h"
#include "Options.h"
#include "Output.h"
#include "Progress.h"

#include "placement/Solver/IO/Readers.h"
#include "placement/Solver/IO/TimelineWriters.h"
#include "placement/Solver/IO/Writers.h"
#include "placement/Solver/Search/Registry.h"
#include "placement/Solver/Search/Solve.h"

#include <cstdio>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace placement::tool {

using namespace solver;

namespace {

/// Errors of the core start so when it is at fault and not the input.
constexpr std::string_view kInternalPrefix = "internal error:";

struct CloseFile {
  void operator()(std::FILE *file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

class Program {
public:
  Program(int argc, const char *const *argv) : argc(argc), argv(argv) {}

  int run() {
    Result<Options> parsed = parseOptions(argc, argv);
    if (!parsed)
      return badInput(parsed.error());
    options = std::move(*parsed);
    if (options.help)
      return print(helpText());
    if (options.version)
      return print("placement-solve " PLACEMENT_VERSION "\n");
    if (options.listAlgorithms)
      return print(algorithmList());

    if (options.compare)
      return compareInstances(options);
    if (std::optional<Error> error = checkFiles())
      return badInput(*error);
    Result<std::string> text = readFile(options.input);
    if (!text)
      return badInput(text.error());
    Result<Instance> read = readInstance(
        *text, options.input == "-" ? "standard input" : options.input,
        options.model);
    if (!read)
      return badInput(read.error());
    instance.emplace(std::move(*read));
    for (const std::optional<Error> &error :
         {checkContiguous(), checkTimeline()})
      if (error)
        return badInput(*error);
    text->clear();
    text->shrink_to_fit();
    return options.evaluate.empty() ? solveInstance() : evaluatePlan();
  }

  /// Reports a fault of the program, with a file that reproduces it.
  int internalError(const std::string &text) {
    printError(text);
    if (!instance)
      return kInternalError;
    std::string command = "placement-solve";
    for (int i = 1; i < argc; ++i)
      command += std::string(" ") + argv[i];
    Result<std::string> file =
        writeTemporaryFile(writeInstanceJson(*instance, command + ": " + text));
    if (file)
      std::fprintf(stderr,
                   "placement-solve: this is a fault of the program; please "
                   "report it with the file %s, on which the same options "
                   "show it again\n",
                   file->c_str());
    else
      printError(file.error().message);
    return kInternalError;
  }

private:
  static int badInput(const Error &error) {
    printError(error.message);
    return kBadInput;
  }

  static int print(std::string_view text) {
    if (std::optional<Error> error = writeStandardOutput(text))
      return badInput(*error);
    return kFinished;
  }

  static std::string algorithmList() {
    std::string text = "auto\n    the best algorithm that can take the "
                       "instance\n";
    for (const std::unique_ptr<Algorithm> &known : Registry::get().all())
      text += std::string(known->name()) + "\n    " +
              std::string(known->description()) + "\n";
    return text;
  }

  /// What can be known about output files before the work begins.
  std::optional<Error> checkFiles() const {
    const std::pair<const char *, const std::string &> files[] = {
        {"-o", options.output},
        {"--log-json", options.logFile},
        {"--trace", options.trace}};
    for (const auto &[option, file] : files) {
      if (file.empty() || file == "-")
        continue;
      for (const auto &[other, same] : files)
        if (other != option && isReplaced(file) &&
            (file == same || isSameFile(file, same)))
          return Error{file + ": options " + option + " and " + other +
                       " would both write it; choose two files"};
      for (const std::string &source : {options.input, options.evaluate})
        if (!source.empty() && source != "-" && isSameFile(file, source))
          return Error{file + ": is read and would be overwritten; choose "
                              "another file for the output"};
      if (std::optional<Error> error = checkWritable(file))
        return error;
    }
    if (options.logFile == "-")
      return Error{"option --log-json needs a file: standard output is for "
                   "the result"};
    if (options.trace == "-")
      return Error{"option --trace needs a file: standard output is for the "
                   "result"};
    return std::nullopt;
  }

  /// Throughput has no moment at which a piece starts.
  std::optional<Error> checkTimeline() const {
    if (instance->isLatency() || (options.trace.empty() && !options.timeline))
      return std::nullopt;
    std::string option = options.timeline ? "--timeline" : "--trace";
    return Error{"option " + option +
                 " shows the timeline that plans for latency have; add "
                 "--objective=latency or remove it"};
  }

  /// Under latency the number of pieces a device says whether plans are
  /// contiguous; the option may repeat it, not contradict it.
  std::optional<Error> checkContiguous() const {
    bool contiguous = options.solve.contiguous;
    uint32_t pieces = instance->piecesPerDevice();
    if (!instance->isLatency() || !options.contiguousGiven ||
        contiguous == (pieces == 1))
      return std::nullopt;
    return Error{
        "option --contiguous=" + std::string(contiguous ? "true" : "false") +
        " contradicts latency with " + std::to_string(pieces) +
        (pieces == 1 ? " subgraph" : " subgraphs") +
        " per device; remove it, or give " +
        (contiguous ? "--subgraphs-per-device=1"
                    : "--subgraphs-per-device=2 or more")};
  }

  int solveInstance() {
    File log;
    if (!options.logFile.empty()) {
      log.reset(std::fopen(options.logFile.c_str(), "we"));
      if (!log) {
        std::string name = options.logFile + ": cannot be opened for writing";
        return badInput(Error{name});
      }
    }
    options.solve.cancel = &catchInterrupts();
    Progress progress(*instance, options.quiet, log.get());
    Result<Plan> plan = solve(*instance, options.solve, &progress);
    progress.finish();
    if (!plan) {
      if (plan.error().message.starts_with(kInternalPrefix))
        return internalError(plan.error().message);
      return badInput(plan.error());
    }
    progress.logEnd(*plan);
    // The answer first: a log that fails must not lose it.
    if (std::optional<Error> error = deliver(*plan))
      return badInput(*error);
    if (log && std::ferror(log.get()))
      return badInput(Error{options.logFile + ": cannot be written"});
    return exitStatus(*plan);
  }

  int evaluatePlan() {
    Result<std::string> text = readFile(options.evaluate);
    if (!text)
      return badInput(text.error());
    const std::string name =
        options.evaluate == "-" ? "standard input" : options.evaluate;
    Result<StatedPlan> given = readPlan(*text, name, *instance);
    if (!given)
      return badInput(given.error());
    Result<Plan> plan = evaluate(*instance, given->assignment,
                                 options.solve.contiguous, given->timeline);
    if (!plan)
      return badInput(plan.error());
    if (std::optional<Error> error = deliver(*plan))
      return badInput(*error);
    if (plan->status != Status::Infeasible)
      return kFinished;
    std::string more;
    if (size_t count = plan->explanation.size(); count > 1)
      more = " (and " + std::to_string(count - 1) + " more)";
    return badInput(Error{name + ": the plan breaks a rule of the instance: " +
                          plan->explanation.front() + more});
  }

  int exitStatus(const Plan &plan) const {
    if (plan.status == Status::Infeasible)
      return kInfeasible;
    if (!plan.hasAssignment())
      return kStoppedWithoutPlan;
    // A limit that comes once the asked gap is reached takes nothing away.
    bool limited = plan.stop != Stop::Finished && plan.stop != Stop::Gap;
    bool reached = plan.proof != Proof::None && plan.gap() <= options.solve.gap;
    return limited && !reached ? kStoppedWithPlan : kFinished;
  }

  std::optional<Error> deliver(const Plan &plan) const {
    std::optional<Error> failed;
    auto note = [&](std::optional<Error> error) {
      if (!failed)
        failed = std::move(error);
    };
    // Each is tried even if another failed: the search may have been long.
    if (options.output != "-" && !options.output.empty())
      note(writeFile(options.output, writePlanJson(*instance, plan)));
    if (!options.trace.empty() && !plan.timeline.empty())
      note(writeFile(options.trace, writeTrace(*instance, plan)));
    note(writeStandardOutput(
        options.output == "-" ? writePlanJson(*instance, plan) : table(plan)));
    if (!options.trace.empty() && plan.timeline.empty())
      std::fprintf(stderr,
                   "placement-solve: there is no plan to trace, so %s was not "
                   "written\n",
                   printableText(options.trace).c_str());
    return failed;
  }

  std::string table(const Plan &plan) const {
    bool colour = useColour(options.colour);
    std::string text = writePlanTable(*instance, plan, colour);
    if (options.timeline && !plan.timeline.empty())
      text += '\n' + drawTimeline(*instance, plan, {.colour = colour});
    return text;
  }

  int argc;
  const char *const *argv;
  Options options;
  std::optional<Instance> instance;
};

} // namespace

int run(int argc, const char *const *argv) noexcept {
  // The core throws nothing of its own, but memory can end anywhere, and
  // algorithms of other libraries join through the registry.
  try {
    Program program(argc, argv);
    try {
      return program.run();
    } catch (const std::bad_alloc &) {
      printError("the system ran out of memory");
      return kStoppedWithoutPlan;
    } catch (const std::exception &exception) {
      return program.internalError(std::string(kInternalPrefix) + " " +
                                   exception.what());
    }
  } catch (...) {
    std::fputs("placement-solve: error: internal error\n", stderr);
    return kInternalError;
  }
}

} // namespace placement::tool
