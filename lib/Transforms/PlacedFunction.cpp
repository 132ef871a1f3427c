//===- PlacedFunction.cpp - Reads where everything was placed -------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlacedFunction.h"

#include "placement/Analysis/StageFunctions.h"
#include "placement/Dialect/Names.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace placement {

namespace {

/// Far above what a program has; keeps a wrong number from taking the memory.
constexpr int64_t kMostStages = int64_t(1) << 24;

class Reader {
public:
  Reader(func::FuncOp function, MachineOp machine, PlanAttr plan)
      : machine(machine), plan(plan),
        contiguous(plan.isContiguous() && !plan.isLatency()),
        symbols(function->getParentOfType<ModuleOp>()) {
    result.function = function;
  }

  FailureOr<PlacedFunction> run() {
    if (failed(readBlock(result.function.getBody().front(), {})) ||
        failed(checkStages()) || (contiguous && failed(checkDevices())))
      return failure();
    return std::move(result);
  }

private:
  LogicalResult readBlock(Block &block, func::FuncOp stage) {
    for (Operation &op : block.without_terminator()) {
      if (isa<TransferOp>(op))
        continue;
      if (!stage)
        if (func::FuncOp callee = lookupStageFunction(&op, symbols)) {
          if (failed(readStage(&op, callee)))
            return failure();
          continue;
        }
      if (failed(readOp(&op, stage)))
        return failure();
    }
    return success();
  }

  LogicalResult readStage(Operation *call, func::FuncOp stage) {
    result.outlined = true;
    result.calls.push_back({call, stage});
    auto [it, isNew] = callOf.try_emplace(stage, call);
    if (!isNew) {
      InFlightDiagnostic diagnostic = call->emitError() << "stage function @"
                                                        << stage.getSymName()
                                                        << " is called twice";
      diagnostic.attachNote(it->second->getLoc()) << "the other call is here";
      return diagnostic;
    }
    return readBlock(stage.getBody().front(), stage);
  }

  /// In a stage function, an operation without a place of its own has that of
  /// the function.
  LogicalResult readOp(Operation *op, func::FuncOp stage) {
    auto device =
        dyn_cast_or_null<DeviceAttr>(op->getDiscardableAttr(kDeviceAttrName));
    auto number =
        dyn_cast_or_null<IntegerAttr>(op->getDiscardableAttr(kStageAttrName));
    if (stage) {
      auto stageDevice = stage->getAttrOfType<DeviceAttr>(kDeviceAttrName);
      auto stageNumber = stage->getAttrOfType<IntegerAttr>(kStageAttrName);
      if ((device && device != stageDevice) ||
          (number && number != stageNumber)) {
        InFlightDiagnostic diagnostic =
            op->emitError()
            << "'" << op->getName() << "' has another device or stage than @"
            << stage.getSymName() << ", the stage function it stands in";
        diagnostic.attachNote(stage.getLoc()) << "the stage function is here";
        return diagnostic;
      }
      device = stageDevice;
      number = stageNumber;
    }
    for (auto [attribute, name] :
         {std::pair(Attribute(device), StringRef(kDeviceAttrName)),
          std::pair(Attribute(number), StringRef(kStageAttrName))})
      if (!attribute)
        return op->emitError() << "'" << op->getName() << "' has no " << name
                               << "; run device-place first";
    if (failed(checkDevice(op, device)))
      return failure();
    return addToStage(op, device, number.getInt());
  }

  LogicalResult checkDevice(Operation *op, DeviceAttr device) {
    if (!checkedDevices.insert(device).second)
      return success();
    if (device.getMachine().getAttr() != machine.getSymNameAttr())
      return op->emitError()
             << "'" << op->getName() << "' is on " << device
             << ", but the plan is for machine @" << machine.getSymName();
    DeviceKindOp kind = machine.lookupKind(device.getKind().getValue());
    if (!kind)
      return op->emitError()
             << "'" << op->getName() << "' is on " << device
             << ", but machine @" << machine.getSymName()
             << " has no such kind; it has " << machine.getKindList();
    if (plan.isLatency() && kind.isHost())
      return checkCore(op, device, kind);
    if (device.getIndex() >= static_cast<int64_t>(kind.getCount()))
      return op->emitError()
             << "'" << op->getName() << "' is on " << device
             << ", but machine @" << machine.getSymName() << " has "
             << kind.getCount() << " devices of that kind, counted from 0";
    return success();
  }

  /// Under latency the devices of a host kind are its cores, or, where it has
  /// no number of them, all in one.
  LogicalResult checkCore(Operation *op, DeviceAttr device, DeviceKindOp kind) {
    Attribute cores = plan.getCores();
    int64_t count = 1;
    if (auto number = dyn_cast_or_null<IntegerAttr>(cores))
      count = number.getInt();
    else if (cores)
      count = static_cast<int64_t>(kind.getCount());
    if (device.getIndex() < count)
      return success();
    InFlightDiagnostic diagnostic = op->emitError();
    diagnostic << "'" << op->getName() << "' is on " << device << ", but ";
    if (!cores)
      return diagnostic << "without a number of cores all operations of a host "
                           "kind are on its device 0";
    return diagnostic << "the plan has " << count
                      << (count == 1 ? " core" : " cores")
                      << " of that kind, counted from 0";
  }

