//===- Options.cpp - Command line of placement-solve ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"

#include "OptionValues.h"

#include <cmath>
#include <cstdlib>
#include <set>
#include <string_view>
#include <unistd.h>

namespace placement::tool {

using solver::Error;
using solver::Result;

namespace {

class Parser {
public:
  Result<Options> parse(int argc, const char *const *argv) {
    bool onlyFiles = false;
    for (int i = 1; i < argc; ++i) {
      std::string_view argument = argv[i];
      if (onlyFiles || argument == "-" || !argument.starts_with('-')) {
        takeInput(argument);
      } else if (argument == "--") {
        onlyFiles = true;
      } else if (argument == "-o") {
        if (i + 1 < argc)
          options.output = argv[++i];
        if (options.output.empty())
          fail("option -o needs a file: write -o PLAN.json, or -o - for "
               "standard output");
      } else {
        takeOption(argument);
      }
      if (error)
        return *error;
    }
    if (options.help || options.version || options.listAlgorithms)
      return options;
    checkTogether();
    if (error)
      return *error;
    return options;
  }

private:
  void fail(std::string text) {
    if (!error)
      error = Error{std::move(text)};
  }

  void takeInput(std::string_view argument) {
    if (argument.empty())
      return fail("the name of the instance is empty; give a file, or '-' for "
                  "standard input");
    inputs().push_back({std::string(argument), {}});
  }

  /// An option of the form --name or --name=value.
  void takeOption(std::string_view argument) {
    size_t equals = argument.find('=');
    std::string_view name = argument.substr(0, equals);
    bool hasValue = equals != std::string_view::npos;
    std::string_view value = hasValue ? argument.substr(equals + 1) : "";
    for (const Flag &flag : kFlags)
      if (flag.name == name) {
        if (hasValue)
          return fail("option " + std::string(name) + " takes no value");
        options.*flag.member = true;
        noteUse(flag.use, name);
        return;
      }
    for (const Setting &setting : kSettings)
      if (setting.name == name) {
        if (!hasValue || value.empty())
          return fail("option " + std::string(name) + " needs a value: write " +
                      std::string(name) + "=" + setting.placeholder);
        if (!(this->*setting.take)(value))
          return fail("option " + std::string(name) + ": '" +
                      std::string(value) + "' is not possible; give " +
                      setting.rule);
        noteUse(setting.use, name);
        return;
      }
    fail("unknown option '" + std::string(argument) +
         "'; --help lists the options");
  }

  /// When an option has a meaning.
  enum class Use : uint8_t {
    Always,
    /// Where there is a search.
    Search,
    /// Where there is one search only.
    OneSearch,
    /// Where there is one instance only.
    OneInstance,
    Compare
  };

  void noteUse(Use use, std::string_view name) {
    std::string &first = firstOf[static_cast<size_t>(use)];
    if (first.empty())
      first = name;
  }
  const std::string &given(Use use) const {
    return firstOf[static_cast<size_t>(use)];
  }

  std::vector<CompareInput> &inputs() { return options.comparison.inputs; }

  void checkTogether() {
    if (inputs().empty())
      return fail("no instance is given; write placement-solve INSTANCE.json, "
                  "or see --help");
    if (options.compare)
      return checkComparison();
    if (inputs().size() > 1)
      return fail("two instances are given, '" + inputs()[0].path + "' and '" +
                  inputs()[1].path +
                  "'; give one, or add --compare for a table of all");
    if (!given(Use::Compare).empty())
      return fail("option " + given(Use::Compare) +
                  " is for comparisons; add --compare or remove it");
    if (bothKinds)
      return fail("option --contiguous=both is for comparisons; add --compare, "
                  "or give true or false");
    options.input = inputs().front().path;
    if (options.timeline && options.output == "-")
      return fail("option --timeline draws below the table, which -o - takes "
                  "the place of; remove one of them");
    if (options.evaluate.empty())
      return;
    if (options.input == "-" && options.evaluate == "-")
      return fail("instance and plan cannot both come from standard input; "
                  "give one of them as a file");
    for (Use use : {Use::Search, Use::OneSearch})
      if (!given(use).empty())
        return fail("option " + given(use) +
                    " steers a search, but --evaluate does not search; remove "
                    "one of them");
  }

