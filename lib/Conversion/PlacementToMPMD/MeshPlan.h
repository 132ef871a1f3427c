//===- MeshPlan.h - What is on which mesh -----------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_CONVERSION_PLACEMENTTOMPMD_MESHPLAN_H
#define PLACEMENT_LIB_CONVERSION_PLACEMENTTOMPMD_MESHPLAN_H

#include "Meshes.h"

namespace placement::mpmd {

/// Donation of an argument's buffer, as jax writes it: to a result by number,
/// or at large.
inline constexpr llvm::StringLiteral kAliasingAttrName = "tf.aliasing_output";
inline constexpr llvm::StringLiteral kDonorAttrName = "jax.buffer_donor";

/// A stage program with a mesh for everything in it.
struct MeshPlan {
  /// What Shardy is to know of one call, by the number of the call.
  struct Computation {
    unsigned mesh = 0;
    /// The same for forward and backward: `stage0`, `stage0_piece1`.
    std::string name;
    /// None for further pieces: Shardy allows a mesh one fragment for each
    /// stage and phase.
    std::optional<int64_t> stage;
    /// How often autodiff transposed it: 1 for backward calls.
    unsigned transposeCount = 0;
  };

  /// Finds a mesh for each argument, call and result. Emits one error where a
  /// value is not where it is used, or cannot be on a mesh. Linear.
  static mlir::FailureOr<MeshPlan> create(StageProgram program,
                                          const MeshShapes &shapes);

  /// Names of computations with their meshes and stages, in order:
  /// `stage0@acc0/0,stage0_piece1@acc0`.
  std::string getComputationMap() const;
  /// `0@acc0,1@acc1`, by position.
  std::string getIndexMap(llvm::ArrayRef<unsigned> meshOf) const;
  /// All that Shardy's partitioning asks for, as JSON: the arguments of
  /// `apply_mpmd_partitioning` under their names.
  void writeJSON(llvm::raw_ostream &os) const;

  StageProgram program;
  Meshes meshes;
  llvm::SmallVector<Computation> computations;
  /// By argument: where its first user is, or the first mesh for one without.
  llvm::SmallVector<unsigned> argumentMesh;
  /// By argument: whether a call on another mesh takes it, too.
  llvm::SmallVector<bool> isShared;
  /// By result of the driver: where its value is made.
  llvm::SmallVector<unsigned> resultMesh;

private:
  MeshPlan(StageProgram program, const MeshShapes &shapes);

  llvm::LogicalResult verifyPlaces();
  /// Visits the first computation of each name.
  void forEachName(llvm::function_ref<void(const Computation &)> visit) const;
  void nameComputations();
  void findHomes();
};

} // namespace placement::mpmd

#endif // PLACEMENT_LIB_CONVERSION_PLACEMENTTOMPMD_MESHPLAN_H
