//===- Algorithm.h - Interface of a solving algorithm -----------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_SEARCH_ALGORITHM_H
#define PLACEMENT_SOLVER_SEARCH_ALGORITHM_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"
#include "placement/Solver/Search/Observer.h"
#include "placement/Solver/Search/Options.h"

#include <optional>
#include <string_view>

namespace placement::solver {

/// What a general solver says and nobody has checked.
struct Claim {
  /// No feasible plan has an integer value below this.
  Time bound = 0;
  /// No feasible plan exists at all.
  bool infeasible = false;
  /// The solver's name for people, such as "HiGHS".
  std::string claimant;
};

/// What an algorithm hands back. `solve()` re-evaluates the assignment with
/// the checker before anybody sees it; a value claimed here is never trusted.
struct Outcome {
  /// Absent when no feasible assignment was found.
  std::optional<Assignment> assignment;
  /// When several plans were asked for: the best ones by value, `assignment`
  /// first. Empty for that one alone.
  std::vector<Assignment> alternatives;
  /// No plan that would belong among them is missing (Plan::alternativesExact).
  bool alternativesExact = false;
  /// What the algorithm's own arithmetic says of `assignment`, where it has
  /// some: a value that the checker does not confirm is a fault.
  std::optional<Time> makespan;
  /// Proven lower bound in integer time.
  Time bound = 0;
  /// Proven that no feasible assignment exists.
  bool infeasible = false;
  Stop stop = Stop::Finished;
  /// Who vouches for `bound` and `infeasible`.
  Proof proof = Proof::None;
  /// What a general solver says beyond that. It never makes a plan optimal or
  /// a problem infeasible.
  std::optional<Claim> claim;
  std::vector<std::string> explanation;
  /// What proves `bound`, where the algorithm keeps it.
  std::optional<BoundCertificate> certificate;
  /// What proves the best bound on latency along one path.
  std::optional<PathCertificate> pathCertificate;
  /// What each family of bounds proved that was tried.
  std::vector<FamilyBound> familyBounds;
};

/// A named algorithm. Stateless: one object serves any number of solves, also
/// at the same time. Deterministic for equal input when no limit is hit.
class Algorithm {
public:
  virtual ~Algorithm() = default;
  virtual std::string_view name() const = 0;
  /// One line for `--algorithm=list`.
  virtual std::string_view description() const = 0;
  /// Empty, or the reason why this algorithm cannot take the instance.
  virtual std::string unsupportedReason(const Instance &instance,
                                        const SolveOptions &options) const {
    return {};
  }
  virtual Outcome solve(const Instance &instance, const SolveOptions &options,
                        const Assignment *warmStart,
                        Observer &observer) const = 0;
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_SEARCH_ALGORITHM_H
