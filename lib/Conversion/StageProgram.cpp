//===- StageProgram.cpp - What a driver does, as data ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Conversion/StageProgram.h"

#include "mlir/IR/SymbolTable.h"
#include "placement/Analysis/EntryFunction.h"
#include "placement/Analysis/StageFunctions.h"
#include "placement/Conversion/HostTypes.h"
#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementOps.h"
#include "llvm/Support/JSON.h"

using namespace mlir;

namespace placement {

namespace {

/// Reads one driver.
class Reader {
public:
  Reader(ModuleOp module, func::FuncOp driver) : symbols(module) {
    program.driver = driver;
  }

  LogicalResult run() {
    func::FuncOp driver = program.driver;
    Block &body = driver.getBody().front();
    // First of all, since nothing else is to be found in what is not outlined.
    for (Operation &op : body.without_terminator())
      if (!isa<TransferOp>(op) && !lookupStageFunction(&op, symbols))
        return op.emitOpError()
               << "in @" << driver.getSymName()
               << " is neither a call of a stage nor a transfer; run "
                  "placement-outline-stages (or all of placement-pipeline) "
                  "first";
    for (BlockArgument argument : driver.getArguments())
      if (failed(readArgument(argument)))
        return failure();
    for (Operation &op : body.without_terminator())
      if (failed(readOp(&op)))
        return failure();
    for (Value value : body.getTerminator()->getOperands())
      program.results.push_back(numbers.lookup(value));
    llvm::sort(program.stages, [](const auto &lhs, const auto &rhs) {
      return lhs.stage < rhs.stage;
    });
    addTimes();
    return success();
  }

  StageProgram program;

private:
  LogicalResult addValue(Value value, const Twine &what) {
    if (!getHostBytes(value.getType()))
      return emitError(value.getLoc())
             << what << " has type " << value.getType()
             << "; stages hand over tensors of static shape and of integers, "
                "floats or complex numbers only";
    numbers[value] = program.values.size();
    program.values.push_back(value);
    return success();
  }

  LogicalResult readArgument(BlockArgument argument) {
    func::FuncOp driver = program.driver;
    unsigned number = argument.getArgNumber();
    auto role = driver.getArgAttrOfType<StringAttr>(number, kRoleAttrName);
    if (!role)
      return driver.emitError()
             << "argument " << number << " of @" << driver.getSymName()
             << " has no placement.role; run "
                "placement-insert-transfers first";
    return addValue(argument, "argument " + Twine(number) + " of @" +
                                  driver.getSymName());
  }

  LogicalResult readOp(Operation *op) {
    if (auto transfer = dyn_cast<TransferOp>(op)) {
      unsigned value = numbers.lookup(transfer.getValue());
      numbers[transfer.getResult()] = value;
      program.transfers.push_back(
          {value, transfer.getFrom(), transfer.getTo()});
      return success();
    }
    return readCall(op, lookupStageFunction(op, symbols));
  }

  LogicalResult readCall(Operation *op, func::FuncOp function) {
    StageProgram::Call &call = program.calls.emplace_back();
    call.function = function;
    auto stage = function->getAttrOfType<IntegerAttr>(kStageAttrName);
    auto device = function->getAttrOfType<DeviceAttr>(kDeviceAttrName);
    if (!stage || !device)
      return function.emitError()
             << "@" << function.getSymName()
             << " must have an integer as placement.stage and a "
                "#placement.device as placement.device";
    call.stage = stage.getInt();
    if (auto phase = function->getAttrOfType<PhaseAttr>(kPhaseAttrName))
      call.phase = phase.getValue();
    auto [it, isNew] = stageOf.try_emplace(call.stage, function);
    if (isNew) {
      program.stages.push_back({call.stage, device});
      program.machine = device.getMachine();
    } else if (it->second->getAttr(kDeviceAttrName) != device) {
      InFlightDiagnostic diagnostic =
          function.emitError()
          << "stage " << call.stage << " is on two devices: @"
          << function.getSymName() << " on " << device;
      diagnostic.attachNote(it->second.getLoc())
          << "@" << it->second.getSymName() << " is on "
          << it->second->getAttr(kDeviceAttrName);
      return diagnostic;
    }
    for (Value operand : op->getOperands())
      call.operands.push_back(numbers.lookup(operand));
    for (OpResult result : op->getResults()) {
      call.results.push_back(program.values.size());
      if (failed(addValue(result, "result " + Twine(result.getResultNumber()) +
                                      " of the call of @" +
                                      function.getSymName())))
        return failure();
    }
    return success();
  }

