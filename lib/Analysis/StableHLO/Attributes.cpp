//===- Attributes.cpp - Attributes of unregistered StableHLO ops -*-C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StableHLO/Attributes.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace placement::hlo;

//===----------------------------------------------------------------------===//
// Builtin attributes
//===----------------------------------------------------------------------===//

/// Attributes list dimensions, and no tensor has that many.
static constexpr int64_t kMaxInts = 4096;

/// Values of any integer (or index, or i1) elements.
template <typename Range>
static Ints toInts(Range &&values) {
  Ints ints;
  for (auto value : values)
    ints.push_back(static_cast<int64_t>(value));
  return ints;
}

static std::optional<Ints> toInts(Attribute attribute) {
  if (auto array = dyn_cast<DenseI64ArrayAttr>(attribute))
    return toInts(array.asArrayRef());
  if (auto array = dyn_cast<DenseI32ArrayAttr>(attribute))
    return toInts(array.asArrayRef());
  if (auto array = dyn_cast<DenseBoolArrayAttr>(attribute))
    return toInts(array.asArrayRef());
  if (auto elements = dyn_cast<DenseIntElementsAttr>(attribute)) {
    // A splat may claim any number of elements.
    if (elements.getNumElements() > kMaxInts)
      return std::nullopt;
    Ints ints;
    for (const APInt &value : elements.getValues<APInt>()) {
      if (!value.isSignedIntN(64))
        return std::nullopt;
      ints.push_back(value.getSExtValue());
    }
    return ints;
  }
  if (auto array = dyn_cast<ArrayAttr>(attribute)) {
    Ints ints;
    for (Attribute item : array) {
      auto integer = dyn_cast<IntegerAttr>(item);
      if (!integer || !integer.getValue().isSignedIntN(64))
        return std::nullopt;
      ints.push_back(integer.getValue().getSExtValue());
    }
    return ints;
  }
  return std::nullopt;
}

std::optional<Ints> placement::hlo::getInts(Operation *op, StringRef name) {
  Attribute attribute = op->getAttr(name);
  return attribute ? toInts(attribute) : std::nullopt;
}

std::optional<Ints> placement::hlo::getIntsOr(Operation *op, StringRef name,
                                              size_t count, int64_t value) {
  Attribute attribute = op->getAttr(name);
  if (!attribute)
    return Ints(count, value);
  std::optional<Ints> ints = toInts(attribute);
  return ints && ints->size() == count ? ints : std::nullopt;
}

std::optional<int64_t> placement::hlo::getIntOr(Operation *op, StringRef name,
                                                int64_t value) {
  Attribute attribute = op->getAttr(name);
  if (!attribute)
    return value;
  auto integer = dyn_cast<IntegerAttr>(attribute);
  if (!integer || !integer.getValue().isSignedIntN(64))
    return std::nullopt;
  return integer.getValue().getSExtValue();
}

//===----------------------------------------------------------------------===//
// Opaque attributes
//===----------------------------------------------------------------------===//

namespace {

/// A cursor over the text of an opaque attribute.
class Cursor {
public:
  explicit Cursor(StringRef text) : text(text) {}

  bool consume(StringRef token) {
    text = text.ltrim();
    return text.consume_front(token);
  }
  bool atEnd() const { return text.trim().empty(); }

  std::optional<int64_t> integer() {
    text = text.ltrim();
    int64_t value;
    if (text.consumeInteger(10, value) || value < 0)
      return std::nullopt;
    return value;
  }
  StringRef word() {
    text = text.ltrim();
    StringRef found = text.take_while(
        [](char c) { return llvm::isAlnum(c) || c == '_' || c == '?'; });
    text = text.drop_front(found.size());
    return found;
  }
  /// Integers in brackets, separated by commas.
  std::optional<Ints> list() {
    if (!consume("["))
      return std::nullopt;
    Ints ints;
    if (consume("]"))
      return ints;
    do {
      std::optional<int64_t> value = integer();
      if (!value)
        return std::nullopt;
      ints.push_back(*value);
    } while (consume(","));
    return consume("]") ? std::optional<Ints>(ints) : std::nullopt;
  }

private:
  StringRef text;
};

} // namespace

/// The text inside of `#stablehlo.<mnemonic><...>`.
static std::optional<StringRef> getOpaqueText(Operation *op, StringRef name,
                                              StringRef mnemonic) {
  auto opaque = dyn_cast_or_null<OpaqueAttr>(op->getAttr(name));
  if (!opaque || opaque.getDialectNamespace() != "stablehlo")
    return std::nullopt;
  StringRef text = opaque.getAttrData();
  if (!text.consume_front(mnemonic) || !text.consume_front("<") ||
      !text.consume_back(">"))
    return std::nullopt;
  return text;
}

