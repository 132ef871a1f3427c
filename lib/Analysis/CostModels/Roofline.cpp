//===- Roofline.cpp - Price from peak rates and bandwidth -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Williams, Waterman, Patterson, "Roofline: an insightful visual performance
// model for multicore architectures", CACM 52(4), 2009: an operation is limited
// either by arithmetic or by memory traffic, whichever takes longer.
//
//===----------------------------------------------------------------------===//

#include "CostModels/CostModels.h"

#include "mlir/IR/BuiltinTypes.h"

#include <algorithm>

using namespace mlir;
using namespace placement;

/// A transcendental function is about the length of its polynomial. Hardly
/// matters: elementwise operations are limited by memory.
static constexpr double kFlopsPerTranscendental = 8;

/// A complex multiply-add is four real ones, but counts as one.
static constexpr double kRealPerComplex = 4;

static constexpr double kMicroseconds = 1e6;

/// Operations per second on elements of a type: the entry of that type; for
/// complex types a quarter of the component's; `default`; else the slowest
/// entry, since a type that nobody listed is not the fast one.
static std::optional<double> getPeak(RooflineAttr roofline, Type element) {
  auto entry = [&](StringRef name) -> std::optional<double> {
    auto rate = roofline.getPeak().getAs<FloatAttr>(name);
    return rate ? std::optional(rate.getValueAsDouble()) : std::nullopt;
  };
  std::string name;
  llvm::raw_string_ostream(name) << element;
  if (std::optional<double> rate = entry(name))
    return rate;
  if (auto complex = dyn_cast<ComplexType>(element)) {
    std::optional<double> rate = getPeak(roofline, complex.getElementType());
    return rate ? std::optional(*rate / kRealPerComplex) : std::nullopt;
  }
  if (std::optional<double> rate = entry("default"))
    return rate;
  std::optional<double> slowest;
  for (NamedAttribute named : roofline.getPeak()) {
    double rate = cast<FloatAttr>(named.getValue()).getValueAsDouble();
    slowest = std::min(slowest.value_or(rate), rate);
  }
  return slowest;
}

namespace {

class RooflineModel : public CostModel {
public:
  RooflineModel(MachineOp machine, StringLiteral name, bool acceptsGuesses)
      : name(name), acceptsGuesses(acceptsGuesses) {
    for (DeviceKindOp kind : machine.getKinds())
      rooflines.push_back(kind.getRooflineAttr());
  }

  StringRef getName() const override { return name; }

  void price(const CostQuery &query,
             MutableArrayRef<OptionalTime> times) override {
    if (query.assumed && !acceptsGuesses)
      return;
    for (auto [kind, time] : llvm::enumerate(times))
      if (!time)
        time = price(query.work, kind);
  }

private:
  OptionalTime price(const Work &work, unsigned kind) {
    // Constants and views are free everywhere.
    if (work.isNothing())
      return 0.0;
    RooflineAttr roofline = rooflines[kind];
    if (!roofline)
      return std::nullopt;
    double operations =
        static_cast<double>(work.flops) +
        kFlopsPerTranscendental * static_cast<double>(work.transcendentals);
    double compute = 0;
    if (operations > 0) {
      std::optional<double> peak = lookupPeak(work.element, kind);
      if (!peak)
        return std::nullopt;
      compute = operations / *peak;
    }
    double memory = static_cast<double>(work.bytes) / roofline.getBandwidth();
    double time =
        std::max(compute, memory) * kMicroseconds + roofline.getLaunch();
    // Absurd rates must not make infinity, which would mean "unsupported".
    return std::min(time, std::numeric_limits<double>::max());
  }

  /// getPeak, printed and looked up once a type.
  std::optional<double> lookupPeak(Type element, unsigned kind) {
    auto [it, inserted] = peaks.try_emplace({element, kind});
    if (inserted)
      it->second = getPeak(rooflines[kind], element);
    return it->second;
  }

  StringLiteral name;
  bool acceptsGuesses;
  SmallVector<RooflineAttr> rooflines;
  DenseMap<std::pair<Type, unsigned>, std::optional<double>> peaks;
};

} // namespace

std::unique_ptr<CostModel> placement::createRooflineModel(MachineOp machine) {
  return std::make_unique<RooflineModel>(machine, kRooflineModelName,
                                         /*acceptsGuesses=*/false);
}

std::unique_ptr<CostModel> placement::createFallbackModel(MachineOp machine) {
  return std::make_unique<RooflineModel>(machine, kFallbackModelName,
                                         /*acceptsGuesses=*/true);
}
