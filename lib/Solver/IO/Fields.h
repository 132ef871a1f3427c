//===- Fields.h - Typed access to JSON with precise errors ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_IO_FIELDS_H
#define PLACEMENT_LIB_SOLVER_IO_FIELDS_H

#include "IdMap.h"
#include "JsonText.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace placement::solver {

/// Where a value stands in a file, for messages only: `nodes[3].cpuLatency`.
/// A chain of views on the stack; text is built when something is wrong.
struct JsonPath {
  const JsonPath *parent = nullptr;
  std::string_view name;
  static constexpr size_t kNoIndex = ~size_t(0);
  size_t index = kNoIndex;

  /// Starts a path; `fileName` leads every message.
  static JsonPath file(std::string_view fileName) {
    return {nullptr, fileName};
  }
  JsonPath field(std::string_view field) const { return {this, field}; }
  JsonPath at(size_t i) const { return {this, {}, i}; }

  /// `FILE: nodes[3].cpuLatency: text`.
  Error error(const std::string &text) const;

private:
  void append(std::string &to) const;
};

/// What a value is, for messages: `-1`, `"abc"`, `null`, `a list`.
std::string describeJson(JsonElement element);

// Each reader below leaves `to` untouched and fills `error` when the value
// breaks the rule, and says so by returning false.

/// A finite number that is not negative.
bool readFigure(JsonElement from, const JsonPath &path, double &to,
                std::optional<Error> &error);
/// A whole number within [low, high]; 3.0 counts as whole.
bool readInteger(JsonElement from, const JsonPath &path, int64_t low,
                 int64_t high, int64_t &to, std::optional<Error> &error);
/// The id of a node, as the node's number. `unknown` says what is wrong with an
/// id that the map does not have, and what to do.
bool readNodeId(JsonElement from, const JsonPath &path, const IdMap &ids,
                std::string_view unknown, NodeId &to,
                std::optional<Error> &error);
/// true, false, 0 or 1.
bool readFlag(JsonElement from, const JsonPath &path, bool &to,
              std::optional<Error> &error);
bool readString(JsonElement from, const JsonPath &path, std::string_view &to,
                std::optional<Error> &error);
bool readArray(JsonElement from, const JsonPath &path, simdjson::dom::array &to,
               std::optional<Error> &error);
bool readObject(JsonElement from, const JsonPath &path,
                simdjson::dom::object &to, std::optional<Error> &error);
/// Bytes as a number that is not negative, rounded down.
bool readBytes(JsonElement from, const JsonPath &path, int64_t &to,
               std::optional<Error> &error);

/// `unknown field 'x'; known fields: a, b, c`.
Error unknownFieldError(const JsonPath &path, std::string_view key,
                        std::span<const std::string_view> known);

/// The fields of an object by number. Files repeat the same fields in the same
/// order, so the place where a field stood last time is tried first.
template <size_t N>
class FieldTable {
  static_assert(N <= 32);

public:
  explicit FieldTable(std::array<std::string_view, N> names) : names(names) {
    for (size_t i = 0; i < N; ++i)
      guess[i] = static_cast<uint8_t>(i);
  }

  /// Spreads the object's values over `values`; `has()` tells which are there.
  /// Calls `unknown(key)` for any other key, which may refuse it by returning
  /// an error.
  template <typename Unknown>
  bool read(simdjson::dom::object object, const JsonPath &path,
            std::optional<Error> &error, Unknown unknown) {
    seen = 0;
    size_t place = 0;
    for (simdjson::dom::key_value_pair field : object) {
      size_t number = find(field.key, place++);
      if (number == N) {
        if ((error = unknown(field.key)))
          return false;
        continue;
      }
      if (seen >> number & 1) {
        error = path.error("field '" + std::string(names[number]) +
                           "' is given twice; keep one of them");
        return false;
      }
      seen |= uint32_t(1) << number;
      values[number] = field.value;
    }
    return true;
  }

  /// As above, with every unknown key an error that lists the known ones.
  bool readStrict(simdjson::dom::object object, const JsonPath &path,
                  std::optional<Error> &error) {
    return read(object, path, error, [&](std::string_view key) {
      return std::optional<Error>(unknownFieldError(path, key, names));
    });
  }

  bool has(size_t number) const { return seen >> number & 1; }
  /// True if the field is there; else an error that says what to give.
  bool require(size_t number, const JsonPath &path, const char *whatToGive,
               std::optional<Error> &error) const {
    if (has(number))
      return true;
    error = path.error("field '" + std::string(names[number]) +
                       "' is missing; give " + whatToGive);
    return false;
  }
  JsonElement operator[](size_t number) const { return values[number]; }
  std::string_view name(size_t number) const { return names[number]; }

private:
  size_t find(std::string_view key, size_t place) {
    if (place < N && names[guess[place]] == key)
      return guess[place];
    for (size_t i = 0; i < N; ++i)
      if (names[i] == key) {
        if (place < N)
          guess[place] = static_cast<uint8_t>(i);
        return i;
      }
    return N;
  }

  std::array<std::string_view, N> names;
  std::array<uint8_t, N> guess;
  std::array<JsonElement, N> values;
  uint32_t seen = 0;
};

} // namespace placement::solver

#endif // PLACEMENT_LIB_SOLVER_IO_FIELDS_H
