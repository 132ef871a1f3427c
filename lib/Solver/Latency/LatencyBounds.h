//===- LatencyBounds.h - What proves lower bounds on latency ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_LIB_SOLVER_LATENCY_LATENCYBOUNDS_H
#define PLACEMENT_LIB_SOLVER_LATENCY_LATENCYBOUNDS_H

#include "Solver/Contiguous/Budget.h"
#include "Solver/Latency/Placement.h"
#include "placement/Solver/Search/Algorithm.h"

#include <string_view>

namespace placement::solver::latency {

using contiguous::Budget;
using contiguous::Verdict;

/// Where provers report and learn what others found. Calls come from the thread
/// that called `LatencyProver::run`.
class LatencyBoard {
public:
  virtual ~LatencyBoard() = default;
  /// Value of the best plan so far, kInfiniteTime without one; and that plan,
  /// null without one.
  virtual Time value() const = 0;
  virtual const Placement *best() const = 0;
  /// The best bound so far, of any family.
  virtual Time bound() const = 0;
  /// No allowed placement has a makespan below `bound`. Worth a call whenever
  /// the family's own bound rises. May exceed `value()` only by a mistake.
  virtual void onBound(Time bound, std::string_view family) = 0;
  /// No allowed placement exists.
  virtual void onInfeasible(std::string_view family) = 0;
  /// A placement that may be better than the best one; the board checks every
  /// rule and evaluates it. True when it was taken.
  virtual bool onIncumbent(const Placement &placement,
                           std::string_view source) = 0;
};

/// One way to prove bounds. Keeps its state from one slice to the next.
class LatencyProver {
public:
  virtual ~LatencyProver() = default;
  /// A short name for logs and FamilyBound: "path", "mixture", "labels".
  virtual std::string_view family() const = 0;
  /// Goes on for about `steps` more steps (about ten million a second), or
  /// until `board.bound()` reaches `board.value()`. The same results whenever
  /// the same sequence of calls is made with the same answers of the board, as
  /// long as the budget is not met.
  ///
  /// None: finished, further calls add nothing. OutOfQuota: the steps are used
  /// up. OutOfTime, OutOfMemory, Cancelled: a limit of the budget is met; with
  /// OutOfMemory further calls add nothing.
  virtual Verdict run(uint64_t steps, const Budget &budget,
                      LatencyBoard &board) = 0;
  /// Steps used so far, by all calls.
  virtual uint64_t stepsUsed() const = 0;
  /// Adds what proves the family's best bound, and sentences about it, to the
  /// answer of the engine.
  virtual void describe(Outcome &outcome) const {}
};

} // namespace placement::solver::latency

#endif // PLACEMENT_LIB_SOLVER_LATENCY_LATENCYBOUNDS_H
