//===- JsonWriter.h - JSON text, the same bytes every time ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_IO_JSONWRITER_H
#define PLACEMENT_SOLVER_IO_JSONWRITER_H

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace placement::solver {

/// Appends JSON to a string. Numbers are the shortest text that reads back to
/// the same double, in any locale; bytes that are no UTF-8 become U+FFFD. The
/// caller keeps `begin` and `end` in pairs.
class JsonWriter {
public:
  /// How the members of a list or object are laid out.
  enum class Layout { Lines, Inline };

  JsonWriter &beginObject(Layout layout = Layout::Lines) {
    return begin('{', layout);
  }
  JsonWriter &beginArray(Layout layout = Layout::Lines) {
    return begin('[', layout);
  }
  JsonWriter &endObject() { return end('}'); }
  JsonWriter &endArray() { return end(']'); }

  JsonWriter &key(std::string_view name);
  JsonWriter &value(std::string_view text);
  JsonWriter &value(const char *text) { return value(std::string_view(text)); }
  JsonWriter &value(double number);
  JsonWriter &value(bool flag);
  template <std::signed_integral T>
  JsonWriter &value(T number) {
    return integer(static_cast<int64_t>(number));
  }
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  JsonWriter &value(T number) {
    return unsignedInteger(static_cast<uint64_t>(number));
  }
  JsonWriter &null();

  /// `key(name).value(what)`.
  template <typename T>
  JsonWriter &field(std::string_view name, const T &what) {
    return key(name).value(what);
  }

  /// The text so far, handed over; ends with a newline when `line` is set.
  std::string take(bool line = true);

private:
  struct Scope {
    Layout layout;
    bool empty = true;
  };

  JsonWriter &begin(char bracket, Layout layout);
  JsonWriter &end(char bracket);
  JsonWriter &integer(int64_t number);
  JsonWriter &unsignedInteger(uint64_t number);
  /// What goes in front of the next member.
  void separate();
  void quote(std::string_view text);

  std::string out;
  std::vector<Scope> scopes;
  bool afterKey = false;
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_IO_JSONWRITER_H
