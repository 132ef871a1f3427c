//===- DriverConverter.cpp - A driver in the words of Shardy --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DriverConverter.h"

#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementOps.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace placement::mpmd {

static constexpr StringLiteral kShardingAttrName = "sdy.sharding";

DriverConverter::DriverConverter(MeshPlan &plan, MPMDForm form)
    : plan(plan), form(form), driver(plan.program.driver),
      builder(driver.getContext()) {}

Attribute DriverConverter::getSharding(DictionaryAttr attrs) const {
  return hasShardings() && attrs ? attrs.get(kShardingAttrName) : Attribute();
}

Type DriverConverter::getType(Type tensor, unsigned mesh, Attribute sharding) {
  return hasMeshTypes() ? plan.meshes.getType(tensor, mesh, sharding) : tensor;
}

//===----------------------------------------------------------------------===//
// What a form cannot say
//===----------------------------------------------------------------------===//

LogicalResult DriverConverter::verifySharding(unsigned mesh,
                                              DictionaryAttr attrs,
                                              const Twine &what) {
  Attribute sharding = attrs ? attrs.get(kShardingAttrName) : Attribute();
  std::string axis = plan.meshes.getUnknownAxis(mesh, sharding);
  if (axis.empty())
    return success();
  StringRef kind = plan.meshes.getDevice(mesh).getKind();
  return driver.emitError()
         << what << " of @" << driver.getSymName() << " is sharded along '"
         << axis << "', which mesh '" << plan.meshes.getName(mesh)
         << "' does not have; say how many chips the mesh has along it, as in "
            "mesh-shape="
         << kind << ":" << axis << "=2";
}

