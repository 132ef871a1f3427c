//===- PlacementModel.h - Placement as an integer program -------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MIP_PLACEMENTMODEL_H
#define PLACEMENT_SOLVER_MIP_PLACEMENTMODEL_H

#include "Solver/Mip/LoadRows.h"
#include "Solver/NonContiguous/DeviceTable.h"

#include <memory>

namespace placement::solver::mip {

/// What to ask a solver.
struct Question {
  /// Only plans with a value of at most this matter. At least one.
  Time limit = 0;
  /// No plan is below this, for a start.
  Time lower = 0;
  /// Minimise, or only ask whether there is such a plan at all.
  bool minimise = true;
  /// Coefficients go up to about this. Zero: as exact as 64 bits allow.
  int64_t resolution = 0;
  /// Merge what plans within the limit keep together. Without, classes are
  /// nothing but groups and pins.
  bool contract = true;
  /// A plan for a start, or null.
  const Assignment *hint = nullptr;
};

/// An integer program whose solutions are the plans of an instance within a
/// limit, or a superset where times are rounded (docs/Solvers.md, "General
/// solvers").
class PlacementModel {
public:
  virtual ~PlacementModel() = default;

  /// About how many terms the program will have, for a limit of memory.
  virtual size_t estimatedTerms() const = 0;
  /// Makes the program. Once, before anything below.
  virtual void build() = 0;

  /// The plan of a solution, or of one that breaks rows a little. Not
  /// evaluated; it may break a rule. None for values that name no plan.
  virtual std::optional<Assignment>
  decode(std::span<const int64_t> values) const = 0;
  /// The solution that stands for a plan: all rows hold exactly if the plan
  /// keeps all rules and the limit, up to rounding. Classes whose nodes are
  /// apart follow their first node. Empty for a plan on more devices, stages or
  /// pieces than the model has.
  virtual std::vector<int64_t> encode(const Assignment &assignment) const = 0;

  const external::LinearModel &linear() const { return model.linear; }
  const TimeScale &scale() const { return timeScale; }
  /// Rounding left nothing out: a plan is within the limit exactly if it is a
  /// solution.
  bool exact() const { return isExact; }
  /// Some class has no place within the limit, so there is nothing to solve.
  bool contradiction() const { return noPlace; }
  Time limit() const { return timeScale.limit; }

  /// What a lower bound of the objective says of plans: none is below this.
  /// A plan above the limit counts as limit + 1.
  Time boundOf(int64_t objective) const;

protected:
  PlacementModel(const Instance &instance, const Question &question)
      : instance(instance), question(question) {}

  /// Limits have at most `finest` units, and fewer where the question asks for
  /// that; every time is a multiple of `common`.
  void chooseScale(Time common, int64_t finest);
  /// Hands the question's hint on, where it fits.
  void giveHint();

  const Instance &instance;
  Question question;
  TimeScale timeScale;
  DefiningModel model;
  bool isExact = false, noPlace = false;
};

/// The program of plans for throughput: classes, and largest loads.
class ThroughputModel : public PlacementModel {
public:
  const FlatProblem &problem() const { return flat; }

protected:
  using PlacementModel::PlacementModel;

  void chooseScale();
  /// Adds what is minimised, or limited, and returns the variables for loads.
  Targets addTargets();

  FlatProblem flat;
};

/// Builds the program of a model. False, with the reason, where it would have
/// more than `mostTerms` terms or its sums do not fit in 64 bits.
bool buildWithin(PlacementModel &model, size_t mostTerms, std::string &reason);

/// The model for plans that need not be contiguous, or for chains of at most
/// `maxStages` stages (zero: as many as devices), built as by `buildWithin`;
/// null where that fails.
std::unique_ptr<ThroughputModel> modelAnywhere(const Instance &instance,
                                               const Question &question,
                                               size_t mostTerms,
                                               std::string &reason);
std::unique_ptr<ThroughputModel>
modelChain(const Instance &instance, const Question &question,
           uint32_t maxStages, size_t mostTerms, std::string &reason);

/// The model for latency, with at most `maxPieces` pieces (zero: as many as
/// devices may run).
std::unique_ptr<PlacementModel>
modelLatency(const Instance &instance, const Question &question,
             uint32_t maxPieces, size_t mostTerms, std::string &reason);

} // namespace placement::solver::mip

#endif // PLACEMENT_SOLVER_MIP_PLACEMENTMODEL_H
