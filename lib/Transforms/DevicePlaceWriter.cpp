//===- DevicePlaceWriter.cpp - Writes a plan into the IR ------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DevicePlaceWriter.h"

#include "StageTimes.h"

#include "placement/Analysis/OpKnowledge.h"
#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementAttrs.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace placement {

namespace {

/// The stage that an operation runs in and, in a training step, the pass.
struct Slot {
  uint32_t stage = 0;
  bool backward = false;
  friend auto operator<=>(const Slot &, const Slot &) = default;
};

/// Clones attached operations: one for each stage and pass, since an operation
/// of the forward pass would have to keep its result for the backward one. They
/// are visited in reverse, so that all users of one have their slots when its
/// turn comes.
class Cloner {
public:
  Cloner(const PlacementGraph &graph, const solver::Instance &instance,
         const solver::Assignment &assignment)
      : graph(graph), block(func::FuncOp(graph.function).getBody().front()) {
    slotOf.reserve(graph.nodes.size() + graph.attached.size());
    for (auto [node, op] : llvm::enumerate(graph.nodes))
      slotOf.try_emplace(
          op, Slot{assignment.stageOf[node], instance.isBackward(node)});
  }

  CloneSummary run() {
    for (Operation *op : llvm::reverse(graph.attached))
      addClones(op);
    return summary;
  }

  /// Of any operation of the function but the terminator.
  Slot getSlot(Operation *op) const { return slotOf.lookup(op); }

private:
  /// The slot where a use takes place, none for the terminator.
  std::optional<Slot> slotOfUse(OpOperand &use) const {
    auto it = slotOf.find(block.findAncestorOpInBlock(*use.getOwner()));
    if (it == slotOf.end())
      return std::nullopt;
    return it->second;
  }

  void addClones(Operation *op) {
    slots.clear();
    for (OpOperand &use : op->getUses())
      if (std::optional<Slot> slot = slotOfUse(use))
        slots.push_back(*slot);
    llvm::sort(slots);
    slots.erase(llvm::unique(slots), slots.end());
    // A node stays where the plan has it.
    auto [it, isNew] =
        slotOf.try_emplace(op, slots.empty() ? Slot() : slots[0]);
    Slot home = it->second;
    llvm::erase(slots, home);
    if (slots.empty())
      return;

    clones.clear();
    OpBuilder builder(op->getContext());
    builder.setInsertionPointAfter(op);
    for (Slot slot : slots) {
      clones.push_back(builder.clone(*op));
      slotOf.try_emplace(clones.back(), slot);
    }
    for (OpResult result : op->getResults())
      for (OpOperand &use : llvm::make_early_inc_range(result.getUses()))
        if (std::optional<Slot> slot = slotOfUse(use); slot && *slot != home) {
          size_t index = llvm::lower_bound(slots, *slot) - slots.begin();
          use.set(clones[index]->getResult(result.getResultNumber()));
        }
    count(op);
  }

  void count(Operation *op) {
    int64_t bytes = 0;
    for (Type type : op->getResultTypes())
      bytes += bytesOfOrAssumed(type);
    ++summary.originals;
    summary.clones += slots.size();
    // The earliest of the biggest: this runs in reverse.
    if (summary.biggest && bytes < summary.biggestBytes)
      return;
    summary.biggest = op;
    summary.biggestBytes = bytes;
    summary.biggestClones = slots.size();
  }

  const PlacementGraph &graph;
  Block &block;
  llvm::DenseMap<Operation *, Slot> slotOf;
  CloneSummary summary;
  SmallVector<Slot> slots;
  SmallVector<Operation *> clones;
};

} // namespace

static Attribute makeCores(MLIRContext *context, solver::CoreLimit cores) {
  if (!cores)
    return {};
  if (*cores == solver::kMachineCores)
    return StringAttr::get(context, solver::toString(cores));
  return Builder(context).getI64IntegerAttr(*cores);
}

