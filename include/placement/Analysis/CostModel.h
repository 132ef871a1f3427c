//===- CostModel.h - What prices operations ---------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_ANALYSIS_COSTMODEL_H
#define PLACEMENT_ANALYSIS_COSTMODEL_H

#include "placement/Analysis/Work.h"
#include "placement/Dialect/PlacementOps.h"

#include "mlir/IR/Operation.h"
#include "mlir/Support/LLVM.h"

#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace placement {

/// What models know about the operation that they are asked to price.
struct CostQuery {
  mlir::Operation *op = nullptr;
  /// Its work, counted once for all models.
  Work work;
  /// Whether that work was guessed: unknown operation, dynamic shape.
  bool assumed = false;
};

/// Microseconds; none where nothing is known (yet).
using OptionalTime = std::optional<double>;

/// The time of an operation on a kind of device that cannot run it.
inline constexpr double kUnsupportedTime =
    std::numeric_limits<double>::infinity();

/// One way of pricing operations. Models are asked in order; for each kind of
/// device the first that has an opinion wins. docs/HowTo-AddCostModel.md shows
/// how to write one.
class CostModel {
public:
  virtual ~CostModel();

  /// What the `source` of a cost says: letters, digits, `-`. Costs with any
  /// other source are a user's, and are kept.
  virtual llvm::StringRef getName() const = 0;

  /// Fills in the times that are still none and that this model knows, one for
  /// each kind of the machine in its order: finite and not negative, or
  /// kUnsupportedTime. Must not emit diagnostics or change the IR; called once
  /// an operation, in program order.
  virtual void price(const CostQuery &query,
                     llvm::MutableArrayRef<OptionalTime> times) = 0;

  /// A clause for the summary remark when all operations are priced, such as
  /// "3 of 10 profile entries matched no operation"; empty for none.
  virtual std::string summarize() const { return {}; }
};

using CostModelList = std::vector<std::unique_ptr<CostModel>>;

/// The models in the order in which they are asked: the profile table, where
/// `profilePath` is not empty, then the roofline, then the fallback. Emits one
/// error at `loc` and fails when the profile is bad.
mlir::FailureOr<CostModelList> createCostModels(MachineOp machine,
                                                llvm::StringRef profilePath,
                                                mlir::Location loc);

} // namespace placement

#endif // PLACEMENT_ANALYSIS_COSTMODEL_H
