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
#include <string_view>

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
    if (!options.input.empty())
      return fail("two instances are given, '" + options.input + "' and '" +
                  std::string(argument) + "'; give one");
    if (argument.empty())
      return fail("the name of the instance is empty; give a file, or '-' for "
                  "standard input");
    options.input = argument;
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
        if (setting.steersSearch && searchOption.empty())
          searchOption = name;
        return;
      }
    fail("unknown option '" + std::string(argument) +
         "'; --help lists the options");
  }

  void checkTogether() {
    if (options.input.empty())
      return fail("no instance is given; write placement-solve INSTANCE.json, "
                  "or see --help");
    if (options.evaluate.empty())
      return;
    if (options.input == "-" && options.evaluate == "-")
      return fail("instance and plan cannot both come from standard input; "
                  "give one of them as a file");
    if (!searchOption.empty())
      return fail("option " + searchOption +
                  " steers a search, but --evaluate does not search; remove "
                  "one of them");
  }

  bool takeAlgorithm(std::string_view value) {
    options.listAlgorithms = value == "list";
    options.solve.algorithm = value;
    return true;
  }
  bool takeObjective(std::string_view value) { return value == "throughput"; }
  bool takeContiguous(std::string_view value) {
    options.solve.contiguous = value == "true";
    return value == "true" || value == "false";
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
    return parseNumber(value, options.solve.timeLimit) &&
           options.solve.timeLimit >= 0;
  }
  bool takeMemoryLimit(std::string_view value) {
    return parseBytes(value, options.solve.memoryLimit);
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
  bool takeColour(std::string_view value) {
    options.colour = value == "always"  ? Colour::Always
                     : value == "never" ? Colour::Never
                                        : Colour::Auto;
    return value == "auto" || value == "always" || value == "never";
  }

  struct Flag {
    std::string_view name;
    bool Options::*member;
  };
  struct Setting {
    std::string_view name;
    const char *placeholder;
    const char *rule;
    bool (Parser::*take)(std::string_view);
    bool steersSearch;
  };

  static constexpr Flag kFlags[] = {{"--quiet", &Options::quiet},
                                    {"--help", &Options::help},
                                    {"--version", &Options::version}};
  static constexpr Setting kSettings[] = {
      {"--algorithm", "NAME", "auto, or a name that --algorithm=list shows",
       &Parser::takeAlgorithm, true},
      {"--objective", "throughput",
       "throughput, the one objective of this version", &Parser::takeObjective,
       false},
      {"--contiguous", "true", "true or false", &Parser::takeContiguous, false},
      {"--max-stages", "N", "a whole number from 1", &Parser::takeMaxStages,
       true},
      {"--alternatives", "N", "a whole number from 1 to 1000",
       &Parser::takeAlternatives, true},
      {"--gap", "G", "a number from 0, such as 0.01 for 1 %", &Parser::takeGap,
       true},
      {"--time-limit", "SECONDS", "seconds from 0", &Parser::takeTimeLimit,
       true},
      {"--memory-limit", "BYTES",
       "bytes from 1 with an optional suffix K, M, G or T",
       &Parser::takeMemoryLimit, true},
      {"--seed", "N", "a whole number from 0", &Parser::takeSeed, true},
      {"--evaluate", "PLAN.json", "a file", &Parser::takeEvaluate, false},
      {"--log-json", "FILE", "a file", &Parser::takeLogFile, false},
      {"--color", "WHEN", "auto, always or never", &Parser::takeColour, false}};

  Options options;
  /// The first option given that has no effect without a search.
  std::string searchOption;
  std::optional<Error> error;
};

} // namespace

Result<Options> parseOptions(int argc, const char *const *argv) {
  return Parser().parse(argc, argv);
}

} // namespace placement::tool
