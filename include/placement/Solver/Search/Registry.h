//===- Registry.h - Algorithms by name --------------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_SEARCH_REGISTRY_H
#define PLACEMENT_SOLVER_SEARCH_REGISTRY_H

#include "placement/Solver/Search/Algorithm.h"

#include <memory>
#include <string_view>
#include <vector>

namespace placement::solver {

/// The algorithms that a program can call by name. Holds the built-in ones
/// from the start; other libraries may add theirs before the first solve.
/// Not synchronised: register at start-up.
class Registry {
public:
  /// Holds the built-in algorithms.
  Registry();
  /// The process-wide registry, the one that `solve` looks into.
  static Registry &get();

  /// Adds an algorithm; a name that exists already is replaced.
  void add(std::unique_ptr<Algorithm> algorithm);
  /// Null when there is none of that name.
  const Algorithm *find(std::string_view name) const;
  /// In the order of registration.
  const std::vector<std::unique_ptr<Algorithm>> &all() const { return list; }

private:
  std::vector<std::unique_ptr<Algorithm>> list;
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_SEARCH_REGISTRY_H
