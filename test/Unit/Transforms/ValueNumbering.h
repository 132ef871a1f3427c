//===- ValueNumbering.h - Equality of programs up to clones -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_TRANSFORMS_VALUENUMBERING_H
#define PLACEMENT_TEST_UNIT_TRANSFORMS_VALUENUMBERING_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <unordered_map>
#include <vector>

namespace placement::test {

/// A function of one block as numbers: two operations, of the same or of
/// different functions, get the same number exactly when they do the same to
/// operands of the same numbers. Locations do not count.
struct NumberedFunction {
  /// What the function returns.
  std::vector<unsigned> returned;
  /// Operations with side effects, in their order.
  std::vector<unsigned> effects;
  /// All operations, ascending, each number once.
  std::vector<unsigned> all;
  /// How many operations there are, clones counted.
  unsigned numOps = 0;
};

/// Numbers functions, which must outlive it, against each other.
class ValueNumbering {
public:
  NumberedFunction number(mlir::func::FuncOp function);

private:
  struct Entry {
    mlir::Operation *op;
    unsigned number;
  };

  bool isSame(mlir::Operation *lhs, mlir::Operation *rhs);
  unsigned numberOp(mlir::Operation *op);

  /// Arguments and results of operations in the blocks of functions.
  llvm::DenseMap<mlir::Value, unsigned> numberOf;
  std::unordered_multimap<size_t, Entry> table;
  unsigned next = 0;
};

} // namespace placement::test

#endif // PLACEMENT_TEST_UNIT_TRANSFORMS_VALUENUMBERING_H
