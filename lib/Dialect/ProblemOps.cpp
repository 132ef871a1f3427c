//===- ProblemOps.cpp - Rules of problems as IR ---------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Dialect/PlacementOps.h"

#include "llvm/ADT/DenseSet.h"

#include <cmath>

using namespace mlir;
using namespace placement;

//===----------------------------------------------------------------------===//
// ProblemOp
//===----------------------------------------------------------------------===//

SolutionOp ProblemOp::getSolution() {
  auto solutions = getBody().front().getOps<SolutionOp>();
  return solutions.empty() ? SolutionOp() : *solutions.begin();
}

static LogicalResult verifyKnown(Operation *op,
                                 const llvm::DenseSet<int64_t> &nodes,
                                 ArrayRef<int64_t> ids) {
  for (int64_t id : ids)
    if (!nodes.contains(id))
      return op->emitOpError()
             << "names node " << id << ", which the problem does not have";
  return success();
}

/// Every id that a part of a problem mentions is one of its nodes.
static LogicalResult verifyReferences(Operation &op,
                                      const llvm::DenseSet<int64_t> &nodes) {
  if (auto net = dyn_cast<NetOp>(op)) {
    std::optional<uint64_t> producer = net.getProducer();
    if (producer &&
        failed(verifyKnown(net, nodes, static_cast<int64_t>(*producer))))
      return failure();
    return verifyKnown(net, nodes, net.getConsumers());
  }
  if (auto weight = dyn_cast<WeightOp>(op))
    return verifyKnown(weight, nodes, weight.getUsers());
  if (auto order = dyn_cast<OrderOp>(op))
    return verifyKnown(order, nodes,
                       {static_cast<int64_t>(order.getFirst()),
                        static_cast<int64_t>(order.getSecond())});
  if (auto solution = dyn_cast<SolutionOp>(op))
    if (ArrayAttr stages = solution.getStagesAttr())
      for (auto piece : stages.getAsRange<PieceAttr>())
        if (failed(verifyKnown(solution, nodes, piece.getNodes())))
          return failure();
  return success();
}

LogicalResult ProblemOp::verifyRegions() {
  llvm::DenseSet<int64_t> nodes;
  SolutionOp solution;
  for (Operation &op : getBody().front()) {
    if (auto node = dyn_cast<NodeOp>(op)) {
      auto id = static_cast<int64_t>(node.getId());
      // The two keys that the set keeps for itself.
      if (id == INT64_MAX || id == INT64_MIN)
        return node.emitOpError()
               << "has the id " << id << ", which is out of range";
      if (!nodes.insert(id).second)
        return node.emitOpError()
               << "repeats the id " << id << "; ids must be unique";
    } else if (auto other = dyn_cast<SolutionOp>(op)) {
      if (solution)
        return other.emitOpError()
               << "is the second of problem @" << getSymName() << "; keep one";
      solution = other;
    } else if (!isa<NetOp, WeightOp, OrderOp>(op)) {
      return op.emitOpError() << "must not stand in a problem, which holds "
                                 "only its node, net, weight, order and "
                                 "solution";
    }
  }
  if (nodes.empty())
    return emitOpError() << "needs at least one placement.node";
  for (Operation &op : getBody().front())
    if (failed(verifyReferences(op, nodes)))
      return failure();
  return success();
}

static LogicalResult verifyKind(Operation *op, MachineOp machine,
                                StringRef kind) {
  if (machine.lookupKind(kind))
    return success();
  return op->emitOpError() << "names kind '" << kind << "', but machine @"
                           << machine.getSymName() << " has "
                           << machine.getKindList();
}

