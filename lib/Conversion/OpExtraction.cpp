//===- OpExtraction.cpp - Operations as functions of their own ------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Conversion/OpExtraction.h"

#include "mlir/IR/IRMapping.h"
#include "placement/Analysis/OpKnowledge.h"
#include "placement/Analysis/OpSignature.h"
#include "placement/Analysis/Roles.h"
#include "placement/Analysis/Work.h"
#include "placement/Conversion/HostTypes.h"
#include "placement/Conversion/StageModules.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace placement {

/// A group copies at most so many operations on weights; what is beyond comes
/// in as an argument. It keeps the extraction linear.
static constexpr unsigned kMaxAttached = 32;

StringRef stringify(OpTiming timing) {
  switch (timing) {
  case OpTiming::Free:
    return "free";
  case OpTiming::Unmeasured:
    return "unmeasured";
  case OpTiming::Light:
    return "light";
  case OpTiming::Heavy:
    return "heavy";
  }
  llvm_unreachable("all timings handled");
}

namespace {

class Extractor {
public:
  Extractor(func::FuncOp function, SymbolTable &symbols)
      : function(function), symbols(symbols), body(&function.getBody().front()),
        roles(findRoles(function)) {}

  LogicalResult run(bool groups) {
    for (Operation &op : body->without_terminator())
      read(&op);
    for (auto [index, op] : llvm::enumerate(ops))
      if (failed(addOperation(op)))
        return failure();
    return groups ? addGroups() : success();
  }

  OpExtraction result;

private:
  /// An operation of the function, by its number in program order.
  struct Op {
    Operation *op = nullptr;
    OpTiming timing = OpTiming::Free;
    /// Whether it depends on an activation.
    bool isActive = false;
    /// Whether it depends on no argument at all.
    bool isConstant = false;
    /// Number of its signature.
    unsigned signature = 0;
    /// The values of the block that it and its regions use, each once.
    SmallVector<Value, 4> operands;
  };
  using Set = llvm::SmallSetVector<unsigned, 8>;

  void read(Operation *op);
  OpTiming classify(const Op &op);
  LogicalResult addOperation(Op &op);
  LogicalResult addGroups();
  LogicalResult addGroup(ArrayRef<unsigned> members);
  void attach(unsigned op, Set &group);
  std::string describe(ArrayRef<unsigned> group, ArrayRef<Value> outputs);
  SmallVector<Value> findOutputs(ArrayRef<unsigned> group);
  FailureOr<ExtractedFunction> build(ArrayRef<unsigned> group,
                                     ArrayRef<Value> outputs);
  void cloneFree(Operation *op, OpBuilder &builder, IRMapping &mapping);

  /// The operation that makes `value`, or null.
  Op *getProducer(Value value) {
    Operation *source = value.getDefiningOp();
    return source ? &ops[numberOf.lookup(source)] : nullptr;
  }
  bool isWeight(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return roles.isWeight[argument.getArgNumber()];
    return !getProducer(value)->isActive;
  }

  func::FuncOp function;
  SymbolTable &symbols;
  Block *body;
  Roles roles;
  WorkCounter counter;
  OpSignatures signatures;
  std::vector<Op> ops;
  DenseMap<Operation *, unsigned> numberOf;
  llvm::StringMap<unsigned> signatureNumbers;
  llvm::StringMap<unsigned> groupNumbers;
};

} // namespace

void Extractor::read(Operation *op) {
  numberOf[op] = ops.size();
  Op entry;
  entry.op = op;
  entry.isConstant = true;
  llvm::SmallSetVector<Value, 4> operands;
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (operand.getParentBlock() == body)
        operands.insert(operand);
  });
  for (Value operand : operands) {
    Op *producer = getProducer(operand);
    entry.isActive |= !isWeight(operand);
    entry.isConstant &= producer && producer->isConstant;
  }
  entry.operands = operands.takeVector();
  entry.timing = classify(entry);
  ops.push_back(std::move(entry));
}

