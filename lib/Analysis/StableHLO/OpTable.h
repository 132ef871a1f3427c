//===- OpTable.h - StableHLO and CHLO ops by name ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// StableHLO comes in generic form, as unregistered ops: all that is known of
// an op is its name. This table is the one place that knows the names.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_STABLEHLO_OPTABLE_H
#define PLACEMENT_LIB_ANALYSIS_STABLEHLO_OPTABLE_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace placement::hlo {

/// How the work of an op is counted. Ops that share a rule share a kind.
enum class WorkKind : uint8_t {
  Nothing,        ///< No work and no memory: constants, tokens, tuples.
  Move,           ///< Reads its operands, writes its results, computes nothing.
  Elementwise,    ///< One flop an element of the result.
  Transcendental, ///< One transcendental an element of the result.
  Random,         ///< As Transcendental, over all results.
  Dot,
  DotGeneral,
  Convolution,
  Reduce,
  ReduceWindow,
  SelectAndScatter,
  Map,
  Sort,
  TopK,
  Slice,
  DynamicUpdateSlice,
  Gather,
  Scatter,
  Fft,
  TriangularSolve,
  Cholesky,
  BatchNorm,
  AllReduce,
  While,
  Conditional,
  Opaque, ///< Known by name, work unknown: custom_call, composite.
};

enum class Purity : uint8_t {
  Impure,
  Pure,
  /// Pure when all ops in the regions are.
  Regions,
  /// Pure unless the attribute `has_side_effect` is true.
  Declared,
  /// Pure when the function named by `decomposition` is.
  Decomposition,
};

struct OpInfo {
  WorkKind work;
  Purity purity;
  /// See isCheapProducer.
  bool cheap = false;
};

/// The entry of a full op name such as "stablehlo.add"; null if unknown.
/// Constant time.
const OpInfo *lookup(llvm::StringRef opName);
inline const OpInfo *lookup(mlir::Operation *op) {
  return lookup(op->getName().getStringRef());
}

/// The part of an op's name behind the dialect: "add" of "stablehlo.add".
inline llvm::StringRef shortName(mlir::Operation *op) {
  return op->getName().getStringRef().split('.').second;
}

} // namespace placement::hlo

#endif // PLACEMENT_LIB_ANALYSIS_STABLEHLO_OPTABLE_H
