//===- Baseline.h - What the baselines share --------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Methods that people use or publish, to compare plans with (docs/Solvers.md,
// "Baselines"). They find a plan by a rule of their own and prove nothing but
// the simple bound.
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_BASELINES_BASELINE_H
#define PLACEMENT_LIB_SOLVER_BASELINES_BASELINE_H

#include "Solver/Contiguous/Budget.h"
#include "Solver/Contiguous/ClassGraph.h"
#include "placement/Solver/Search/Algorithm.h"

#include <string>
#include <vector>

namespace placement::solver::baselines {

using contiguous::Budget;
using contiguous::budgetOf;
using contiguous::ClassGraph;
using contiguous::ClassId;

/// Why a baseline cannot list several plans; empty where one is asked for.
std::string refuseAlternatives(const SolveOptions &options);

/// Why a baseline whose devices may hold any nodes cannot take a problem with
/// these options: as the engine for such plans, and no limit of stages.
std::string unsupportedAnywhere(const Instance &instance,
                                const SolveOptions &options);

/// An answer without a plan: the simple bound of all plans that the options
/// allow, or that there are none. `graph` is the contraction, with order or
/// without. O(classes log classes).
Outcome simpleOutcome(const Instance &instance, const SolveOptions &options,
                      const ClassGraph &graph);

/// Adds what the method ended with to its answer, and tells the observer: a
/// plan if it keeps all rules. If not, the answer says what its value would be
/// and which rules it breaks by how much. Linear, by the checker.
void conclude(const Instance &instance, const SolveOptions &options,
              Assignment assignment, std::string_view method,
              Observer &observer, Outcome &outcome);

/// Classes in topological order, that of the program where there is a choice.
/// O((classes + edges) log classes).
std::vector<ClassId> programOrder(const ClassGraph &graph);

/// All kinds, the fastest for the whole program first. What a kind does not
/// take counts as on the slowest kind that takes it.
std::vector<KindId> rankKinds(const ClassGraph &graph);

/// A node of a class, for messages.
NodeId someNode(const ClassGraph &graph, ClassId c);

} // namespace placement::solver::baselines

#endif // PLACEMENT_LIB_SOLVER_BASELINES_BASELINE_H
