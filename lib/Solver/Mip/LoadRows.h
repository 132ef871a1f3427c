//===- LoadRows.h - Loads and memory of one place as rows -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MIP_LOADROWS_H
#define PLACEMENT_SOLVER_MIP_LOADROWS_H

#include "Solver/Mip/DefiningModel.h"
#include "Solver/Mip/FlatProblem.h"

#include <span>

namespace placement::solver::mip {

/// How times become coefficients: a time t is floor(t / divisor), and so is
/// each limit.
///
/// Why a refutation holds: let a plan keep sum of a_j x_j <= T in every row,
/// with Booleans x_j and times a_j. Then sum of floor(a_j / s) x_j <= T / s,
/// and as the left side is whole, <= floor(T / s). So whoever shows that no x
/// keeps the rounded rows has shown that no plan keeps T. In the same way a
/// plan of value V gives a solution with an objective of at most floor(V / s):
/// if no solution is below b, no plan is below b * s. A coefficient above
/// floor(T / s) is cut to floor(T / s) + 1: its variable has to be zero either
/// way. Where s divides every time, nothing is rounded but the limit, and the
/// model is exact.
struct TimeScale {
  Time divisor = 1;
  /// Only plans with a value of at most this matter.
  Time limit = 0;

  int64_t scaledLimit() const { return limit / divisor; }
  int64_t coefficient(Time t) const {
    return std::min<int64_t>(t / divisor, scaledLimit() + 1);
  }
};

/// A device, or a slot of the chain with one of several kinds.
struct Place {
  /// Variable of each class, kAbsent where it cannot be here.
  std::vector<Column> x;
  struct Kind {
    KindId kind;
    /// The Boolean that says that the place is of this kind; kAbsent if always.
    Column condition;
  };
  std::vector<Kind> kinds;
};

/// The largest loads that the model minimises or limits: of each pass, a
/// variable, or kAbsent for the constant limit.
using Targets = std::array<Column, kNumPasses>;

/// A net that a place pays for where `paid` is one.
struct Payment {
  uint32_t net;
  Use use;
  Column paid;
};

/// Adds variables and rows that say what a place pays for nets.
std::vector<Payment> addPayments(DefiningModel &model,
                                 const FlatProblem &problem,
                                 Communication communication,
                                 const Place &place);

/// Adds the rows that keep the loads of a place below the targets.
void addLoads(DefiningModel &model, const FlatProblem &problem,
              Communication communication, const TimeScale &scale,
              const Place &place, std::span<const Payment> payments,
              const Targets &targets);

/// Adds the rows that keep the memory of a place. A class counts `later` of its
/// stashes beside its size. Bytes are divided and rounded down like times,
/// within `limit` units (a relaxation, exact where the divisor is one).
void addMemory(DefiningModel &model, const FlatProblem &problem,
               const Place &place, uint32_t later, int64_t limit);

/// Whether what class c pays on the kind in any case is within the limit, and
/// its bytes within the memory.
bool fits(const FlatProblem &problem, Communication communication, Time limit,
          ClassId c, KindId k);

} // namespace placement::solver::mip

#endif // PLACEMENT_SOLVER_MIP_LOADROWS_H
