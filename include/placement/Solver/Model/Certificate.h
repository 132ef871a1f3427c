//===- Certificate.h - What proves a bound ----------------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_CERTIFICATE_H
#define PLACEMENT_SOLVER_MODEL_CERTIFICATE_H

#include "placement/Solver/Model/Units.h"

#include <cstdint>
#include <string>
#include <vector>

namespace placement::solver {

/// How much work and transfers count in a bound, in parts of kWhole. Under
/// other models of load than the default one, a bound is that of loads of the
/// default model in which the work of each class and the cost of each item are
/// multiplied by these and rounded down; with GPipe, both passes are added up.
struct LoadShares {
  static constexpr uint32_t kWhole = 1024;
  uint32_t work = kWhole, transfers = kWhole;
};

/// The figures behind a bound of the non-contiguous engine, in the terms of
/// docs/Solvers.md, "Bounds along a linear order". Whoever wants to check the
/// bound for these classes repeats one dynamic program along `order`; nothing
/// needs to be searched. Why nodes may share a class is not in it.
struct BoundCertificate {
  enum class Family {
    /// All work on all devices, or the heaviest class.
    Balance,
    /// Some device of `kind` holds weight `need`, and that costs the bound.
    Counting,
    /// Multipliers whose sum no placement within `limit` reaches.
    Columns
  };
  Family family = Family::Balance;
  LoadShares shares;
  /// Every plan has a load above this.
  Time limit = 0;
  /// The class of each node: nodes that share a device in every plan within
  /// `limit`, or in some best one.
  std::vector<uint32_t> classOf;
  /// Classes in the order of the dynamic program.
  std::vector<uint32_t> order;
  /// Devices by kind: those of the machine, or as many as can be of use: no
  /// more than the classes that the kind can run, and than may be used in all.
  std::vector<uint32_t> counts;
  /// Of each class: weights (Counting) or multipliers (Columns).
  std::vector<int64_t> weights;
  /// Counting: the kind whose devices are counted, and the weight of one.
  KindId kind = 0;
  uint32_t need = 0;
  /// Columns: a grid of this many load cells bounds labels well enough for an
  /// exact check to need few of them. The proof does not depend on it.
  uint32_t cells = 0;
};

/// One step of the proof of a cut, a tree in preorder: a step with a node
/// splits the pieces into those with it, whose subtree follows, and those
/// without it, whose subtree comes next. A step without one is a leaf: the
/// minimum cut when a byte costs multiplier / 2^shift.
struct PathCutStep {
  uint32_t node = kNone;
  int64_t multiplier = 0;
};

/// The figures behind a bound on latency along one chain of nodes, in the terms
/// of docs/Solvers.md, "Latency: path bound". Whoever wants to check it prices
/// intervals by minimum cuts and takes one shortest path; nothing needs to be
/// searched.
struct PathCertificate {
  /// A bound on the load of every piece on a device of `kind` that holds chain
  /// nodes first..last while their neighbours on the chain are not on that
  /// device; or, where devices may run several pieces, on the load of what two
  /// pieces or more hold together that share these nodes.
  struct Cut {
    uint32_t first = 0, last = 0;
    KindId kind = 0;
    bool several = false;
    /// Multipliers are in parts of 2^shift.
    uint32_t shift = 0;
    std::vector<PathCutStep> proof;
  };
  /// No plan finishes before this.
  Time bound = 0;
  /// Nodes of which each comes before the next one in every plan.
  std::vector<uint32_t> chain;
  /// Intervals without a cut are worth what their hull computes and the nets
  /// between the hull and nodes that cannot join it.
  std::vector<Cut> cuts;
};

/// What one family of bounds proved, whether or not it gave the best.
struct FamilyBound {
  /// "balance", "counting" or "columns".
  std::string family;
  Time bound = 0;
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_CERTIFICATE_H
