//===- NonContiguousSearch.h - Plans of several pieces a device -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_NONCONTIGUOUSSEARCH_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_NONCONTIGUOUSSEARCH_H

#include "Solver/NonContiguous/BoundProver.h"
#include "Solver/NonContiguous/LocalSearch.h"
#include "placement/Solver/Search/Algorithm.h"

#include <optional>

namespace placement::solver::noncontiguous {

/// One solve of throughput where a device may hold any set of nodes.
class NonContiguousSearch {
public:
  NonContiguousSearch(const Instance &instance, const SolveOptions &options,
                      Observer &observer);

  /// Takes a known plan as the first value, when it is one.
  void start(const Assignment &assignment);
  /// The best contiguous plan, as far as it is found in a moment.
  void startContiguous();
  /// Annealing until it has found nothing better for a while, or a limit.
  void improve();
  /// Bounds by counting and by column generation.
  void prove();

  Outcome outcome() const;

  /// The best plan so far, and its value; kInfiniteTime without one.
  std::optional<Assignment> plan() const;
  Time value() const { return local ? local->value() : kInfiniteTime; }
  Time bound() const { return lower; }
  /// Nothing is left to prove.
  bool closed() const { return infeasible || lower >= value(); }

private:
  bool accept(const DeviceMap &placement, std::string_view source);
  void raiseBound(Time bound, std::string_view source);
  void proveOn(const ClassGraph &on, const LoadShares &shares, bool columns);
  bool enough();

  const Instance &instance;
  const SolveOptions &options;
  Observer &observer;
  Budget budget;
  ClassGraph graph;
  std::optional<DeviceTable> devices;
  std::optional<LocalSearch> local;

  Time lower = 0;
  std::string boundSource;
  std::optional<BoundCertificate> certificate;
  std::vector<FamilyBound> familyBounds;
  bool infeasible = false;
  std::optional<Stop> stop;
  /// What gave the first value, and how far annealing brought it.
  std::vector<std::string> explanation;
};

/// Why plans of several pieces cannot be made for the instance, or empty.
std::string unsupportedReason(const Instance &instance,
                              const SolveOptions &options);

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_NONCONTIGUOUSSEARCH_H
