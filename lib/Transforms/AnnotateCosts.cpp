//===- AnnotateCosts.cpp - Price every operation of a function ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Transforms/AnnotateCosts.h"

#include "placement/Analysis/EntryFunction.h"
#include "placement/Analysis/OpPricer.h"
#include "placement/Analysis/PlacementInterfaces.h"
#include "placement/Bridge/ResolveMachine.h"
#include "placement/Dialect/Names.h"
#include "placement/Transforms/Passes.h"
#include "llvm/ADT/DenseSet.h"

namespace placement {
#define GEN_PASS_DEF_ANNOTATECOSTSPASS
#include "placement/Transforms/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

/// One remark for each kind of guess, at the first operation it was made for.
static void reportAssumptions(const WorkCounter &counter) {
  for (const auto &[key, assumed] : counter.getAssumptions()) {
    InFlightDiagnostic remark = emitRemark(assumed.first->getLoc())
                                << "the cost of '" << key.first
                                << "' is an estimate";
    if (assumed.count > 1)
      remark << " (" << assumed.count << " operations)";
    remark << ": " << describe(key.second);
  }
}

static void reportTotals(func::FuncOp function, MachineOp machine,
                         const OpPricer &pricer) {
  int64_t operations = 0;
  for (const auto &[source, count] : pricer.getSources())
    operations += count;
  const Work &totals = pricer.getTotals();
  InFlightDiagnostic remark =
      emitRemark(function.getLoc())
      << "priced " << operations
      << (operations == 1 ? " operation" : " operations") << " on machine @"
      << machine.getSymName() << ": " << totals.flops << " flops, "
      << totals.transcendentals << " transcendentals, " << totals.bytes
      << " bytes accessed";
  StringRef separator = "; by source: ";
  for (const auto &[source, count] : pricer.getSources()) {
    remark << separator << source.getValue() << " " << count;
    separator = ", ";
  }
  for (const std::unique_ptr<CostModel> &model : pricer.getModels())
    if (std::string clause = model->summarize(); !clause.empty())
      remark << "; " << clause;
}

/// Prices all operations but those that `keep` holds for; says so if `always`
/// or if a cost changed.
static LogicalResult priceFunction(func::FuncOp function, MachineOp machine,
                                   StringRef profilePath,
                                   function_ref<bool(CostAttr)> keep,
                                   bool always) {
  FailureOr<CostModelList> models =
      createCostModels(machine, profilePath, function.getLoc());
  if (failed(models))
    return failure();
  OpPricer pricer(machine, std::move(*models));
  auto name = StringAttr::get(function.getContext(), kCostAttrName);
  bool changed = false;
  for (Operation &op : function.getBody().front().without_terminator()) {
    auto present = dyn_cast_if_present<CostAttr>(op.getDiscardableAttr(name));
    if (present && keep(present))
      continue;
    FailureOr<CostAttr> cost = pricer.price(&op);
    if (failed(cost))
      return failure();
    if (*cost == present)
      continue;
    op.setDiscardableAttr(name, *cost);
    changed = true;
  }
  if (!changed && !always)
    return success();
  reportAssumptions(pricer.getCounter());
  reportTotals(function, machine, pricer);
  return success();
}

LogicalResult placement::annotateCosts(func::FuncOp function, MachineOp machine,
                                       StringRef profilePath) {
  return priceFunction(
      function, machine, profilePath, [](CostAttr) { return false; },
      /*always=*/true);
}

/// Whether all kinds of the machine have been priced before, on any operation:
/// where a cost leaves one of them out, its kind cannot run the operation.
static bool knowsAllKinds(func::FuncOp function, MachineOp machine) {
  llvm::SmallDenseSet<StringAttr> known;
  auto name = StringAttr::get(function.getContext(), kCostAttrName);
  for (Operation &op : function.getBody().front().without_terminator())
    if (auto cost = dyn_cast_if_present<CostAttr>(op.getDiscardableAttr(name)))
      for (NamedAttribute time : cost.getTimes())
        known.insert(time.getName());
  return llvm::all_of(machine.getKinds(), [&](DeviceKindOp kind) {
    return known.contains(kind.getKindAttr());
  });
}

LogicalResult placement::updateCosts(func::FuncOp function, MachineOp machine,
                                     StringRef profilePath) {
  bool keepMeasured = profilePath.empty() && knowsAllKinds(function, machine);
  auto isMeasured = [&](CostAttr cost) {
    return keepMeasured && cost.getSource().getValue().starts_with("profile") &&
           llvm::any_of(machine.getKinds(), [&](DeviceKindOp kind) {
             return cost.getTime(kind.getKind()).has_value();
           });
  };
  return priceFunction(function, machine, profilePath, isMeasured,
                       /*always=*/false);
}

namespace {

struct AnnotateCostsPass
    : public placement::impl::AnnotateCostsPassBase<AnnotateCostsPass> {
  using AnnotateCostsPassBase::AnnotateCostsPassBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    AnnotateCostsPassBase::getDependentDialects(registry);
    // So that the pass works in any program that runs it.
    registerWorkModels(registry);
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<func::FuncOp> root = findEntryFunction(module, function);
    if (failed(root))
      return signalPassFailure();
    FailureOr<MachineOp> resolved =
        resolveMachine(module, machine, machineFile);
    if (failed(resolved) || failed(annotateCosts(*root, *resolved, profile)))
      signalPassFailure();
  }
};

} // namespace
