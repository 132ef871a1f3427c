//===- NonContiguousAlgorithms.cpp - What the registry calls --------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/NonContiguous/NonContiguousSearch.h"
#include "Solver/Search/Builtins.h"

namespace placement::solver {

namespace {

/// Values only: a warm start, then multilevel annealing.
class LocalSearchAlgorithm final : public Algorithm {
public:
  std::string_view name() const override { return "local-search"; }
  std::string_view description() const override {
    return "multilevel annealing of plans that need not be contiguous: a good "
           "value fast, and a simple bound";
  }
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    return noncontiguous::unsupportedReason(instance, options);
  }
  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    noncontiguous::NonContiguousSearch search(instance, options, observer);
    if (warmStart)
      search.start(*warmStart);
    search.startContiguous();
    search.improve();
    return search.outcome();
  }
};

/// Values by annealing, bounds by counting and column generation.
class NonContiguous final : public Algorithm {
public:
  std::string_view name() const override { return "noncontiguous"; }
  std::string_view description() const override {
    return "throughput where a device may hold any nodes: annealing for the "
           "value, counting and column generation for the bound";
  }
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    return noncontiguous::unsupportedReason(instance, options);
  }
  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    noncontiguous::NonContiguousSearch search(instance, options, observer);
    if (warmStart)
      search.start(*warmStart);
    search.startContiguous();
    search.improve();
    search.prove();
    return search.outcome();
  }
};

} // namespace

std::unique_ptr<Algorithm> createNonContiguous() {
  return std::make_unique<NonContiguous>();
}
std::unique_ptr<Algorithm> createLocalSearch() {
  return std::make_unique<LocalSearchAlgorithm>();
}

} // namespace placement::solver
