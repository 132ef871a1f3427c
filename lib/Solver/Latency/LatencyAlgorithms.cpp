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

class Latency final : public Algorithm {
public:
  Latency(bool provers, std::string_view name, std::string_view description)
      : provers(provers), ownName(name), ownDescription(description) {}

  std::string_view name() const override { return ownName; }
  std::string_view description() const override { return ownDescription; }
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
    if (provers)
      engine.run();
    else
      engine.searchOnly();
    return engine.finish();
  }

private:
  bool provers;
  std::string_view ownName, ownDescription;
};

} // namespace

std::unique_ptr<Algorithm> createLatency() {
  return std::make_unique<Latency>(
      true, "latency",
      "smallest latency of one sample: search and lower bounds side by side");
}

std::unique_ptr<Algorithm> createLatencySearch() {
  return std::make_unique<Latency>(
      false, "latency-search",
      "small latency of one sample: a good value fast, and a simple bound");
}

} // namespace placement::solver
