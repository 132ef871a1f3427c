//===- JsonWriter.cpp - JSON text, the same bytes every time --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/IO/JsonWriter.h"

#include <charconv>
#include <cmath>
#include <utility>

namespace placement::solver {

namespace {

template <typename T>
void appendNumber(std::string &out, T number) {
  char text[40];
  auto [end, code] = std::to_chars(text, text + sizeof text, number);
  out.append(text, end);
}

/// Length of the well-formed UTF-8 sequence at the start of `text`; zero if
/// there is none (Unicode 15, table 3-7).
size_t sequenceLength(std::string_view text) {
  auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  auto continues = [&](size_t from, size_t to) {
    for (size_t i = from; i < to; ++i)
      if ((byte(i) & 0xC0) != 0x80)
        return false;
    return true;
  };
  unsigned first = byte(0), second = byte(1);
  if (first < 0x80)
    return 1;
  if (first >= 0xC2 && first <= 0xDF)
    return continues(1, 2) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    bool overlong = first == 0xE0 && second < 0xA0;
    bool surrogate = first == 0xED && second > 0x9F;
    return continues(1, 3) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    bool overlong = first == 0xF0 && second < 0x90;
    bool tooLarge = first == 0xF4 && second > 0x8F;
    return continues(1, 4) && !overlong && !tooLarge ? 4 : 0;
  }
  return 0;
}

} // namespace

void JsonWriter::separate() {
  if (std::exchange(afterKey, false) || scopes.empty())
    return;
  Scope &scope = scopes.back();
  if (!scope.empty)
    out += ',';
  if (scope.layout == Layout::Lines) {
    out += '\n';
    out.append(2 * scopes.size(), ' ');
  } else if (!scope.empty) {
    out += ' ';
  }
  scope.empty = false;
}

JsonWriter &JsonWriter::begin(char bracket, Layout layout) {
  separate();
  out += bracket;
  scopes.push_back({layout});
  return *this;
}

JsonWriter &JsonWriter::end(char bracket) {
  Scope scope = scopes.back();
  scopes.pop_back();
  if (!scope.empty && scope.layout == Layout::Lines) {
    out += '\n';
    out.append(2 * scopes.size(), ' ');
  }
  out += bracket;
  return *this;
}

JsonWriter &JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  out += ": ";
  afterKey = true;
  return *this;
}

JsonWriter &JsonWriter::value(std::string_view text) {
  separate();
  quote(text);
  return *this;
}

JsonWriter &JsonWriter::value(double number) {
  if (!std::isfinite(number))
    return null();
  separate();
  if (std::abs(number) < 0x1p63) {
    appendNumber(out, number);
    return *this;
  }
  // The shortest text may have no exponent and look like an integer, which
  // readers refuse beyond 64 bits.
  char text[40];
  auto [end, code] = std::to_chars(text, text + sizeof text, number,
                                   std::chars_format::scientific);
  out.append(text, end);
  return *this;
}

JsonWriter &JsonWriter::value(bool flag) {
  separate();
  out += flag ? "true" : "false";
  return *this;
}

JsonWriter &JsonWriter::null() {
  separate();
  out += "null";
  return *this;
}

JsonWriter &JsonWriter::integer(int64_t number) {
  separate();
  appendNumber(out, number);
  return *this;
}

JsonWriter &JsonWriter::unsignedInteger(uint64_t number) {
  separate();
  appendNumber(out, number);
  return *this;
}

void JsonWriter::quote(std::string_view text) {
  out += '"';
  while (!text.empty()) {
    unsigned char c = static_cast<unsigned char>(text[0]);
    size_t length = sequenceLength(text);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c == 0x7f) {
      constexpr char kDigits[] = "0123456789abcdef";
      out += "\\u00";
      out += kDigits[c >> 4];
      out += kDigits[c & 15];
    } else if (length == 0) {
      out += "\\ufffd";
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

std::string JsonWriter::take(bool line) {
  if (line)
    out += '\n';
  return std::exchange(out, std::string());
}

} // namespace placement::solver
