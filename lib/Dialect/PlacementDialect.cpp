//===- PlacementDialect.cpp - The placement dialect and its attributes' rules
//===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Dialect/PlacementDialect.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementAttrs.h"
#include "placement/Dialect/PlacementOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace placement;

#include "placement/Dialect/PlacementDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "placement/Dialect/PlacementAttrs.cpp.inc"

void PlacementDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "placement/Dialect/PlacementAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "placement/Dialect/PlacementOps.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Discardable attributes
//===----------------------------------------------------------------------===//

namespace {
/// Which side of a function's boundary an attribute stands on.
enum class Holder : uint8_t { Argument, Result };
} // namespace

static constexpr StringLiteral kKnownNames =
    "placement.device, placement.stage, placement.cost, placement.pin, "
    "placement.colocate, placement.phase on operations; placement.plan, "
    "placement.microbatch, placement.device, placement.stage, "
    "placement.phase on functions; "
    "placement.role, placement.device on function arguments; placement.device "
    "on function results";

static LogicalResult unknownName(Operation *op, StringRef name) {
  return op->emitError() << "unknown attribute '" << name
                         << "'; the dialect knows " << kKnownNames;
}

static LogicalResult wrongKind(Operation *op, StringRef name,
                               StringRef expected, Attribute found) {
  return op->emitError() << "attribute '" << name << "' must be " << expected
                         << ", but is " << found;
}

static LogicalResult wrongHolder(Operation *op, StringRef name,
                                 StringRef where) {
  return op->emitError() << "attribute '" << name << "' belongs on " << where;
}

/// Kind and range of the attributes that describe one operation.
static LogicalResult verifyOperationValue(Operation *op, StringRef name,
                                          Attribute value) {
  if (name == kDeviceAttrName) {
    if (!isa<DeviceAttr>(value))
      return wrongKind(op, name, "a #placement.device", value);
    return success();
  }
  if (name == kStageAttrName) {
    auto stage = dyn_cast<IntegerAttr>(value);
    if (!stage || !stage.getType().isSignlessInteger(64))
      return wrongKind(op, name, "a 64-bit integer", value);
    if (stage.getInt() < 0)
      return op->emitError()
             << "attribute '" << name << "' must not be negative, but is "
             << stage.getInt();
    return success();
  }
  if (name == kCostAttrName) {
    if (!isa<CostAttr>(value))
      return wrongKind(op, name, "a #placement.cost", value);
    return success();
  }
  if (name == kPinAttrName) {
    if (!isa<PinAttr>(value))
      return wrongKind(op, name, "a #placement.pin", value);
    return success();
  }
  if (name == kColocateAttrName) {
    auto group = dyn_cast<StringAttr>(value);
    if (!group || group.empty())
      return wrongKind(op, name, "a non-empty string", value);
    return success();
  }
  if (!isa<PhaseAttr>(value))
    return wrongKind(op, name, "a #placement.phase", value);
  return success();
}

static bool isOperationName(StringRef name) {
  return name == kDeviceAttrName || name == kStageAttrName ||
         name == kCostAttrName || name == kPinAttrName ||
         name == kColocateAttrName || name == kPhaseAttrName;
}

LogicalResult PlacementDialect::verifyOperationAttribute(Operation *op,
                                                         NamedAttribute attr) {
  StringRef name = attr.getName();
  Attribute value = attr.getValue();
  bool isFunction = isa<FunctionOpInterface>(op);
  if (isOperationName(name)) {
    bool ofStage = name == kDeviceAttrName || name == kStageAttrName ||
                   name == kPhaseAttrName;
    if (isa<ModuleOp>(op) || (isFunction && !ofStage))
      return wrongHolder(op, name,
                         "an operation inside a function, not on a "
                         "function or module");
    return verifyOperationValue(op, name, value);
  }
  if (name == kPlanAttrName) {
    if (!isFunction)
      return wrongHolder(op, name, "a function");
    if (!isa<PlanAttr>(value))
      return wrongKind(op, name, "a #placement.plan", value);
    return success();
  }
  if (name == kMicrobatchAttrName) {
    if (!isFunction)
      return wrongHolder(op, name, "a function");
    if (!isa<UnitAttr>(value))
      return wrongKind(op, name, "a unit attribute", value);
    return success();
  }
  if (name == kRoleAttrName)
    return wrongHolder(op, name, "a function argument");
  return unknownName(op, name);
}

/// Rules of the attributes of one argument or result of a function.
static LogicalResult verifyBoundary(Operation *op, Holder holder,
                                    unsigned index, NamedAttribute attr) {
  StringRef name = attr.getName();
  Attribute value = attr.getValue();
  auto fail = [&]() {
    return op->emitError() << "attribute '" << name << "' of "
                           << (holder == Holder::Argument ? "argument #"
                                                          : "result #")
                           << index << ' ';
  };
  if (name == kDeviceAttrName) {
    if (!isa<DeviceAttr, HostAttr>(value))
      return fail() << "must be a #placement.device or #placement.host, but is "
                    << value;
    return success();
  }
  if (name == kRoleAttrName) {
    if (holder != Holder::Argument)
      return fail() << "belongs on a function argument";
    auto role = dyn_cast<StringAttr>(value);
    if (!role || (role != kRoleWeight && role != kRoleActivation))
      return fail() << "must be \"" << kRoleWeight << "\" or \""
                    << kRoleActivation << "\", but is " << value;
    return success();
  }
  if (isOperationName(name))
    return fail() << "belongs on an operation";
  if (name == kPlanAttrName || name == kMicrobatchAttrName)
    return fail() << "belongs on a function";
  return fail() << "is unknown; the dialect knows " << kKnownNames;
}

LogicalResult PlacementDialect::verifyRegionArgAttribute(Operation *op,
                                                         unsigned regionIndex,
                                                         unsigned argIndex,
                                                         NamedAttribute attr) {
  return verifyBoundary(op, Holder::Argument, argIndex, attr);
}

LogicalResult PlacementDialect::verifyRegionResultAttribute(
    Operation *op, unsigned regionIndex, unsigned resultIndex,
    NamedAttribute attr) {
  return verifyBoundary(op, Holder::Result, resultIndex, attr);
}