LogicalResult ProblemOp::verifySymbolUses(SymbolTableCollection &symbolTable) {
  auto machine =
      symbolTable.lookupNearestSymbolFrom<MachineOp>(*this, getMachineAttr());
  if (!machine)
    return emitOpError() << "names machine @" << getMachine()
                         << ", which is no placement.machine of the module";
  for (Operation &op : getBody().front()) {
    DictionaryAttr times;
    if (auto node = dyn_cast<NodeOp>(op)) {
      times = node.getTime();
      if (PinAttr pin = node.getPinAttr())
        if (failed(verifyKind(node, machine, pin.getKind())))
          return failure();
    } else if (auto net = dyn_cast<NetOp>(op)) {
      times = net.getCostAttr();
    } else if (auto solution = dyn_cast<SolutionOp>(op)) {
      if (ArrayAttr stages = solution.getStagesAttr())
        for (auto piece : stages.getAsRange<PieceAttr>())
          if (failed(verifyKind(solution, machine, piece.getKind())))
            return failure();
    }
    if (times)
      for (NamedAttribute entry : times)
        if (failed(verifyKind(&op, machine, entry.getName())))
          return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Parts of a problem
//===----------------------------------------------------------------------===//

static LogicalResult verifyNumber(Operation *op, StringRef what,
                                  FloatAttr number) {
  if (!number)
    return success();
  double value = number.getValueAsDouble();
  if (!std::isfinite(value) || value < 0)
    return op->emitOpError() << what << " must be finite and not negative, but "
                             << "is " << value;
  return success();
}

static LogicalResult verifyTimes(Operation *op, StringRef what,
                                 DictionaryAttr times) {
  for (NamedAttribute entry : times) {
    auto time = dyn_cast<FloatAttr>(entry.getValue());
    if (!time || !time.getType().isF64())
      return op->emitOpError()
             << what << " on kind '" << entry.getName().getValue()
             << "' must be a 64-bit float, but is " << entry.getValue();
    double value = time.getValueAsDouble();
    if (!std::isfinite(value) || value < 0)
      return op->emitOpError()
             << what << " on kind '" << entry.getName().getValue()
             << "' must be finite and not negative, but is " << value;
  }
  return success();
}

LogicalResult NodeOp::verify() {
  if (failed(verifyTimes(*this, "time", getTime())) ||
      failed(verifyNumber(*this, "size", getSizeAttr())) ||
      failed(verifyNumber(*this, "stash", getStashAttr())) ||
      failed(verifyNumber(*this, "transient", getTransientAttr())))
    return failure();
  // The solver's own numbers of groups are 32 bits wide.
  if (std::optional<uint64_t> group = getGroup())
    if (*group >= UINT32_MAX)
      return emitOpError() << "group must be from 0 to " << UINT32_MAX - 1
                           << ", but is " << static_cast<int64_t>(*group);
  return success();
}

LogicalResult NetOp::verify() {
  if (getCostAttr() && failed(verifyTimes(*this, "cost", getCostAttr())))
    return failure();
  return verifyNumber(*this, "bytes", getBytesAttr());
}

LogicalResult WeightOp::verify() {
  return verifyNumber(*this, "bytes", getBytesAttr());
}

LogicalResult SolutionOp::verify() {
  if (failed(verifyNumber(*this, "value", getValueAttr())) ||
      failed(verifyNumber(*this, "bound", getBoundAttr())))
    return failure();
  bool hasPlan = getStatus() == SolutionStatus::Optimal ||
                 getStatus() == SolutionStatus::Feasible;
  if (hasPlan && !getStagesAttr())
    return emitOpError() << "that is " << stringifySolutionStatus(getStatus())
                         << " needs stages";
  if (!hasPlan && (getStagesAttr() || getValueAttr()))
    return emitOpError() << "that is " << stringifySolutionStatus(getStatus())
                         << " must not have stages or a value";
  return success();
}

LogicalResult PieceAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                StringAttr kind, int64_t index,
                                ArrayRef<int64_t> nodes) {
  if (kind.empty())
    return emitError() << "kind of piece must not be empty";
  if (index < 0)
    return emitError() << "index of piece must not be negative, but is "
                       << index;
  return success();
}
