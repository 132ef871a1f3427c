//===- StageOutliner.cpp - Turn pieces into stage functions ---------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageOutliner.h"

#include "Transfers.h"
#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementOps.h"

using namespace mlir;

namespace placement {

/// Donation of a buffer, as jax writes it: to a result by number, or at large.
static constexpr StringLiteral kAliasingAttrName = "tf.aliasing_output";
static constexpr StringLiteral kDonorAttrName = "jax.buffer_donor";

/// The argument or operation result that transfers carry to `value`.
static Value getOrigin(Value value) {
  while (auto transfer = value.getDefiningOp<TransferOp>())
    value = transfer.getValue();
  return value;
}

StageOutliner::StageOutliner(func::FuncOp function, SymbolTable &symbols)
    : function(function), symbols(symbols), body(&function.getBody().front()),
      returnOp(body->getTerminator()), pieces(function) {}

void StageOutliner::run() {
  findBorders();
  findLastUses();
  Operation *previous = function;
  for (unsigned piece = 0; piece < pieces.getPieces().size(); ++piece) {
    remarkSplit(pieces.getPieces()[piece]);
    func::FuncOp stage = createStage(piece);
    symbols.insert(stage, std::next(Block::iterator(previous)));
    previous = stage;
    fillStage(piece, stage);
    emitCall(piece, stage);
  }
  for (Operation *transfer : transfers)
    emitTransfer(transfer);
  for (OpOperand &operand : returnOp->getOpOperands())
    operand.set(getDriverValue(operand.get()));
}

//===----------------------------------------------------------------------===//
// What crosses the borders
//===----------------------------------------------------------------------===//

void StageOutliner::findBorders() {
  for (Operation &op : *body)
    if (isa<TransferOp>(op))
      transfers.push_back(&op);
  auto order = [&](Value input) -> std::pair<unsigned, unsigned> {
    Value value = getOrigin(input);
    if (auto argument = dyn_cast<BlockArgument>(value))
      return {0, argument.getArgNumber()};
    return {1 + pieces.getNumberOf(value.getDefiningOp()),
            cast<OpResult>(value).getResultNumber()};
  };

  DenseMap<Value, unsigned> lastInputOf;
  for (auto [number, piece] : llvm::enumerate(pieces.getPieces())) {
    Border &border = borders.emplace_back();
    for (Operation *op : piece.ops) {
      forEachBlockOperand(op, [&](OpOperand &use) {
        Operation *source = use.get().getDefiningOp();
        if (source && pieces.getPieceOf(source) == number)
          return;
        auto [it, isNew] = lastInputOf.try_emplace(use.get(), number);
        if (isNew || it->second != number)
          border.inputs.push_back(use.get());
        it->second = number;
      });
      for (Value result : op->getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) {
              return pieces.getPieceOf(body->findAncestorOpInBlock(*user)) !=
                     number;
            }))
          border.outputs.push_back(result);
    }
    llvm::sort(border.inputs,
               [&](Value lhs, Value rhs) { return order(lhs) < order(rhs); });
  }
}

/// Finds where donated buffers are free, and which values the driver returns.
void StageOutliner::findLastUses() {
  for (auto [number, border] : llvm::enumerate(borders)) {
    DeviceAttr device = pieces.getPieces()[number].device;
    for (Value input : border.inputs)
      lastUse[{input, device}] = number;
  }
  for (Operation *transfer : transfers)
    usedByDriver.insert(transfer->getOperand(0));
  for (Value value : returnOp->getOperands()) {
    usedByDriver.insert(value);
    origins.push_back(getOrigin(value));
  }
  for (auto [index, value] : llvm::enumerate(origins))
    resultOf.try_emplace(value, index);
}

DictionaryAttr StageOutliner::getInputAttrs(unsigned number, Value input,
                                            BitVector &aliasedOutputs) {
  MLIRContext *context = function.getContext();
  NamedAttrList attrs;
  auto argument = dyn_cast<BlockArgument>(getOrigin(input));
  if (argument)
    attrs = NamedAttrList(function.getArgAttrDict(argument.getArgNumber()));
  attrs.erase(kDeviceAttrName);
  if (!argument)
    attrs.set(kRoleAttrName, StringAttr::get(context, kRoleActivation));

  // A buffer that the caller gave away is free after the last call that takes
  // it on this device, unless the driver itself still needs it.
  auto aliasing =
      dyn_cast_if_present<IntegerAttr>(attrs.erase(kAliasingAttrName));
  Attribute donor = attrs.erase(kDonorAttrName);
  DeviceAttr device = pieces.getPieces()[number].device;
  if (lastUse.lookup({input, device}) == number &&
      !usedByDriver.contains(input)) {
    if (donor)
      attrs.set(kDonorAttrName, donor);
    if (aliasing && aliasing.getValue().ult(origins.size())) {
      Value result = origins[aliasing.getInt()];
      ArrayRef<Value> outputs = borders[number].outputs;
      unsigned output = llvm::find(outputs, result) - outputs.begin();
      if (output < outputs.size() && !aliasedOutputs.test(output)) {
        aliasedOutputs.set(output);
        attrs.set(kAliasingAttrName,
                  IntegerAttr::get(aliasing.getType(), output));
      }
    }
  }
  return attrs.getDictionary(context);
}