  LogicalResult addToStage(Operation *op, DeviceAttr device, int64_t number) {
    if (contiguous && (number < 0 || number > maxStage()))
      return op->emitError()
             << "'" << op->getName() << "' is in stage " << number
             << ", but machine @" << machine.getSymName() << " has devices for "
             << maxStage() + 1 << " stages, counted from 0";
    // Each stage holds something, and numbers have no holes.
    if (number < 0 || number > kMostStages)
      return op->emitError() << "'" << op->getName() << "' is in stage "
                             << number << ", which is no number of a stage";
    if (number >= static_cast<int64_t>(result.deviceOfStage.size())) {
      result.deviceOfStage.resize(number + 1);
      firstOfStage.resize(number + 1, nullptr);
    }
    result.stageOf.try_emplace(op, number);
    if (!firstOfStage[number]) {
      firstOfStage[number] = op;
      result.deviceOfStage[number] = device;
      return success();
    }
    if (result.deviceOfStage[number] == device)
      return success();
    InFlightDiagnostic diagnostic =
        op->emitError() << "'" << op->getName() << "' is in stage " << number
                        << " on " << device << ", but that stage is on "
                        << result.deviceOfStage[number];
    diagnostic.attachNote(firstOfStage[number]->getLoc())
        << "the first operation of the stage is here";
    return diagnostic;
  }

  /// Devices of the machine, less one; a stage needs one of its own.
  int64_t maxStage() {
    int64_t devices = 0;
    for (DeviceKindOp kind : machine.getKinds())
      devices += static_cast<int64_t>(kind.getCount());
    return devices - 1;
  }

  LogicalResult checkStages() {
    for (auto [stage, device] : llvm::enumerate(result.deviceOfStage))
      if (!device)
        return emitError(result.function.getLoc())
               << "no operation of @" << result.function.getSymName()
               << " is in stage " << stage << ", but some are in stage "
               << result.deviceOfStage.size() - 1;
    return success();
  }

  /// A contiguous plan has one stage on a device.
  LogicalResult checkDevices() {
    DenseMap<Attribute, size_t> stageOfDevice;
    for (auto [stage, device] : llvm::enumerate(result.deviceOfStage)) {
      auto [it, isNew] = stageOfDevice.try_emplace(device, stage);
      if (isNew)
        continue;
      InFlightDiagnostic diagnostic =
          firstOfStage[stage]->emitError()
          << "stage " << stage << " is on " << device << ", as stage "
          << it->second << " is; each stage needs a device of its own";
      diagnostic.attachNote(firstOfStage[it->second]->getLoc())
          << "the first operation of stage " << it->second << " is here";
      return diagnostic;
    }
    return success();
  }

  MachineOp machine;
  PlanAttr plan;
  bool contiguous;
  SymbolTable symbols;
  PlacedFunction result;
  DenseMap<Operation *, Operation *> callOf;
  DenseSet<Attribute> checkedDevices;
  SmallVector<Operation *> firstOfStage;
};

} // namespace

FailureOr<PlacedFunction>
PlacedFunction::read(func::FuncOp function, MachineOp machine, PlanAttr plan) {
  return Reader(function, machine, plan).run();
}

SmallVector<Operation *> PlacedFunction::usersOf(Operation *op) const {
  SmallVector<Operation *> users;
  SmallVector<Operation *> makers = {op};
  while (!makers.empty()) {
    Operation *maker = makers.pop_back_val();
    for (Operation *owner : maker->getUsers()) {
      Operation *user = op->getBlock()->findAncestorOpInBlock(*owner);
      if (isa<TransferOp>(user))
        makers.push_back(user);
      else if (stageOf.contains(user))
        users.push_back(user);
    }
  }
  return users;
}

LogicalResult refuseOutlined(func::FuncOp function, StringRef pass) {
  SymbolTable symbols(function->getParentOfType<ModuleOp>());
  for (Operation &op : function.getBody().front())
    if (func::FuncOp stage = lookupStageFunction(&op, symbols)) {
      InFlightDiagnostic diagnostic =
          op.emitError() << "@" << function.getSymName()
                         << " is outlined: it calls the stage function @"
                         << stage.getSymName() << ", so there is nothing for "
                         << pass
                         << " to do; give it the module from before "
                            "placement-outline-stages";
      diagnostic.attachNote(stage.getLoc()) << "the stage function is here";
      return diagnostic;
    }
  return success();
}

} // namespace placement
