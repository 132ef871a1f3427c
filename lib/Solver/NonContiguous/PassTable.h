//===- PassTable.h - Costs by pass and direction ----------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_PASSTABLE_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_PASSTABLE_H

#include "Solver/NonContiguous/DeviceTable.h"

#include <array>

namespace placement::solver::noncontiguous {

using contiguous::Rows;

/// A device's sums of one pass or of both: transfers in, work, transfers out.
struct PassSums {
  Time in = 0, compute = 0, out = 0;

  PassSums &operator+=(const PassSums &other) {
    in += other.in;
    compute += other.compute;
    out += other.out;
    return *this;
  }
  PassSums &operator-=(const PassSums &other) {
    in -= other.in;
    compute -= other.compute;
    out -= other.out;
    return *this;
  }
  PassSums operator-() const { return {-in, -compute, -out}; }
};

/// What a class graph does not tell apart and models of load other than the
/// default need (docs/Solvers.md, "Models of load"): which class sends a net,
/// in which pass, and each class's times by pass. A graph made by merging
/// classes has its own table.
struct PassTable {
  /// Linear in the pins of nets, but for sorting.
  PassTable(const Instance &instance, const ClassGraph &graph);

  Communication communication;
  bool gpipe;
  size_t numKinds;
  /// own[(class * kinds + kind) * 2 + pass]: work, and transfers of nets that
  /// only the class and the host see. Unsupported kinds have zeros.
  std::vector<PassSums> own;
  /// Nets that can be cut, classes as members, and shared weights. Ascending;
  /// equal ones are one.
  Rows items;
  /// The class that sends the item; kNone for values of the host and weights.
  std::vector<ClassId> sender;
  std::vector<uint8_t> backward;
  /// Paid for even where one device holds all members.
  std::vector<uint8_t> sticky;
  /// cost[kind][item], and bytes of a weight.
  std::vector<std::vector<Time>> cost;
  std::vector<Bytes> bytes;
  Rows itemsOf;

  size_t numItems() const { return items.size(); }
  /// Times of a device whose sums by pass these are.
  std::array<Time, 2> times(const PassSums &forward,
                            const PassSums &backwardSums) const;

private:
  void addNets(const Instance &instance, const ClassGraph &graph);
  void addWeights(const ClassGraph &graph);
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_PASSTABLE_H
