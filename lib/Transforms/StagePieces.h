//===- StagePieces.h - Cut a placed function into calls ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A piece is what one call of a stage function runs. In inference a stage is
// one piece, in training two: forward and backward. A stage whose phase cannot
// run in one go, because something in between has to run elsewhere, has more:
// nothing forbids that among backward operations, whose order is free (only
// forward operations form a chain of ideals), nor in annotations by hand.
//
// A plan of latency knows no phases: a stage is what one call runs, in training
// too, and stages are called upward.
//
// Mostly each stage and phase is one piece: whenever pieces cut that way depend
// on each other in no circle, which one topological sort tells. Otherwise they
// are found in rounds. Let the rank of an operation be its place in the order
// "forward stages upward, then backward stages downward". Its round is
//
//   round(v) = max over operands u of  round(u) + [rank(u) > rank(v)],
//
// the fewest passes over that order after which v can have run. Operations with
// the same round and rank form a piece; dependences never go down in (round,
// rank), so running pieces in that order is correct. Pieces of the same rank
// are then merged as long as no path through another piece connects them, so
// that no two pieces of a stage and phase that are left could be one.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_TRANSFORMS_STAGEPIECES_H
#define PLACEMENT_LIB_TRANSFORMS_STAGEPIECES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "placement/Dialect/PlacementAttrs.h"

namespace placement {

/// What one call of a stage function runs.
struct StagePiece {
  int64_t stage = 0;
  DeviceAttr device;
  Phase phase = Phase::Forward;
  /// Among the pieces of the same stage and phase, in the order of calls.
  unsigned index = 0;
  /// In program order.
  llvm::SmallVector<mlir::Operation *> ops;
};

/// The pieces of a placed function in the order of their calls. Operations
/// with side effects keep their order. Linear in the operations; merging adds
/// the product of pieces and their connections, and is left out above
/// kMaxMergedPieces pieces (annotations that jump about at random).
class StagePieces {
public:
  static constexpr unsigned kMaxMergedPieces = 512;

  /// On entry: `verifyPlaced(function)` holds.
  explicit StagePieces(mlir::func::FuncOp function);

  llvm::ArrayRef<StagePiece> getPieces() const { return pieces; }
  /// Whether stages are told apart by phase: some operation belongs to the
  /// backward pass, and the plan is not one of latency.
  bool isTraining() const { return training; }
  /// The piece of an operation of the block, or none: transfers and the return
  /// belong to no piece.
  std::optional<unsigned> getPieceOf(mlir::Operation *op) const;
  /// The position of an operation of a piece in program order.
  unsigned getNumberOf(mlir::Operation *op) const {
    return numberOf.lookup(op);
  }

private:
  using Edges = llvm::SmallVector<llvm::SmallVector<unsigned>>;

  void rankOps(mlir::func::FuncOp function);
  bool formPhases();
  void formRounds();
  Edges connect() const;
  void mergePieces();
  void sortPieces();
  void renumber(llvm::ArrayRef<unsigned> newNumber, unsigned count);

  /// All operations of pieces in program order with what decides their piece,
  /// in parallel arrays.
  llvm::SmallVector<mlir::Operation *> ops;
  llvm::SmallVector<unsigned> rankOf, pieceOf;
  /// The operations that op `i` waits for, by number, some more than once:
  /// those in `sourceList` from `sourceStart[i]` to `sourceStart[i + 1]`.
  llvm::ArrayRef<unsigned> getSources(unsigned op) const {
    return llvm::ArrayRef<unsigned>(sourceList)
        .slice(sourceStart[op], sourceStart[op + 1] - sourceStart[op]);
  }
  llvm::SmallVector<unsigned> sourceStart, sourceList;
  llvm::DenseMap<mlir::Operation *, unsigned> numberOf;
  llvm::SmallVector<unsigned> rankOfPiece;
  unsigned numRanks = 0;
  bool training = false;
  llvm::SmallVector<StagePiece> pieces;
};

} // namespace placement

#endif // PLACEMENT_LIB_TRANSFORMS_STAGEPIECES_H
