//===- PlacementToIREE.cpp - Placed programs for IREE ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IREEDevices.h"
#include "IREEOps.h"
#include "StageIsolation.h"
#include "placement/Conversion/Passes.h"
#include "placement/Conversion/StageModules.h"
#include "placement/Conversion/StageProgram.h"
#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementOps.h"

namespace placement {
#define GEN_PASS_DEF_CONVERTPLACEMENTTOIREEPASS
#include "placement/Conversion/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

static constexpr StringLiteral kAliasingAttrName = "tf.aliasing_output";
static constexpr StringLiteral kShardyDialect = "sdy";
/// Says how a value is spread, and does nothing.
static constexpr StringLiteral kShardingConstraintName =
    "sdy.sharding_constraint";

namespace {

/// Rewrites one outlined module.
class Converter {
public:
  Converter(ModuleOp module, const StageProgram &program,
            const IREEDevices &devices)
      : module(module), program(program), devices(devices),
        driver(program.driver) {
    for (const StageProgram::Call &call : program.calls) {
      func::FuncOp stage = call.function;
      auto device = stage->getAttrOfType<DeviceAttr>(kDeviceAttrName);
      if (deviceOf.try_emplace(stage, device).second)
        stages.emplace_back(stage, device);
    }
    findHomes();
  }

  /// Before anything is changed: what IREE cannot read.
  LogicalResult check() {
    bool failed =
        module
            ->walk([](Operation *op) {
              if (isShardy(op) && !isa<ModuleOp>(op->getParentOp()) &&
                  op->getName().getStringRef() != kShardingConstraintName) {
                op->emitOpError()
                    << "cannot go to IREE, where a stage runs on one device; "
                       "partition the module with Shardy before placement";
                return WalkResult::interrupt();
              }
              return WalkResult::advance();
            })
            .wasInterrupted();
    return failure(failed);
  }

  void run(IREEForm form, bool donate) {
    SmallVector<IntegerAttr> aliases(driver.getNumArguments());
    if (donate)
      aliases = findAliases();
    dropPlacement();
    for (auto [stage, device] : stages)
      isolation.add(stage, device);
    for (auto [stage, device] : stages)
      convertStage(stage, devices.getAffinity(device), form);
    if (form == IREEForm::Program)
      convertDriver(aliases);
    else
      driver.erase();
    devices.declare(module);
  }

private:
  static bool isShardy(Operation *op) {
    return op->getName().getDialectNamespace() == kShardyDialect;
  }

  /// Where each value of the program is before any transfer: results where they
  /// are made, activations on the host's device if there is one, and other
  /// arguments where they are used first.
  void findHomes() {
    homes.resize(program.values.size());
    if (DeviceAttr host = devices.getHost())
      for (unsigned i = 0; i < driver.getNumArguments(); ++i)
        if (driver.getArgAttrOfType<StringAttr>(i, kRoleAttrName).getValue() !=
            kRoleWeight)
          homes[i] = host;
    for (const StageProgram::Call &call : program.calls) {
      for (unsigned value : call.operands)
        if (!homes[value])
          homes[value] = deviceOf.at(call.function);
      for (unsigned value : call.results)
        homes[value] = deviceOf.at(call.function);
    }
    // Unused, or handed through.
    DeviceAttr first =
        devices.getHost() ? devices.getHost() : program.stages.front().device;
    for (DeviceAttr &home : homes)
      if (!home)
        home = first;
  }

  DeviceAttr getResultHome(unsigned number) const {
    return devices.getHost() ? devices.getHost()
                             : homes[program.results[number]];
  }

  /// By argument: the result that takes its memory, or null. Memory of another
  /// device is of no use.
  SmallVector<IntegerAttr> findAliases() {
    SmallVector<IntegerAttr> aliases;
    for (unsigned i = 0; i < driver.getNumArguments(); ++i) {
      auto alias = driver.getArgAttrOfType<IntegerAttr>(i, kAliasingAttrName);
      if (alias && (!alias.getValue().ult(program.results.size()) ||
                    getResultHome(alias.getInt()) != homes[i]))
        alias = {};
      aliases.push_back(alias);
    }
    return aliases;
  }

  /// Drops everything that is not for IREE but the driver's transfers.
  void dropPlacement() {
    dropPlacementAttributes(module);
    for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
      if (isa_and_present<PlacementDialect>(op.getDialect()) || isShardy(&op))
        op.erase();
  }

  using AddAttrs = llvm::function_ref<void(unsigned, NamedAttrList &)>;

