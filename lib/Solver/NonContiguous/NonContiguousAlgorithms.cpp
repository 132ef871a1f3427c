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

/// A warm start, then multilevel annealing. What proves as well is in
/// lib/Solver/Mip, which knows general solvers.
class LocalSearchOnly final : public Algorithm {
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

} // namespace

std::unique_ptr<Algorithm> createLocalSearch() {
  return std::make_unique<LocalSearchOnly>();
}

} // namespace placement::solver
