//===- ContiguousAlgorithms.cpp - The engine's entries in the registry ----===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Solver/Contiguous/ContiguousSearch.h"
#include "Solver/Search/Builtins.h"

namespace placement::solver {

namespace {

/// Exact contiguous throughput (DPO paper, section 5, by label sweeps).
class Contiguous final : public Algorithm {
public:
  std::string_view name() const override { return "contiguous"; }
  std::string_view description() const override {
    return "exact contiguous throughput: label sweep over the ideals of the "
           "graph, any number of device kinds";
  }
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    if (!options.contiguous)
      return "it makes contiguous plans only; ask for contiguous=true";
    return contiguous::sweepUnsupportedReason(instance, options.maxStages);
  }
  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    contiguous::ContiguousSearch search(instance, options, observer);
    if (warmStart)
      search.start(*warmStart);
    search.runExact();
    return search.outcome();
  }
};

/// The linearised dynamic program on several orders (DPL of the DPO paper).
class Linearised final : public Algorithm {
public:
  std::string_view name() const override { return "linearised"; }
  std::string_view description() const override {
    return "dynamic program along several linear orders with refinement: a "
           "good value fast, and a simple bound";
  }
  std::string unsupportedReason(const Instance &,
                                const SolveOptions &options) const override {
    return options.contiguous
               ? std::string()
               : "it makes contiguous plans only; ask for contiguous=true";
  }
  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart,
                Observer &observer) const override {
    contiguous::ContiguousSearch search(instance, options, observer);
    if (warmStart)
      search.start(*warmStart);
    search.runLinearised();
    return search.outcome();
  }
};

} // namespace

std::unique_ptr<Algorithm> createContiguous() {
  return std::make_unique<Contiguous>();
}
std::unique_ptr<Algorithm> createLinearised() {
  return std::make_unique<Linearised>();
}

} // namespace placement::solver
