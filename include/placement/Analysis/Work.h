//===- Work.h - How much work an operation is -------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_WORK_H
#define PLACEMENT_ANALYSIS_WORK_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace placement {

/// Work of one operation, independent of any device. Counts are never negative
/// and saturate at 2^63 - 1.
struct Work {
  /// Floating point operations, integer ones alike; a multiply-add is two.
  int64_t flops = 0;
  /// Evaluations of exp, tanh, sqrt and the like: apart from flops, as XLA
  /// counts them.
  int64_t transcendentals = 0;
  /// Bytes read and written: each distinct operand and each result once, or
  /// the part of them that is touched (slices, gathers).
  int64_t bytes = 0;
  /// Bytes in use only while the operation runs, besides operands and results.
  /// Only what the IR shows: values inside of regions. Scratch memory of an
  /// implementation (im2col, split reductions) is not modelled.
  int64_t transient = 0;
  /// Element type of most of the arithmetic; null if there is none.
  mlir::Type element;

  bool isNothing() const {
    return flops == 0 && transcendentals == 0 && bytes == 0;
  }
  /// One after the other: sums, and the larger transient.
  Work &operator+=(const Work &other);
  /// The same, `count` times.
  Work &operator*=(int64_t count);
  /// One or the other: the larger of each count.
  void maximise(const Work &other);
};

/// Sums and products of counts, saturating at 2^63 - 1. Both are >= 0.
int64_t addCounts(int64_t lhs, int64_t rhs);
int64_t multiplyCounts(int64_t lhs, int64_t rhs);

/// Why a count is a guess; docs/CostModels.md lists the consequences.
enum class Assumption : uint8_t {
  /// Nothing is known of the operation: it moves its operands and results.
  UnknownOp,
  /// The called function is not in the module, or calls itself.
  UnknownCallee,
  /// An attribute is missing or not understood: only bytes moved are counted.
  UnknownAttribute,
  /// A dynamic dimension counts as 1.
  DynamicShape,
  /// A value of a type without known size counts as 0 bytes.
  UnknownType,
  /// A loop whose trip count is not constant counts as one iteration.
  UnknownTripCount,
};

/// What the assumption means for the price, as a clause for remarks.
llvm::StringRef describe(Assumption assumption);

/// Counts the work of operations and remembers what it had to assume. One
/// counter serves a whole module, so that called functions are counted once.
/// Not thread safe; the IR must not change while a counter is used.
class WorkCounter {
public:
  /// Operations that share name and assumption, in order of first appearance.
  struct Assumed {
    mlir::Operation *first = nullptr;
    mlir::Operation *last = nullptr;
    int64_t count = 0;
  };
  using AssumptionMap =
      llvm::MapVector<std::pair<mlir::OperationName, Assumption>, Assumed>;

  /// The work of `op`, whole, by WorkOpInterface, or by the StableHLO table, or
  /// as an unknown operation. Linear in the number of nested operations.
  Work count(mlir::Operation *op);

  /// Work of one execution of the region's operations, bytes included: the
  /// bodies of loops and branches, which work on whole tensors.
  Work countExecution(mlir::Region &region);

  /// Only the arithmetic of the region's operations: the scalar bodies of
  /// reductions and structured ops, whose operands don't come from memory.
  Work countArithmetic(mlir::Region &region);

  /// Work of calling `callee`, counted once for all its calls.
  Work countCall(mlir::Operation *call, mlir::SymbolRefAttr callee);

  /// Work that moves all operands and results and computes nothing.
  Work move(mlir::Operation *op);
  /// `move` and one flop for each element of the first result; none at all for
  /// addresses (`index`).
  Work elementwise(mlir::Operation *op, int64_t flopsPerElement = 1);
  /// `move` and one transcendental for each element of the first result.
  Work transcendental(mlir::Operation *op);

  /// Bytes and elements of a value of `op`, with an assumption where the type
  /// doesn't tell.
  int64_t bytesOf(mlir::Operation *op, mlir::Type type);
  int64_t elementsOf(mlir::Operation *op, mlir::Type type);
  /// An extent of a shape of `op`; 1 and an assumption where it is dynamic.
  int64_t extentOf(mlir::Operation *op, int64_t extent);

  /// Records that the count of `op` is a guess.
  void assume(mlir::Operation *op, Assumption assumption);

  const AssumptionMap &getAssumptions() const { return assumptions; }
  /// How often `assume` was called so far. A caller that compares it before
  /// and after `count` learns whether that operation was guessed at.
  int64_t getNumAssumptions() const { return numAssumptions; }

private:
  struct CalleeWork {
    Work work;
    bool active = false;
    bool assumed = false;
  };

  AssumptionMap assumptions;
  int64_t numAssumptions = 0;
  mlir::SymbolTableCollection symbols;
  llvm::DenseMap<mlir::Operation *, CalleeWork> callees;
};

} // namespace placement

#endif // PLACEMENT_ANALYSIS_WORK_H
