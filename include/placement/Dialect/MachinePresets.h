//===- MachinePresets.h - Machines known by name -------------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_DIALECT_MACHINEPRESETS_H
#define PLACEMENT_DIALECT_MACHINEPRESETS_H

#include "placement/Dialect/PlacementOps.h"

namespace placement {

/// One kind of a preset. Rates are per second, sizes in bytes. Latency and
/// launch cost are zero in every preset: vendors publish neither, and
/// compilers fuse operations.
struct KindPreset {
  llvm::StringLiteral name;
  int64_t count;
  /// Zero for no limit.
  int64_t memory;
  /// Of the link, in one direction. Zero where transfers are free.
  double linkBandwidth;
  /// Operations per second by element type.
  llvm::ArrayRef<std::pair<llvm::StringLiteral, double>> peak;
  double memoryBandwidth;
};

/// A machine that an option can name without a file.
struct MachinePreset {
  llvm::StringLiteral name;
  /// One line for `--placement-list-machines`.
  llvm::StringLiteral description;
  llvm::ArrayRef<KindPreset> kinds;
};

/// All presets; the first is the default.
llvm::ArrayRef<MachinePreset> getMachinePresets();

/// The preset of that name, or null.
const MachinePreset *lookupMachinePreset(llvm::StringRef name);

/// Creates the machine at the builder's insertion point, with the preset's
/// name as symbol.
MachineOp createPresetMachine(mlir::OpBuilder &builder, mlir::Location loc,
                              const MachinePreset &preset);

} // namespace placement

#endif // PLACEMENT_DIALECT_MACHINEPRESETS_H
