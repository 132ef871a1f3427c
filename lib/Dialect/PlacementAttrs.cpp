//===- PlacementAttrs.cpp - Attribute verifiers and helpers ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Dialect/PlacementAttrs.h"

#include "placement/Solver/Model/ElementTypes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

#include <bit>
#include <charconv>
#include <cmath>

using namespace mlir;
using namespace placement;

#include "placement/Dialect/PlacementEnums.cpp.inc"

//===----------------------------------------------------------------------===//
// Doubles in assembly
//===----------------------------------------------------------------------===//

FailureOr<Double> placement::parseDouble(AsmParser &parser) {
  bool negative = succeeded(parser.parseOptionalMinus());
  double value = 0;
  APInt whole;
  OptionalParseResult integer = parser.parseOptionalDecimalInteger(whole);
  if (integer.has_value() ? failed(*integer) : failed(parser.parseFloat(value)))
    return failure();
  if (integer.has_value())
    value = whole.roundToDouble(/*isSigned=*/false);
  return Double(negative ? -value : value);
}

void placement::printDouble(AsmPrinter &printer, double value) {
  raw_ostream &os = printer.getStream();
  if (!std::isfinite(value)) {
    os << llvm::format_hex(std::bit_cast<uint64_t>(value), 18, /*Upper=*/true);
    return;
  }
  // Shortest digits that read back the same. MLIR's lexer wants a point
  // between the digits, which to_chars leaves out for whole numbers.
  char buffer[40];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  (void)error; // 40 characters hold every double.
  StringRef text(buffer, end - buffer);
  auto [mantissa, exponent] = text.split('e');
  os << mantissa;
  if (!mantissa.contains('.'))
    os << ".0";
  if (exponent.empty())
    return;
  os << 'e';
  if (exponent.consume_front("-"))
    os << '-';
  else
    exponent.consume_front("+");
  os << exponent.ltrim('0'); // Never zero: to_chars leaves that out.
}

FailureOr<SmallVector<Double>> placement::parseDoubles(AsmParser &parser) {
  SmallVector<Double> values;
  auto parseOne = [&]() -> ParseResult {
    FailureOr<Double> value = parseDouble(parser);
    if (failed(value))
      return failure();
    values.push_back(*value);
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseOne))
    return failure();
  return values;
}