/// The attributes of the first result of the driver that is this value.
DictionaryAttr StageOutliner::getOutputAttrs(Value output) {
  NamedAttrList attrs;
  if (auto it = resultOf.find(output); it != resultOf.end())
    attrs = NamedAttrList(function.getResultAttrDict(it->second));
  attrs.erase(kDeviceAttrName);
  return attrs.getDictionary(function.getContext());
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

/// Says where a stage first needs a further call.
void StageOutliner::remarkSplit(const StagePiece &piece) {
  if (piece.index != 1)
    return;
  InFlightDiagnostic remark = piece.ops.front()->emitRemark();
  remark << "stage " << piece.stage;
  if (pieces.isTraining())
    remark << " (" << stringifyPhase(piece.phase) << ")";
  remark << " needs a further call, @" << getStageName(piece)
         << ": from here on it waits for stages that wait for it";
}

std::string StageOutliner::getStageName(const StagePiece &piece) {
  std::string name =
      (function.getSymName() + "_stage" + Twine(piece.stage)).str();
  if (piece.phase == Phase::Backward)
    name += "_backward";
  if (piece.index > 0)
    name += "_piece" + std::to_string(piece.index);
  return name;
}

func::FuncOp StageOutliner::createStage(unsigned number) {
  const StagePiece &piece = pieces.getPieces()[number];
  const Border &border = borders[number];
  OpBuilder builder(function.getContext());

  SmallVector<Attribute> inputAttrs, outputAttrs;
  BitVector aliasedOutputs(border.outputs.size());
  for (Value input : border.inputs)
    inputAttrs.push_back(getInputAttrs(number, input, aliasedOutputs));
  for (Value output : border.outputs)
    outputAttrs.push_back(getOutputAttrs(output));

  auto stage = func::FuncOp::create(
      builder, function.getLoc(), getStageName(piece),
      builder.getFunctionType(ValueRange(border.inputs).getTypes(),
                              ValueRange(border.outputs).getTypes()));
  stage.setPrivate();
  stage.setAllArgAttrs(inputAttrs);
  stage.setAllResultAttrs(outputAttrs);
  stage->setAttr(kDeviceAttrName, piece.device);
  stage->setAttr(kStageAttrName, builder.getI64IntegerAttr(piece.stage));
  if (pieces.isTraining())
    stage->setAttr(kPhaseAttrName,
                   PhaseAttr::get(function.getContext(), piece.phase));
  stage->setAttr(kMicrobatchAttrName, builder.getUnitAttr());
  return stage;
}

void StageOutliner::fillStage(unsigned number, func::FuncOp stage) {
  const Border &border = borders[number];
  Block *block = stage.addEntryBlock();
  DenseMap<Value, Value> inside;
  for (auto [input, argument] :
       llvm::zip_equal(border.inputs, block->getArguments())) {
    inside[input] = argument;
    argument.setLoc(input.getLoc());
  }
  for (Operation *op : pieces.getPieces()[number].ops) {
    op->moveBefore(block, block->end());
    op->walk([&](Operation *inner) {
      for (OpOperand &operand : inner->getOpOperands())
        if (Value argument = inside.lookup(operand.get()))
          operand.set(argument);
    });
  }
  auto builder = OpBuilder::atBlockEnd(block);
  func::ReturnOp::create(builder, returnOp->getLoc(), border.outputs);
}

void StageOutliner::emitCall(unsigned number, func::FuncOp stage) {
  const Border &border = borders[number];
  SmallVector<Value> operands;
  for (Value input : border.inputs) {
    if (auto transfer = input.getDefiningOp<TransferOp>())
      emitTransfer(transfer);
    operands.push_back(getDriverValue(input));
  }
  OpBuilder builder(returnOp);
  auto call = func::CallOp::create(builder, function.getLoc(), stage, operands);
  for (auto [output, result] :
       llvm::zip_equal(border.outputs, call.getResults()))
    driverValues[output] = result;
}

/// Puts a transfer, and those that it follows on, at the end of what the
/// driver does so far.
void StageOutliner::emitTransfer(Operation *transfer) {
  SmallVector<Operation *> chain;
  for (Operation *op = transfer;
       op && isa<TransferOp>(op) && emitted.insert(op).second;
       op = op->getOperand(0).getDefiningOp())
    chain.push_back(op);
  for (Operation *op : llvm::reverse(chain)) {
    op->setOperand(0, getDriverValue(op->getOperand(0)));
    op->moveBefore(returnOp);
  }
}

Value StageOutliner::getDriverValue(Value value) const {
  auto it = driverValues.find(value);
  return it == driverValues.end() ? value : it->second;
}

} // namespace placement
