//===- Options.cpp - Command line of placement-solve ----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"

#include <charconv>
#include <cmath>
#include <string_view>

namespace placement::tool {

using solver::Error;
using solver::Result;

const char *helpText() {
  return R"(usage: placement-solve INSTANCE.json [options]

Finds the fastest way to spread a graph of operators over the devices of a
machine, and proves how good it is. INSTANCE.json is a published DPO file or
our own format (docs/Formats.md); '-' reads standard input. A table of the plan
goes to standard output, progress to standard error.

result
  -o PLAN.json            write the plan; '-o -' prints it instead of the table
  --evaluate=PLAN.json    do not solve: evaluate this plan or published split

search
  --algorithm=NAME        'auto' (default) or one that --algorithm=list shows
  --objective=throughput  the time per sample of the pipeline (default)
  --contiguous=true       each device holds one stage of a chain (default);
                          with false, any nodes in any number of pieces
  --max-stages=N          at most N stages
  --alternatives=N        list the N best plans with different cuts (default 1)
  --gap=G                 stop at this relative gap; 0.01 is 1 % (default 0)
  --time-limit=S          stop after S seconds
  --memory-limit=B        bytes for tables; suffixes K, M, G, T (default 2G)
  --seed=N                seed of randomised algorithms (default 1)

messages
  --log-json=FILE         write events of the search, one JSON object a line
  --color=WHEN            auto, always or never; auto honours NO_COLOR
  --quiet                 no progress
  --help                  show this text
  --version               show the version

exit status
  0  finished, or the asked gap is reached
  1  bad input or option, or the plan to evaluate breaks a rule
  2  proved that no plan keeps all rules
  3  stopped by a limit or a signal, with a plan
  4  stopped by a limit or a signal, without a plan
  70 internal error; an input that reproduces it was written
)";
}

namespace {

/// Parses a whole text as a number.
template <typename T>
bool parseNumber(std::string_view text, T &to) {
  auto [end, code] =
      std::from_chars(text.data(), text.data() + text.size(), to);
  return code == std::errc() && end == text.data() + text.size();
}

/// Bytes with an optional suffix, in powers of 1024: `512M`, `1.5GiB`.
bool parseBytes(std::string_view text, uint64_t &to) {
  std::string_view digits = text;
  size_t end = text.find_first_not_of("0123456789.");
  std::string_view suffix;
  if (end != std::string_view::npos) {
    digits = text.substr(0, end);
    suffix = text.substr(end);
  }
  constexpr std::string_view kLetters = "KMGT";
  int power = 0;
  if (!suffix.empty() && suffix != "B") {
    size_t letter = kLetters.find(suffix.front());
    std::string_view rest = suffix.substr(1);
    if (letter == std::string_view::npos ||
        !(rest.empty() || rest == "B" || rest == "iB"))
      return false;
    power = static_cast<int>(letter) + 1;
  }
  double amount = 0;
  if (!parseNumber(digits, amount))
    return false;
  amount = std::ldexp(amount, 10 * power);
  if (!(amount >= 1 && amount < 0x1p63))
    return false;
  to = static_cast<uint64_t>(amount);
  return true;
}

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
