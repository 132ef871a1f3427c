//===- Fields.cpp - Typed access to JSON with precise errors --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fields.h"

#include "placement/Solver/Model/Describe.h"

#include <cmath>
#include <limits>

namespace placement::solver {

using simdjson::dom::element_type;

void JsonPath::append(std::string &to) const {
  if (!parent) {
    to += name;
    to += ':';
    return;
  }
  parent->append(to);
  if (index != kNoIndex) {
    to += (parent->parent ? "[" : " [") + std::to_string(index) + "]";
    return;
  }
  to += parent->parent ? "." : " ";
  to += name;
}

Error JsonPath::error(const std::string &text) const {
  std::string message;
  append(message);
  if (parent)
    message += ':';
  return Error{message + " " + text};
}

std::string describeJson(JsonElement element) {
  constexpr size_t kLongest = 40;
  switch (element.type()) {
  case element_type::ARRAY:
    return "a list";
  case element_type::OBJECT:
    return "an object";
  case element_type::INT64:
    return std::to_string(element.get_int64().value_unsafe());
  case element_type::UINT64:
    return std::to_string(element.get_uint64().value_unsafe());
  case element_type::DOUBLE:
    return describeNumber(element.get_double().value_unsafe());
  case element_type::STRING: {
    std::string_view text = element.get_string().value_unsafe();
    // Cut between characters, never inside a UTF-8 sequence.
    size_t length = std::min(text.size(), kLongest);
    while (length < text.size() && (text[length] & 0xC0) == 0x80)
      --length;
    return "\"" + std::string(text.substr(0, length)) +
           (length < text.size() ? "...\"" : "\"");
  }
  case element_type::BOOL:
    return element.get_bool().value_unsafe() ? "true" : "false";
  case element_type::NULL_VALUE:
    return "null";
  }
  return "unknown";
}

namespace {

Error mustBe(JsonElement from, const JsonPath &path, const std::string &rule) {
  return path.error("is " + describeJson(from) + "; it must be " + rule);
}

/// Any JSON number; simdjson has refused infinities already.
bool toDouble(JsonElement from, double &to) {
  switch (from.type()) {
  case element_type::DOUBLE:
    to = from.get_double().value_unsafe();
    return true;
  case element_type::INT64:
    to = static_cast<double>(from.get_int64().value_unsafe());
    return true;
  case element_type::UINT64:
    to = static_cast<double>(from.get_uint64().value_unsafe());
    return true;
  default:
    return false;
  }
}

} // namespace

bool readFigure(JsonElement from, const JsonPath &path, double &to,
                std::optional<Error> &error) {
  double value = 0;
  if (toDouble(from, value) && value >= 0) {
    to = value + 0.0; // A negative zero becomes zero.
    return true;
  }
  error = mustBe(from, path, "a number that is not negative");
  return false;
}

bool readInteger(JsonElement from, const JsonPath &path, int64_t low,
                 int64_t high, int64_t &to, std::optional<Error> &error) {
  int64_t value = 0;
  bool whole = false;
  if (from.type() == element_type::INT64) {
    value = from.get_int64().value_unsafe();
    whole = true;
  } else if (from.type() == element_type::DOUBLE) {
    double number = from.get_double().value_unsafe();
    whole = std::abs(number) <= 0x1p53 && number == std::floor(number);
    value = whole ? static_cast<int64_t>(number) : 0;
  }
  if (whole && value >= low && value <= high) {
    to = value;
    return true;
  }
  error = mustBe(from, path,
                 "a whole number from " + std::to_string(low) + " to " +
                     std::to_string(high));
  return false;
}

bool readNodeId(JsonElement from, const JsonPath &path, const IdMap &ids,
                std::string_view unknown, NodeId &to,
                std::optional<Error> &error) {
  int64_t id = 0;
  if (!readInteger(from, path, std::numeric_limits<int64_t>::min(),
                   std::numeric_limits<int64_t>::max(), id, error))
    return false;
  to = ids.find(id);
  if (to != kNone)
    return true;
  error =
      path.error("is " + std::to_string(id) + ", but " + std::string(unknown));
  return false;
}

bool readFlag(JsonElement from, const JsonPath &path, bool &to,
              std::optional<Error> &error) {
  if (from.type() == element_type::BOOL) {
    to = from.get_bool().value_unsafe();
    return true;
  }
  if (from.type() == element_type::INT64) {
    int64_t value = from.get_int64().value_unsafe();
    if (value == 0 || value == 1) {
      to = value == 1;
      return true;
    }
  }
  error = mustBe(from, path, "true, false, 0 or 1");
  return false;
}

bool readString(JsonElement from, const JsonPath &path, std::string_view &to,
                std::optional<Error> &error) {
  if (from.get_string().get(to) == simdjson::SUCCESS)
    return true;
  error = mustBe(from, path, "a string");
  return false;
}

bool readArray(JsonElement from, const JsonPath &path, simdjson::dom::array &to,
               std::optional<Error> &error) {
  if (from.get_array().get(to) == simdjson::SUCCESS)
    return true;
  error = mustBe(from, path, "a list");
  return false;
}

bool readObject(JsonElement from, const JsonPath &path,
                simdjson::dom::object &to, std::optional<Error> &error) {
  if (from.get_object().get(to) == simdjson::SUCCESS)
    return true;
  error = mustBe(from, path, "an object");
  return false;
}

bool readBytes(JsonElement from, const JsonPath &path, int64_t &to,
               std::optional<Error> &error) {
  double value = 0;
  if (from.type() == element_type::INT64 &&
      from.get_int64().value_unsafe() >= 0) {
    to = from.get_int64().value_unsafe();
    return true;
  }
  if (!readFigure(from, path, value, error))
    return false;
  // 2^63 bytes and more: no device has them, no sum of sizes reaches them.
  to = value < 0x1p63 ? static_cast<int64_t>(value) : INT64_MAX;
  return true;
}

Error unknownFieldError(const JsonPath &path, std::string_view key,
                        std::span<const std::string_view> known) {
  std::string list;
  for (std::string_view name : known) {
    list += list.empty() ? "" : ", ";
    list += name;
  }
  std::string shown(key.substr(0, 40));
  return path.error("unknown field '" + shown + "'; the fields are " + list);
}

} // namespace placement::solver
