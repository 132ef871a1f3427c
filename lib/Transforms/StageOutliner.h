//===- StageOutliner.h - Turn pieces into stage functions -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_STAGEOUTLINER_H
#define PLACEMENT_LIB_TRANSFORMS_STAGEOUTLINER_H

#include "StagePieces.h"

#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/BitVector.h"

namespace placement {

/// Moves the pieces of a placed function into private functions and leaves a
/// driver of calls and transfers. Operations are moved, never copied. Linear.
///
/// On entry: `verifyPlaced` and `verifyTransfers` hold.
class StageOutliner {
public:
  StageOutliner(mlir::func::FuncOp function, mlir::SymbolTable &symbols);

  void run();

private:
  /// What crosses the border of a piece, in a fixed order: inputs are arguments
  /// of the driver by number, then results of operations in program order, each
  /// maybe through a transfer; outputs are in program order.
  struct Border {
    llvm::SmallVector<mlir::Value> inputs, outputs;
  };

  void findBorders();
  void findLastUses();
  void remarkSplit(const StagePiece &piece);
  mlir::func::FuncOp createStage(unsigned piece);
  void fillStage(unsigned piece, mlir::func::FuncOp stage);
  void emitCall(unsigned piece, mlir::func::FuncOp stage);
  void emitTransfer(mlir::Operation *transfer);
  mlir::DictionaryAttr getInputAttrs(unsigned piece, mlir::Value input,
                                     llvm::BitVector &aliasedOutputs);
  mlir::DictionaryAttr getOutputAttrs(mlir::Value output);
  std::string getStageName(const StagePiece &piece);
  mlir::Value getDriverValue(mlir::Value value) const;

  mlir::func::FuncOp function;
  mlir::SymbolTable &symbols;
  mlir::Block *body;
  mlir::Operation *returnOp;
  StagePieces pieces;
  llvm::SmallVector<Border> borders;
  llvm::SmallVector<mlir::Operation *> transfers;
  llvm::DenseSet<mlir::Operation *> emitted;
  /// Results of operations that went into pieces -> results of calls.
  llvm::DenseMap<mlir::Value, mlir::Value> driverValues;
  /// Last piece on a device that takes a value.
  llvm::DenseMap<std::pair<mlir::Value, DeviceAttr>, unsigned> lastUse;
  /// Values used by a transfer or the return of the driver.
  llvm::DenseSet<mlir::Value> usedByDriver;
  /// By result of the driver: the value before its transfers. And back, to the
  /// first such result.
  llvm::SmallVector<mlir::Value> origins;
  llvm::DenseMap<mlir::Value, unsigned> resultOf;
};

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_STAGEOUTLINER_H
