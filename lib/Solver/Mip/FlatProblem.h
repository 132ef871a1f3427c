//===- FlatProblem.h - An instance by classes, for models --------*- C++
//-*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MIP_FLATPROBLEM_H
#define PLACEMENT_SOLVER_MIP_FLATPROBLEM_H

#include "Solver/Contiguous/ClassGraph.h"

#include <array>
#include <optional>
#include <vector>

namespace placement::solver::mip {

using contiguous::ClassId;
using contiguous::Rows;

/// What a device's time goes into. The communication model says which of them
/// add up (LoadModel.h).
enum Use : uint8_t { kIn, kCompute, kOut, kNumUses };
/// The pass of a training step. Under 1F1B, where both passes add up,
/// everything is in the first.
enum Pass : uint8_t { kForwardPass, kBackwardPass, kNumPasses };

/// Values that several classes touch. What a device pays for one depends on who
/// else is there.
struct FlatNet {
  /// Class of the producer, or kNone for a value of the host.
  ClassId producer = kNone;
  /// The host is one more place that the value is at.
  bool host = false;
  Pass pass = kForwardPass;
};

/// An instance with nodes gathered in classes that share a device, as integer
/// programs see it: every term of every load, exact, under the instance's own
/// model of loads. It is built from the instance and a partition alone, so that
/// models check the engines' contractions as far as the partition is plainer
/// than theirs. Nets that cost nothing are gone, what a lone class pays in any
/// case is part of the class, and equal nets are one.
struct FlatProblem {
  size_t numClasses = 0, numKinds = 0;
  std::vector<ClassId> classOf;

  /// supported[class * kinds + kind]; false also where a pin names another
  /// kind.
  std::vector<uint8_t> supported;
  /// cost[use][pass][class * kinds + kind]: paid wherever the class is.
  std::array<std::array<std::vector<Time>, kNumPasses>, kNumUses> cost;
  /// The device that the class is pinned to.
  std::vector<std::optional<DeviceRef>> pin;
  /// Bytes of a class: always, and once for each later stage.
  std::vector<Bytes> size, stash;
  std::vector<Bytes> transient;

  /// Members of each net, ascending; two at least.
  Rows members;
  std::vector<FlatNet> nets;
  /// netCost[net * kinds + kind].
  std::vector<Time> netCost;

  /// Users of each weight, ascending; two at least. Empty where memory cannot
  /// bind.
  Rows users;
  std::vector<Bytes> weightBytes;

  /// stage(first) <= stage(second) in contiguous plans. Without repetition.
  std::vector<std::pair<ClassId, ClassId>> order;

  /// Devices of each kind that can be useful, and their memory;
  /// kUnlimitedBytes where it cannot bind.
  std::vector<uint32_t> count;
  std::vector<Bytes> memory;

  bool supports(ClassId c, KindId k) const {
    return supported[c * numKinds + k] != 0;
  }
  /// All that the class pays on the kind in any case; of one pass, or of both.
  Time load(ClassId c, KindId k) const;
};

/// Gathers an instance by `classOf` (classes numbered from zero). O(size of the
/// instance), but for sorting.
FlatProblem flatten(const Instance &instance,
                    const std::vector<ClassId> &classOf, size_t numClasses);

} // namespace placement::solver::mip

#endif // PLACEMENT_SOLVER_MIP_FLATPROBLEM_H
