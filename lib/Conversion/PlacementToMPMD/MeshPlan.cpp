//===- MeshPlan.cpp - What is on which mesh -------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MeshPlan.h"

#include "placement/Dialect/Names.h"
#include "placement/Dialect/PlacementOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"

using namespace mlir;

namespace placement::mpmd {

MeshPlan::MeshPlan(StageProgram program, const MeshShapes &shapes)
    : program(std::move(program)), meshes(this->program, shapes) {}

FailureOr<MeshPlan> MeshPlan::create(StageProgram program,
                                     const MeshShapes &shapes) {
  if (program.stages.empty())
    return program.driver.emitError()
           << "@" << program.driver.getSymName()
           << " has no stage, so there is no mesh to put its values on";
  if (failed(shapes.verifyKinds(program)))
    return failure();
  MeshPlan plan(std::move(program), shapes);
  if (failed(plan.verifyPlaces()))
    return failure();
  plan.nameComputations();
  plan.findHomes();
  return plan;
}

//===----------------------------------------------------------------------===//
// Where values are
//===----------------------------------------------------------------------===//

/// Checks that a call or transfer finds its operands where it takes them, as
/// placement-insert-transfers promises: Shardy would find them on a mesh of
/// another name, and say nothing of devices.
LogicalResult MeshPlan::verifyPlaces() {
  func::FuncOp driver = program.driver;
  auto host = HostAttr::get(driver.getContext());
  DenseMap<Value, Attribute> places;
  for (BlockArgument argument : driver.getArguments()) {
    // Weights are wherever they are used.
    auto role = driver.getArgAttrOfType<StringAttr>(argument.getArgNumber(),
                                                    kRoleAttrName);
    places[argument] = role == kRoleWeight ? Attribute() : Attribute(host);
  }
  unsigned call = 0;
  for (Operation &op : driver.getBody().front().without_terminator()) {
    Attribute needed, produced;
    if (auto transfer = dyn_cast<TransferOp>(op)) {
      needed = transfer.getFrom();
      produced = transfer.getTo();
      if (produced != host && !meshes.contains(produced))
        return transfer.emitOpError()
               << "moves a value to " << produced
               << ", where no stage runs and hence no mesh is";
    } else {
      func::FuncOp callee = program.calls[call++].function;
      needed = produced = callee->getAttr(kDeviceAttrName);
    }
    for (OpOperand &operand : op.getOpOperands()) {
      Attribute place = places.lookup(operand.get());
      if (place && place != needed)
        return op.emitOpError()
               << "takes operand " << operand.getOperandNumber() << " on "
               << needed << ", but it is on " << place
               << "; run placement-insert-transfers before "
                  "placement-outline-stages";
    }
    for (Value result : op.getResults())
      places[result] = produced;
  }
  return success();
}

void MeshPlan::nameComputations() {
  DenseMap<std::pair<int64_t, unsigned>, unsigned> piecesOf;
  for (const StageProgram::Call &call : program.calls) {
    unsigned transposeCount = call.phase == Phase::Backward ? 1 : 0;
    unsigned piece = piecesOf[{call.stage, transposeCount}]++;
    Computation &computation = computations.emplace_back();
    func::FuncOp function = call.function;
    computation.mesh = meshes.lookup(function->getAttr(kDeviceAttrName));
    computation.name = "stage" + std::to_string(call.stage);
    if (piece == 0)
      computation.stage = call.stage;
    else
      computation.name += "_piece" + std::to_string(piece);
    computation.transposeCount = transposeCount;
  }
}

void MeshPlan::findHomes() {
  unsigned numArguments = program.driver.getNumArguments();
  argumentMesh.assign(numArguments, 0);
  isShared.assign(numArguments, false);
  SmallVector<bool> hasHome(numArguments, false);
  SmallVector<unsigned> meshOf(program.values.size(), 0);
  for (auto [call, computation] :
       llvm::zip_equal(program.calls, computations)) {
    for (unsigned operand : call.operands) {
      if (operand >= numArguments)
        continue;
      if (!hasHome[operand]) {
        hasHome[operand] = true;
        argumentMesh[operand] = meshOf[operand] = computation.mesh;
      }
      isShared[operand] =
          isShared[operand] || argumentMesh[operand] != computation.mesh;
    }
    for (unsigned result : call.results)
      meshOf[result] = computation.mesh;
  }
  for (unsigned result : program.results)
    resultMesh.push_back(meshOf[result]);
}

//===----------------------------------------------------------------------===//
// The assignment as text
//===----------------------------------------------------------------------===//

void MeshPlan::forEachName(
    llvm::function_ref<void(const Computation &)> visit) const {
  // Backward computations have the names of the forward ones.
  llvm::StringSet<> seen;
  for (const Computation &computation : computations)
    if (seen.insert(computation.name).second)
      visit(computation);
}

std::string MeshPlan::getComputationMap() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::ListSeparator separator(",");
  forEachName([&](const Computation &computation) {
    os << separator << computation.name << "@"
       << meshes.getName(computation.mesh);
    if (computation.stage)
      os << "/" << *computation.stage;
  });
  return text;
}

std::string MeshPlan::getIndexMap(ArrayRef<unsigned> meshOf) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::ListSeparator separator(",");
  for (auto [index, mesh] : llvm::enumerate(meshOf))
    os << separator << index << "@" << meshes.getName(mesh);
  return text;
}

void MeshPlan::writeJSON(raw_ostream &os) const {
  func::FuncOp driver = program.driver;
  llvm::json::OStream json(os, /*IndentSize=*/1);
  auto writeMeshes = [&](StringRef name, ArrayRef<unsigned> meshOf) {
    json.attributeArray(name, [&] {
      for (unsigned mesh : meshOf)
        json.value(meshes.getName(mesh));
    });
  };
  auto writeAxes = [&](unsigned mesh) {
    for (const Axis &axis : meshes.getAxes(mesh))
      json.array([&] {
        json.value(axis.name);
        json.value(axis.size);
      });
  };
  json.object([&] {
    json.attribute("func_name", driver.getSymName());
    json.attributeArray("named_meshes", [&] {
      for (unsigned mesh = 0; mesh < meshes.size(); ++mesh)
        json.array([&] {
          json.value(meshes.getName(mesh));
          json.array([&] { writeAxes(mesh); });
        });
    });
    json.attributeObject("assignment", [&] {
      forEachName([&](const Computation &computation) {
        StringRef mesh = meshes.getName(computation.mesh);
        if (!computation.stage)
          return json.attribute(computation.name, mesh);
        json.attributeArray(computation.name, [&] {
          json.value(mesh);
          json.value(*computation.stage);
        });
      });
    });
    writeMeshes("input_meshes", argumentMesh);
    writeMeshes("output_meshes", resultMesh);
    json.attributeArray("donate_argnums", [&] {
      for (unsigned index = 0; index < driver.getNumArguments(); ++index)
        if (driver.getArgAttr(index, kAliasingAttrName) ||
            driver.getArgAttr(index, kDonorAttrName))
          json.value(index);
    });
  });
  os << '\n';
}

} // namespace placement::mpmd
