//===- AnswerReader.cpp - Takes a worker's answer apart -------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/External/WorkerProtocol.h"

#include <algorithm>
#include <charconv>
#include <utility>

using namespace placement::solver::external;

namespace {

/// A number of 64 bits with a sign and a blank.
constexpr size_t kNumberWidth = 21;
/// Of every line that has no values.
constexpr size_t kShortLine = 4096;

/// Cuts the next word off; empty at the end.
std::string_view nextWord(std::string_view &text) {
  size_t begin = std::min(text.find_first_not_of(' '), text.size());
  size_t end = std::min(text.find(' ', begin), text.size());
  std::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

bool readNumber(std::string_view word, int64_t &value) {
  auto [end, error] =
      std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc() && end == word.data() + word.size();
}

} // namespace

std::string placement::solver::external::printable(std::string_view text,
                                                   size_t most) {
  std::string result(text.substr(0, most));
  for (char &c : result)
    if (c < ' ' || c > '~')
      c = '?';
  if (text.size() > most)
    result += "...";
  return result;
}

AnswerReader::AnswerReader(const LinearModel &model)
    : model(model),
      longestLine(kShortLine + kNumberWidth * model.numVariables()) {}

bool AnswerReader::fail(std::string text) {
  errorText = std::move(text);
  pending.clear();
  return false;
}

bool AnswerReader::feed(std::string_view bytes, Listener &listener) {
  while (!ended && errorText.empty() && !bytes.empty()) {
    size_t newline = bytes.find('\n');
    std::string_view part = bytes.substr(0, newline);
    if (pending.size() + part.size() > longestLine)
      return fail("a line of its answer is too long");
    if (newline == std::string_view::npos) {
      pending += part;
      return true;
    }
    bytes.remove_prefix(newline + 1);
    if (pending.empty()) {
      readLine(part, listener);
      continue;
    }
    std::string line = std::exchange(pending, {}).append(part);
    readLine(line, listener);
  }
  return errorText.empty();
}

bool AnswerReader::readLine(std::string_view line, Listener &listener) {
  if (!greeted) {
    bool known = line.starts_with(kAnswerHeader) &&
                 (line.size() == kAnswerHeader.size() ||
                  line[kAnswerHeader.size()] == ' ');
    if (!known)
      return fail("its answer begins with '" + printable(line, 40) +
                  "' in place of '" + std::string(kAnswerHeader) + "'");
    greeted = true;
    line.remove_prefix(std::min(kAnswerHeader.size() + 1, line.size()));
    listener.onSolver(printable(line, 60));
    return true;
  }
  std::string_view rest = line;
  std::string_view word = nextWord(rest);
  if (word == "incumbent")
    return readIncumbent(rest, listener);
  if (word == "bound") {
    int64_t bound;
    if (!readNumber(nextWord(rest), bound) || !nextWord(rest).empty())
      return fail("it sent a bound that is no number");
    listener.onBound(bound);
    return true;
  }
  if (word == "status") {
    std::string_view status = nextWord(rest);
    if (haveStatus || !nextWord(rest).empty() ||
        (status != "optimal" && status != "feasible" &&
         status != "infeasible" && status != "unknown" && status != "failed"))
      return fail("it sent a status that is none, or two");
    haveStatus = true;
    listener.onStatus(status);
    return true;
  }
  if (word == "message") {
    rest.remove_prefix(std::min<size_t>(1, rest.size()));
    listener.onMessage(printable(rest));
    return true;
  }
  if (word == "end" && nextWord(rest).empty()) {
    if (!haveStatus)
      return fail("its answer ended without a status");
    ended = true;
    return true;
  }
  return fail("it sent '" + printable(line, 40) + "', which is no answer");
}

bool AnswerReader::readIncumbent(std::string_view text, Listener &listener) {
  values.clear();
  for (;;) {
    std::string_view word = nextWord(text);
    if (word.empty())
      break;
    size_t index = values.size();
    if (index == model.numVariables())
      return fail("it sent a solution of too many values");
    int64_t value;
    if (!readNumber(word, value))
      return fail("it sent '" + printable(word, 40) + "' as a value");
    Column column = static_cast<Column>(index);
    if (value < model.lowerOf(column) || value > model.upperOf(column))
      return fail("it gave variable " + std::to_string(index) +
                  " a value outside its bounds");
    values.push_back(value);
  }
  if (values.size() != model.numVariables())
    return fail("it sent a solution of " + std::to_string(values.size()) +
                " values for " + std::to_string(model.numVariables()) +
                " variables");
  listener.onIncumbent(values);
  return true;
}
