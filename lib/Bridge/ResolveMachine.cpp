//===- ResolveMachine.cpp - Which machine a module is placed on -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Bridge/ResolveMachine.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OperationSupport.h"
#include "placement/Bridge/MachineFile.h"
#include "placement/Bridge/TargetSpecMachine.h"
#include "placement/Dialect/MachinePresets.h"

using namespace mlir;
using namespace placement;

/// Puts a machine at the start of the module, unless an equal one of that name
/// is there.
static FailureOr<MachineOp>
adopt(ModuleOp module, OwningOpRef<MachineOp> machine, const Twine &origin) {
  StringRef name = machine->getSymName();
  if (Operation *existing = SymbolTable::lookupSymbolIn(module, name)) {
    auto same = dyn_cast<MachineOp>(existing);
    if (same && OperationEquivalence::isEquivalentTo(
                    same, *machine, OperationEquivalence::IgnoreLocations))
      return same;
    InFlightDiagnostic diag =
        emitError(module.getLoc())
        << "machine @" << name << " from " << origin.str()
        << " differs from symbol @" << name
        << " of the module; rename one of them, or remove "
           "the symbol of the module";
    diag.attachNote(existing->getLoc()) << "the module's symbol is here";
    return diag;
  }
  MachineOp op = machine.release();
  module.getBody()->getOperations().push_front(op);
  return op;
}

static FailureOr<MachineOp> adoptPreset(ModuleOp module,
                                        const MachinePreset &preset) {
  OpBuilder builder(module.getContext());
  return adopt(module, createPresetMachine(builder, module.getLoc(), preset),
               "preset '" + preset.name + "'");
}

static FailureOr<MachineOp> resolveName(ModuleOp module, StringRef name) {
  Operation *symbol = SymbolTable::lookupSymbolIn(module, name);
  if (auto machine = dyn_cast_or_null<MachineOp>(symbol))
    return machine;
  if (const MachinePreset *preset = lookupMachinePreset(name))
    return adoptPreset(module, *preset);
  InFlightDiagnostic diag = emitError(module.getLoc())
                            << "unknown machine '" << name
                            << "'; it must be a placement.machine symbol";
  SmallVector<MachineOp> machines(module.getOps<MachineOp>());
  if (!machines.empty()) {
    diag << " (here ";
    llvm::interleaveComma(machines, diag, [&](MachineOp machine) {
      diag << '@' << machine.getSymName();
    });
    diag << ')';
  }
  diag << " or a preset (";
  llvm::interleaveComma(
      getMachinePresets(), diag,
      [&](const MachinePreset &preset) { diag << preset.name; });
  return diag << ')';
}

FailureOr<MachineOp> placement::resolveMachine(ModuleOp module, StringRef name,
                                               StringRef file) {
  if (!name.empty() && !file.empty())
    return emitError(module.getLoc())
           << "give a machine by name ('" << name << "') or by file ('" << file
           << "'), not both";
  if (!name.empty())
    return resolveName(module, name);
  if (!file.empty()) {
    FailureOr<OwningOpRef<MachineOp>> machine =
        readMachineFile(file, module.getLoc());
    if (failed(machine))
      return failure();
    return adopt(module, std::move(*machine), "file '" + file + "'");
  }

  SmallVector<MachineOp> machines(module.getOps<MachineOp>());
  if (machines.size() == 1)
    return machines.front();
  if (machines.size() > 1) {
    InFlightDiagnostic diag = emitError(module.getLoc())
                              << "the module has several machines; name the "
                                 "one to place on with the option 'machine'";
    for (MachineOp machine : machines)
      diag.attachNote(machine.getLoc()) << "machine @" << machine.getSymName();
    return diag;
  }

  FailureOr<OwningOpRef<MachineOp>> fromSpec = machineFromTargetSpec(module);
  if (failed(fromSpec))
    return failure();
  if (*fromSpec)
    return adopt(module, std::move(*fromSpec), "dlti.target_system_spec");

  const MachinePreset &preset = getMachinePresets().front();
  emitRemark(module.getLoc()) << "no machine is given; placing on the preset '"
                              << preset.name << "': " << preset.description;
  return adoptPreset(module, preset);
}
