//===- Transfers.cpp - Values that change device --------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Transfers.h"

#include "mlir/IR/BuiltinTypes.h"
#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementOps.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace placement {

void forEachBlockOperand(Operation *op,
                         llvm::function_ref<void(OpOperand &)> visit) {
  for (OpOperand &operand : op->getOpOperands())
    visit(operand);
  if (op->getNumRegions() == 0)
    return;
  Block *block = op->getBlock();
  for (Region &region : op->getRegions())
    region.walk<WalkOrder::PreOrder>([&](Operation *inner) {
      for (OpOperand &operand : inner->getOpOperands())
        if (operand.get().getParentBlock() == block)
          visit(operand);
    });
}

LogicalResult verifyPlaced(func::FuncOp function) {
  MLIRContext *context = function.getContext();
  auto deviceName = StringAttr::get(context, kDeviceAttrName);
  auto stageName = StringAttr::get(context, kStageAttrName);
  DenseMap<int64_t, Operation *> firstOf;
  for (Operation &op : function.getBody().front().without_terminator()) {
    if (isa<TransferOp>(op))
      continue;
    auto device =
        dyn_cast_if_present<DeviceAttr>(op.getDiscardableAttr(deviceName));
    auto stage =
        dyn_cast_if_present<IntegerAttr>(op.getDiscardableAttr(stageName));
    if (!device || !stage)
      return op.emitOpError() << "is not placed: it has no "
                              << (device ? kStageAttrName : kDeviceAttrName)
                              << "; run device-place first";
    Operation *first = firstOf.try_emplace(stage.getInt(), &op).first->second;
    Attribute other = first->getDiscardableAttr(deviceName);
    if (other != device) {
      InFlightDiagnostic diagnostic =
          op.emitOpError() << "puts stage " << stage.getInt() << " on "
                           << device << ", but the stage is also on " << other;
      diagnostic.attachNote(first->getLoc()) << "first operation of the stage";
      return diagnostic;
    }
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Where values are
//===----------------------------------------------------------------------===//

namespace {

/// Answers where values of one placed function are. A null place stands for
/// weights, which are wherever they are used.
class Places {
public:
  explicit Places(func::FuncOp function)
      : function(function), host(HostAttr::get(function.getContext())),
        deviceName(StringAttr::get(function.getContext(), kDeviceAttrName)) {
    for (unsigned index = 0; index < function.getNumArguments(); ++index) {
      auto role = function.getArgAttrOfType<StringAttr>(index, kRoleAttrName);
      isWeightArgument.push_back(role && role == kRoleWeight);
    }
  }

  bool isWeight(BlockArgument argument) const {
    return isWeightArgument[argument.getArgNumber()];
  }

  /// Where a value defined in the block of the function is.
  Attribute of(Value value) const {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return isWeight(argument) ? Attribute() : Attribute(host);
    Operation *op = value.getDefiningOp();
    if (auto transfer = dyn_cast<TransferOp>(op))
      return transfer.getTo();
    return op->getDiscardableAttr(deviceName);
  }

  /// Where an operation needs its operands.
  Attribute of(Operation *user) const {
    if (isa<func::ReturnOp>(user))
      return host;
    if (auto transfer = dyn_cast<TransferOp>(user))
      return transfer.getFrom();
    return user->getDiscardableAttr(deviceName);
  }

  HostAttr getHost() const { return host; }

private:
  func::FuncOp function;
  HostAttr host;
  StringAttr deviceName;
  SmallVector<bool> isWeightArgument;
};

/// The calls of a plan of latency, each of which receives for itself; other
/// plans have none that matter.
class Calls {
public:
  static constexpr int64_t kNoCall = -1;

  explicit Calls(func::FuncOp function)
      : deviceName(StringAttr::get(function.getContext(), kDeviceAttrName)),
        stageName(StringAttr::get(function.getContext(), kStageAttrName)) {
    auto plan = function->getAttrOfType<PlanAttr>(kPlanAttrName);
    isLatency = plan && plan.isLatency();
    if (!isLatency)
      return;
    // Without the machine, which placement-verify asks for, all are calls.
    auto machine =
        dyn_cast_or_null<MachineOp>(SymbolTable::lookupNearestSymbolFrom(
            function, plan.getMachine().getAttr()));
    if (!machine)
      return;
    for (DeviceKindOp kind : machine.getKinds())
      if (kind.isHost())
        hosts.insert(kind.getKindAttr());
  }

  /// The call that an operation of the function belongs to: its stage. None on
  /// a host, which has all values in its memory.
  int64_t of(Operation *op) const {
    if (!isLatency)
      return kNoCall;
    auto device =
        dyn_cast_if_present<DeviceAttr>(op->getDiscardableAttr(deviceName));
    if (!device || hosts.contains(device.getKind()))
      return kNoCall;
    return cast<IntegerAttr>(op->getDiscardableAttr(stageName)).getInt();
  }

private:
  StringAttr deviceName, stageName;
  bool isLatency = false;
  llvm::SmallPtrSet<Attribute, 4> hosts;
};

/// Finds what has to move, then rewrites.
class TransferInserter {
public:
  explicit TransferInserter(func::FuncOp function)
      : function(function), places(function), calls(function),
        weightDevices(function.getNumArguments()),
        isShared(function.getNumArguments(), false) {}

  LogicalResult collect();
  void rewrite();

private:
  /// A value that has to be at `to` before the operation `before` for all of
  /// `uses`. `existing` is the result of a transfer that does it already.
  struct Move {
    Value value;
    Attribute from, to;
    Operation *before = nullptr;
    Value existing;
    SmallVector<OpOperand *> uses;
    /// A move of the same value, before this one, whose result this one takes.
    std::optional<unsigned> after;
    /// Whether some other move takes the result of this one.
    bool isTaken = false;
  };
  /// Where a value is wanted: a place, and under latency the call, kNoCall
  /// where it makes no difference.
  using Target = std::pair<Attribute, int64_t>;

  unsigned getMove(Value value, Target to);
  unsigned addMove(Value value, Attribute from, Target to, Operation *user);
  LogicalResult visit(Operation *user, OpOperand &use);
  void annotateBoundary();

  func::FuncOp function;
  Places places;
  Calls calls;
  SmallVector<Move> moves;
  DenseMap<std::pair<Value, Target>, unsigned> moveOf;
  /// By argument: the device of a weight's first use, and whether there are
  /// others.
  SmallVector<Attribute> weightDevices;
  SmallVector<bool> isShared;
};

} // namespace

//===----------------------------------------------------------------------===//
// Insertion
//===----------------------------------------------------------------------===//

unsigned TransferInserter::getMove(Value value, Target to) {
  auto [it, isNew] =
      moveOf.try_emplace(std::make_pair(value, to), moves.size());
  if (isNew) {
    moves.emplace_back();
    moves.back().value = value;
    moves.back().to = to.first;
  }
  return it->second;
}

/// The move of a value for `user`, which is the first to need it unless some
/// operation before did.
unsigned TransferInserter::addMove(Value value, Attribute from, Target to,
                                   Operation *user) {
  unsigned number = getMove(value, to);
  Move &move = moves[number];
  if (!move.existing && !move.before) {
    move.from = from;
    move.before = user;
  }
  return number;
}

LogicalResult TransferInserter::visit(Operation *user, OpOperand &use) {
  Value value = use.get();
  Attribute from = places.of(value), to = places.of(user);
  if (!from) {
    Attribute &device =
        weightDevices[cast<BlockArgument>(value).getArgNumber()];
    if (!device)
      device = to;
    else if (device != to)
      isShared[cast<BlockArgument>(value).getArgNumber()] = true;
    return success();
  }
  int64_t call = calls.of(user);
  Operation *maker = value.getDefiningOp();
  // Between two calls of one device a value goes by way of the host.
  bool returns = from == to && call != Calls::kNoCall && maker &&
                 !isa<TransferOp>(maker) && calls.of(maker) != call;
  if (from == to && !returns)
    return success();
  if (isa<TransferOp>(user))
    return user->emitOpError()
           << "moves a value from " << to << ", but it is at " << from;
  if (isa<BaseMemRefType>(value.getType()))
    return user->emitOpError()
           << "runs on " << to << " but uses a buffer of " << from
           << (returns ? " that another call made" : "")
           << "; buffers cannot be sent, place the program before "
              "bufferization";
  if (!returns) {
    unsigned number = addMove(value, from, {to, call}, user);
    moves[number].uses.push_back(&use);
    return success();
  }
  Attribute host = places.getHost();
  unsigned out = addMove(value, from, {host, Calls::kNoCall}, user);
  unsigned back = addMove(value, host, {to, call}, user);
  moves[out].isTaken = true;
  moves[back].after = out;
  moves[back].uses.push_back(&use);
  return success();
}

LogicalResult TransferInserter::collect() {
  for (Operation &op : function.getBody().front()) {
    LogicalResult result = success();
    forEachBlockOperand(&op, [&](OpOperand &use) {
      if (succeeded(result))
        result = visit(&op, use);
    });
    if (failed(result))
      return failure();
    if (auto transfer = dyn_cast<TransferOp>(op)) {
      Move &move = moves[getMove(transfer.getValue(),
                                 {transfer.getTo(), Calls::kNoCall})];
      // One that stands behind a use comes too late for it.
      if (!move.before && !move.existing)
        move.existing = transfer.getResult();
    }
  }
  return success();
}

void TransferInserter::rewrite() {
  SmallVector<Value> moved(moves.size());
  for (auto [number, move] : llvm::enumerate(moves)) {
    if (move.uses.empty() && !move.isTaken)
      continue;
    moved[number] = move.existing;
    if (!moved[number]) {
      OpBuilder builder(move.before);
      Value source = move.after ? moved[*move.after] : move.value;
      moved[number] =
          TransferOp::create(builder, move.value.getLoc(), move.value.getType(),
                             source, move.from, move.to);
    }
    for (OpOperand *use : move.uses)
      use->set(moved[number]);
  }
  annotateBoundary();
}

/// Says of each argument what it is and where it starts, and of each result
/// where it ends. A weight on several devices starts on none in particular.
void TransferInserter::annotateBoundary() {
  // One new attribute list each: setting attributes one by one would copy the
  // whole list every time.
  MLIRContext *context = function.getContext();
  SmallVector<Attribute> argumentAttrs, resultAttrs;
  for (BlockArgument argument : function.getArguments()) {
    unsigned index = argument.getArgNumber();
    bool isWeight = places.isWeight(argument);
    NamedAttrList attrs(function.getArgAttrDict(index));
    attrs.set(
        kRoleAttrName,
        StringAttr::get(context, isWeight ? kRoleWeight : kRoleActivation));
    Attribute device = isWeight ? weightDevices[index] : places.getHost();
    if (device && !isShared[index])
      attrs.set(kDeviceAttrName, device);
    else
      attrs.erase(kDeviceAttrName);
    argumentAttrs.push_back(attrs.getDictionary(context));
  }
  for (unsigned index = 0; index < function.getNumResults(); ++index) {
    NamedAttrList attrs(function.getResultAttrDict(index));
    attrs.set(kDeviceAttrName, places.getHost());
    resultAttrs.push_back(attrs.getDictionary(context));
  }
  function.setAllArgAttrs(argumentAttrs);
  function.setAllResultAttrs(resultAttrs);
}

LogicalResult insertTransfers(func::FuncOp function) {
  if (failed(verifyPlaced(function)))
    return failure();
  TransferInserter inserter(function);
  if (failed(inserter.collect()))
    return failure();
  inserter.rewrite();
  return success();
}

LogicalResult verifyTransfers(func::FuncOp function) {
  Places places(function);
  for (Operation &op : function.getBody().front()) {
    Attribute to = places.of(&op);
    LogicalResult result = success();
    forEachBlockOperand(&op, [&](OpOperand &use) {
      Attribute from = places.of(use.get());
      if (failed(result) || !from || from == to)
        return;
      result = op.emitOpError()
               << "needs its operands at " << to << ", but one is at " << from
               << "; run placement-insert-transfers first";
    });
    if (failed(result))
      return failure();
  }
  return success();
}

void removeTransfers(Operation *root) {
  root->walk([](TransferOp transfer) {
    transfer.replaceAllUsesWith(transfer.getValue());
    transfer.erase();
  });
}

} // namespace placement
