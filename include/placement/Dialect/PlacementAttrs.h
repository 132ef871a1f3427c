//===- PlacementAttrs.h - Attributes of the placement dialect - -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_DIALECT_PLACEMENTATTRS_H
#define PLACEMENT_DIALECT_PLACEMENTATTRS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OpImplementation.h"
#include "placement/Dialect/PlacementDialect.h"

#include <bit>
#include <optional>

namespace placement {

/// A parameter of attributes: a double that is compared and hashed by its bits,
/// so that NaN and -0.0 unique as attributes must.
class Double {
public:
  Double(double value) : value(value) {}
  operator double() const { return value; }
  friend bool operator==(Double lhs, Double rhs) {
    return std::bit_cast<uint64_t>(lhs.value) ==
           std::bit_cast<uint64_t>(rhs.value);
  }
  friend llvm::hash_code hash_value(Double number) {
    return llvm::hash_value(std::bit_cast<uint64_t>(number.value));
  }

private:
  double value;
};

/// Parses a number; whole ones may be written as integers.
mlir::FailureOr<Double> parseDouble(mlir::AsmParser &parser);

/// Prints the shortest literal that `parseDouble` reads back as the same
/// number. Infinities and NaN, which no attribute of the dialect may hold, are
/// printed as their bits.
void printDouble(mlir::AsmPrinter &printer, double value);

/// The same for a list in brackets.
mlir::FailureOr<llvm::SmallVector<Double>>
parseDoubles(mlir::AsmParser &parser);
void printDoubles(mlir::AsmPrinter &printer, llvm::ArrayRef<Double> values);

} // namespace placement

#include "placement/Dialect/PlacementEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "placement/Dialect/PlacementAttrs.h.inc"

#endif // PLACEMENT_DIALECT_PLACEMENTATTRS_H