void placement::printDoubles(AsmPrinter &printer, ArrayRef<Double> values) {
  printer << '[';
  llvm::interleaveComma(values, printer,
                        [&](Double value) { printDouble(printer, value); });
  printer << ']';
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

using EmitError = function_ref<InFlightDiagnostic()>;

static bool isNonNegative(double value) {
  return std::isfinite(value) && value >= 0;
}

static LogicalResult verifyNonNegative(EmitError emitError, StringRef what,
                                       int64_t value) {
  if (value < 0)
    return emitError() << what << " must not be negative, but is " << value;
  return success();
}

static LogicalResult verifyName(EmitError emitError, StringRef what,
                                StringAttr name) {
  if (name.empty())
    return emitError() << what << " must not be empty";
  return success();
}

LogicalResult DeviceAttr::verify(EmitError emitError, FlatSymbolRefAttr machine,
                                 StringAttr kind, int64_t index) {
  if (failed(verifyName(emitError, "kind of device", kind)))
    return failure();
  return verifyNonNegative(emitError, "index of device", index);
}

LogicalResult PinAttr::verify(EmitError emitError, StringAttr kind,
                              int64_t index) {
  if (failed(verifyName(emitError, "kind of pin", kind)))
    return failure();
  if (index < -1)
    return emitError() << "index of pin must not be negative, but is " << index;
  return success();
}

LogicalResult CostAttr::verify(EmitError emitError, DictionaryAttr times,
                               int64_t output, int64_t weight, int64_t stash,
                               int64_t transient, int64_t flops, int64_t bytes,
                               StringAttr source) {
  for (NamedAttribute entry : times) {
    auto time = dyn_cast<FloatAttr>(entry.getValue());
    if (!time || !time.getType().isF64())
      return emitError() << "time of kind '" << entry.getName().getValue()
                         << "' must be a 64-bit float in microseconds, but is "
                         << entry.getValue();
    if (!isNonNegative(time.getValueAsDouble()))
      return emitError() << "time of kind '" << entry.getName().getValue()
                         << "' must be finite and not negative, but is "
                         << entry.getValue()
                         << "; leave out a kind that cannot run the operation";
  }
  const std::pair<StringRef, int64_t> counts[] = {
      {"output", output},       {"weight", weight}, {"stash", stash},
      {"transient", transient}, {"flops", flops},   {"bytes", bytes}};
  for (auto [name, value] : counts)
    if (failed(verifyNonNegative(emitError, name, value)))
      return failure();
  return verifyName(emitError, "source of cost", source);
}

static LogicalResult verifyWord(EmitError emitError, StringRef what,
                                StringAttr word,
                                std::initializer_list<StringRef> known) {
  if (llvm::is_contained(known, word.getValue()))
    return success();
  InFlightDiagnostic diag = emitError() << what << " must be one of ";
  llvm::interleaveComma(known, diag,
                        [&](StringRef name) { diag << '"' << name << '"'; });
  return diag << ", but is " << word;
}

/// What belongs to the objective latency, and to no other.
static LogicalResult verifyLatency(EmitError emitError, bool isLatency,
                                   IntegerAttr subgraphsPerDevice,
                                   Attribute cores) {
  // As the solver has it.
  constexpr int64_t kMostSubgraphs = 64, kMostCores = int64_t(1) << 20;
  if (isLatency != static_cast<bool>(subgraphsPerDevice))
    return emitError()
           << "subgraphs_per_device belongs to a plan exactly where "
              "its objective is \"latency\"";
  auto isWithin = [](IntegerAttr number, int64_t most) {
    return number.getValue().sge(1) && number.getValue().sle(most);
  };
  if (isLatency && !isWithin(subgraphsPerDevice, kMostSubgraphs))
    return emitError() << "subgraphs_per_device of plan must be from 1 to "
                       << kMostSubgraphs << ", but is " << subgraphsPerDevice;
  if (!cores)
    return success();
  if (!isLatency)
    return emitError() << "cores belong to a plan whose objective is "
                          "\"latency\"";
  if (auto number = dyn_cast<IntegerAttr>(cores))
    if (isWithin(number, kMostCores))
      return success();
  if (auto word = dyn_cast<StringAttr>(cores))
    if (word.getValue() == "machine")
      return success();
  return emitError() << "cores of plan must be a number from 1 to "
                     << kMostCores << " or \"machine\", but are " << cores;
}

/// When the stages of a plan of latency run, where it says so.
static LogicalResult verifyTimes(EmitError emitError, bool isLatency,
                                 int64_t stages, ArrayRef<Double> starts,
                                 ArrayRef<Double> finishes) {
  if (starts.empty() && finishes.empty())
    return success();
  if (!isLatency)
    return emitError() << "starts and finishes belong to a plan whose "
                          "objective is \"latency\"";
  if (static_cast<int64_t>(starts.size()) != stages ||
      static_cast<int64_t>(finishes.size()) != stages)
    return emitError() << "a plan of " << stages
                       << " stages needs as many starts and finishes, but has "
                       << starts.size() << " and " << finishes.size();
  for (auto [stage, start, finish] : llvm::enumerate(starts, finishes))
    if (!isNonNegative(start) || !isNonNegative(finish) || finish < start)
      return emitError() << "stage " << stage
                         << " of plan must start at 0 or later and finish no "
                            "earlier than that, but runs from "
                         << start << " to " << finish;
  return success();
}

LogicalResult PlanAttr::verify(
    EmitError emitError, StringAttr objective, StringAttr status,
    StringAttr proof, Double value, Double bound, Double gap, StringAttr unit,
    int64_t stages, FlatSymbolRefAttr machine, StringAttr algorithm,
    StringAttr fingerprint, StringAttr claimant, BoolAttr contiguous,
    StringAttr communication, StringAttr schedule, IntegerAttr microbatches,
    IntegerAttr subgraphsPerDevice, Attribute cores, ArrayRef<Double> starts,
    ArrayRef<Double> finishes) {
  if (failed(verifyWord(emitError, "objective of plan", objective,
                        {"throughput", "latency"})) ||
      failed(verifyWord(emitError, "status of plan", status,
                        {"optimal", "feasible"})) ||
      failed(verifyWord(emitError, "proof of plan", proof,
                        {"certified", "engine", "claimed", "none"})))
    return failure();
  const std::pair<StringRef, double> numbers[] = {
      {"value", value}, {"bound", bound}, {"gap", gap}};
  for (auto [name, number] : numbers)
    if (!isNonNegative(number))
      return emitError() << name
                         << " of plan must be finite and not negative, but is "
                         << number;
  // The bound is proven in scaled integers and the value is also stated in the
  // source's own numbers, so they may differ by rounding.
  constexpr double kRounding = 1e-9;
  if (bound > value * (1 + kRounding))
    return emitError() << "bound of plan must not exceed its value, but "
                       << bound << " > " << value;
  if (status.getValue() == "optimal" && double(gap) != 0)
    return emitError() << "an optimal plan has no gap, but gap is " << gap;
  if (status.getValue() == "optimal" &&
      llvm::is_contained({"none", "claimed"}, proof.getValue()))
    return emitError() << "an optimal plan needs a proof, but proof is "
                       << proof;
  if (!claimant != (proof.getValue() != "claimed"))
    return emitError() << "a claimant belongs to a plan exactly where its "
                          "proof is \"claimed\", but proof is "
                       << proof;
  if (claimant && failed(verifyName(emitError, "claimant of plan", claimant)))
    return failure();
  if ((communication &&
       failed(verifyWord(emitError, "communication of plan", communication,
                         {"sequential", "half-duplex", "full-duplex"}))) ||
      (schedule && failed(verifyWord(emitError, "schedule of plan", schedule,
                                     {"1f1b", "gpipe"}))))
    return failure();
  if (microbatches && (!schedule || schedule.getValue() != "gpipe" ||
                       microbatches.getValue().slt(1)))
    return emitError() << "microbatches belong to a plan of schedule \"gpipe\" "
                          "and are 1 or more, but the plan has "
                       << microbatches;
  bool isLatency = objective.getValue() == "latency";
  if (isLatency && (contiguous || communication || schedule))
    return emitError() << "contiguous, communication and schedule are about "
                          "throughput and belong to no plan whose objective is "
                          "\"latency\"";
  if (failed(verifyLatency(emitError, isLatency, subgraphsPerDevice, cores)) ||
      failed(verifyTimes(emitError, isLatency, stages, starts, finishes)))
    return failure();
  if (failed(verifyNonNegative(emitError, "number of stages", stages)) ||
      failed(verifyName(emitError, "unit of plan", unit)) ||
      failed(verifyName(emitError, "algorithm of plan", algorithm)))
    return failure();
  return verifyName(emitError, "fingerprint of plan", fingerprint);
}

LogicalResult LinkAttr::verify(EmitError emitError, Double bandwidth,
                               Double latency) {
  if (!std::isfinite(bandwidth) || bandwidth <= 0)
    return emitError() << "bandwidth of link must be finite and positive, "
                          "but is "
                       << bandwidth
                       << "; leave out the link where transfers are free";
  if (!isNonNegative(latency))
    return emitError() << "latency of link must be finite and not negative, "
                          "but is "
                       << latency;
  return success();
}

LogicalResult RooflineAttr::verify(EmitError emitError, DictionaryAttr peak,
                                   Double bandwidth, Double launch) {
  for (NamedAttribute entry : peak) {
    if (StringRef name = entry.getName().getValue();
        !solver::isElementTypeName(name))
      return emitError() << "peak rate of '" << name
                         << "' is for no element type; "
                         << StringRef(solver::kElementTypeRule);
    auto rate = dyn_cast<FloatAttr>(entry.getValue());
    if (!rate || !rate.getType().isF64() ||
        !isNonNegative(rate.getValueAsDouble()) || rate.getValueAsDouble() == 0)
      return emitError() << "peak rate of '" << entry.getName().getValue()
                         << "' must be a finite and positive 64-bit float, "
                            "but is "
                         << entry.getValue();
  }
  if (!std::isfinite(bandwidth) || bandwidth <= 0)
    return emitError() << "bandwidth of roofline must be finite and positive, "
                          "but is "
                       << bandwidth;
  if (!isNonNegative(launch))
    return emitError() << "launch cost of roofline must be finite and not "
                          "negative, but is "
                       << launch;
  return success();
}

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

static std::optional<double> lookupDouble(DictionaryAttr dict, StringRef key) {
  if (auto value = dict.getAs<FloatAttr>(key))
    return value.getValueAsDouble();
  return std::nullopt;
}

std::optional<double> CostAttr::getTime(StringRef kind) const {
  return lookupDouble(getTimes(), kind);
}

double LinkAttr::getTransferTime(double bytes) const {
  constexpr double kMicrosecondsPerSecond = 1e6;
  return getLatency() + bytes / getBandwidth() * kMicrosecondsPerSecond;
}

std::optional<double> RooflineAttr::getPeak(StringRef elementType) const {
  if (std::optional<double> rate = lookupDouble(getPeak(), elementType))
    return rate;
  return lookupDouble(getPeak(), "default");
}