  void checkComparison() {
    for (Use use : {Use::OneSearch, Use::OneInstance})
      if (!given(use).empty())
        return fail("option " + given(use) +
                    " has no meaning in a comparison; " +
                    (given(use) == "--algorithm" ? "write --algorithms=NAME,..."
                                                 : "remove it or --compare"));
    std::set<std::string_view> seen;
    for (const CompareInput &input : inputs())
      if (!seen.insert(input.path).second)
        return fail("instance '" + input.path +
                    "' is given twice; name each once");
    if (firstExperts.empty())
      return;
    if (inputs().size() > 1)
      return fail("option --expert=" + firstExperts.front() +
                  " stands before all instances; put it behind the one that "
                  "the plan is for");
    std::vector<std::string> &experts = inputs().front().experts;
    experts.insert(experts.begin(), firstExperts.begin(), firstExperts.end());
  }

  bool takeAlgorithm(std::string_view value) {
    options.listAlgorithms = value == "list";
    options.solve.algorithm = value;
    return true;
  }
  bool takeObjective(std::string_view value) {
    options.model.objective.objective = solver::parseObjective(value);
    return options.model.objective.objective.has_value();
  }
  bool takePieces(std::string_view value) {
    uint32_t number = 0;
    if (!parseNumber(value, number) || number < 1 ||
        number > solver::kMostPiecesPerDevice)
      return false;
    options.model.objective.piecesPerDevice = number;
    return true;
  }
  bool takeCores(std::string_view value) {
    options.model.objective.cores = solver::parseCores(value);
    return options.model.objective.cores.has_value();
  }
  bool takeContiguous(std::string_view value) {
    options.contiguousGiven = true;
    bothKinds = value == "both";
    options.solve.contiguous = value == "true";
    options.comparison.contiguous = value != "false";
    options.comparison.any = value != "true";
    return value == "true" || value == "false" || bothKinds;
  }
  bool takeCommunication(std::string_view value) {
    options.model.communication = solver::parseCommunication(value);
    return options.model.communication.has_value();
  }
  bool takeSchedule(std::string_view value) {
    options.model.schedule = solver::parseSchedule(value);
    return options.model.schedule.has_value();
  }
  bool takeMicrobatches(std::string_view value) {
    uint32_t number = 0;
    options.model.microbatches.reset();
    if (!parseNumber(value, number) || number < 1 ||
        number > solver::kMostMicrobatches)
      return false;
    options.model.microbatches = number;
    return true;
  }
  bool takeMaxStages(std::string_view value) {
    return parseNumber(value, options.solve.maxStages) &&
           options.solve.maxStages >= 1;
  }
  bool takeAlternatives(std::string_view value) {
    return parseNumber(value, options.solve.alternatives) &&
           options.solve.alternatives >= 1 &&
           options.solve.alternatives <= solver::kMostAlternatives;
  }
  bool takeGap(std::string_view value) {
    return parseNumber(value, options.solve.gap) && options.solve.gap >= 0 &&
           std::isfinite(options.solve.gap);
  }
  bool takeTimeLimit(std::string_view value) {
    options.timeLimitGiven = true;
    return parseNumber(value, options.solve.timeLimit) &&
           options.solve.timeLimit >= 0;
  }
  bool takeMemoryLimit(std::string_view value) {
    return parseBytes(value, options.solve.memoryLimit);
  }
  bool takeThreads(std::string_view value) {
    return parseNumber(value, options.solve.threads) &&
           options.solve.threads >= 1 && options.solve.threads <= 1024;
  }
  bool takeProvers(std::string_view value) {
    std::optional<solver::Provers> provers = solver::parseProvers(value);
    options.solve.provers = provers.value_or(solver::Provers::Auto);
    return provers.has_value();
  }
  bool takeWorker(std::string_view value) {
    options.solve.worker = value;
    return true;
  }
  bool takeSeed(std::string_view value) {
    return parseNumber(value, options.solve.seed);
  }
  bool takeEvaluate(std::string_view value) {
    options.evaluate = value;
    return true;
  }
  bool takeLogFile(std::string_view value) {
    options.logFile = value;
    return true;
  }
  bool takeTrace(std::string_view value) {
    options.trace = value;
    return true;
  }
  bool takeAlgorithms(std::string_view value) {
    return parseNames(value, options.comparison.algorithms);
  }
  bool takeExpert(std::string_view value) {
    (inputs().empty() ? firstExperts : inputs().back().experts)
        .emplace_back(value);
    return true;
  }
  bool takeFormat(std::string_view value) {
    options.comparison.format = parseFormat(value);
    return options.comparison.format.has_value();
  }
  bool takeTable(std::string_view value) {
    options.comparison.layout = value == "matrix"
                                    ? solver::ComparisonLayout::Matrix
                                    : solver::ComparisonLayout::Rows;
    return value == "rows" || value == "matrix";
  }
  bool takeColour(std::string_view value) {
    options.colour = value == "always"  ? Colour::Always
                     : value == "never" ? Colour::Never
                                        : Colour::Auto;
    return value == "auto" || value == "always" || value == "never";
  }

