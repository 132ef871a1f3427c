//===- TransferCheck.cpp - Whether values are moved where needed ----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TransferCheck.h"

#include "placement/Dialect/Names.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace placement {

namespace {

/// Walks the top level of the function; what is inside of stage functions is on
/// one device.
class TransferChecker {
public:
  TransferChecker(const PlacedFunction &placed, const PlacementGraph &graph)
      : placed(placed), function(placed.function),
        host(HostAttr::get(function.getContext())) {
    for (Value argument : function.getArguments())
      placeOf[argument] = Attribute();
    // Weights stay without a place: they are where they are needed.
    for (Value value : graph.netValues)
      if (isa<BlockArgument>(value) && placeOf.contains(value))
        placeOf[value] = host;
    for (auto [call, stage] : placed.calls)
      deviceOfCall[call] = stage->getAttrOfType<DeviceAttr>(kDeviceAttrName);
  }

  LogicalResult run() {
    Block &block = function.getBody().front();
    for (Operation &op : block) {
      Attribute place;
      LogicalResult fits = success();
      if (auto transfer = dyn_cast<TransferOp>(op)) {
        place = transfer.getTo();
        fits = checkUse(&op, transfer.getValue(), transfer.getFrom());
      } else if (&op == block.getTerminator()) {
        place = host;
        fits = checkUses(&op, host);
      } else {
        place = deviceOf(&op);
        fits = checkUses(&op, place);
      }
      if (failed(fits))
        return failure();
      for (Value result : op.getResults())
        placeOf[result] = place;
    }
    return success();
  }

private:
  Attribute deviceOf(Operation *op) const {
    if (auto it = deviceOfCall.find(op); it != deviceOfCall.end())
      return it->second;
    return placed.deviceOfStage[placed.stageOf.lookup(op)];
  }

  LogicalResult checkUses(Operation *op, Attribute place) {
    for (Value operand : op->getOperands())
      if (failed(checkUse(op, operand, place)))
        return failure();
    for (Region &region : op->getRegions())
      if (region
              .walk([&](Operation *nested) {
                for (Value operand : nested->getOperands())
                  if (failed(checkUse(op, operand, place)))
                    return WalkResult::interrupt();
                return WalkResult::advance();
              })
              .wasInterrupted())
        return failure();
    return success();
  }

  LogicalResult checkUse(Operation *op, Value value, Attribute place) {
    Attribute from = placeOf.lookup(value);
    if (!from || from == place)
      return success();
    InFlightDiagnostic diagnostic =
        op->emitError() << "'" << op->getName() << "' takes a value at "
                        << place << ", but it is at " << from
                        << "; run placement-insert-transfers on the function "
                           "without transfers";
    diagnostic.attachNote(value.getLoc()) << "the value is made here";
    return diagnostic;
  }

  const PlacedFunction &placed;
  func::FuncOp function;
  Attribute host;
  /// Values of the top level; null for weights.
  llvm::DenseMap<Value, Attribute> placeOf;
  llvm::DenseMap<Operation *, Attribute> deviceOfCall;
};

} // namespace

LogicalResult checkTransfers(const PlacedFunction &placed,
                             const PlacementGraph &graph) {
  func::FuncOp function = placed.function;
  if (!placed.outlined && function.getOps<TransferOp>().empty())
    return success();
  return TransferChecker(placed, graph).run();
}

} // namespace placement
