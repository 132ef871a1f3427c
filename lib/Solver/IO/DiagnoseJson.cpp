//===- DiagnoseJson.cpp - Why a text is not JSON --------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fast parser says that a text is wrong, not where. This file parses it
// again with a slower parser that knows its position. It builds no tree and is
// not recursive, so neither size nor depth of the input can exhaust anything.
//
//===----------------------------------------------------------------------===//

#include "JsonText.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace placement::solver {

namespace {

/// Walks over the text and leaves its position where the handler can see it.
class TrackedIterator {
public:
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;
  using iterator_category = std::input_iterator_tag;

  TrackedIterator(const char *at, const char **seen) : at(at), seen(seen) {}
  reference operator*() const { return *at; }
  TrackedIterator &operator++() {
    *seen = ++at;
    return *this;
  }
  friend bool operator==(const TrackedIterator &a, const TrackedIterator &b) {
    return a.at == b.at;
  }

private:
  const char *at;
  const char **seen;
};

/// Printable ASCII of bounded length, whatever the bytes were.
std::string printable(std::string_view text) {
  constexpr size_t kLongest = 160;
  std::string result;
  for (unsigned char c : text) {
    if (result.size() > kLongest)
      return result + "...";
    if (c >= 0x20 && c < 0x7f) {
      result += static_cast<char>(c);
      continue;
    }
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\x%02X", c);
    result += escape;
  }
  return result;
}

/// Receives what the slow parser sees and stops at the first fault.
class FaultFinder : public nlohmann::json_sax<nlohmann::json> {
public:
  explicit FaultFinder(const char *begin) : position(begin), begin(begin) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t &text) override {
    if (text.find_first_of(".eE") != std::string::npos)
      return true;
    return fault("the integer " + printable(text) +
                 " does not fit into 64 bits; write large numbers with an "
                 "exponent, such as 1e20");
  }
  bool string(string_t &) override { return true; }
  bool binary(binary_t &) override { return true; }
  bool start_object(size_t) override { return descend(); }
  bool key(string_t &) override { return true; }
  bool end_object() override { return ascend(); }
  bool start_array(size_t) override { return descend(); }
  bool end_array() override { return ascend(); }
  bool parse_error(size_t, const std::string &token,
                   const nlohmann::detail::exception &error) override {
    takeBackLiteral(token, error.what());
    // "[json.exception...] parse error at line 1, column 2: the reason"
    std::string_view text = error.what();
    if (size_t at = text.find(", column "); at != std::string_view::npos)
      text.remove_prefix(std::min(text.size(), text.find(": ", at)));
    else if (size_t end = text.find("] "); end != std::string_view::npos)
      text.remove_prefix(end);
    text.remove_prefix(std::min<size_t>(text.size(), 2));
    std::string hint;
    if (text.find("invalid literal") != std::string_view::npos &&
        (token.ends_with('N') || token.ends_with('I')))
      hint = "; NaN and Infinity are no JSON numbers";
    return fault("not valid JSON: " + printable(text) + hint);
  }

  /// Where the parser stands: just behind the last byte it took.
  const char *position;
  std::string reason;

private:
  /// A string or number in the wrong place is read whole before it is refused;
  /// point to where it starts.
  void takeBackLiteral(std::string_view token, std::string_view error) {
    bool literal =
        error.find("unexpected string literal") != std::string_view::npos ||
        error.find("unexpected number literal") != std::string_view::npos;
    size_t seen = static_cast<size_t>(position - begin);
    if (literal && !token.empty() && token.size() <= seen &&
        std::string_view(position - token.size(), token.size()) == token)
      position -= token.size() - 1;
  }

  bool fault(std::string text) {
    reason = std::move(text);
    return false;
  }
  bool descend() {
    if (++depth <= simdjson::DEFAULT_MAX_DEPTH)
      return true;
    return fault("lists and objects are nested more than " +
                 std::to_string(simdjson::DEFAULT_MAX_DEPTH) + " levels deep");
  }
  bool ascend() {
    --depth;
    return true;
  }

  const char *begin;
  size_t depth = 0;
};

} // namespace

Error diagnoseJson(std::string_view text, const std::string &fileName,
                   const char *reason) {
  const char *begin = text.data(), *end = begin + text.size();
  FaultFinder finder(begin);
  nlohmann::json::sax_parse(TrackedIterator(begin, &finder.position),
                            TrackedIterator(end, &finder.position), &finder);
  if (finder.reason.empty())
    return Error{fileName + ": cannot be read as JSON: " + reason};

  const char *at = finder.position > begin ? finder.position - 1 : begin;
  size_t line = std::count(begin, at, '\n') + 1;
  const char *lineStart = at;
  while (lineStart > begin && lineStart[-1] != '\n')
    --lineStart;
  return Error{fileName + ":" + std::to_string(line) + ":" +
               std::to_string(at - lineStart + 1) + ": " + finder.reason};
}

} // namespace placement::solver
