//===- Coarsening.h - Smaller graphs for annealing --------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_COARSENING_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_COARSENING_H

#include "Solver/Contiguous/LinearOrder.h"
#include "Solver/NonContiguous/DeviceTable.h"

namespace placement::solver::noncontiguous {

/// Merges classes of a graph at random, those first that share dear items. The
/// merged graphs are for looking for values: nothing is proven of them.
class Coarsener {
public:
  /// `scale` is the load that a good plan has at least.
  Coarsener(const ClassGraph &graph, double scale);

  /// Unites the members of items that cost at least `threshold`, in random
  /// order, as long as a united class is no burden of its own. Of the
  /// placements given, none that tells two classes apart is broken. Near-linear
  /// in the members of items.
  ClassGraph merge(Time threshold, const DeviceMap *one, const DeviceMap *two,
                   contiguous::Random &random) const;
  /// The cost below which the share `q` (in [0, 1)) of all items is.
  Time quantile(double q) const;
  bool hasItems() const { return !sortedCosts.empty(); }

  /// A placement of classes as one of classes merged from them, and back. The
  /// first class of several decides.
  DeviceMap toMerged(const ClassGraph &merged, const DeviceMap &fine) const;
  DeviceMap toFine(const ClassGraph &merged, const DeviceMap &coarse) const;

private:
  const ClassGraph &graph;
  double scale;
  /// A node of each class, to find the class in merged graphs.
  std::vector<NodeId> nodeOf;
  /// Of each item on the kind that pays most; the same ascending.
  std::vector<Time> itemCosts, sortedCosts;
  /// Of each class on the kind that is fastest.
  std::vector<Time> lightest;
  /// Most memory of a device.
  Bytes memory = 0;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_COARSENING_H
