//===- StageProgram.h - What a driver does, as data -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_CONVERSION_STAGEPROGRAM_H
#define PLACEMENT_CONVERSION_STAGEPROGRAM_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "placement/Dialect/PlacementAttrs.h"

namespace placement {

/// The driver of an outlined module, read into lists. Values are those of the
/// driver looked at through transfers: a value that is transferred keeps its
/// number. It refers to the module, which must outlive it.
struct StageProgram {
  /// A call of a stage function.
  struct Call {
    mlir::func::FuncOp function;
    int64_t stage = 0;
    /// Only in training.
    std::optional<Phase> phase;
    llvm::SmallVector<unsigned> operands;
    llvm::SmallVector<unsigned> results;
  };
  struct Transfer {
    unsigned value = 0;
    /// Each a #placement.device or #placement.host.
    mlir::Attribute from;
    mlir::Attribute to;
  };
  struct Stage {
    int64_t stage = 0;
    DeviceAttr device;
    /// Under latency: whether its calls may run beside others of the device,
    /// and when the plan has it start and end, in its unit.
    bool isConcurrent = false;
    std::optional<std::pair<double, double>> times = std::nullopt;
  };

  /// Reads the driver `function`, or the only public function of `module` when
  /// that is empty. Linear. Emits one error if the module is not outlined, if
  /// the driver does anything but call stages, transfer and return, if a stage
  /// is on two devices, or if a value is no tensor that a host array can hold.
  static mlir::FailureOr<StageProgram> read(mlir::ModuleOp module,
                                            llvm::StringRef function = {});

  /// Writes it as JSON (docs/Formats.md, "Stage programs").
  void writeJSON(llvm::raw_ostream &os) const;

  mlir::func::FuncOp driver;
  /// Name of the machine; null if there is no stage.
  mlir::FlatSymbolRefAttr machine;
  /// Arguments of the driver first, then results of calls in order.
  llvm::SmallVector<mlir::Value> values;
  /// Ascending by stage.
  llvm::SmallVector<Stage> stages;
  llvm::SmallVector<Call> calls;
  llvm::SmallVector<Transfer> transfers;
  llvm::SmallVector<unsigned> results;
};

} // namespace placement

#endif // PLACEMENT_CONVERSION_STAGEPROGRAM_H
