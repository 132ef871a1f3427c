//===- CallInliner.cpp - Inline all calls below a function ----------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallInliner.h"

#include "mlir/IR/IRMapping.h"
#include "placement/Dialect/Names.h"
#include "llvm/Support/MathExtras.h"

#include <array>

using namespace mlir;

namespace placement {

/// Calls `visit` with each func.call in `region` that resolves its callee in
/// the symbol table around it: symbol tables inside have names of their own.
static void forEachCall(Region &region,
                        llvm::function_ref<void(func::CallOp)> visit) {
  region.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (auto call = dyn_cast<func::CallOp>(op))
      visit(call);
    return op->hasTrait<OpTrait::SymbolTable>() ? WalkResult::skip()
                                                : WalkResult::advance();
  });
}

/// Why calls of `function` cannot be inlined whoever calls it; empty if they
/// can.
static StringRef findObstacle(func::FuncOp function) {
  if (function.isExternal())
    return "the function is only declared";
  if (function.getNoInline())
    return "the function is marked no_inline";
  if (!function.getBody().hasOneBlock())
    return "the function has several blocks";
  if (!isa<func::ReturnOp>(function.getBody().front().back()))
    return "the function does not end in func.return";
  return "";
}

//===----------------------------------------------------------------------===//
// Call graph
//===----------------------------------------------------------------------===//

unsigned CallInliner::addFunction(func::FuncOp op) {
  auto [it, isNew] = indexOf.try_emplace(op.getSymNameAttr(), functions.size());
  if (isNew) {
    functions.emplace_back();
    functions.back().op = op;
    if (op != root)
      functions.back().obstacle = findObstacle(op);
  }
  return it->second;
}

void CallInliner::discover() {
  for (auto function : module.getOps<func::FuncOp>())
    symbols.try_emplace(function.getSymNameAttr(), function);

  addFunction(root);
  for (size_t index = 0; index < functions.size(); ++index) {
    if (!functions[index].obstacle.empty())
      continue;
    SmallVector<func::CallOp> calls;
    SmallVector<unsigned> callees;
    forEachCall(functions[index].op.getBody(), [&](func::CallOp call) {
      auto it = symbols.find(call.getCalleeAttr().getAttr());
      if (it == symbols.end())
        return;
      calls.push_back(call);
      callees.push_back(addFunction(it->second));
    });
    functions[index].calls = std::move(calls);
    functions[index].callees = std::move(callees);
  }
}

/// Tarjan's strongly connected components with an explicit stack. Every
/// function on a cycle of calls gets an obstacle; `postOrder` is filled.
void CallInliner::markRecursive() {
  constexpr unsigned kUnseen = ~0u;
  struct Frame {
    unsigned function;
    unsigned nextCall;
  };
  SmallVector<unsigned> number(functions.size(), kUnseen);
  SmallVector<unsigned> low(functions.size(), 0);
  SmallVector<bool> onStack(functions.size(), false);
  SmallVector<unsigned> component;
  SmallVector<Frame> frames;
  unsigned numSeen = 0;

  auto enter = [&](unsigned function) {
    number[function] = low[function] = numSeen++;
    component.push_back(function);
    onStack[function] = true;
    frames.push_back({function, 0});
  };

  enter(0);
  while (!frames.empty()) {
    auto [function, nextCall] = frames.back();
    ArrayRef<unsigned> callees = functions[function].callees;
    if (nextCall < callees.size()) {
      ++frames.back().nextCall;
      unsigned callee = callees[nextCall];
      if (number[callee] == kUnseen)
        enter(callee);
      else if (onStack[callee])
        low[function] = std::min(low[function], number[callee]);
      continue;
    }
    frames.pop_back();
    if (!frames.empty()) {
      unsigned caller = frames.back().function;
      low[caller] = std::min(low[caller], low[function]);
    }
    if (low[function] != number[function])
      continue;
    bool isCycle =
        component.back() != function || llvm::is_contained(callees, function);
    unsigned member;
    do {
      member = component.pop_back_val();
      onStack[member] = false;
      postOrder.push_back(member);
      if (isCycle)
        functions[member].obstacle = "the function calls itself";
    } while (member != function);
  }
}

StringRef CallInliner::getObstacle(const Function &callee, func::CallOp call) {
  if (!callee.obstacle.empty())
    return callee.obstacle;
  if (call.getNoInline())
    return "the call is marked no_inline";
  if (call->hasAttr(kCostAttrName))
    return "the call was priced as a whole by placement.cost";
  return "";
}

