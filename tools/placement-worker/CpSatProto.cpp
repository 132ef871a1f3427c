//===- CpSatProto.cpp - Models and answers of CP-SAT as bytes -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpSatProto.h"

#include <algorithm>
#include <bit>
#include <cmath>

using namespace placement::worker;
using namespace placement::solver::external;

namespace {

enum WireType : uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

/// A message as it grows.
class Message {
public:
  void integer(int field, uint64_t value) {
    tag(field, Varint);
    varint(value);
  }
  void real(int field, double value) {
    tag(field, Fixed64);
    uint64_t bits = std::bit_cast<uint64_t>(value);
    for (int i = 0; i < 8; ++i)
      bytes.push_back(static_cast<char>(bits >> (8 * i)));
  }
  void message(int field, const Message &part) {
    tag(field, Bytes);
    varint(part.bytes.size());
    bytes += part.bytes;
  }
  /// Numbers for a packed field, in a message of their own.
  void packed(int64_t value) { varint(static_cast<uint64_t>(value)); }
  std::string take() { return std::move(bytes); }

private:
  void tag(int field, WireType type) {
    varint(static_cast<uint64_t>(field) << 3 | type);
  }
  void varint(uint64_t value) {
    for (; value > 127; value >>= 7)
      bytes.push_back(static_cast<char>(value | 128));
    bytes.push_back(static_cast<char>(value));
  }

  std::string bytes;
};

Message numbers(std::initializer_list<int64_t> values) {
  Message result;
  for (int64_t value : values)
    result.packed(value);
  return result;
}

void addTerms(Message &message, int columns, int coefficients,
              std::span<const Term> terms) {
  Message first, second;
  for (const Term &term : terms) {
    first.packed(term.column);
    second.packed(term.coefficient);
  }
  message.message(columns, first);
  message.message(coefficients, second);
}

/// The empty sum is one: no domain may be empty.
void addImpossible(Message &linear) { linear.message(3, numbers({1, 1})); }

/// Takes a message apart; `failed` once anything is odd.
class Fields {
public:
  explicit Fields(std::string_view bytes) : bytes(bytes) {}

  /// The next field, its value read; false at the end.
  bool next() {
    if (bytes.empty() || failed)
      return false;
    uint64_t tag = varint();
    if (failed || tag == 0)
      return false;
    field = tag >> 3;
    type = static_cast<int>(tag & 7);
    if (type == Varint)
      number = varint();
    else if (type == Fixed64)
      number = fixed(8);
    else if (type == Fixed32)
      number = fixed(4);
    else if (type == Bytes)
      part = take(varint());
    else
      failed = true;
    return !failed;
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
      auto byte = static_cast<unsigned char>(bytes.front());
      bytes.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 127) << shift;
      if (byte < 128)
        return value;
    }
    failed = true;
    return 0;
  }
  bool atEnd() const { return bytes.empty(); }

  uint64_t field = 0;
  int type = 0;
  uint64_t number = 0;
  std::string_view part;
  bool failed = false;

private:
  std::string_view take(uint64_t size) {
    if (size > bytes.size()) {
      failed = true;
      return {};
    }
    std::string_view result = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return result;
  }
  uint64_t fixed(size_t size) {
    uint64_t value = 0;
    std::string_view taken = take(size);
    for (size_t i = taken.size(); i-- > 0;)
      value = value << 8 | static_cast<unsigned char>(taken[i]);
    return value;
  }

  std::string_view bytes;
};

} // namespace

std::string placement::worker::encodeModel(const LinearModel &model) {
  Message result;
  for (Column column = 0; column < model.numVariables(); ++column) {
    Message variable;
    variable.message(2,
                     numbers({model.lowerOf(column), model.upperOf(column)}));
    result.message(2, variable);
  }
  for (const LinearModel::Row &row : model.allRows()) {
    Message linear, constraint;
    if (row.lower <= row.upper) {
      addTerms(linear, 1, 2, model.termsOf(row));
      // No side is the least and the largest number to CP-SAT, too.
      linear.message(3, numbers({row.lower, row.upper}));
    } else {
      addImpossible(linear);
    }
    // A literal that is negated is -1 - column.
    if (row.condition != LinearModel::kUnconditional)
      constraint.message(2, numbers({row.when ? int64_t(row.condition)
                                              : -1 - int64_t(row.condition)}));
    constraint.message(12, linear);
    result.message(3, constraint);
  }
  if (!model.objectiveTerms().empty()) {
    Message objective;
    addTerms(objective, 1, 4, model.objectiveTerms());
    if (model.limit())
      objective.message(5, numbers({-kMostActivity, *model.limit()}));
    result.message(4, objective);
  } else if (model.limit() && *model.limit() < 0) {
    // The empty sum is zero, so that nothing is within the limit.
    Message linear, constraint;
    addImpossible(linear);
    constraint.message(12, linear);
    result.message(3, constraint);
  }
  if (!model.hintValues().empty()) {
    Message hint, columns, values;
    for (Column column = 0; column < model.numVariables(); ++column) {
      columns.packed(column);
      values.packed(model.hintValues()[column]);
    }
    hint.message(1, columns);
    hint.message(2, values);
    result.message(6, hint);
  }
  return result.take();
}

std::string placement::worker::encodeParameters(const WorkerRequest &request,
                                                double secondsLeft) {
  Message result;
  if (std::isfinite(secondsLeft))
    result.real(36, secondsLeft); // max_time_in_seconds
  if (request.memoryLimit != 0)   // max_memory_in_mb, before the kernel's limit
    result.integer(40,
                   std::max<uint64_t>(request.memoryLimit / 10 * 9 >> 20, 1));
  result.integer(206, std::max<uint32_t>(request.threads, 1)); // num_workers
  result.integer(31, request.seed % 0x7fffffff);               // random_seed
  result.real(160, request.gap); // relative_gap_limit
  result.integer(135, 0);        // catch_sigint_signal
  return result.take();
}

std::optional<CpSatResponse>
placement::worker::decodeResponse(std::string_view bytes) {
  CpSatResponse response;
  Fields fields(bytes);
  while (fields.next()) {
    if (fields.field == 1 && fields.type == Varint &&
        fields.number <= CpSatResponse::Optimal) {
      response.status = static_cast<CpSatResponse::Status>(fields.number);
    } else if (fields.field == 2 && fields.type == Bytes) {
      Fields values(fields.part);
      while (!values.atEnd() && !values.failed)
        response.solution.push_back(static_cast<int64_t>(values.varint()));
      fields.failed = values.failed;
    } else if (fields.field == 4 && fields.type == Fixed64) {
      response.bound = std::bit_cast<double>(fields.number);
    }
  }
  if (fields.failed)
    return std::nullopt;
  return response;
}
