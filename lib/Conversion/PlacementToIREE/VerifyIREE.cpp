//===- VerifyIREE.cpp - Whether a module for IREE moves its values --------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IREEOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "placement/Conversion/Passes.h"
#include "llvm/ADT/StringSet.h"

namespace placement {
#define GEN_PASS_DEF_VERIFYIREEPASS
#include "placement/Conversion/Passes.h.inc"
} // namespace placement

using namespace mlir;
using namespace placement;

namespace {

/// Where argument `number` of `function` is, or null.
Attribute getArgDevice(func::FuncOp function, unsigned number) {
  return function.getArgAttr(number, iree::kAffinityAttrName);
}
/// Where result `number` of `function` is, or null.
Attribute getResultDevice(func::FuncOp function, unsigned number) {
  return function.getResultAttr(number, iree::kAffinityAttrName);
}

bool mentionsDevice(func::FuncOp function) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (getArgDevice(function, i))
      return true;
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (getResultDevice(function, i))
      return true;
  return false;
}

/// Reads one module.
class Verifier {
public:
  explicit Verifier(ModuleOp module) : module(module) {
    for (auto function : module.getOps<func::FuncOp>())
      if (function.getBody().hasOneBlock() && mentionsDevice(function))
        functions[function.getSymNameAttr()] = function;
    for (Operation &op : *module.getBody())
      if (op.getName().getStringRef() == iree::kGlobalName)
        if (auto name = op.getAttrOfType<StringAttr>("sym_name"))
          globals.insert(name.getValue());
  }

  LogicalResult run() {
    bool found = false;
    for (auto function : module.getOps<func::FuncOp>()) {
      // Functions that say nothing of devices are not ours to check: helpers of
      // stages, and what the user has beside the placed function.
      if (function.isPrivate() ||
          !functions.contains(function.getSymNameAttr()))
        continue;
      found = true;
      if (failed(verifyEntry(function)))
        return failure();
    }
    if (!found)
      return module.emitError()
             << "no public function says where its arguments and results are ("
             << iree::kAffinityAttrName
             << "); run convert-placement-to-iree first";
    return success();
  }

private:
  LogicalResult verifyEntry(func::FuncOp function) {
    DenseMap<Value, Attribute> deviceOf;
    for (unsigned i = 0; i < function.getNumArguments(); ++i) {
      Attribute device = getArgDevice(function, i);
      if (failed(verifyDevice(function, device, "argument " + Twine(i))))
        return failure();
      deviceOf[function.getArgument(i)] = device;
    }
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      if (failed(verifyDevice(function, getResultDevice(function, i),
                              "result " + Twine(i))))
        return failure();
    // A driver calls stages; a stage that is an entry point is on one device.
    return llvm::any_of(function.getBody().front(),
                        [&](Operation &op) { return getStage(&op); })
               ? verifyDriver(function, deviceOf)
               : verifyStage(function);
  }

  /// The stage that `op` calls, or null.
  func::FuncOp getStage(Operation *op) {
    auto call = dyn_cast<func::CallOp>(op);
    return call ? functions.lookup(call.getCalleeAttr().getAttr())
                : func::FuncOp();
  }

  LogicalResult verifyDevice(func::FuncOp function, Attribute device,
                             const Twine &what) {
    if (!device)
      return function.emitError() << what << " of @" << function.getSymName()
                                  << " has no " << iree::kAffinityAttrName;
    // An affinity names a global, a promise what the compiler is told later.
    auto text = dyn_cast<OpaqueAttr>(device);
    StringRef name = text ? text.getAttrData() : StringRef();
    if (!name.consume_front("device.affinity<@") || !name.consume_back(">") ||
        globals.contains(name))
      return success();
    return function.emitError()
           << what << " of @" << function.getSymName() << " is on " << device
           << ", but the module has no " << iree::kGlobalName << " @" << name;
  }

  LogicalResult verifyDriver(func::FuncOp function,
                             DenseMap<Value, Attribute> &deviceOf) {
    Operation *terminator = function.getBody().front().getTerminator();
    for (Operation &op : function.getBody().front()) {
      if (Attribute target = iree::getTransferTarget(&op)) {
        deviceOf[op.getResult(0)] = target;
        continue;
      }
      if (&op == terminator) {
        for (auto [number, operand] : llvm::enumerate(op.getOperands()))
          if (failed(verifyUse(&op, "result " + Twine(number), operand,
                               getResultDevice(function, number), deviceOf)))
            return failure();
        continue;
      }
      func::FuncOp stage = getStage(&op);
      if (!stage)
        return op.emitOpError() << "in @" << function.getSymName()
                                << " is neither a transfer nor a call of a "
                                   "stage with devices";
      if (seen.insert(stage).second && failed(verifyStage(stage)))
        return failure();
      for (auto [number, operand] : llvm::enumerate(op.getOperands()))
        if (failed(verifyUse(&op, "operand " + Twine(number), operand,
                             getArgDevice(stage, number), deviceOf)))
          return failure();
      for (auto [number, result] : llvm::enumerate(op.getResults()))
        deviceOf[result] = getResultDevice(stage, number);
    }
    return success();
  }

  static LogicalResult verifyUse(Operation *op, const Twine &what, Value value,
                                 Attribute device,
                                 const DenseMap<Value, Attribute> &deviceOf) {
    Attribute found = deviceOf.lookup(value);
    if (found == device)
      return success();
    InFlightDiagnostic diagnostic = op->emitOpError()
                                    << "takes " << what << " on " << device
                                    << ", but it is on " << found << ", and no "
                                    << iree::kTransferName << " moves it";
    diagnostic.attachNote(value.getLoc()) << "the value is made here";
    return diagnostic;
  }

  /// All of a stage is on one device, and so is what it moves.
  LogicalResult verifyStage(func::FuncOp stage) {
    Attribute device;
    auto verifySame = [&](Attribute found, const Twine &what) -> LogicalResult {
      if (failed(verifyDevice(stage, found, what)))
        return failure();
      if (!device)
        device = found;
      if (found == device)
        return success();
      return stage.emitError()
             << "stage @" << stage.getSymName() << " is on " << device
             << ", but its " << what << " is on " << found;
    };
    for (unsigned i = 0; i < stage.getNumArguments(); ++i)
      if (failed(verifySame(getArgDevice(stage, i), "argument " + Twine(i))))
        return failure();
    for (unsigned i = 0; i < stage.getNumResults(); ++i)
      if (failed(verifySame(getResultDevice(stage, i), "result " + Twine(i))))
        return failure();
    for (Operation &op : stage.getBody().front())
      if (Attribute target = iree::getTransferTarget(&op);
          target && target != device)
        return op.emitOpError() << "moves a value to " << target
                                << " within a stage on " << device;
    return success();
  }

  ModuleOp module;
  /// Those of one block that say where their arguments or results are.
  DenseMap<StringAttr, func::FuncOp> functions;
  llvm::StringSet<> globals;
  DenseSet<Operation *> seen;
};

struct VerifyIREEPass
    : public placement::impl::VerifyIREEPassBase<VerifyIREEPass> {
  void runOnOperation() override {
    if (failed(verifyIREEModule(getOperation())))
      return signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace

LogicalResult placement::verifyIREEModule(ModuleOp module) {
  return Verifier(module).run();
}
