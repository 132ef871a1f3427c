//===- Observer.h - What a running search reports ---------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_SEARCH_OBSERVER_H
#define PLACEMENT_SOLVER_SEARCH_OBSERVER_H

#include "placement/Solver/Model/Units.h"

#include <string_view>

namespace placement::solver {

/// Hooks that a search calls while it runs. Calls come from the solving
/// thread, in order; `source` is a short name of the method at work
/// ("prefix-dp", "sweep"). Default bodies do nothing.
class Observer {
public:
  virtual ~Observer() = default;
  /// A better feasible plan of this value was found.
  virtual void onIncumbent(Time value, std::string_view source) {}
  /// No feasible plan is below this value: proven.
  virtual void onBound(Time bound, std::string_view source) {}
  /// A general solver says that no feasible plan is below this value; nobody
  /// has checked it.
  virtual void onClaim(Time bound, std::string_view claimant) {}
  /// A phase begins; for logs.
  virtual void onPhase(std::string_view text) {}
  /// A named figure of the search (ideals, labels); for logs.
  virtual void onFigure(std::string_view name, uint64_t value) {}
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_SEARCH_OBSERVER_H
