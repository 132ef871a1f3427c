//===- Registry.cpp - Algorithms by name ----------------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Search/Registry.h"

#include "Builtins.h"

namespace placement::solver {

Registry::Registry() {
  add(createContiguous());
  add(createLinearised());
  add(createNonContiguous());
  add(createLocalSearch());
  add(createLatency());
  add(createLatencySearch());
  add(createOneDevice());
  add(createEqualOps());
  add(createEqualWeights());
  add(createGreedy());
  add(createMaxLoad());
  add(createPipeDream());
  add(createHillClimbing());
  add(createScotch());
  add(createMetis());
  add(createMip());
  add(createCpSat());
}

Registry &Registry::get() {
  static Registry registry;
  return registry;
}

void Registry::add(std::unique_ptr<Algorithm> algorithm) {
  for (std::unique_ptr<Algorithm> &known : list)
    if (known->name() == algorithm->name()) {
      known = std::move(algorithm);
      return;
    }
  list.push_back(std::move(algorithm));
}

const Algorithm *Registry::find(std::string_view name) const {
  for (const std::unique_ptr<Algorithm> &known : list)
    if (known->name() == name)
      return known.get();
  return nullptr;
}

} // namespace placement::solver