/// Operations of `root`, returns aside, once everything is inlined; saturates.
uint64_t CallInliner::countOps() {
  for (unsigned index : postOrder) {
    Function &function = functions[index];
    // The return goes with the call.
    uint64_t numOps = 0;
    function.op.getBody().walk(
        [&](Operation *op) { numOps += !isa<func::ReturnOp>(op); });
    for (auto [call, callee] : llvm::zip(function.calls, function.callees))
      if (getObstacle(functions[callee], call).empty())
        numOps = llvm::SaturatingAdd(numOps - 1, functions[callee].numOps);
    function.numOps = numOps;
  }
  return functions.front().numOps;
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

/// Says of `op` and everything in it that it came through `call`.
static void addCallSite(Operation *op, Location call) {
  if (isa<UnknownLoc>(call))
    return;
  op->walk([&](Operation *inner) {
    inner->setLoc(CallSiteLoc::get(inner->getLoc(), call));
    for (Region &region : inner->getRegions())
      for (Block &block : region)
        for (BlockArgument argument : block.getArguments())
          argument.setLoc(CallSiteLoc::get(argument.getLoc(), call));
  });
}

void CallInliner::inlineCall(func::CallOp call, func::FuncOp callee) {
  constexpr std::array<StringLiteral, 5> kInherited = {
      kPinAttrName, kColocateAttrName, kPhaseAttrName, kDeviceAttrName,
      kStageAttrName};
  SmallVector<NamedAttribute> inherited;
  for (StringRef name : kInherited)
    if (Attribute attribute = call->getDiscardableAttr(name))
      inherited.emplace_back(StringAttr::get(call.getContext(), name),
                             attribute);

  // The call of a stage stands for nothing in the source.
  bool isStage = callee->hasAttr(kStageAttrName);
  IRMapping mapping;
  mapping.map(callee.getArguments(), call.getOperands());
  OpBuilder builder(call);
  Block &body = callee.getBody().front();
  for (Operation &op : body.without_terminator()) {
    Operation *clone = builder.clone(op, mapping);
    if (!isStage)
      addCallSite(clone, call.getLoc());
    for (NamedAttribute attribute : inherited)
      if (!clone->hasAttr(attribute.getName()))
        clone->setDiscardableAttr(attribute.getName(), attribute.getValue());
    if (auto inner = dyn_cast<func::CallOp>(clone))
      worklist.push_back(inner);
    for (Region &region : clone->getRegions())
      if (!clone->hasTrait<OpTrait::SymbolTable>())
        forEachCall(region,
                    [&](func::CallOp inner) { worklist.push_back(inner); });
  }
  for (auto [result, value] :
       llvm::zip_equal(call.getResults(), body.getTerminator()->getOperands()))
    result.replaceAllUsesWith(mapping.lookupOrDefault(value));
  call.erase();
}

LogicalResult CallInliner::run(uint64_t maxOps) {
  discover();
  markRecursive();
  worklist = functions.front().calls;
  bool grows = llvm::any_of(
      llvm::zip(worklist, functions.front().callees), [&](auto callAndCallee) {
        auto [call, callee] = callAndCallee;
        return getObstacle(functions[callee], call).empty();
      });
  uint64_t numOps = countOps();
  if (grows && numOps > maxOps)
    return root.emitError()
           << "inlining every call into @" << root.getSymName()
           << " would make it " << numOps
           << " operations, more than max-ops = " << maxOps
           << "; mark functions no_inline to keep each of their calls as one "
              "operation, or raise max-ops";

  SmallVector<bool> isListed(functions.size(), false);
  SmallVector<bool> isExplained(functions.size(), false);
  // Grows while it is walked, so no iterators.
  for (size_t next = 0; next < worklist.size(); ++next) {
    func::CallOp call = worklist[next];
    auto it = indexOf.find(call.getCalleeAttr().getAttr());
    if (it == indexOf.end())
      continue;
    unsigned index = it->second;
    Function &callee = functions[index];
    StringRef obstacle = getObstacle(callee, call);
    if (!obstacle.empty()) {
      if (!isExplained[index])
        call.emitRemark() << "call of @" << callee.op.getSymName()
                          << " stays one operation: " << obstacle;
      isExplained[index] = true;
      continue;
    }
    if (!isListed[index])
      inlined.push_back(callee.op);
    isListed[index] = true;
    inlineCall(call, callee.op);
  }
  return success();
}

} // namespace placement
