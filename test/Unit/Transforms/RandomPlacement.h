//===- RandomPlacement.h - Placements without a solver ----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_TEST_UNIT_TRANSFORMS_RANDOMPLACEMENT_H
#define PLACEMENT_TEST_UNIT_TRANSFORMS_RANDOMPLACEMENT_H

#include "../Solver/Random.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace placement::test {

/// How the stage of an operation follows from those of its operands.
enum class Order {
  /// Forward operations never lower, backward ones never higher.
  Chain,
  /// Forward operations never lower, backward ones anywhere.
  FreeBackward,
  /// Anywhere.
  Free,
};

/// Puts each operation of a flat function on one of `numStages` stages, one
/// device a stage. With `phases`, an operation is backward if `transpose(`
/// stands in its location or one of its operands is backward.
void placeAtRandom(mlir::func::FuncOp function, unsigned numStages, Order order,
                   bool phases, solver::test::Random &random);

} // namespace placement::test

#endif // PLACEMENT_TEST_UNIT_TRANSFORMS_RANDOMPLACEMENT_H
