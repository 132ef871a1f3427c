//===- SCFModels.cpp - Work of scf ops --------------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalModels/ExternalModels.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace placement;

namespace {

/// The branch with the most work.
template <typename OpT>
struct BranchModel : WorkOpInterface::ExternalModel<BranchModel<OpT>, OpT> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    Work work;
    for (Region &region : op->getRegions())
      work.maximise(counter.countExecution(region));
    return work;
  }
};

/// All regions once, one after the other.
template <typename OpT>
struct OnceModel : WorkOpInterface::ExternalModel<OnceModel<OpT>, OpT> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    Work work;
    for (Region &region : op->getRegions())
      work += counter.countExecution(region);
    return work;
  }
};

/// The body for each point of a box of loops.
template <typename OpT>
struct LoopModel : WorkOpInterface::ExternalModel<LoopModel<OpT>, OpT> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    Work work = counter.countExecution(op->getRegion(0));
    auto loop = cast<LoopLikeOpInterface>(op);
    std::optional<SmallVector<OpFoldResult>> lower = loop.getLoopLowerBounds();
    std::optional<SmallVector<OpFoldResult>> upper = loop.getLoopUpperBounds();
    std::optional<SmallVector<OpFoldResult>> steps = loop.getLoopSteps();
    bool known = lower && upper && steps;
    if (known)
      for (auto [from, to, step] : llvm::zip(*lower, *upper, *steps)) {
        std::optional<int64_t> trips = countTrips(from, to, step);
        known &= trips.has_value();
        work *= trips.value_or(1);
      }
    if (!known)
      counter.assume(op, Assumption::UnknownTripCount);
    return work;
  }

private:
  static std::optional<int64_t> countTrips(OpFoldResult from, OpFoldResult to,
                                           OpFoldResult step) {
    std::optional<int64_t> lower = getConstantIntValue(from);
    std::optional<int64_t> upper = getConstantIntValue(to);
    std::optional<int64_t> stride = getConstantIntValue(step);
    if (!lower || !upper || !stride || *stride < 1)
      return std::nullopt;
    if (*upper <= *lower)
      return 0;
    // 128 bits: any two 64-bit bounds.
    __int128 distance = static_cast<__int128>(*upper) - *lower;
    return std::min<__int128>((distance + *stride - 1) / *stride,
                              std::numeric_limits<int64_t>::max());
  }
};

/// Trip counts of `while` are data; one iteration counts.
struct WhileModel : WorkOpInterface::ExternalModel<WhileModel, scf::WhileOp> {
  Work countWork(Operation *op, WorkCounter &counter) const {
    counter.assume(op, Assumption::UnknownTripCount);
    Work work = counter.countExecution(op->getRegion(0));
    work += counter.countExecution(op->getRegion(1));
    return work;
  }
};

} // namespace

void placement::registerSCFWorkModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, scf::SCFDialect *) {
    using namespace mlir::scf;
    attach<BranchModel, IfOp, IndexSwitchOp>(context);
    attach<OnceModel, ExecuteRegionOp, InParallelOp, ReduceOp>(context);
    attach<LoopModel, ForOp, ForallOp, ParallelOp>(context);
    WhileOp::attachInterface<WhileModel>(*context);
    attach<NothingModel, ConditionOp, ReduceReturnOp, scf::YieldOp>(context);
  });
}
