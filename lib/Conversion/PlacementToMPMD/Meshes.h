//===- Meshes.h - Devices of a plan as meshes of Shardy ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_CONVERSION_PLACEMENTTOMPMD_MESHES_H
#define PLACEMENT_LIB_CONVERSION_PLACEMENTTOMPMD_MESHES_H

#include "placement/Conversion/StageProgram.h"

namespace placement::mpmd {

/// One axis of a mesh.
struct Axis {
  std::string name;
  int64_t size = 1;
};

/// The mesh shapes that a user gave, by kind of device.
class MeshShapes {
public:
  /// Reads entries of the form `[kind:]axis=size[/axis=size...]`; one without a
  /// kind is for kinds that have no entry. Emits one error at `module`, which
  /// quotes the entry, for what is no such text or comes twice.
  static mlir::FailureOr<MeshShapes> parse(mlir::ModuleOp module,
                                           llvm::ArrayRef<std::string> entries);

  /// The axes of meshes of a kind; one axis "x" of size 1 if nothing is said.
  llvm::ArrayRef<Axis> lookup(llvm::StringRef kind) const;

  /// Whether each kind that has an entry is one of the machine, or, where the
  /// machine is not in the module, one with a stage. Emits one error.
  llvm::LogicalResult verifyKinds(StageProgram &program) const;

private:
  llvm::SmallVector<std::pair<std::string, llvm::SmallVector<Axis>>> axesOf;
  llvm::SmallVector<Axis> defaultAxes = {{"x", 1}};
};

/// The meshes of one program, one for each device that has a stage, in the
/// order of stages. All that is built here are opaque attributes and types, so
/// that nothing links Shardy.
class Meshes {
public:
  Meshes(const StageProgram &program, const MeshShapes &shapes);

  unsigned size() const { return meshes.size(); }
  /// Whether a stage runs on this device.
  bool contains(mlir::Attribute device) const {
    return numberOf.contains(device);
  }
  /// The mesh of a device that `contains` knows.
  unsigned lookup(mlir::Attribute device) const {
    return numberOf.lookup(device);
  }

  /// Kind and index, made of letters, digits, '_' only: Shardy prints names of
  /// meshes without escaping them, and separates them by '@', '/' and ','.
  llvm::StringRef getName(unsigned mesh) const { return meshes[mesh].name; }
  DeviceAttr getDevice(unsigned mesh) const { return meshes[mesh].device; }
  llvm::ArrayRef<Axis> getAxes(unsigned mesh) const {
    return meshes[mesh].axes;
  }

  /// `#sdy.mesh<["x"=1]>`
  mlir::Attribute getShape(unsigned mesh) const;
  /// `#mpmd.topology<<"acc0" : <["x"=1]>>, ...>`
  mlir::Attribute getTopology() const;
  /// `!mpmd.mesh_tensor<"acc0", tensor<8xf32>>`, with a `#sdy.sharding` if it
  /// is not null.
  mlir::Type getType(mlir::Type tensor, unsigned mesh,
                     mlir::Attribute sharding);

  /// An axis that `sharding` names and the mesh has not; empty if there is
  /// none, or no sharding. `sharding` is a `#sdy.sharding`.
  std::string getUnknownAxis(unsigned mesh, mlir::Attribute sharding) const;

private:
  struct Mesh {
    DeviceAttr device;
    std::string name;
    llvm::SmallVector<Axis> axes;
    /// `<["x"=1]>`
    std::string shape;
  };

  mlir::MLIRContext *context;
  llvm::SmallVector<Mesh> meshes;
  llvm::DenseMap<mlir::Attribute, unsigned> numberOf;
  /// Types come in few kinds but many times.
  llvm::DenseMap<std::tuple<mlir::Type, unsigned, mlir::Attribute>, mlir::Type>
      types;
};

} // namespace placement::mpmd

#endif // PLACEMENT_LIB_CONVERSION_PLACEMENTTOMPMD_MESHES_H
