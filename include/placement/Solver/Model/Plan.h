//===- Plan.h - An assignment with its value, bound and proof ---*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_SOLVER_MODEL_PLAN_H
#define PLACEMENT_SOLVER_MODEL_PLAN_H

#include "placement/Solver/Model/Assignment.h"
#include "placement/Solver/Model/Certificate.h"
#include "placement/Solver/Model/Timeline.h"

#include <optional>
#include <string>
#include <vector>

namespace placement::solver {

/// What is known about the answer. Never softened: a feasible plan is not
/// optimal, a limit is not infeasible.
enum class Status { Optimal, Feasible, Infeasible, Unknown };
/// Why the search ended.
enum class Stop { Finished, Gap, Time, Memory, Cancelled };
/// Who vouches for the bound: a certificate that `placement-check` accepted,
/// our own exact search, only a general solver, or nobody.
enum class Proof { Certified, Engine, Claimed, None };

const char *toString(Status status);
const char *toString(Stop stop);
const char *toString(Proof proof);

/// What one device does for each sample, in integer times of the instance.
/// `compute`, `in` and `out` are sums over both passes; `forward` and
/// `backward` are the time of each pass alone, with its transfers, under the
/// instance's communication model (forward nodes only: `backward` is zero).
/// `load` is that of both passes together under 1F1B, and `forward + backward`
/// under GPipe. The `exact` fields are the same over the source's own numbers,
/// in the source's unit. Under latency they are sums over the pieces of the
/// device, each with its own transfers, and `load` is the time that the device
/// is busy: `forward` equals it and `backward` is zero.
struct DeviceLoad {
  DeviceRef device;
  Time compute = 0, in = 0, out = 0, sync = 0, load = 0;
  Time forward = 0, backward = 0;
  double exactCompute = 0, exactIn = 0, exactOut = 0, exactLoad = 0;
  double exactForward = 0, exactBackward = 0;
  Bytes memory = 0;
};

struct Plan;

/// One of several plans that were asked for, as the checker sees it.
struct Alternative {
  Assignment assignment;
  std::vector<DeviceLoad> loads;
  Time value = kInfiniteTime;
  double exactValue = 0;

  /// How much longer it takes than the plan, relative to that: 0.02 is 2 %.
  /// Infinite when only the plan takes no time at all.
  double distance(const Plan &best) const;
};

/// The full answer of a solve. `loads` has one entry for each device in use,
/// in the order of their first stages; it is computed by the checker.
struct Plan {
  Status status = Status::Unknown;
  Stop stop = Stop::Finished;
  Proof proof = Proof::None;
  Assignment assignment;
  std::vector<DeviceLoad> loads;
  /// Under latency: when each piece and each host node runs. Else empty.
  std::vector<TimelineEntry> timeline;
  /// Objective in integer time (kInfiniteTime without a plan) and in the
  /// source's own numbers.
  Time value = kInfiniteTime;
  double exactValue = 0;
  /// No feasible plan has an integer value below this, by the word of whom
  /// `proof` names. Where a general solver claims more than the engine proved
  /// (Proof::Claimed), this is the claim.
  Time bound = 0;
  /// The part of `bound` that the engine proved: `bound` itself, but where
  /// that is only claimed.
  Time provenBound = 0;
  /// Who claims `bound` where `proof` is Proof::Claimed, such as "HiGHS"; else
  /// empty.
  std::string claimant;
  /// The best plans by value, when several were asked for: this one first, no
  /// two with the same cuts (docs/Solvers.md, "Alternatives"). Else empty.
  std::vector<Alternative> alternatives;
  /// Proven: no plan with other cuts is better than the last of them, or, with
  /// fewer than asked for, none is left at all.
  bool alternativesExact = false;
  std::string fingerprint;
  std::string algorithm;
  /// Sentences for a person: which algorithms ran, what the bottleneck is,
  /// why an instance is infeasible.
  std::vector<std::string> explanation;
  /// The figures that prove `bound`, where the algorithm keeps them.
  std::optional<BoundCertificate> certificate;
  /// The same for the path bound on latency; it may be below `bound`, which
  /// then another family proved.
  std::optional<PathCertificate> pathCertificate;
  /// What each family of bounds proved that was tried, where the algorithm has
  /// several; `provenBound` is the largest of them.
  std::vector<FamilyBound> familyBounds;

  bool hasAssignment() const { return value != kInfiniteTime; }
  /// (value - bound) / value; zero for an optimal plan, one without a bound.
  double gap() const;
  /// The same with the proven bound.
  double provenGap() const;
};

} // namespace placement::solver

#endif // PLACEMENT_SOLVER_MODEL_PLAN_H
