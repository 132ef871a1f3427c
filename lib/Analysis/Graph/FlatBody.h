//===- FlatBody.h - A function as arrays ------------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations and values of a function in dense numbers, so that everything
// after it works on integers and never on pointer-keyed maps.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_ANALYSIS_GRAPH_FLATBODY_H
#define PLACEMENT_LIB_ANALYSIS_GRAPH_FLATBODY_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace placement::graph {

inline constexpr uint32_t kNoIndex = ~uint32_t(0);

/// Rows of numbers of any length, one after the other.
class Rows {
public:
  void push(uint32_t item) { items.push_back(item); }
  void endRow() { begin.push_back(items.size()); }
  uint32_t size() const { return begin.size() - 1; }
  llvm::ArrayRef<uint32_t> operator[](uint32_t row) const {
    return llvm::ArrayRef(items).slice(begin[row], begin[row + 1] - begin[row]);
  }
  void reserve(size_t rows, size_t numItems) {
    begin.reserve(rows + 1);
    items.reserve(numItems);
  }
  size_t numItems() const { return items.size(); }

  /// Row i of the result holds, in ascending order, the rows of this one that
  /// hold i. Items are below `numRows`.
  Rows transposed(uint32_t numRows) const;

private:
  std::vector<uint32_t> begin = {0};
  std::vector<uint32_t> items;
};

/// The top level of a function. `placement.transfer` is looked through: its
/// result is its operand. Calls of stage functions are read as the bodies of
/// their callees when asked.
struct FlatBody {
  mlir::func::FuncOp function;
  uint32_t numArguments = 0;
  /// Operations in program order, without terminators and transfers.
  std::vector<mlir::Operation *> ops;
  /// Values: the arguments, then the results of operations in their order.
  std::vector<mlir::Value> values;
  /// Value -> operation, kNoIndex for arguments.
  std::vector<uint32_t> producer;
  /// Operation -> its first result; one more entry than there are operations.
  std::vector<uint32_t> firstResult;
  /// Operation -> values used by it or within its regions, each once, in order
  /// of first use.
  Rows operands;
  /// Value -> operations that use it, ascending.
  Rows users;
  /// Value -> whether the function returns it.
  std::vector<uint8_t> returned;

  uint32_t numOps() const { return ops.size(); }
  uint32_t numValues() const { return values.size(); }
};

FlatBody flatten(mlir::func::FuncOp function, bool outlined);

} // namespace placement::graph

#endif // PLACEMENT_LIB_ANALYSIS_GRAPH_FLATBODY_H