  struct Flag {
    std::string_view name;
    bool Options::*member;
    Use use;
  };
  struct Setting {
    std::string_view name;
    const char *placeholder;
    const char *rule;
    bool (Parser::*take)(std::string_view);
    Use use;
  };

  static constexpr Flag kFlags[] = {
      {"--compare", &Options::compare, Use::Always},
      {"--timeline", &Options::timeline, Use::OneInstance},
      {"--no-times", &Options::noTimes, Use::Compare},
      {"--quiet", &Options::quiet, Use::Always},
      {"--help", &Options::help, Use::Always},
      {"--version", &Options::version, Use::Always}};
  static constexpr Setting kSettings[] = {
      {"--algorithm", "NAME", "auto, or a name that --algorithm=list shows",
       &Parser::takeAlgorithm, Use::OneSearch},
      {"--objective", "NAME", "throughput or latency", &Parser::takeObjective,
       Use::Always},
      {"--subgraphs-per-device", "Q", "a whole number from 1 to 64",
       &Parser::takePieces, Use::Always},
      {"--cores", "N",
       "a whole number from 1 to 1048576, machine for as many as the instance "
       "has, or unlimited",
       &Parser::takeCores, Use::Always},
      {"--contiguous", "true", "true or false (or both, with --compare)",
       &Parser::takeContiguous, Use::Always},
      {"--comm", "MODEL", "sequential, half-duplex or full-duplex",
       &Parser::takeCommunication, Use::Always},
      {"--schedule", "NAME", "1f1b or gpipe", &Parser::takeSchedule,
       Use::Always},
      {"--microbatches", "N", "a whole number from 1 to 1048576",
       &Parser::takeMicrobatches, Use::Always},
      {"--max-stages", "N", "a whole number from 1", &Parser::takeMaxStages,
       Use::Search},
      {"--alternatives", "N", "a whole number from 1 to 1000",
       &Parser::takeAlternatives, Use::OneSearch},
      {"--gap", "G", "a number from 0, such as 0.01 for 1 %", &Parser::takeGap,
       Use::Search},
      {"--time-limit", "SECONDS", "seconds from 0", &Parser::takeTimeLimit,
       Use::Search},
      {"--memory-limit", "BYTES",
       "bytes from 1 with an optional suffix K, M, G or T",
       &Parser::takeMemoryLimit, Use::Search},
      {"--seed", "N", "a whole number from 0", &Parser::takeSeed, Use::Search},
      {"--threads", "N", "a whole number from 1 to 1024", &Parser::takeThreads,
       Use::Search},
      {"--provers", "WHO", "auto, own, highs, cpsat or all",
       &Parser::takeProvers, Use::Search},
      {"--worker", "PROGRAM", "the program placement-worker",
       &Parser::takeWorker, Use::Search},
      {"--evaluate", "PLAN.json", "a file", &Parser::takeEvaluate,
       Use::OneInstance},
      {"--trace", "FILE.json", "a file", &Parser::takeTrace, Use::OneInstance},
      {"--log-json", "FILE", "a file", &Parser::takeLogFile, Use::OneInstance},
      {"--algorithms", "NAME,...",
       "names that --algorithm=list shows, and expert, with commas between",
       &Parser::takeAlgorithms, Use::Compare},
      {"--expert", "PLAN.json", "a file", &Parser::takeExpert, Use::Compare},
      {"--format", "markdown", "text, markdown, csv or json",
       &Parser::takeFormat, Use::Compare},
      {"--table", "matrix", "rows or matrix", &Parser::takeTable, Use::Compare},
      {"--color", "WHEN", "auto, always or never", &Parser::takeColour,
       Use::Always}};

  Options options;
  /// For each use, the first option given that has it.
  std::string firstOf[static_cast<size_t>(Use::Compare) + 1];
  /// Expert plans that stand before the first instance.
  std::vector<std::string> firstExperts;
  bool bothKinds = false;
  std::optional<Error> error;
};

} // namespace

bool useColour(Colour colour) {
  if (colour != Colour::Auto)
    return colour == Colour::Always;
  const char *disabled = std::getenv("NO_COLOR");
  return (!disabled || !*disabled) && ::isatty(STDOUT_FILENO) == 1;
}

Result<Options> parseOptions(int argc, const char *const *argv) {
  return Parser().parse(argc, argv);
}

} // namespace placement::tool
