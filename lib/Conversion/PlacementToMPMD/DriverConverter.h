//===- DriverConverter.h - A driver in the words of Shardy ------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_CONVERSION_PLACEMENTTOMPMD_DRIVERCONVERTER_H
#define PLACEMENT_LIB_CONVERSION_PLACEMENTTOMPMD_DRIVERCONVERTER_H

#include "MeshPlan.h"
#include "placement/Conversion/PlacementToMPMD/MPMDForm.h"

#include "mlir/IR/Builders.h"

namespace placement::mpmd {

/// Rewrites the driver of an outlined module, and its stages, in place into one
/// of the forms of Shardy MPMD. Works on unregistered operations and opaque
/// types. Linear; no operation of a stage is copied.
class DriverConverter {
public:
  DriverConverter(MeshPlan &plan, MPMDForm form);

  /// Whether the form can express the program. Emits one error.
  llvm::LogicalResult verify();
  /// Rewrites a program that `verify` accepts.
  void run();

private:
  /// A value of the new driver, and the mesh that it is on.
  struct Located {
    mlir::Value value;
    /// Its type in the old driver.
    mlir::Type tensor;
    unsigned mesh = 0;
    /// Of the argument that it is, or was moved from.
    mlir::Attribute sharding;
  };

  bool hasMeshTypes() const { return form != MPMDForm::NamedComputations; }
  /// Only behind sharding propagation are shardings part of types.
  bool hasShardings() const { return form == MPMDForm::FragmentCalls; }

  mlir::Attribute getSharding(mlir::DictionaryAttr attrs) const;
  mlir::Type getType(mlir::Type tensor, unsigned mesh,
                     mlir::Attribute sharding);

  llvm::LogicalResult verifySharding(unsigned mesh, mlir::DictionaryAttr attrs,
                                     const llvm::Twine &what);
  void convertArguments();
  mlir::Value createTransfer(mlir::Value value, mlir::Type type,
                             mlir::Location loc);
  /// The value on another mesh; the same value if it is there already.
  Located move(Located located, unsigned mesh, mlir::Location loc);
  void convertCall(mlir::Operation *op, unsigned number);
  mlir::DictionaryAttr getProperties(unsigned number);
  void moveBody(mlir::func::FuncOp callee, mlir::OperationState &state);
  void convertReturn();
  void dropUnsafeDonations();

  MeshPlan &plan;
  MPMDForm form;
  mlir::func::FuncOp driver;
  mlir::OpBuilder builder;
  /// By value of the old driver.
  llvm::DenseMap<mlir::Value, Located> located;
  /// Results of transfers, by what is moved and where to.
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, mlir::Value> moved;
  /// New calls, by number.
  llvm::SmallVector<mlir::Operation *> calls;
};

} // namespace placement::mpmd

#endif // PLACEMENT_LIB_CONVERSION_PLACEMENTTOMPMD_DRIVERCONVERTER_H
