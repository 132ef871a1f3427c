//===- BundleMaster.h - Multipliers from the sets met so far ----*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_NONCONTIGUOUS_BUNDLEMASTER_H
#define PLACEMENT_SOLVER_NONCONTIGUOUS_BUNDLEMASTER_H

#include "Solver/NonContiguous/DeviceTable.h"

#include <cstdint>
#include <vector>

namespace placement::solver::noncontiguous {

/// The master problem of column generation as a proximal bundle (J.-B.
/// Hiriart-Urruty, C. Lemarechal, "Convex Analysis and Minimization Algorithms
/// II", XV.3). Wanted are multipliers l with sum l = 1 for which
///
///     F(l) = sum over kinds k of count_k * max { l(S) : S of kind k }
///
/// is small. Sets met so far give a model of F from below; the next multipliers
/// minimise model(l) + |l - centre|^2 / (2 t). The dual of that is a quadratic
/// program over weights of sets, solved by moving weight between pairs. In
/// floating point: what it says guides a search and proves nothing.
class BundleMaster {
public:
  /// `counts` by kind. The centre is `start`, scaled to sum one, with the value
  /// infinity.
  BundleMaster(size_t classes, const std::vector<uint32_t> &counts,
               const std::vector<double> &start, double step);

  /// Adds a set of classes of a kind, unless it is known. Sets without weight
  /// make room.
  bool add(size_t kind, const std::vector<ClassId> &classes);

  /// The next multipliers.
  const std::vector<double> &propose();
  /// What the model says of them: F is at least this.
  double modelValue() const { return model; }
  /// Says what F is at the centre.
  void setCentreValue(double value) { bestValue = value; }
  /// Says what F is at the proposal. Moves the centre where that is better.
  void answer(double value);

  const std::vector<double> &centre() const { return best; }
  double centreValue() const { return bestValue; }

  /// How far from the centre to go; zero before the first proposal.
  double stepLength() const { return step; }
  size_t size() const { return columns.size(); }
  /// Whether the sets met so far cover every class as often, as far as rounding
  /// shows: then no multipliers are below one.
  bool coversAll() const;

  /// The share of each device that the weights leave uncovered or cover twice:
  /// the norm of what differs from an even cover. Zero means that the sets met
  /// so far can cover every class, fractionally.
  double unevenness() const { return residual; }

private:
  struct Column {
    size_t kind;
    std::vector<ClassId> classes;
    std::vector<uint64_t> bits;
    double weight = 0;
    /// Multiplier sum at the proposal.
    double sum = 0;
    uint64_t lastUsed = 0;
  };

  float &gram(size_t a, size_t b) { return products[a * kCapacity + b]; }
  void measureStep();
  void recompute();
  void balance();

  static constexpr size_t kCapacity = 640;
  size_t classes;
  std::vector<uint32_t> counts;
  std::vector<Column> columns;
  /// Inner products of sets less their means.
  std::vector<float> products;
  std::vector<double> best, proposal, cover;
  double bestValue, model = 0, step, firstStep = 0, residual = 0, mean = 0;
  uint64_t round = 0;
  unsigned misses = 0;
};

} // namespace placement::solver::noncontiguous

#endif // PLACEMENT_SOLVER_NONCONTIGUOUS_BUNDLEMASTER_H
