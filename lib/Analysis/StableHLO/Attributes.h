//===- Attributes.h - Attributes of unregistered StableHLO ops --*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Without the StableHLO library its own attributes are opaque text. These
// functions read that text. Nothing has verified the op: every function says
// std::nullopt to anything that is not exactly as expected.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_STABLEHLO_ATTRIBUTES_H
#define PLACEMENT_LIB_ANALYSIS_STABLEHLO_ATTRIBUTES_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace placement::hlo {

using Ints = llvm::SmallVector<int64_t, 4>;

/// Integers of an array attribute, a dense elements attribute of any shape
/// (row by row), or an array of integer attributes. std::nullopt if the
/// attribute is absent or something else.
std::optional<Ints> getInts(mlir::Operation *op, llvm::StringRef name);

/// As getInts, with `count` times `value` where the attribute is absent.
/// std::nullopt also for any other length than `count`.
std::optional<Ints> getIntsOr(mlir::Operation *op, llvm::StringRef name,
                              size_t count, int64_t value);

/// An integer attribute, `value` where it is absent.
std::optional<int64_t> getIntOr(mlir::Operation *op, llvm::StringRef name,
                                int64_t value);

/// `#stablehlo.dot<lhs_batching_dimensions = [0], ...>`: the one list that
/// counting needs. An absent list is an empty one.
std::optional<Ints> getLhsContractingDimensions(mlir::Operation *op);

/// The layout of one side of `#stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>`.
struct ConvolutionSide {
  /// Batch (input, output) or input feature (kernel) dimension.
  int64_t first = 0;
  /// Feature (input, output) or output feature (kernel) dimension.
  int64_t second = 0;
  /// Dimension of each spatial dimension, in spatial order.
  Ints spatial;
};
struct ConvolutionDimensions {
  ConvolutionSide input, kernel, output;
};

/// Reads both spellings: the short one above and
/// `raw input_batch_dimension = 0, ...`. All dimensions are in range of the
/// given ranks and distinct, and the sides have equally many spatial ones.
std::optional<ConvolutionDimensions>
getConvolutionDimensions(mlir::Operation *op, int64_t inputRank,
                         int64_t kernelRank, int64_t outputRank);

} // namespace placement::hlo

#endif // PLACEMENT_LIB_ANALYSIS_STABLEHLO_ATTRIBUTES_H
