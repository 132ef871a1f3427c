//===- Solve.h - The one door to the solver core ----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_SEARCH_SOLVE_H
#define PLACEMENT_SOLVER_SEARCH_SOLVE_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"
#include "placement/Solver/Model/Result.h"
#include "placement/Solver/Search/Observer.h"
#include "placement/Solver/Search/Options.h"

#include <span>

namespace placement::solver {

/// Runs the named algorithm (or the automatic choice), checks its answer with
/// the independent checker and returns the plan with loads, bound and status.
/// An error means a bad option (unknown algorithm, unsupported instance) or an
/// internal fault (an answer that the checker refused), never a limit or an
/// infeasible instance: those are plans with that status. Internal faults
/// start with "internal error:". A feasible `warmStart` is handed to the
/// algorithm and returned where nothing better is found; one that breaks a
/// rule is set aside, and the explanation says so. Under latency the stages of
/// the plan are in an order in which a program can call them (`arrangeCalls`).
Result<Plan> solve(const Instance &instance, const SolveOptions &options,
                   Observer *observer = nullptr,
                   const Assignment *warmStart = nullptr);

/// The alternative of that rank (below the number of `plan.alternatives`) as a
/// plan of its own, with the same bound and list. Rank 0 is the plan itself.
/// All others are feasible with their gap, never optimal, whatever their value:
/// it is the first that was proven.
Plan planOfAlternative(const Instance &instance, const Plan &plan, size_t rank);

/// Turns a given assignment into a plan without solving: its value, loads and
/// violations (as explanation). With `contiguous` false, stages that cannot run
/// one after the other are cut into pieces that can. Under latency (where
/// `contiguous` has no meaning) pieces that wait for each other in a circle are
/// a violation, and the plan is what becomes of it once they are cut
/// (`cutIntoCalls`). A `timeline` that somebody states for the assignment and
/// that differs from the checker's is a violation, too; where things wait for
/// each other in a circle it is not looked at. Status is Feasible, or
/// Infeasible when a rule is broken (value and loads are given all the same).
/// An error when the shape is wrong.
Result<Plan> evaluate(const Instance &instance, const Assignment &assignment,
                      bool contiguous,
                      std::span<const TimelineEntry> timeline = {});

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_SEARCH_SOLVE_H
