//===- WorkerRequest.cpp - Writes and reads what a worker is asked --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/External/WorkerProtocol.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

using namespace placement::solver::external;

// Form (docs/Workers.md):
//   placement-model 1
//   option NAME VALUE                 any number
//   variables N, then N lines         LOWER UPPER
//   rows M, then M lines              LOWER|- UPPER|- COLUMN COEFFICIENT ...
//                                     if COLUMN 0|1 LOWER|- ... for some
//   objective COLUMN COEFFICIENT ...
//   limit VALUE                       or none
//   hint VALUE ...                    or none
//   end

namespace {

void put(std::string &text, int64_t value) {
  std::array<char, 24> digits;
  auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), value);
  text.append(digits.data(), end);
  text += ' ';
}

void putSide(std::string &text, int64_t value, int64_t none) {
  if (value == none)
    text += "- ";
  else
    put(text, value);
}

void putTerms(std::string &text, std::span<const Term> terms) {
  for (const Term &term : terms) {
    put(text, term.column);
    put(text, term.coefficient);
  }
  text.back() = '\n';
}

void putOption(std::string &text, std::string_view name,
               const std::string &value) {
  text += "option ";
  text += name;
  text += ' ' + value + '\n';
}

std::string number(double value) {
  std::array<char, 32> digits;
  auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return std::string(digits.data(), end);
}

/// Reads words and numbers; remembers the first thing that went wrong.
class Words {
public:
  explicit Words(std::string_view text) : text(text) {}

  /// Moves to the next line; false at the end of the text.
  bool next() {
    if (at >= text.size())
      return false;
    size_t end = text.find('\n', at);
    // A line that has no end is not whole.
    if (end == std::string_view::npos)
      return false;
    current = text.substr(at, end - at);
    at = end + 1;
    ++lineNumber;
    return true;
  }
  size_t position() const { return at; }
  size_t line() const { return lineNumber; }
  std::string_view rest() const { return current; }

  std::string_view word() {
    size_t begin = std::min(current.find_first_not_of(' '), current.size());
    size_t end = std::min(current.find(' ', begin), current.size());
    std::string_view result = current.substr(begin, end - begin);
    current.remove_prefix(end);
    return result;
  }
  template <typename T>
  static bool parse(std::string_view word, T &value) {
    auto [end, error] =
        std::from_chars(word.data(), word.data() + word.size(), value);
    return error == std::errc() && end == word.data() + word.size();
  }
  template <typename T>
  bool number(T &value) {
    return parse(word(), value);
  }
  /// A number, or `none` for a dash.
  bool side(int64_t &value, int64_t none) {
    std::string_view found = word();
    value = none;
    return found == "-" || parse(found, value);
  }
  /// The rest of the line.
  bool terms(std::vector<Term> &result) {
    result.clear();
    for (;;) {
      std::string_view found = word();
      if (found.empty())
        return true;
      Term term;
      if (!parse(found, term.column) || !number(term.coefficient))
        return false;
      result.push_back(term);
    }
  }

private:
  std::string_view text, current;
  size_t at = 0, lineNumber = 0;
};

bool readOption(Words &words, WorkerRequest &request) {
  std::string_view name = words.word();
  std::string_view value = words.rest();
  value.remove_prefix(std::min<size_t>(1, value.size()));
  if (name == "solver")
    request.solver = value;
  else if (name == "ortools")
    request.ortools = value;
  else if (name == "time-limit")
    return Words::parse(value, request.timeLimit) && request.timeLimit >= 0;
  else if (name == "memory-limit")
    return Words::parse(value, request.memoryLimit);
  else if (name == "threads")
    return Words::parse(value, request.threads);
  else if (name == "seed")
    return Words::parse(value, request.seed);
  else if (name == "gap")
    return Words::parse(value, request.gap) && request.gap >= 0;
  // Others are of later versions, and may be left alone.
  return true;
}

