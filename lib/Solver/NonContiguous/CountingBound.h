//===- CountingBound.h - Some device must hold many -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_COUNTINGBOUND_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_COUNTINGBOUND_H

#include "Solver/NonContiguous/FrontierStates.h"

namespace placement::solver::noncontiguous {

/// A counted family of classes and what it proves.
struct Counting {
  /// No placement has a value below this.
  Time bound = 0;
  /// One for the classes that are counted.
  std::vector<uint32_t> weight;
  uint32_t need = 0;
};

/// Counts the `counted` heaviest classes: of h classes the devices of other
/// kinds hold at most K within `limit`, so one of the `count` devices of the
/// states' kind holds at least ceil((h - K) / count), and the bound is the
/// least load of such a set, or `limit` + 1 if that is less (docs/Solvers.md,
/// "Counting"). Valid for any graph whose placements within `limit` are those
/// of the instance. O(arcs * need).
///
/// `counts` are devices by kind, the states' kind among them; `byKind` gives
/// the kind whose times say what is heavy.
Counting countHeaviest(const ClassGraph &graph, const FrontierStates &states,
                       const std::vector<uint32_t> &counts, uint32_t counted,
                       KindId byKind, Time limit);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_COUNTINGBOUND_H
