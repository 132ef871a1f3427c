//===- MaxLoad.cpp - Latency of the best plan for throughput --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Baselines/Baseline.h"
#include "Solver/Baselines/LatencyBaseline.h"
#include "Solver/Search/Builtins.h"

namespace placement::solver {

namespace {

/// The second baseline for latency of the DPO paper (appendix F): the exact
/// contiguous optimum of throughput, run for one sample.
class MaxLoad final : public Algorithm {
public:
  MaxLoad()
      : method(baselines::asCalls(createContiguous(), /*contiguous=*/true)) {}

  std::string_view name() const override { return "max-load"; }
  std::string_view description() const override {
    return "a baseline for latency: the contiguous plan of the least largest "
           "load, run for one sample";
  }
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    if (!instance.isLatency())
      return onlyLatency(instance.objective());
    if (std::string reason = baselines::refuseAlternatives(options);
        !reason.empty())
      return reason;
    return method->unsupportedReason(instance, options);
  }
  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    return method->solve(instance, options, warmStart, observer);
  }

private:
  std::unique_ptr<Algorithm> method;
};

} // namespace

std::unique_ptr<Algorithm> createMaxLoad() {
  return std::make_unique<MaxLoad>();
}

} // namespace placement::solver
