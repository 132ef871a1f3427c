//===- Assembly.cpp - Custom assembly of operations -----------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Assembly.h"

#include "mlir/IR/Builders.h"
#include "placement/Dialect/PlacementAttrs.h"

#include <cmath>

using namespace mlir;
using namespace placement;

static constexpr StringLiteral kHost = "host", kMachine = "machine";

ParseResult placement::parseLocation(OpAsmParser &parser, Attribute &location) {
  if (succeeded(parser.parseOptionalKeyword(kHost))) {
    location = HostAttr::get(parser.getContext());
    return success();
  }
  location = DeviceAttr::parse(parser, Type());
  return success(static_cast<bool>(location));
}

void placement::printLocation(OpAsmPrinter &printer, Operation *,
                              Attribute location) {
  if (auto device = dyn_cast<DeviceAttr>(location))
    device.print(printer);
  else
    printer << kHost;
}

ParseResult placement::parseNumber(OpAsmParser &parser, FloatAttr &number) {
  FailureOr<Double> value = parseDouble(parser);
  if (failed(value))
    return failure();
  number = parser.getBuilder().getF64FloatAttr(*value);
  return success();
}

void placement::printNumber(OpAsmPrinter &printer, Operation *,
                            FloatAttr number) {
  // Whole numbers up to here are exact, and bytes read better as such.
  constexpr double kExact = 9007199254740992.0; // 2^53
  double value = number.getValueAsDouble();
  if (value >= 0 && value <= kExact && std::trunc(value) == value &&
      !std::signbit(value))
    printer << static_cast<int64_t>(value);
  else
    printDouble(printer, value);
}

ParseResult placement::parseCores(OpAsmParser &parser, IntegerAttr &cores) {
  int64_t number = 0;
  if (failed(parser.parseOptionalKeyword(kMachine)) &&
      parser.parseInteger(number))
    return failure();
  cores = parser.getBuilder().getI64IntegerAttr(number);
  return success();
}

void placement::printCores(OpAsmPrinter &printer, Operation *,
                           IntegerAttr cores) {
  if (cores.getInt() == 0)
    printer << kMachine;
  else
    printer << cores.getInt();
}

ParseResult placement::parseTimes(OpAsmParser &parser, DictionaryAttr &times) {
  NamedAttrList entries;
  auto parseEntry = [&]() -> ParseResult {
    std::string kind;
    SMLoc loc = parser.getCurrentLocation();
    FloatAttr time;
    if (parser.parseKeywordOrString(&kind) || parser.parseEqual() ||
        parseNumber(parser, time))
      return failure();
    if (entries.get(kind))
      return parser.emitError(loc, "kind '") << kind << "' is given twice";
    entries.append(kind, time);
    return success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Braces,
                                     parseEntry))
    return failure();
  times = entries.getDictionary(parser.getContext());
  return success();
}

void placement::printTimes(OpAsmPrinter &printer, Operation *op,
                           DictionaryAttr times) {
  printer << '{';
  llvm::interleaveComma(times, printer, [&](NamedAttribute entry) {
    printer.printKeywordOrString(entry.getName());
    printer << " = ";
    // Anything else is refused by the verifier, whose message may still print.
    if (auto time = dyn_cast<FloatAttr>(entry.getValue()))
      printDouble(printer, time.getValueAsDouble());
    else
      printer << entry.getValue();
  });
  printer << '}';
}

ParseResult placement::parseProducer(OpAsmParser &parser,
                                     IntegerAttr &producer) {
  if (succeeded(parser.parseOptionalKeyword(kHost)))
    return success();
  int64_t id = 0;
  if (parser.parseInteger(id))
    return failure();
  producer = parser.getBuilder().getI64IntegerAttr(id);
  return success();
}

void placement::printProducer(OpAsmPrinter &printer, Operation *,
                              IntegerAttr producer) {
  if (producer)
    printer << producer.getInt();
  else
    printer << kHost;
}

ParseResult placement::parseConsumers(OpAsmParser &parser,
                                      DenseI64ArrayAttr &consumers,
                                      UnitAttr &toHost) {
  SmallVector<int64_t> ids;
  auto parseOne = [&]() -> ParseResult {
    if (succeeded(parser.parseOptionalKeyword(kHost))) {
      toHost = parser.getBuilder().getUnitAttr();
      return success();
    }
    return parser.parseInteger(ids.emplace_back());
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, parseOne))
    return failure();
  consumers = parser.getBuilder().getDenseI64ArrayAttr(ids);
  return success();
}

void placement::printConsumers(OpAsmPrinter &printer, Operation *,
                               DenseI64ArrayAttr consumers, UnitAttr toHost) {
  printer << '[';
  llvm::interleaveComma(consumers.asArrayRef(), printer);
  if (toHost)
    printer << (consumers.empty() ? "" : ", ") << kHost;
  printer << ']';
}