  /// What a plan of latency says of its stages.
  void addTimes() {
    auto plan = program.driver->getAttrOfType<PlanAttr>(kPlanAttrName);
    if (!plan || !plan.isLatency())
      return;
    auto machine = symbols.lookup<MachineOp>(plan.getMachine().getValue());
    for (StageProgram::Stage &stage : program.stages) {
      DeviceKindOp kind =
          machine ? machine.lookupKind(stage.device.getKind().getValue())
                  : DeviceKindOp();
      stage.isConcurrent = kind && kind.isHost() && !plan.getCores();
      auto number = static_cast<size_t>(stage.stage);
      if (number < plan.getStarts().size())
        stage.times = {plan.getStarts()[number], plan.getFinishes()[number]};
    }
  }

  SymbolTable symbols;
  /// Of the driver's values, transferred ones included.
  DenseMap<Value, unsigned> numbers;
  /// The first function of each stage.
  DenseMap<int64_t, func::FuncOp> stageOf;
};

} // namespace

FailureOr<StageProgram> StageProgram::read(ModuleOp module,
                                           StringRef function) {
  FailureOr<func::FuncOp> driver = findEntryFunction(module, function);
  if (failed(driver))
    return failure();
  Reader reader(module, *driver);
  if (failed(reader.run()))
    return failure();
  return std::move(reader.program);
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static void writeNumbers(llvm::json::OStream &json, StringRef name,
                         ArrayRef<unsigned> numbers) {
  json.attributeArray(name, [&] {
    for (unsigned number : numbers)
      json.value(number);
  });
}

/// A device as an object, the host as "host".
static void writePlace(llvm::json::OStream &json, StringRef name,
                       Attribute place) {
  auto device = dyn_cast<DeviceAttr>(place);
  if (!device) {
    json.attribute(name, "host");
    return;
  }
  json.attributeObject(name, [&] {
    json.attribute("kind", device.getKind().getValue());
    json.attribute("index", device.getIndex());
  });
}

static void writeValue(llvm::json::OStream &json, unsigned number, Type type) {
  json.object([&] {
    json.attribute("id", number);
    writeHostType(json, type);
  });
}

static void writeCall(llvm::json::OStream &json,
                      const StageProgram::Call &call) {
  json.object([&] {
    json.attribute("function", func::FuncOp(call.function).getSymName());
    json.attribute("stage", call.stage);
    json.attribute("phase", call.phase
                                ? llvm::json::Value(stringifyPhase(*call.phase))
                                : llvm::json::Value(nullptr));
    writeNumbers(json, "operands", call.operands);
    writeNumbers(json, "results", call.results);
  });
}

void StageProgram::writeJSON(raw_ostream &os) const {
  func::FuncOp function = driver;
  llvm::json::OStream json(os, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("version", 1);
    json.attribute("function", function.getSymName());
    json.attribute("machine", machine ? llvm::json::Value(machine.getValue())
                                      : llvm::json::Value(nullptr));
    json.attributeArray("values", [&] {
      for (auto [number, value] : llvm::enumerate(values))
        writeValue(json, number, value.getType());
    });
    json.attributeArray("arguments", [&] {
      for (unsigned number = 0; number < function.getNumArguments(); ++number)
        json.object([&] {
          json.attribute("value", number);
          json.attribute(
              "role",
              function.getArgAttrOfType<StringAttr>(number, kRoleAttrName)
                  .getValue());
        });
    });
    json.attributeArray("stages", [&] {
      for (const Stage &stage : stages)
        json.object([&] {
          json.attribute("stage", stage.stage);
          writePlace(json, "device", stage.device);
          if (stage.isConcurrent)
            json.attribute("concurrent", true);
          if (stage.times) {
            json.attribute("start", stage.times->first);
            json.attribute("finish", stage.times->second);
          }
        });
    });
    json.attributeArray("calls", [&] {
      for (const Call &call : calls)
        writeCall(json, call);
    });
    json.attributeArray("transfers", [&] {
      for (const Transfer &transfer : transfers)
        json.object([&] {
          json.attribute("value", transfer.value);
          writePlace(json, "from", transfer.from);
          writePlace(json, "to", transfer.to);
        });
    });
    writeNumbers(json, "results", results);
  });
  os << '\n';
}

} // namespace placement
