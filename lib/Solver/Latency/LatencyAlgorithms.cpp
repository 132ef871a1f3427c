//===- LatencyAlgorithms.cpp - What the registry calls --------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Latency/LatencyEngine.h"
#include "Solver/Search/Builtins.h"

namespace placement::solver {

namespace {

/// The engine with its provers is in lib/Solver/Mip, where general solvers can
/// join it.
class LatencySearchAlone final : public Algorithm {
public:
  std::string_view name() const override { return "latency-search"; }
  std::string_view description() const override {
    return "small latency of one sample: a good value fast, and a simple bound";
  }
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    return latency::unsupportedReason(instance, options);
  }
  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    latency::LatencyEngine engine(instance, options, observer);
    if (warmStart)
      engine.start(*warmStart);
    engine.searchOnly();
    return engine.finish();
  }
};

} // namespace

std::unique_ptr<Algorithm> createLatencySearch() {
  return std::make_unique<LatencySearchAlone>();
}

} // namespace placement::solver