static PlanAttr summarise(const PlacementGraph &graph,
                          const solver::Instance &instance,
                          const solver::Plan &plan, bool contiguous) {
  MLIRContext *context = func::FuncOp(graph.function).getContext();
  auto text = [&](StringRef value) { return StringAttr::get(context, value); };
  // Where value and bound are one integer, they are one number here, too.
  double bound = plan.bound == plan.value ? plan.exactValue
                                          : instance.toSourceTime(plan.bound);
  bool isLatency = instance.isLatency();
  StageTimes times(plan.timeline, plan.assignment.stages.size());
  return PlanAttr::get(
      context, text(solver::toString(instance.objective())),
      text(solver::toString(plan.status)), text(solver::toString(plan.proof)),
      plan.exactValue, std::min(bound, plan.exactValue), plan.gap(),
      text(instance.data().timeUnit),
      static_cast<int64_t>(plan.assignment.stages.size()),
      FlatSymbolRefAttr::get(MachineOp(graph.machine).getSymNameAttr()),
      text(plan.algorithm), text(plan.fingerprint),
      plan.proof == solver::Proof::Claimed ? text(plan.claimant) : StringAttr(),
      contiguous || isLatency ? BoolAttr() : BoolAttr::get(context, false),
      instance.communication() == solver::Communication::Sequential
          ? StringAttr()
          : text(solver::toString(instance.communication())),
      instance.schedule() == solver::Schedule::OneForwardOneBackward
          ? StringAttr()
          : text(solver::toString(instance.schedule())),
      instance.data().microbatches == 0
          ? IntegerAttr()
          : Builder(context).getI64IntegerAttr(instance.data().microbatches),
      isLatency ? Builder(context).getI64IntegerAttr(instance.piecesPerDevice())
                : IntegerAttr(),
      makeCores(context, instance.data().cores), times.starts, times.finishes);
}

/// Says of each argument what it was taken to be.
static void writeRoles(const PlacementGraph &graph) {
  if (graph.defaultActivations.empty() && graph.defaultWeights.empty())
    return;
  func::FuncOp function = graph.function;
  MLIRContext *context = function.getContext();
  SmallVector<Attribute> attributes;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    DictionaryAttr given = function.getArgAttrDict(i);
    attributes.push_back(given ? given : DictionaryAttr::get(context));
  }
  auto write = [&](ArrayRef<unsigned> arguments, StringRef role) {
    for (unsigned i : arguments) {
      NamedAttrList list(cast<DictionaryAttr>(attributes[i]));
      list.set(kRoleAttrName, StringAttr::get(context, role));
      attributes[i] = list.getDictionary(context);
    }
  };
  write(graph.defaultActivations, kRoleActivation);
  write(graph.defaultWeights, kRoleWeight);
  function.setAllArgAttrs(attributes);
}

CloneSummary writePlan(const PlacementGraph &graph,
                       const solver::Instance &instance,
                       const solver::Plan &plan, bool contiguous) {
  func::FuncOp function = graph.function;
  MLIRContext *context = function.getContext();
  Cloner cloner(graph, instance, plan.assignment);
  CloneSummary summary = cloner.run();

  auto machine =
      FlatSymbolRefAttr::get(MachineOp(graph.machine).getSymNameAttr());
  SmallVector<StringAttr> kinds;
  for (DeviceKindOp kind : MachineOp(graph.machine).getKinds())
    kinds.push_back(kind.getKindAttr());
  SmallVector<std::pair<Attribute, Attribute>> placeOfStage;
  for (auto [stage, device] : llvm::enumerate(plan.assignment.stages))
    placeOfStage.push_back(
        {DeviceAttr::get(machine, kinds[device.kind], device.index),
         IntegerAttr::get(IntegerType::get(context, 64),
                          static_cast<int64_t>(stage))});

  auto deviceName = StringAttr::get(context, kDeviceAttrName);
  auto stageName = StringAttr::get(context, kStageAttrName);
  auto phaseName = StringAttr::get(context, kPhaseAttrName);
  auto backward = PhaseAttr::get(context, Phase::Backward);
  for (Operation &op : function.getBody().front().without_terminator()) {
    Slot slot = cloner.getSlot(&op);
    NamedAttrList attributes(op.getDiscardableAttrDictionary());
    attributes.set(deviceName, placeOfStage[slot.stage].first);
    attributes.set(stageName, placeOfStage[slot.stage].second);
    if (slot.backward)
      attributes.set(phaseName, backward);
    op.setDiscardableAttrs(attributes.getDictionary(context));
  }
  writeRoles(graph);
  function->setAttr(kPlanAttrName,
                    summarise(graph, instance, plan, contiguous));
  return summary;
}

} // namespace placement