OpTiming Extractor::classify(const Op &entry) {
  Operation *op = entry.op;
  if (entry.isConstant && (isConstant(op) || isCheapProducer(op)))
    return OpTiming::Free;
  auto isArray = [](Value value) {
    return getHostBytes(value.getType()).has_value();
  };
  if (!placement::isPure(op) || !llvm::all_of(entry.operands, isArray) ||
      !llvm::all_of(op->getResults(), isArray))
    return OpTiming::Unmeasured;
  int64_t guesses = counter.getNumAssumptions();
  Work work = counter.count(op);
  int64_t elements = 0;
  for (Value operand : entry.operands)
    elements = addCounts(elements, elementsOfOrAssumed(operand.getType()));
  for (Type type : op->getResultTypes())
    elements = addCounts(elements, elementsOfOrAssumed(type));
  bool isGuess = counter.getNumAssumptions() != guesses;
  return work.flops > elements || isGuess ? OpTiming::Heavy : OpTiming::Light;
}

//===----------------------------------------------------------------------===//
// Single operations
//===----------------------------------------------------------------------===//

LogicalResult Extractor::addOperation(Op &op) {
  std::string signature = signatures.get(op.op);
  auto [it, isNew] =
      signatureNumbers.try_emplace(signature, result.operations.size());
  op.signature = it->second;
  if (isNew)
    result.operations.emplace_back().signature = std::move(signature);
  OpExtraction::Operation &entry = result.operations[op.signature];
  ++entry.count;
  // The first that has to be timed stands for all of them.
  if (entry.timing > OpTiming::Unmeasured || op.timing <= entry.timing)
    return success();
  entry.timing = op.timing;
  if (op.timing == OpTiming::Unmeasured)
    return success();
  unsigned number = numberOf.lookup(op.op);
  FailureOr<ExtractedFunction> built =
      build(number, SmallVector<Value>(op.op->getResults()));
  if (failed(built))
    return failure();
  entry.function = std::move(*built);
  entry.work = counter.count(op.op);
  return success();
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

LogicalResult Extractor::addGroups() {
  // The leader of a group is its heavy operation; the group of operations that
  // follow on none has a number beyond all operations.
  unsigned noLeader = ops.size();
  SmallVector<unsigned> leaders(ops.size(), noLeader);
  std::vector<SmallVector<unsigned>> members(ops.size() + 1);
  for (auto [number, op] : llvm::enumerate(ops)) {
    if (op.timing == OpTiming::Free ||
        (!op.isActive && op.timing != OpTiming::Heavy))
      continue;
    unsigned leader = noLeader;
    for (Value operand : op.operands)
      if (Op *producer = getProducer(operand)) {
        unsigned other = leaders[numberOf.lookup(producer->op)];
        if (other != noLeader)
          leader = leader == noLeader ? other : std::max(leader, other);
      }
    if (op.timing == OpTiming::Heavy)
      leader = number;
    leaders[number] = leader;
    members[leader].push_back(number);
  }
  std::rotate(members.begin(), members.end() - 1, members.end());
  for (const SmallVector<unsigned> &group : members)
    if (!group.empty() && failed(addGroup(group)))
      return failure();
  return success();
}

/// Adds `op` and the operations on weights that it needs.
void Extractor::attach(unsigned op, Set &group) {
  SmallVector<unsigned> worklist = {op};
  unsigned numAttached = 0;
  while (!worklist.empty()) {
    unsigned next = worklist.pop_back_val();
    if (!group.insert(next))
      continue;
    for (Value operand : ops[next].operands) {
      Op *producer = getProducer(operand);
      if (producer && producer->timing == OpTiming::Light &&
          !producer->isActive && ++numAttached <= kMaxAttached)
        worklist.push_back(numberOf.lookup(producer->op));
    }
  }
}

LogicalResult Extractor::addGroup(ArrayRef<unsigned> members) {
  Set set;
  for (unsigned member : members) {
    if (ops[member].timing == OpTiming::Unmeasured)
      return success();
    attach(member, set);
  }
  SmallVector<unsigned> group(set.begin(), set.end());
  if (group.size() < 2)
    return success();
  llvm::sort(group);
  SmallVector<Value> outputs = findOutputs(group);
  auto [it, isNew] =
      groupNumbers.try_emplace(describe(group, outputs), result.groups.size());
  if (isNew) {
    FailureOr<ExtractedFunction> built = build(group, outputs);
    if (failed(built))
      return failure();
    OpExtraction::Group &entry = result.groups.emplace_back();
    for (unsigned op : group)
      entry.operations.push_back(ops[op].signature);
    entry.function = std::move(*built);
  }
  ++result.groups[it->second].count;
  return success();
}

/// The results that are used outside of the group; all of the last operation
/// if none is.
SmallVector<Value> Extractor::findOutputs(ArrayRef<unsigned> group) {
  DenseSet<Operation *> inside;
  for (unsigned op : group)
    inside.insert(ops[op].op);
  SmallVector<Value> outputs;
  for (unsigned op : group)
    for (Value value : ops[op].op->getResults())
      if (ops[op].isActive &&
          llvm::any_of(value.getUsers(), [&](Operation *user) {
            return !inside.contains(body->findAncestorOpInBlock(*user));
          }))
        outputs.push_back(value);
  if (outputs.empty())
    llvm::append_range(outputs, ops[group.back()].op->getResults());
  return outputs;
}

/// A key that equal groups share: signatures, wiring and outputs.
std::string Extractor::describe(ArrayRef<unsigned> group,
                                ArrayRef<Value> outputs) {
  std::string key;
  llvm::raw_string_ostream os(key);
  DenseMap<Value, unsigned> numbers;
  for (unsigned number : group) {
    const Op &op = ops[number];
    os << op.signature << '(';
    for (Value operand : op.operands) {
      auto [it, isNew] = numbers.try_emplace(operand, numbers.size());
      os << it->second;
      if (isNew) {
        Op *producer = getProducer(operand);
        os << (isWeight(operand) ? 'w' : 'a');
        // Constants are part of the group.
        if (producer && producer->timing == OpTiming::Free)
          os << 'c' << producer->signature;
      }
      os << ' ';
    }
    os << ')';
    for (Value value : op.op->getResults())
      numbers.try_emplace(value, numbers.size());
  }
  for (Value value : outputs)
    os << '>' << numbers.lookup(value);
  return key;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// Copies a free operation and those that feed it.
void Extractor::cloneFree(Operation *op, OpBuilder &builder,
                          IRMapping &mapping) {
  // Producers stand earlier; a cheap producer has few operands.
  SmallVector<Operation *> chain = {op};
  for (size_t next = 0; next < chain.size(); ++next)
    for (Value operand : ops[numberOf.lookup(chain[next])].operands)
      if (!mapping.contains(operand))
        chain.push_back(operand.getDefiningOp());
  for (Operation *needed : llvm::reverse(chain))
    if (needed->getNumResults() == 0 || !mapping.contains(needed->getResult(0)))
      builder.clone(*needed, mapping);
}

FailureOr<ExtractedFunction> Extractor::build(ArrayRef<unsigned> group,
                                              ArrayRef<Value> outputs) {
  ExtractedFunction extracted;
  OpBuilder builder(function.getContext());
  OwningOpRef<func::FuncOp> wrapper(func::FuncOp::create(
      builder, ops[group.front()].op->getLoc(), function.getSymName(),
      builder.getFunctionType({}, ValueRange(outputs).getTypes())));
  Block *block = wrapper->addEntryBlock();
  builder.setInsertionPointToStart(block);
  IRMapping mapping;
  for (unsigned number : group) {
    for (Value operand : ops[number].operands) {
      if (mapping.contains(operand))
        continue;
      Op *producer = getProducer(operand);
      if (producer && producer->timing == OpTiming::Free) {
        cloneFree(producer->op, builder, mapping);
        continue;
      }
      mapping.map(operand,
                  block->addArgument(operand.getType(), operand.getLoc()));
      extracted.isWeight.push_back(isWeight(operand));
    }
    builder.clone(*ops[number].op, mapping);
  }
  SmallVector<Value> results;
  for (Value output : outputs)
    results.push_back(mapping.lookup(output));
  func::ReturnOp::create(builder, wrapper->getLoc(), results);
  wrapper->setType(builder.getFunctionType(block->getArgumentTypes(),
                                           ValueRange(outputs).getTypes()));
  FailureOr<OwningOpRef<ModuleOp>> module = extractModule(*wrapper, symbols);
  if (failed(module))
    return failure();
  extracted.module = std::move(*module);
  return extracted;
}

FailureOr<OpExtraction> extractOps(func::FuncOp function, SymbolTable &symbols,
                                   bool groups) {
  Extractor extractor(function, symbols);
  if (failed(extractor.run(groups)))
    return failure();
  return std::move(extractor.result);
}

} // namespace placement
