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

/// A baseline that works on colocation classes and makes one plan at most.
class Baseline : public Algorithm {
public:
  std::string unsupportedReason(const Instance &instance,
                                const SolveOptions &options) const override;
  /// Calls `place`, but for a problem without nodes and for one that the simple
  /// bound knows to have no plan.
  Outcome solve(const Instance &instance, const SolveOptions &options,
                const Assignment *warmStart, Observer &observer) const final;

protected:
  /// `anywhere`: devices may hold any nodes, so that the order of the classes
  /// and a limit of stages do not count.
  explicit Baseline(bool anywhere = false) : anywhere(anywhere) {}

  /// What a method gets: references live as long as the call.
  struct Problem {
    const Instance &instance;
    const SolveOptions &options;
    const Budget &budget;
    const ClassGraph &graph;
    Observer &observer;
  };

  /// The method. The outcome has the simple bound.
  virtual void place(const Problem &problem, Outcome &outcome) const = 0;

  /// Adds what the method ended with to its answer, and tells the observer: a
  /// plan if it keeps all rules. If not, the answer says what its value would
  /// be and which rules it breaks by how much. Linear, by the checker.
  void conclude(const Problem &problem, Assignment assignment,
                Outcome &outcome) const;

private:
  bool anywhere;
};

/// Classes in topological order, that of the program where there is a choice.
/// O((classes + edges) log classes).
std::vector<ClassId> programOrder(const ClassGraph &graph);

/// The classes as a line in the order of the program: class i is the i-th.
/// Turned where stashes count later stages.
ClassGraph programLine(const ClassGraph &graph);

/// All kinds, the fastest for the whole program first. What a kind does not
/// take counts as on the slowest kind that takes it.
std::vector<KindId> rankKinds(const ClassGraph &graph);

/// A node of a class, for messages.
NodeId someNode(const ClassGraph &graph, ClassId c);

} // namespace placement::solver::baselines

#endif // PLACEMENT_LIB_SOLVER_BASELINES_BASELINE_H
