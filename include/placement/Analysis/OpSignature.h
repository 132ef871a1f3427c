//===- OpSignature.h - Text that names an op's measured time ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_OPSIGNATURE_H
#define PLACEMENT_ANALYSIS_OPSIGNATURE_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

#include <string>

namespace placement {

/// The text under which a profile table holds the time of an operation:
///
///     stablehlo.dot_general(tensor<4x8xf32>, tensor<8x2xf32>)
///       -> (tensor<4x2xf32>) {dot_dimension_numbers = #stablehlo.dot<...>}
///
/// on one line: name, operand types, result types, attributes sorted by name,
/// regions with their operations written alike and their values numbered. Two
/// operations with the same signature take the same time. Not part of it:
///
/// - locations and names of values;
/// - attributes whose name has a dialect prefix (`placement.cost`,
///   `mhlo.sharding`): such attributes are discardable and change no result;
/// - the value of a constant;
/// - elements of a dense attribute beyond the 64th: their hash stands instead.
///
/// The text depends on MLIR's printed form of attributes and types, nothing
/// else. Linear in the size of the operation.
std::string opSignature(mlir::Operation *op);

/// Makes signatures of many operations and remembers how attributes and types
/// are printed, which takes most of the time. Keep it only as long as the
/// context lives.
class OpSignatures {
public:
  std::string get(mlir::Operation *op);

private:
  friend class SignatureWriter;
  /// Keyed by the storage of a uniqued attribute or type; only looked up.
  llvm::DenseMap<const void *, std::string> texts;
};

} // namespace placement

#endif // PLACEMENT_ANALYSIS_OPSIGNATURE_H
