//===- PlacedFunction.h - Reads where everything was placed -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_PLACEDFUNCTION_H
#define PLACEMENT_LIB_TRANSFORMS_PLACEDFUNCTION_H

#include "placement/Dialect/PlacementOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace placement {

/// The places of all operations of a function, or of a driver and its stage
/// functions.
struct PlacedFunction {
  mlir::func::FuncOp function;
  /// The stages stand in functions of their own, which this one calls.
  bool outlined = false;
  /// Every operation but terminators, transfers and calls of stages.
  llvm::DenseMap<mlir::Operation *, uint32_t> stageOf;
  /// Each stage has one device; in a contiguous plan no two have the same.
  /// Under latency devices of host kinds are cores.
  llvm::SmallVector<DeviceAttr> deviceOfStage;
  /// Calls of stage functions, in order, with their callees.
  llvm::SmallVector<std::pair<mlir::Operation *, mlir::func::FuncOp>> calls;

  /// Reads and checks places. An error is emitted where an operation has none,
  /// a device is not of `machine`, stages are not numbered without holes, a
  /// stage has two devices, a device two stages in a contiguous plan of
  /// throughput, or a stage function differs from its operations.
  static mlir::FailureOr<PlacedFunction> read(mlir::func::FuncOp function,
                                              MachineOp machine, PlanAttr plan);

  /// Placed operations of the same block that use a result of `op`, directly,
  /// within their regions, or through transfers.
  llvm::SmallVector<mlir::Operation *> usersOf(mlir::Operation *op) const;
};

/// Fails where the function calls stage functions, with one error that says so:
/// for passes that work on the operations themselves. Linear in the function.
mlir::LogicalResult refuseOutlined(mlir::func::FuncOp function,
                                   llvm::StringRef pass);

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_PLACEDFUNCTION_H
