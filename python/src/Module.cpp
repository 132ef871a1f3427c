//===- Module.cpp - The native module placement._core ---------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compare.h"
#include "Errors.h"
#include "Instance.h"
#include "Plan.h"
#include "RunPipeline.h"
#include "Solve.h"
#include "Stages.h"
#include "Timeline.h"

#include <nanobind/nanobind.h>

NB_MODULE(_core, module) {
  module.doc() = "The C++ core of the package placement; use the names that "
                 "the package itself exports.";
  module.attr("__version__") = PLACEMENT_VERSION;
  placement::python::bindDiagnostic(module);
  placement::python::bindRunPipeline(module);
  placement::python::bindInstance(module);
  placement::python::bindPlan(module);
  placement::python::bindPlanState(module);
  placement::python::bindTimeline(module);
  placement::python::bindSolve(module);
  placement::python::bindCompare(module);
  placement::python::bindStages(module);
}
