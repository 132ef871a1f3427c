//===- OpPricer.h - From an operation to its cost attribute -----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_OPPRICER_H
#define PLACEMENT_ANALYSIS_OPPRICER_H

#include "placement/Analysis/CostModel.h"
#include "placement/Dialect/PlacementAttrs.h"

namespace placement {

/// Prices operations for one machine. Holds what was assumed and counts which
/// model priced how many operations. The IR must not change in between, except
/// for discardable attributes.
class OpPricer {
public:
  OpPricer(MachineOp machine, CostModelList models);

  /// The cost of `op`: its `placement.cost` when a user wrote it (any source
  /// that names no model), else what the models say. Emits one error at `op`
  /// and fails when some kind has no price, when no kind can run it, or when a
  /// user's cost names no kind of the machine. Linear in the size of `op`.
  mlir::FailureOr<CostAttr> price(mlir::Operation *op);

  /// Operations priced so far by each source, in order of first use.
  llvm::ArrayRef<std::pair<mlir::StringAttr, int64_t>> getSources() const {
    return sources;
  }
  /// Work of all operations priced so far; of a user's cost what it says.
  const Work &getTotals() const { return totals; }
  const WorkCounter &getCounter() const { return counter; }
  const CostModelList &getModels() const { return models; }

private:
  bool isUserCost(CostAttr cost) const;
  mlir::LogicalResult checkUserCost(mlir::Operation *op, CostAttr cost);
  mlir::LogicalResult checkTimes(mlir::Operation *op, const Work &work,
                                 llvm::ArrayRef<OptionalTime> times);
  void countSource(mlir::StringAttr source);
  mlir::StringAttr getSource(mlir::Operation *op, uint64_t usedModels);

  MachineOp machine;
  CostModelList models;
  llvm::SmallVector<mlir::StringAttr, 4> kinds;
  WorkCounter counter;
  Work totals;
  llvm::SmallVector<std::pair<mlir::StringAttr, int64_t>, 4> sources;
  /// Source of each set of models, as a bit mask.
  llvm::DenseMap<uint64_t, mlir::StringAttr> sourceOfModels;
};

} // namespace placement

#endif // PLACEMENT_ANALYSIS_OPPRICER_H
