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

/// A warm start, then multilevel annealing; bounds by counting and column
/// generation where the algorithm proves.
class NonContiguous final : public Algorithm {
public:
  NonContiguous(std::string_view name, std::string_view description,
                bool proves)
      : ownName(name), ownDescription(description), proves(proves) {}

  std::string_view name() const override { return ownName; }
  std::string_view description() const override { return ownDescription; }
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
    if (proves)
      search.prove();
    return search.outcome();
  }

private:
  std::string_view ownName;
  std::string_view ownDescription;
  bool proves;
};

} // namespace

std::unique_ptr<Algorithm> createNonContiguous() {
  return std::make_unique<NonContiguous>(
      "noncontiguous",
      "throughput where a device may hold any nodes: annealing for the value, "
      "counting and column generation for the bound",
      /*proves=*/true);
}
std::unique_ptr<Algorithm> createLocalSearch() {
  return std::make_unique<NonContiguous>(
      "local-search",
      "multilevel annealing of plans that need not be contiguous: a good value "
      "fast, and a simple bound",
      /*proves=*/false);
}

} // namespace placement::solver