  /// Adds to the attributes of all arguments and results at once: each change
  /// of one copies the list.
  static void setAttrs(func::FuncOp function, AddAttrs addToArgument,
                       AddAttrs addToResult) {
    MLIRContext *context = function.getContext();
    SmallVector<Attribute> arguments, results;
    for (unsigned i = 0; i < function.getNumArguments(); ++i) {
      NamedAttrList attrs(function.getArgAttrDict(i));
      addToArgument(i, attrs);
      arguments.push_back(attrs.getDictionary(context));
    }
    for (unsigned i = 0; i < function.getNumResults(); ++i) {
      NamedAttrList attrs(function.getResultAttrDict(i));
      addToResult(i, attrs);
      results.push_back(attrs.getDictionary(context));
    }
    function.setAllArgAttrs(arguments);
    function.setAllResultAttrs(results);
  }

  void convertStage(func::FuncOp stage, Attribute affinity, IREEForm form) {
    setAttrs(
        stage,
        [&](unsigned, NamedAttrList &attrs) {
          attrs.set(iree::kAffinityAttrName, affinity);
        },
        [&](unsigned, NamedAttrList &attrs) {
          attrs.set(iree::kAffinityAttrName, affinity);
        });
    isolation.pin(stage, affinity);
    if (form == IREEForm::Stages) {
      stage.setPublic();
      return;
    }
    isolation.pinResults(stage, affinity);
    // Inlined, stages would be merged in what they have in common.
    stage.setNoInline(true);
    stage->setAttr(iree::kNoInlineAttrName, UnitAttr::get(stage.getContext()));
  }

  void convertDriver(ArrayRef<IntegerAttr> aliases) {
    setAttrs(
        driver,
        [&](unsigned number, NamedAttrList &attrs) {
          attrs.set(iree::kAffinityAttrName,
                    devices.getAffinity(homes[number]));
          if (aliases[number])
            attrs.set(kAliasingAttrName, aliases[number]);
        },
        [&](unsigned number, NamedAttrList &attrs) {
          attrs.set(iree::kAffinityAttrName,
                    devices.getAffinity(getResultHome(number)));
        });
    Block &body = driver.getBody().front();
    const auto *call = program.calls.begin();
    for (Operation &op : body) {
      if (!isa<func::CallOp>(op))
        continue;
      for (auto [operand, value] :
           llvm::zip_equal(op.getOpOperands(), call->operands))
        operand.set(getValueAt(value, deviceOf.at(call->function), &op));
      ++call;
    }
    Operation *terminator = body.getTerminator();
    for (auto [number, value] : llvm::enumerate(program.results)) {
      DeviceAttr device = getResultHome(number);
      terminator->setOperand(number, getValueAt(value, device, terminator));
    }
    // The transfers that came with the plan; they follow on each other.
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
      if (isa<TransferOp>(op))
        op.erase();
  }

  /// The value on `device`, moved there before `user` if it is elsewhere.
  Value getValueAt(unsigned number, DeviceAttr device, Operation *user) {
    Value value = program.values[number];
    if (homes[number] == device)
      return value;
    Value &moved = transfers[{number, device}];
    if (!moved) {
      OpBuilder builder(user);
      moved = iree::createTransfer(builder, value.getLoc(), value,
                                   devices.getAffinity(device));
    }
    return moved;
  }

  ModuleOp module;
  const StageProgram &program;
  const IREEDevices &devices;
  func::FuncOp driver;
  /// The functions that are called, in the order of their first calls.
  SmallVector<std::pair<func::FuncOp, DeviceAttr>> stages;
  DenseMap<Operation *, DeviceAttr> deviceOf;
  /// By value of the program.
  SmallVector<DeviceAttr> homes;
  StageIsolation isolation;
  DenseMap<std::pair<unsigned, DeviceAttr>, Value> transfers;
};

struct ConvertPlacementToIREEPass
    : public placement::impl::ConvertPlacementToIREEPassBase<
          ConvertPlacementToIREEPass> {
  using ConvertPlacementToIREEPassBase::ConvertPlacementToIREEPassBase;

  void runOnOperation() override {
    if (failed(convert()))
      signalPassFailure();
  }

private:
  LogicalResult convert() {
    ModuleOp module = getOperation();
    FailureOr<StageProgram> program = StageProgram::read(module, function);
    if (failed(program))
      return failure();
    FailureOr<IREEDevices> iree = IREEDevices::create(
        *program, {devices, *names, *targets, host.getValue()});
    if (failed(iree))
      return failure();
    Converter converter(module, *program, *iree);
    if (failed(converter.check()))
      return failure();
    converter.run(form, donate);
    return verifyIREEModule(module);
  }
};

} // namespace
