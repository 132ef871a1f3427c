//===- Plan.h - Plans, from Python ---------------------------- -*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_PYTHON_SRC_PLAN_H
#define PLACEMENT_PYTHON_SRC_PLAN_H

#include "placement/Solver/Model/Instance.h"
#include "placement/Solver/Model/Plan.h"

#include <nanobind/nanobind.h>

namespace placement::python {

/// A plan with the Python object of the instance that it is for.
struct InstancePlan {
  nanobind::object owner;
  solver::Plan plan;

  const solver::Instance &instance() const {
    return nanobind::cast<const solver::Instance &>(owner);
  }
};

/// Adds `Plan`, and `evaluate` and `read_plan`, which make one.
void bindPlan(nanobind::module_ &module);

/// Adds `plan_state` and `plan_from_state`, with which plans are pickled.
void bindPlanState(nanobind::module_ &module);

} // namespace placement::python

#endif // PLACEMENT_PYTHON_SRC_PLAN_H