bool readRow(Words &words, LinearModel &model, std::vector<Term> &terms) {
  Column condition = LinearModel::kUnconditional;
  uint32_t when = 1;
  Words start = words;
  if (start.word() == "if") {
    words = start;
    if (!words.number(condition) || !words.number(when) || when > 1 ||
        condition == LinearModel::kUnconditional)
      return false;
  }
  int64_t lower, upper;
  if (!words.side(lower, kNoLower) || !words.side(upper, kNoUpper) ||
      !words.terms(terms))
    return false;
  model.addRowIf(condition, when == 1, lower, upper, terms);
  return true;
}

} // namespace

std::string
placement::solver::external::writeRequest(const LinearModel &model,
                                          const WorkerRequest &request) {
  std::string text(kModelHeader);
  text += '\n';
  putOption(text, "solver", request.solver);
  if (!request.ortools.empty())
    putOption(text, "ortools", request.ortools);
  if (std::isfinite(request.timeLimit))
    putOption(text, "time-limit", number(request.timeLimit));
  putOption(text, "memory-limit", std::to_string(request.memoryLimit));
  putOption(text, "threads", std::to_string(request.threads));
  putOption(text, "seed", std::to_string(request.seed));
  putOption(text, "gap", number(request.gap));

  text += "variables " + std::to_string(model.numVariables()) + '\n';
  for (Column column = 0; column < model.numVariables(); ++column) {
    put(text, model.lowerOf(column));
    put(text, model.upperOf(column));
    text.back() = '\n';
  }
  text += "rows " + std::to_string(model.numRows()) + '\n';
  for (const LinearModel::Row &row : model.allRows()) {
    if (row.condition != LinearModel::kUnconditional) {
      text += "if ";
      put(text, row.condition);
      text += row.when ? "1 " : "0 ";
    }
    putSide(text, row.lower, kNoLower);
    putSide(text, row.upper, kNoUpper);
    putTerms(text, model.termsOf(row));
  }
  text += "objective ";
  putTerms(text, model.objectiveTerms());
  if (model.limit()) {
    text += "limit ";
    put(text, *model.limit());
    text.back() = '\n';
  }
  if (!model.hintValues().empty()) {
    text += "hint ";
    for (int64_t value : model.hintValues())
      put(text, value);
    text.back() = '\n';
  }
  text += "end\n";
  return text;
}

std::string placement::solver::external::readRequest(std::string_view text,
                                                     LinearModel &model,
                                                     WorkerRequest &request,
                                                     size_t &rest) {
  model = {};
  request = {};
  Words words(text);
  auto fail = [&](const char *what) {
    return "line " + std::to_string(words.line()) + " of the model: " + what;
  };
  if (!words.next() || words.rest() != kModelHeader)
    return "the model does not begin with '" + std::string(kModelHeader) + "'";

  std::vector<Term> terms;
  std::vector<int64_t> values;
  while (words.next()) {
    std::string_view word = words.word();
    uint64_t count = 0;
    if (word == "option") {
      if (!readOption(words, request))
        return fail("an option has no such value");
    } else if (word == "variables") {
      if (!words.number(count))
        return fail("the number of variables is missing");
      for (uint64_t i = 0; i < count; ++i) {
        int64_t lower, upper;
        if (!words.next() || !words.number(lower) || !words.number(upper) ||
            !words.word().empty())
          return fail("two bounds of a variable should be here");
        model.addVariable(lower, upper);
      }
    } else if (word == "rows") {
      if (!words.number(count))
        return fail("the number of rows is missing");
      for (uint64_t i = 0; i < count; ++i)
        if (!words.next() || !readRow(words, model, terms))
          return fail("a row should be here: two sides, columns with "
                      "coefficients");
    } else if (word == "objective") {
      if (!words.terms(terms))
        return fail("the objective needs columns with coefficients");
      model.setObjective(terms);
    } else if (word == "limit") {
      int64_t limit;
      if (!words.number(limit))
        return fail("the objective limit is no number");
      model.setObjectiveLimit(limit);
    } else if (word == "hint") {
      values.clear();
      for (std::string_view found = words.word(); !found.empty();
           found = words.word()) {
        values.emplace_back();
        if (!Words::parse(found, values.back()))
          return fail("a value of the hint is no number");
      }
      model.setHint(values);
    } else if (word == "end") {
      rest = words.position();
      return model.check();
    } else {
      return fail("this begins with no word of the protocol");
    }
  }
  return "the model ended before its line 'end'";
}
