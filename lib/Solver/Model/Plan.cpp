//===- Plan.cpp - An assignment with its value, bound and proof -----------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Solver/Model/Plan.h"

#include <limits>

namespace placement::solver {

const char *toString(Status status) {
  switch (status) {
  case Status::Optimal:
    return "optimal";
  case Status::Feasible:
    return "feasible";
  case Status::Infeasible:
    return "infeasible";
  case Status::Unknown:
    return "unknown";
  }
  return "unknown";
}

const char *toString(Stop stop) {
  switch (stop) {
  case Stop::Finished:
    return "finished";
  case Stop::Gap:
    return "gap";
  case Stop::Time:
    return "time";
  case Stop::Memory:
    return "memory";
  case Stop::Cancelled:
    return "cancelled";
  }
  return "finished";
}

const char *toString(Proof proof) {
  switch (proof) {
  case Proof::Certified:
    return "certified";
  case Proof::Engine:
    return "engine";
  case Proof::Claimed:
    return "claimed";
  case Proof::None:
    return "none";
  }
  return "none";
}

double Alternative::distance(const Plan &best) const {
  if (value == best.value)
    return 0;
  if (best.value == 0)
    return std::numeric_limits<double>::infinity();
  return static_cast<double>(value - best.value) /
         static_cast<double>(best.value);
}

static double relativeGap(Time value, Time bound) {
  if (value == kInfiniteTime)
    return 1;
  if (value <= bound)
    return 0;
  return static_cast<double>(value - bound) / static_cast<double>(value);
}

double Plan::gap() const { return relativeGap(value, bound); }

double Plan::provenGap() const { return relativeGap(value, provenBound); }

} // namespace placement::solver
