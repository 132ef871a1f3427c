//===- IREEDevices.h - What devices are called in IREE ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_CONVERSION_PLACEMENTTOIREE_IREEDEVICES_H
#define PLACEMENT_LIB_CONVERSION_PLACEMENTTOIREE_IREEDEVICES_H

#include "placement/Conversion/PlacementToIREE.h"
#include "placement/Conversion/StageProgram.h"

namespace placement {

/// What the user says about devices; see the options of the pass.
struct IREEDeviceOptions {
  IREEDevicesFrom from;
  llvm::ArrayRef<std::string> names;
  llvm::ArrayRef<std::string> targets;
  llvm::StringRef host;
};

/// The devices of a program, each with a name and what IREE calls it.
class IREEDevices {
public:
  /// Names the devices that stages of `program` run on, and the host's. Emits
  /// one error for an option that cannot be read, names no device of the
  /// machine or leaves one without a target, and for names that clash.
  static mlir::FailureOr<IREEDevices> create(const StageProgram &program,
                                             IREEDeviceOptions options);

  /// The attribute that puts a value on `device`.
  mlir::Attribute getAffinity(DeviceAttr device) const {
    return affinities.at(device);
  }
  /// Where activations arrive and results are left; null if that is where each
  /// is used first and made.
  DeviceAttr getHost() const { return host; }
  /// Adds the devices to the module, if that is how IREE learns of them.
  void declare(mlir::ModuleOp module) const;

private:
  /// A device that the program needs.
  struct Entry {
    DeviceAttr device;
    std::string name;
    /// In IREE, "local" and 0; only for devices of the module.
    std::string target;
    int64_t ordinal = 0;
  };

  mlir::LogicalResult collect(const StageProgram &program,
                              llvm::StringRef hostName);
  mlir::LogicalResult applyNames(llvm::ArrayRef<std::string> options);
  mlir::LogicalResult applyTargets(llvm::ArrayRef<std::string> options);
  mlir::LogicalResult checkNames(mlir::ModuleOp module);
  mlir::LogicalResult checkKey(llvm::StringRef option, llvm::StringRef key,
                               bool mustHaveIndex);
  mlir::InFlightDiagnostic emitError();
  void setAffinities();

  mlir::func::FuncOp driver;
  IREEDevicesFrom from = IREEDevicesFrom::Flags;
  /// In the order of the stages, the host last.
  llvm::SmallVector<Entry> entries;
  llvm::DenseMap<DeviceAttr, mlir::Attribute> affinities;
  DeviceAttr host;
};

} // namespace placement

#endif // PLACEMENT_LIB_CONVERSION_PLACEMENTTOIREE_IREEDEVICES_H