/// Calls `field(name, cursor)` for each `name = value` of a list; the callback
/// consumes the value. False if anything doesn't parse.
static bool parseFields(Cursor cursor,
                        function_ref<bool(StringRef, Cursor &)> field) {
  if (cursor.atEnd())
    return true;
  do {
    StringRef name = cursor.word();
    if (name.empty() || !cursor.consume("=") || !field(name, cursor))
      return false;
  } while (cursor.consume(","));
  return cursor.atEnd();
}

std::optional<Ints> placement::hlo::getLhsContractingDimensions(Operation *op) {
  std::optional<StringRef> text =
      getOpaqueText(op, "dot_dimension_numbers", "dot");
  if (!text)
    return std::nullopt;
  Ints contracting;
  bool parsed = parseFields(Cursor(*text), [&](StringRef name, Cursor &cursor) {
    std::optional<Ints> list = cursor.list();
    if (list && name == "lhs_contracting_dimensions")
      contracting = *list;
    return list.has_value();
  });
  return parsed ? std::optional<Ints>(contracting) : std::nullopt;
}

/// `[b, 0, 1, f]`: letters name the two special dimensions, numbers the spatial
/// ones, `?` a dimension without meaning.
static bool parseSide(Cursor &cursor, StringRef first, StringRef second,
                      ConvolutionSide &side) {
  if (!cursor.consume("["))
    return false;
  bool hasFirst = false, hasSecond = false;
  int64_t dimension = 0;
  side.spatial.clear();
  do {
    StringRef item = cursor.word();
    int64_t spatial;
    if (item == first && !hasFirst) {
      side.first = dimension;
      hasFirst = true;
    } else if (item == second && !hasSecond) {
      side.second = dimension;
      hasSecond = true;
    } else if (!item.getAsInteger(10, spatial) && spatial >= 0 &&
               spatial < 64) {
      if (static_cast<size_t>(spatial) >= side.spatial.size())
        side.spatial.resize(spatial + 1, -1);
      side.spatial[spatial] = dimension;
    } else if (item != "?") {
      return false;
    }
    ++dimension;
  } while (cursor.consume(","));
  return cursor.consume("]") && hasFirst && hasSecond;
}

/// `input_batch_dimension = 0, ...`; the six numbers are required.
static bool parseRaw(Cursor cursor, ConvolutionDimensions &dimensions) {
  auto &[input, kernel, output] = dimensions;
  const std::pair<StringRef, int64_t *> numbers[] = {
      {"input_batch_dimension", &input.first},
      {"input_feature_dimension", &input.second},
      {"kernel_input_feature_dimension", &kernel.first},
      {"kernel_output_feature_dimension", &kernel.second},
      {"output_batch_dimension", &output.first},
      {"output_feature_dimension", &output.second}};
  const std::pair<StringRef, Ints *> lists[] = {
      {"input_spatial_dimensions", &input.spatial},
      {"kernel_spatial_dimensions", &kernel.spatial},
      {"output_spatial_dimensions", &output.spatial}};
  size_t found = 0;
  bool parsed = parseFields(cursor, [&](StringRef name, Cursor &value) {
    for (auto [known, dimension] : numbers)
      if (name == known) {
        std::optional<int64_t> number = value.integer();
        *dimension = number.value_or(0);
        found += number.has_value();
        return number.has_value();
      }
    for (auto [known, spatial] : lists)
      if (name == known) {
        std::optional<Ints> list = value.list();
        *spatial = list.value_or(Ints());
        return list.has_value();
      }
    return false;
  });
  return parsed && found == std::size(numbers);
}

static bool isValid(const ConvolutionSide &side, int64_t rank) {
  Ints all(side.spatial);
  all.push_back(side.first);
  all.push_back(side.second);
  llvm::sort(all);
  return all.front() >= 0 && all.back() < rank &&
         std::adjacent_find(all.begin(), all.end()) == all.end();
}

std::optional<ConvolutionDimensions> placement::hlo::getConvolutionDimensions(
    Operation *op, int64_t inputRank, int64_t kernelRank, int64_t outputRank) {
  std::optional<StringRef> text =
      getOpaqueText(op, "dimension_numbers", "conv");
  if (!text)
    return std::nullopt;
  ConvolutionDimensions dimensions;
  Cursor cursor(*text);
  bool parsed;
  if (cursor.consume("raw")) {
    parsed = parseRaw(cursor, dimensions);
  } else {
    parsed = parseSide(cursor, "b", "f", dimensions.input) &&
             cursor.consume("x") &&
             parseSide(cursor, "i", "o", dimensions.kernel) &&
             cursor.consume("->") &&
             parseSide(cursor, "b", "f", dimensions.output) && cursor.atEnd();
  }
  size_t spatial = dimensions.input.spatial.size();
  if (!parsed || dimensions.kernel.spatial.size() != spatial ||
      dimensions.output.spatial.size() != spatial ||
      !isValid(dimensions.input, inputRank) ||
      !isValid(dimensions.kernel, kernelRank) ||
      !isValid(dimensions.output, outputRank))
    return std::nullopt;
  return dimensions;
}
