//===- Symmetry.h - Interchangeable branches of a graph ---------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_CONTIGUOUS_SYMMETRY_H
#define PLACEMENT_SOLVER_CONTIGUOUS_SYMMETRY_H

#include "Solver/Contiguous/ClassGraph.h"

#include <vector>

namespace placement::solver::contiguous {

/// Groups of branches (attention heads, parallel towers) of which any two can
/// be exchanged without changing the problem. Every exchange of neighbours in a
/// group has been verified as an automorphism: costs, order, items.
struct Symmetry {
  struct Group {
    /// branches[b][r]: class with role r in branch b.
    std::vector<std::vector<ClassId>> branches;
    /// items[b][r]: the item that moves with branch b, by role.
    std::vector<std::vector<ItemId>> items;
  };
  std::vector<Group> groups;
  /// Group of a class or item (kNone for fixed ones), and its branch and role.
  std::vector<uint32_t> classGroup, classBranch, classRole;
  std::vector<uint32_t> itemGroup, itemBranch, itemRole;

  bool empty() const { return groups.empty(); }
};

/// Two classes that can be exchanged without changing the problem are
/// interchangeable in every chain, so one of them may be asked to come first.
/// Returns the graph with such an order between all twins that have the same
/// neighbours.
ClassGraph orderTwins(ClassGraph graph);

/// Lowers every cost to the least among the classes (or items) of the same
/// structure, so that branches that differ in costs only become
/// interchangeable. Loads can only fall: a bound of the result is a bound of
/// the graph.
ClassGraph lowerToSymmetric(ClassGraph graph);

/// Finds groups of branches: colours classes by structure (Weisfeiler-Leman),
/// proposes the components between classes of a colour of their own, and keeps
/// what verification confirms. O((classes + pins) log) for the colouring;
/// verification costs the size of the branches.
Symmetry findSymmetry(const ClassGraph &graph);

} // namespace placement::solver::contiguous

#endif // PLACEMENT_SOLVER_CONTIGUOUS_SYMMETRY_H
