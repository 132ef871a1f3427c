//===- OpPricer.cpp - From an operation to its cost attribute ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Analysis/OpPricer.h"

#include "CostModels/CostModels.h"
#include "placement/Analysis/OpKnowledge.h"
#include "placement/Dialect/Names.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;

namespace placement {

CostModel::~CostModel() = default;

OpPricer::OpPricer(MachineOp machine, CostModelList models)
    : machine(machine), models(std::move(models)) {
  for (DeviceKindOp kind : machine.getKinds())
    kinds.push_back(kind.getKindAttr());
}

/// A source is ours when every part of it ("profile+roofline") is the name of a
/// model, of this run or built in.
bool OpPricer::isUserCost(CostAttr cost) const {
  SmallVector<StringRef> parts;
  cost.getSource().getValue().split(parts, '+');
  return !llvm::all_of(parts, [&](StringRef part) {
    return isBuiltinCostModel(part) ||
           llvm::any_of(models, [&](const std::unique_ptr<CostModel> &model) {
             return model->getName() == part;
           });
  });
}

LogicalResult OpPricer::checkUserCost(Operation *op, CostAttr cost) {
  for (StringAttr kind : kinds)
    if (cost.getTimes().contains(kind))
      return success();
  return op->emitError() << "'" << kCostAttrName
                         << "' gives no time for any device kind of machine @"
                         << machine.getSymName() << " ("
                         << machine.getKindList()
                         << "): add one, or remove the attribute to have the "
                            "operation priced";
}

LogicalResult OpPricer::checkTimes(Operation *op, const Work &work,
                                   ArrayRef<OptionalTime> times) {
  bool runnable = false;
  for (auto [kind, time] : llvm::zip(kinds, times)) {
    if (!time) {
      InFlightDiagnostic diagnostic =
          op->emitError() << "no cost model prices this operation on device "
                             "kind "
                          << "'" << kind.getValue() << "' of machine @"
                          << machine.getSymName()
                          << ": give the kind a roofline";
      if (work.element && work.flops + work.transcendentals != 0)
        diagnostic << " with a peak for " << work.element << " or 'default'";
      return diagnostic << ", or the operation an entry in a profile or a '"
                        << kCostAttrName << "'";
    }
    runnable |= *time != kUnsupportedTime;
  }
  if (runnable)
    return success();
  return op->emitError() << "no device kind of machine @"
                         << machine.getSymName() << " ("
                         << machine.getKindList()
                         << ") can run this operation: its profile entry says "
                            "null for all of them";
}

void OpPricer::countSource(StringAttr source) {
  for (auto &[name, count] : sources)
    if (name == source) {
      ++count;
      return;
    }
  sources.emplace_back(source, 1);
}

StringAttr OpPricer::getSource(Operation *op, uint64_t usedModels) {
  StringAttr &source = sourceOfModels[usedModels];
  if (!source) {
    std::string text;
    for (auto [index, model] : llvm::enumerate(models))
      if (usedModels >> index & 1)
        text += (text.empty() ? "" : "+") + model->getName().str();
    source = StringAttr::get(op->getContext(), text);
  }
  return source;
}

FailureOr<CostAttr> OpPricer::price(Operation *op) {
  if (auto given = op->getAttrOfType<CostAttr>(kCostAttrName))
    if (isUserCost(given)) {
      if (failed(checkUserCost(op, given)))
        return failure();
      countSource(given.getSource());
      totals.flops = addCounts(totals.flops, given.getFlops());
      totals.bytes = addCounts(totals.bytes, given.getBytes());
      return given;
    }

  CostQuery query;
  query.op = op;
  int64_t before = counter.getNumAssumptions();
  query.work = counter.count(op);
  int64_t output = 0;
  for (Type type : op->getResultTypes())
    output = addCounts(output, counter.bytesOf(op, type));
  query.assumed = counter.getNumAssumptions() != before;
  totals += query.work;

  SmallVector<OptionalTime> times(kinds.size());
  uint64_t used = 0;
  for (auto [index, model] : llvm::enumerate(models)) {
    auto countUnpriced = [&] { return llvm::count(times, std::nullopt); };
    int64_t unpriced = countUnpriced();
    if (unpriced == 0)
      break;
    model->price(query, times);
    if (countUnpriced() != unpriced)
      used |= uint64_t(1) << index;
  }
  if (failed(checkTimes(op, query.work, times)))
    return failure();

  Builder builder(op->getContext());
  SmallVector<NamedAttribute> entries;
  for (auto [kind, time] : llvm::zip(kinds, times))
    if (*time != kUnsupportedTime)
      entries.emplace_back(kind, builder.getF64FloatAttr(*time));
  StringAttr source = getSource(op, used);
  countSource(source);
  return CostAttr::get(op->getContext(), builder.getDictionaryAttr(entries),
                       output, /*weight=*/isConstant(op) ? output : 0,
                       /*stash=*/0, query.work.transient, query.work.flops,
                       query.work.bytes, source);
}

} // namespace placement