LogicalResult DriverConverter::verify() {
  for (unsigned index = 0; index < driver.getNumArguments(); ++index)
    if (failed(verifySharding(plan.argumentMesh[index],
                              driver.getArgAttrDict(index),
                              "argument " + Twine(index))))
      return failure();
  for (unsigned index = 0; index < driver.getNumResults(); ++index)
    if (failed(verifySharding(plan.resultMesh[index],
                              driver.getResultAttrDict(index),
                              "result " + Twine(index))))
      return failure();

  if (form == MPMDForm::FragmentCalls)
    return success();
  // Bodies move into the driver, so no one else may want them.
  llvm::SmallPtrSet<Operation *, 16> stages;
  for (const StageProgram::Call &call : plan.program.calls)
    if (!stages.insert(call.function).second)
      return func::FuncOp(call.function).emitError()
             << "@" << func::FuncOp(call.function).getSymName()
             << " is called several times; only form=fragment-calls can say "
                "that";
  SymbolTable symbols(driver->getParentOfType<ModuleOp>());
  WalkResult result = symbols.getOp()->walk([&](func::CallOp call) {
    Operation *callee = symbols.lookup(call.getCallee());
    if (!stages.contains(callee) || call->getBlock() == &driver.front())
      return WalkResult::advance();
    call.emitOpError() << "calls the stage @" << call.getCallee()
                       << " from outside of @" << driver.getSymName()
                       << "; only form=fragment-calls keeps it as a function";
    return WalkResult::interrupt();
  });
  if (result.wasInterrupted())
    return failure();
  // Where Shardy is not registered, MLIR looks up no symbol from inside of its
  // operations, so that the module would not verify.
  for (const StageProgram::Call &stage : plan.program.calls) {
    result =
        func::FuncOp(stage.function)->walk([&](func::CallOp call) {
          call.emitOpError()
              << "calls @" << call.getCallee()
              << " inside of a stage, and only "
              << "form=fragment-calls keeps stages as functions; inline it "
                 "(placement-inline) before the module is placed";
          return WalkResult::interrupt();
        });
    if (result.wasInterrupted())
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

void DriverConverter::run() {
  Block &body = driver.front();
  SmallVector<Operation *> old;
  for (Operation &op : body.without_terminator())
    old.push_back(&op);

  convertArguments();
  unsigned number = 0;
  for (Operation *op : old) {
    builder.setInsertionPoint(op);
    auto transfer = dyn_cast<TransferOp>(op);
    if (!transfer) {
      convertCall(op, number++);
      continue;
    }
    // To the host, and from there: the value stays on its mesh until a stage
    // on another one takes it.
    Located value = located.lookup(transfer.getValue());
    if (plan.meshes.contains(transfer.getTo()))
      value = move(value, plan.meshes.lookup(transfer.getTo()), op->getLoc());
    located[transfer.getResult()] = value;
  }
  convertReturn();
  for (Operation *op : llvm::reverse(old))
    op->erase();
  if (form == MPMDForm::FragmentCalls)
    dropUnsafeDonations();
  else
    for (const StageProgram::Call &call : plan.program.calls)
      func::FuncOp(call.function).erase();
  driver->setAttr("topology", plan.meshes.getTopology());
}

/// `attrs` without those of these names; the same dictionary if it has none.
static DictionaryAttr without(DictionaryAttr attrs, ArrayRef<StringRef> names) {
  NamedAttrList kept(attrs);
  bool changed = false;
  for (StringRef name : names)
    changed |= static_cast<bool>(kept.erase(name));
  return changed ? kept.getDictionary(attrs.getContext()) : attrs;
}

void DriverConverter::convertArguments() {
  SmallVector<DictionaryAttr> kept;
  driver.getAllArgAttrs(kept);
  for (BlockArgument argument : driver.getArguments()) {
    unsigned index = argument.getArgNumber();
    unsigned mesh = plan.argumentMesh[index];
    Attribute sharding = getSharding(kept[index]);
    located[argument] = {argument, argument.getType(), mesh, sharding};
    argument.setType(getType(argument.getType(), mesh, sharding));
    if (sharding)
      kept[index] = without(kept[index], kShardingAttrName);
  }
  driver.setAllArgAttrs(kept);
}

Value DriverConverter::createTransfer(Value value, Type type, Location loc) {
  OperationState state(loc, "mpmd.transfer");
  state.addOperands(value);
  state.addTypes(type);
  return builder.create(state)->getResult(0);
}

DriverConverter::Located DriverConverter::move(Located source, unsigned mesh,
                                               Location loc) {
  Located target = source;
  target.mesh = mesh;
  if (source.mesh == mesh || !hasMeshTypes())
    return target;
  Value &result = moved[{source.value, mesh}];
  if (!result)
    result = createTransfer(source.value,
                            getType(source.tensor, mesh, source.sharding), loc);
  target.value = result;
  return target;
}

void DriverConverter::convertCall(Operation *op, unsigned number) {
  const MeshPlan::Computation &computation = plan.computations[number];
  func::FuncOp callee = plan.program.calls[number].function;
  static constexpr StringLiteral names[] = {
      "mpmd.fragment_call", "mpmd.fragment", "mpmd.named_computation"};
  OperationState state(op->getLoc(), names[static_cast<unsigned>(form)]);
  for (Value operand : op->getOperands())
    state.addOperands(
        move(located.lookup(operand), computation.mesh, op->getLoc()).value);
  for (OpResult result : op->getResults())
    state.addTypes(getType(
        result.getType(), computation.mesh,
        getSharding(callee.getResultAttrDict(result.getResultNumber()))));
  state.propertiesAttr = getProperties(number);
  if (form == MPMDForm::FragmentCalls) {
    callee->setAttr("mesh_shape", plan.meshes.getShape(computation.mesh));
    // As Shardy's own export leaves it.
    callee.setPublic();
  } else {
    moveBody(callee, state);
  }
  // A driver runs one microbatch, the first and last of the program.
  if (form == MPMDForm::Fragments && callee->hasAttr(kMicrobatchAttrName))
    state.addAttribute("call_counter", builder.getUI32IntegerAttr(0));

  Operation *call = builder.create(state);
  calls.push_back(call);
  for (auto [before, after] :
       llvm::zip_equal(op->getResults(), call->getResults()))
    located[before] = {after, before.getType(), computation.mesh, {}};
}

/// The attributes that Shardy declares for the operation.
DictionaryAttr DriverConverter::getProperties(unsigned number) {
  const MeshPlan::Computation &computation = plan.computations[number];
  std::string text = "user_origin<\"" + computation.name + "\"";
  if (computation.transposeCount != 0)
    text += "(" + std::to_string(computation.transposeCount) + ")";
  Attribute origin = OpaqueAttr::get(builder.getStringAttr("mpmd"), text + ">",
                                     builder.getNoneType());
  NamedAttrList properties;
  if (form == MPMDForm::NamedComputations) {
    properties.set("origin", origin);
    return properties.getDictionary(builder.getContext());
  }
  properties.set("origin", builder.getArrayAttr(origin));
  properties.set("mesh_name",
                 builder.getStringAttr(plan.meshes.getName(computation.mesh)));
  func::FuncOp callee = plan.program.calls[number].function;
  if (form == MPMDForm::FragmentCalls)
    properties.set("callee", FlatSymbolRefAttr::get(callee));
  else if (computation.stage)
    properties.set("stage_id", builder.getI64IntegerAttr(*computation.stage));
  return properties.getDictionary(builder.getContext());
}

void DriverConverter::moveBody(func::FuncOp callee, OperationState &state) {
  state.addRegion()->takeBody(callee.getBody());
  Operation *last = state.regions.front()->front().getTerminator();
  OpBuilder inside(last);
  OperationState end(last->getLoc(), "mpmd.return");
  end.addOperands(last->getOperands());
  inside.create(end);
  last->erase();
}

void DriverConverter::convertReturn() {
  Operation *end = driver.front().getTerminator();
  builder.setInsertionPoint(end);
  SmallVector<DictionaryAttr> kept;
  driver.getAllResultAttrs(kept);
  for (OpOperand &operand : end->getOpOperands()) {
    unsigned index = operand.getOperandNumber();
    Located value = located.lookup(operand.get());
    // One value may be returned with several shardings.
    if (Attribute sharding = getSharding(kept[index])) {
      Type type = getType(value.tensor, value.mesh, sharding);
      if (value.value.getType() != type)
        value.value = createTransfer(value.value, type, end->getLoc());
      kept[index] = without(kept[index], kShardingAttrName);
    }
    operand.set(value.value);
  }
  driver.setAllResultAttrs(kept);
  driver.setFunctionType(builder.getFunctionType(
      driver.front().getArgumentTypes(), end->getOperandTypes()));
}

/// The outliner lets a stage have the buffer of a donated argument for good
/// when nothing needs it afterwards on that device. Here an argument is on one
/// mesh from the start, so that others may still fetch it from there.
void DriverConverter::dropUnsafeDonations() {
  DenseMap<Value, unsigned> lastCall;
  llvm::SmallPtrSet<Value, 16> needed;
  llvm::SmallPtrSet<Operation *, 16> isCall(calls.begin(), calls.end());
  for (Operation &op : driver.front())
    if (!isCall.contains(&op))
      needed.insert(op.operand_begin(), op.operand_end());
  for (auto [number, call] : llvm::enumerate(calls)) {
    llvm::SmallPtrSet<Value, 16> seen;
    for (Value operand : call->getOperands()) {
      if (!seen.insert(operand).second)
        needed.insert(operand);
      lastCall[operand] = number;
    }
  }
  for (auto [number, call] : llvm::enumerate(calls)) {
    func::FuncOp callee = plan.program.calls[number].function;
    SmallVector<DictionaryAttr> kept;
    callee.getAllArgAttrs(kept);
    for (auto [attrs, operand] : llvm::zip_equal(kept, call->getOperands()))
      if (needed.contains(operand) || lastCall.lookup(operand) != number)
        attrs = without(attrs, {kAliasingAttrName, kDonorAttrName});
    callee.setAllArgAttrs(kept);
  }
}

} // namespace placement::mpmd
