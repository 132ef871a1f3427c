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

/// One solve by the engine; the algorithms differ in how far it goes.
class EngineAlgorithm : public Algorithm {
public:
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    if (std::string reason = onlyThroughput(instance.objective());
        !reason.empty())
      return reason;
    if (!options.contiguous)
      return "it makes contiguous plans only; ask for contiguous=true";
    std::string model =
        onlyDefaultModel(instance.communication(), instance.schedule());
    if (options.alternatives > 1 && !model.empty())
      return "when it lists alternatives, " + model;
    return {};
  }
  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart, Observer &observer) const final {
    contiguous::ContiguousSearch search(instance, options, observer);
    if (warmStart)
      search.start(*warmStart);
    run(search);
    search.rankAlternatives(options.alternatives);
    return search.outcome();
  }

private:
  virtual void run(contiguous::ContiguousSearch &search) const = 0;
};

/// Exact contiguous throughput (DPO paper, section 5, by label sweeps).
class Contiguous final : public EngineAlgorithm {
public:
  std::string_view name() const override { return "contiguous"; }
  std::string_view description() const override {
    return "exact contiguous throughput: label sweep over the ideals of the "
           "graph, any number of device kinds";
  }
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override {
    std::string reason = EngineAlgorithm::unsupportedReason(instance, options);
    return reason.empty()
               ? contiguous::sweepUnsupportedReason(instance, options.maxStages)
               : reason;
  }

private:
  void run(contiguous::ContiguousSearch &search) const override {
    search.runExact();
  }
};

/// The linearised dynamic program on several orders (DPL of the DPO paper).
class Linearised final : public EngineAlgorithm {
public:
  std::string_view name() const override { return "linearised"; }
  std::string_view description() const override {
    return "dynamic program along several linear orders with refinement: a "
           "good value fast, and a simple bound";
  }

private:
  void run(contiguous::ContiguousSearch &search) const override {
    search.runLinearised();
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
